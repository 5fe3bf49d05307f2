#include "backend/domain/base/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/domain/base/audit_internal.h"
#include "common/log.h"
#include "common/random.h"

static struct {
	char    dir[4096 - 64];
	uint8_t key[AUDIT_HASH];
	int     open;
} trail;

const uint8_t *
audit_key(void)
{
	return trail.open ? trail.key : NULL;
}

const char *
audit_path(struct yx_arena *a, const char *name)
{
	return yx_arena_printf(a, "%s/%s", trail.dir, name);
}

int
audit_append_to(const char *name)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", trail.dir, name);
	if ((fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) < 0)
		yx_error("%s: %s", path, strerror(errno));
	return fd;
}

static int
read_key(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : read(fd, trail.key, sizeof(trail.key));

	if (fd >= 0)
		close(fd);
	return n == sizeof(trail.key) ? YX_OK : YX_CONFIG;
}

/* Written aside and linked, so that of several programs that start at once one wins. */
static int
make_key(const char *path)
{
	char temp[4096 + 40], id[YX_ID_SIZE];
	uint8_t key[AUDIT_HASH];
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
audit_open(const struct yx_conf *conf)
{
	char path[4096];
	int n = *conf->audit_dir != '\0' ? snprintf(trail.dir, sizeof(trail.dir), "%s", conf->audit_dir)
	    : snprintf(trail.dir, sizeof(trail.dir), "%s/audit", conf->store_dir);

	if (n < 0 || (size_t)n >= sizeof(trail.dir))
		return YX_CONFIG;
	snprintf(path, sizeof(path), "%s/key", trail.dir);
	if ((mkdir(trail.dir, 0700) != 0 && errno != EEXIST) ||
	    (access(path, F_OK) != 0 && make_key(path) != YX_OK) || read_key(path) != YX_OK) {
		yx_error("%s: %s", path, strerror(errno));
		return YX_CONFIG;
	}
	trail.open = 1;
	return YX_OK;
}
