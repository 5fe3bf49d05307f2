#include "backend/store/sweep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/log.h"

int
yx_sweep(const char *dir, long seconds)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	struct stat st;
	int removed = 0;

	if (d == NULL)
		return 0;
	while ((e = readdir(d)) != NULL) {
		if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode) ||
		    st.st_mtime > time(NULL) - seconds)
			continue;
		if (unlinkat(dirfd(d), e->d_name, 0) == 0)
			removed++;
		else
			yx_warn("sweep: %s/%s: %s", dir, e->d_name, strerror(errno));
	}
	closedir(d);
	return removed;
}
