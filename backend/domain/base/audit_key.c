#include "backend/domain/base/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/domain/base/audit_internal.h"
#include "backend/domain/base/keyfile.h"
#include "common/log.h"

static struct {
	char    dir[4096 - 64], published[4096 - 64];
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

const char *
audit_published_path(struct yx_arena *a, const char *name)
{
	return yx_arena_printf(a, "%s/%s", trail.published, name);
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

int
audit_open(const struct yx_conf *conf)
{
	char path[4096];
	int n = *conf->audit_dir != '\0' ? snprintf(trail.dir, sizeof(trail.dir), "%s", conf->audit_dir)
	    : snprintf(trail.dir, sizeof(trail.dir), "%s/audit", conf->store_dir);

	if (n < 0 || (size_t)n >= sizeof(trail.dir))
		return YX_CONFIG;
	snprintf(trail.published, sizeof(trail.published), "%s",
	    *conf->audit_publish_dir != '\0' ? conf->audit_publish_dir : trail.dir);
	snprintf(path, sizeof(path), "%s/key", trail.dir);
	if (mkdir(trail.dir, 0700) != 0 && errno != EEXIST) {
		yx_error("%s: %s", trail.dir, strerror(errno));
		return YX_CONFIG;
	}
	if (keyfile_open(path, trail.key) != YX_OK)
		return YX_CONFIG;
	trail.open = 1;
	return YX_OK;
}
