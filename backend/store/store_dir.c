#include "backend/store/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/codec.h"
#include "common/io.h"
#include "common/log.h"
#include "common/random.h"

#define HASH_BLOCK 65536
#define LINK_TRIES 100

struct yx_store {
	char *dir;
};

static int
make_dir(const char *dir, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return mkdir(path, 0700) == 0 || errno == EEXIST ? YX_OK : YX_IO;
}

int
yx_store_open_dir(const char *dir, struct yx_store **out)
{
	struct yx_store *s = calloc(1, sizeof(*s));
	int rc = YX_NO_MEMORY;

	*out = NULL;
	if (s == NULL || (s->dir = strdup(dir)) == NULL)
		goto out;
	if ((rc = make_dir(dir, ".")) != YX_OK || (rc = make_dir(dir, "objects")) != YX_OK ||
	    (rc = make_dir(dir, "prepared")) != YX_OK || (rc = make_dir(dir, "tmp")) != YX_OK ||
	    (rc = make_dir(dir, "private")) != YX_OK || (rc = make_dir(dir, "aside")) != YX_OK)
		goto out;
	*out = s;
	s = NULL;
out:
	if (s != NULL)
		free(s->dir);
	free(s);
	return rc;
}

void
yx_store_close(struct yx_store **s)
{
	if (*s == NULL)
		return;
	free((*s)->dir);
	free(*s);
	*s = NULL;
}

static int
sync_dir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 || fsync(fd) != 0 ? YX_IO : YX_OK;

	if (fd >= 0)
		close(fd);
	return rc;
}

int
yx_store_temp(struct yx_store *s, struct yx_arena *a, const char **path, int *fd)
{
	char id[YX_ID_SIZE];

	yx_random_id(id);
	*fd = -1;
	if ((*path = yx_arena_printf(a, "%s/tmp/%s", s->dir, id)) == NULL)
		return YX_NO_MEMORY;
	*fd = open(*path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return *fd < 0 ? YX_IO : YX_OK;
}

static int
hash_file(int fd, uint8_t sha256[32], int64_t *size)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t *block = malloc(HASH_BLOCK);
	int rc = YX_NO_MEMORY;
	ssize_t k = 0;

	*size = 0;
	if (md == NULL || block == NULL || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1)
		goto out;
	while ((k = read(fd, block, HASH_BLOCK)) != 0) {
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			break;
		EVP_DigestUpdate(md, block, (size_t)k);
		*size += k;
	}
	rc = k < 0 || EVP_DigestFinal_ex(md, sha256, NULL) != 1 ? YX_IO : YX_OK;
out:
	EVP_MD_CTX_free(md);
	free(block);
	return rc;
}

static void
object_path(const struct yx_store *s, const uint8_t sha256[32], char *dir, char *path, size_t cap)
{
	char name[65];

	yx_hex(name, sha256, 32);
	snprintf(dir, cap, "%s/objects/%.2s", s->dir, name);
	snprintf(path, cap, "%s/objects/%.2s/%s", s->dir, name, name);
}

/* What is there already gets a new time: it is wanted. If it was set aside just then, it is
 * linked once more. */
static int
link_object(const char *from, const char *path)
{
	for (int i = 0; i < LINK_TRIES; i++) {
		if (link(from, path) == 0)
			return 0;
		if (errno != EEXIST)
			return -1;
		if (utimensat(AT_FDCWD, path, NULL, AT_SYMLINK_NOFOLLOW) == 0)
			return 0;
		if (errno != ENOENT)
			return -1;
	}
	return -1;
}

int
yx_store_put(struct yx_store *s, const char *from, uint8_t sha256[32], int64_t *size)
{
	char dir[4096], path[4096], objects[4096];
	int fd = open(from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), rc = YX_IO;

	if (fd < 0)
		return YX_IO;
	if ((rc = hash_file(fd, sha256, size)) != YX_OK)
		goto out;
	rc = YX_IO;
	object_path(s, sha256, dir, path, sizeof(dir));
	snprintf(objects, sizeof(objects), "%s/objects", s->dir);
	if (mkdir(dir, 0700) == 0) {
		if (sync_dir(objects) != YX_OK)
			goto out;
	} else if (errno != EEXIST) {
		goto out;
	}
	/* Bytes first, name second, directory last: a name that can be seen after
	 * a power cut always has its bytes. */
	if (fchmod(fd, 0600) != 0 || fsync(fd) != 0)
		goto out;
	if (link_object(from, path) == 0)
		rc = sync_dir(dir);
out:
	if (rc != YX_OK)
		yx_error("store: %s: %s", from, strerror(errno));
	close(fd);
	return rc;
}

static void
aside_path(const struct yx_store *s, const uint8_t sha256[32], char *path, size_t cap)
{
	char name[65];

	yx_hex(name, sha256, 32);
	snprintf(path, cap, "%s/aside/%s", s->dir, name);
}

int
yx_store_set_aside(struct yx_store *s, const uint8_t sha256[32], long seconds)
{
	char dir[4096], path[4096], aside[4096];
	struct stat st;

	object_path(s, sha256, dir, path, sizeof(dir));
	aside_path(s, sha256, aside, sizeof(aside));
	if (rename(path, aside) != 0)
		return errno == ENOENT ? YX_OK : YX_IO;
	/* Looked at after it lost its name: a put before that left its time, one after that makes its own. */
	if (stat(aside, &st) != 0)
		return YX_IO;
	if (st.st_mtime <= time(NULL) - seconds)
		return YX_OK;
	if (link(aside, path) != 0 && errno != EEXIST)
		return YX_IO;
	return unlink(aside) != 0 || sync_dir(dir) != YX_OK ? YX_IO : YX_CONFLICT;
}

void
yx_store_drop_aside(struct yx_store *s, const uint8_t sha256[32])
{
	char path[4096];

	aside_path(s, sha256, path, sizeof(path));
	if (unlink(path) != 0 && errno != ENOENT)
		yx_warn("store: %s: %s", path, strerror(errno));
}

int
yx_store_each(struct yx_store *s, unsigned folder, long seconds, const struct yx_store_teller *to, size_t *seen)
{
	char path[4096];
	uint8_t sha256[32];
	struct dirent *e;
	struct stat st;
	int rc = YX_OK;
	DIR *d;

	snprintf(path, sizeof(path), "%s/objects/%02x", s->dir, folder & 0xff);
	if ((d = opendir(path)) == NULL)
		return errno == ENOENT ? YX_OK : YX_IO;
	while (rc == YX_OK && (e = readdir(d)) != NULL) {
		if (yx_unhex(sha256, sizeof(sha256), e->d_name) != YX_OK)
			continue;
		++*seen;
		if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_mtime <= time(NULL) - seconds)
			rc = to->fn(to->ctx, sha256);
	}
	closedir(d);
	return rc;
}

int
yx_store_path(struct yx_store *s, struct yx_arena *a, const uint8_t sha256[32], const char **path)
{
	char dir[4096], file[4096];

	object_path(s, sha256, dir, file, sizeof(dir));
	if (access(file, R_OK) != 0)
		return YX_NOT_FOUND;
	*path = yx_arena_strdup(a, file);
	return *path != NULL ? YX_OK : YX_NO_MEMORY;
}

int
yx_store_read(struct yx_store *s, struct yx_arena *a, const uint8_t sha256[32], struct yx_buf *out)
{
	const char *path = NULL;
	uint8_t piece[16384];
	size_t n = sizeof(piece);
	int fd, rc = yx_store_path(s, a, sha256, &path);

	if (rc != YX_OK)
		return rc;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return YX_IO;
	while (rc == YX_OK && n == sizeof(piece))
		if ((rc = yx_read_all(fd, piece, sizeof(piece), &n)) == YX_OK) {
			yx_buf_add(out, piece, n);
			rc = yx_buf_status(out);
		}
	close(fd);
	return rc;
}

const char *
yx_store_accel(struct yx_store *s, struct yx_arena *a, const uint8_t sha256[32])
{
	char name[65];

	(void)s;
	yx_hex(name, sha256, 32);
	return yx_arena_printf(a, "/_objects/%.2s/%s", name, name);
}

int
yx_store_keep_prepared(struct yx_store *s, struct yx_arena *a, const char *temp, const char *id,
    const char **path)
{
	char dir[4096];
	int fd = open(temp, O_RDONLY | O_CLOEXEC), rc = YX_IO;

	*path = yx_store_prepared_path(s, a, id);
	snprintf(dir, sizeof(dir), "%s/prepared", s->dir);
	if (fd >= 0 && *path != NULL && fsync(fd) == 0 && rename(temp, *path) == 0)
		rc = sync_dir(dir);
	if (fd >= 0)
		close(fd);
	return rc;
}

const char *
yx_store_prepared_path(struct yx_store *s, struct yx_arena *a, const char *id)
{
	return yx_arena_printf(a, "%s/prepared/%s", s->dir, id);
}

const char *
yx_store_prepared_accel(struct yx_store *s, struct yx_arena *a, const char *id)
{
	(void)s;
	return yx_arena_printf(a, "/_prepared/%s", id);
}

void
yx_store_drop_prepared(struct yx_store *s, const char *id)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/prepared/%s", s->dir, id);
	if (unlink(path) != 0 && errno != ENOENT)
		yx_warn("store: %s: %s", path, strerror(errno));
}

/* ---- private files, in 256 folders ---- */

static void
private_path(const struct yx_store *s, const char *id, char *dir, char *path, size_t cap)
{
	snprintf(dir, cap, "%s/private/%.2s", s->dir, id);
	snprintf(path, cap, "%s/private/%.2s/%s", s->dir, id, id);
}

int
yx_store_keep_private(struct yx_store *s, struct yx_arena *a, const char *temp, const char *id)
{
	char dir[4096], path[4096];
	const char *parent = yx_arena_printf(a, "%s/private", s->dir);
	int fd = open(temp, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), rc = YX_IO;

	private_path(s, id, dir, path, sizeof(dir));
	if (fd < 0 || parent == NULL || fsync(fd) != 0)
		goto out;
	if (mkdir(dir, 0700) == 0) {
		if (sync_dir(parent) != YX_OK)
			goto out;
	} else if (errno != EEXIST) {
		goto out;
	}
	if (rename(temp, path) == 0)
		rc = sync_dir(dir);
out:
	if (rc != YX_OK)
		yx_error("store: %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return rc;
}

const char *
yx_store_private_path(struct yx_store *s, struct yx_arena *a, const char *id)
{
	return yx_arena_printf(a, "%s/private/%.2s/%s", s->dir, id, id);
}

int
yx_store_drop_private(struct yx_store *s, const char *id)
{
	char dir[4096], path[4096];

	private_path(s, id, dir, path, sizeof(dir));
	if (unlink(path) != 0)
		return errno == ENOENT ? YX_OK : YX_IO;
	return sync_dir(dir);
}
