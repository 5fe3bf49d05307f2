#include "backend/pades/apart.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/log.h"

void
pdf_limits_print(const struct pades_limits *l, char out[PDF_LIMITS_SIZE])
{
	snprintf(out, PDF_LIMITS_SIZE, "%" PRId64 ",%" PRId64, l->memory, l->seconds);
}

int
pdf_limits_parse(const char *text, struct pades_limits *out)
{
	if (sscanf(text, "%" SCNd64 ",%" SCNd64, &out->memory, &out->seconds) != 2 || out->memory <= 0 ||
	    out->seconds <= 0)
		return YX_USAGE;
	return YX_OK;
}

void
pdf_apart_begin(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGXFSZ, SIG_IGN); /* (a library's word on a log that may not grow is no reason to die) */
	close_range(STDERR_FILENO + 1, ~0U, 0);
}

static int
start(const char *const *argv, const int files_of[2], pid_t *pid)
{
	posix_spawn_file_actions_t files;
	int bad;

	if (posix_spawn_file_actions_init(&files) != 0)
		return YX_NO_MEMORY;
	bad = posix_spawn_file_actions_adddup2(&files, files_of[0], STDIN_FILENO) != 0 ||
	    posix_spawn_file_actions_adddup2(&files, files_of[1], STDOUT_FILENO) != 0 ||
	    posix_spawn(pid, "/proc/self/exe", &files, NULL, (char *const *)(uintptr_t)argv, environ) != 0;
	posix_spawn_file_actions_destroy(&files);
	return bad ? YX_UNAVAILABLE : YX_OK;
}

static int64_t
clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
collect(int fd, struct yx_buf *out)
{
	const int64_t end = clock_ms() + PDF_APART_WAIT * 1000;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint8_t piece[16384];
	ssize_t n;

	for (;;) {
		int64_t left = end - clock_ms();
		int ready = left <= 0 ? 0 : poll(&p, 1, (int)left);

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return YX_PDF_TOO_COMPLEX;
		if ((n = read(fd, piece, sizeof(piece))) < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 ? yx_buf_status(out) : YX_IO;
		yx_buf_add(out, piece, (size_t)n);
	}
}

/* The end of the process, by itself or by us. */
static int
reap(pid_t pid, int rc)
{
	int status = 0;

	if (rc != YX_OK)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return YX_IO;
	if (rc != YX_OK)
		return rc;
	if (WIFSIGNALED(status))
		yx_warn("a confined process ended by signal %d", WTERMSIG(status));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? YX_OK : YX_PDF_TOO_COMPLEX;
}

int
pdf_apart(const char *const *argv, int file, struct yx_buf *out)
{
	int pipes[2], rc;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC) != 0)
		return YX_IO;
	rc = start(argv, (const int[2]){ file, pipes[1] }, &pid);
	close(pipes[1]);
	if (rc == YX_OK)
		rc = reap(pid, collect(pipes[0], out));
	close(pipes[0]);
	return rc;
}
