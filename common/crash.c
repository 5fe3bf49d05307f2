#include "common/crash.h"

#ifdef YX_SANITIZE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
yx_crash_at(const char *name)
{
	const char *path = getenv("YINXIN_CRASH_FILE");
	char wanted[64] = "";
	FILE *f = path == NULL ? NULL : fopen(path, "re");

	if (f == NULL)
		return;
	if (fgets(wanted, sizeof(wanted), f) == NULL)
		wanted[0] = '\0';
	fclose(f);
	wanted[strcspn(wanted, "\n")] = '\0';
	if (strcmp(wanted, name) != 0)
		return;
	unlink(path);
	kill(getpid(), SIGKILL);
}
#else
/* ISO C wants something in every file. */
typedef int yx_crash_unused;
#endif
