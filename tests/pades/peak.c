/* peak.c - runs a command and prints its peak resident memory in KiB, its wall time and its
 * time of CPU in milliseconds. usage: peak COMMAND ARG… */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct timespec from, to;
	struct rusage use;
	int status = 0;
	pid_t pid;

	if (argc < 2)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &from);
	if ((pid = fork()) == 0) {
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &use) != pid)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%ld %ld %ld\n", use.ru_maxrss,
	    (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000,
	    (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000 +
	    (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1000);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
