#include "backend/pades/qpdf.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#define MEMORY_MAX "--as=1610612736"
#define FILE_MAX   "--fsize=1073741824"
#define CPU_MAX    "--cpu=20"
#define OPTIONS_MAX 16

extern char **environ;

/* Its standard input and outputs lead nowhere. */
static int
run(const char *const *argv)
{
	posix_spawn_file_actions_t files;
	int status = 0, rc = YX_NO_MEMORY;
	pid_t pid;

	if (posix_spawn_file_actions_init(&files) != 0)
		return rc;
	for (int fd = 0; fd < 3; fd++)
		if (posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0) != 0)
			goto out;
	rc = YX_UNAVAILABLE;
	if (posix_spawnp(&pid, argv[0], &files, NULL, (char *const *)(uintptr_t)argv, environ) != 0)
		goto out;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			goto out;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		goto out;
	rc = WIFSIGNALED(status) ? YX_PDF_TOO_COMPLEX : WEXITSTATUS(status) == 0 ? YX_OK : YX_PDF_BROKEN;
out:
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

int
pdf_run_qpdf(const char *const *options)
{
	const char *argv[OPTIONS_MAX + 16] = { "prlimit", MEMORY_MAX, FILE_MAX, CPU_MAX, "--core=0", "--", "qpdf",
		"--no-warn", "--warning-exit-0" };
	size_t n = 0;

	while (argv[n] != NULL)
		n++;
	for (size_t i = 0; options[i] != NULL; i++) {
		if (i == OPTIONS_MAX)
			return YX_INTERNAL;
		argv[n++] = options[i];
	}
	return run(argv);
}
