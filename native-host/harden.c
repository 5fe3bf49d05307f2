#include "native-host/harden.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define PIPE_FD_MIN 10

int
harden_pipe(int *in, int *out)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	*in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, PIPE_FD_MIN);
	*out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, PIPE_FD_MIN);
	if (null < 0 || *in < 0 || *out < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0)
		return YX_IO;
	if (null > STDERR_FILENO)
		close(null);
	return YX_OK;
}

static atomic_int child; /* leader of the session that ends with us; 0: none */

void
harden_child(pid_t pid)
{
	atomic_store(&child, (int)pid);
}

void
harden_exit(int status)
{
	const int pid = atomic_load(&child);

	if (pid > 0)
		kill(-pid, SIGKILL);
	_exit(status);
}

/* Ends without running anything else. The memory goes back to the kernel, and
 * pcscd resets a card whose client has gone. */
static void
on_end(int signal_number)
{
	(void)signal_number;
	harden_exit(0);
}

void
harden_process(void)
{
	static const int ends[] = { SIGTERM, SIGINT, SIGHUP };
	const struct rlimit none = { 0, 0 };
	struct sigaction action;

	setrlimit(RLIMIT_CORE, &none);
#ifndef YX_SANITIZE
	prctl(PR_SET_DUMPABLE, 0); /* the leak checker has to trace us */
#endif
	memset(&action, 0, sizeof(action));
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
	action.sa_handler = on_end;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		sigaction(ends[i], &action, NULL);
}
