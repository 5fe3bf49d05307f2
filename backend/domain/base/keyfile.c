#include "backend/domain/base/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "common/random.h"

static int
read_key(const char *path, uint8_t key[KEYFILE_BYTES])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : read(fd, key, KEYFILE_BYTES);

	if (fd >= 0)
		close(fd);
	return n == KEYFILE_BYTES ? YX_OK : YX_CONFIG;
}

/* Written aside and linked, so that of several programs that start at once one wins. */
static int
make_key(const char *path)
{
	char temp[4096 + 40], id[YX_ID_SIZE];
	uint8_t key[KEYFILE_BYTES];
	int fd, rc = YX_CONFIG;

	yx_random_id(id);
	snprintf(temp, sizeof(temp), "%s.%s", path, id);
	if ((fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
		return YX_CONFIG;
	yx_random(key, sizeof(key));
	if (write(fd, key, sizeof(key)) == sizeof(key) && fsync(fd) == 0 && (link(temp, path) == 0 || errno == EEXIST))
		rc = YX_OK;
	close(fd);
	unlink(temp);
	explicit_bzero(key, sizeof(key));
	return rc;
}

int
keyfile_open(const char *path, uint8_t key[KEYFILE_BYTES])
{
	if ((access(path, F_OK) != 0 && make_key(path) != YX_OK) || read_key(path, key) != YX_OK) {
		yx_error("%s: %s", path, strerror(errno));
		return YX_CONFIG;
	}
	return YX_OK;
}
