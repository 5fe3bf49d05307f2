#include "backend/pades/examine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "backend/pades/cades.h"
#include "backend/pades/confine.h"
#include "backend/pades/file.h"
#include "backend/pades/verify_words.h"
#include "common/io.h"
#include "common/log.h"

#define ARENA_MAX ((size_t)16 << 20)
#define RANGES_OUT "%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64
#define RANGES_IN  "%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64

/* ---- the confined side ---- */

/* {"error":WORD}, or the report. */
static int
answer(struct yx_arena *a, int rc, const struct pades_report *r)
{
	struct yx_buf b;
	struct yx_jw w;
	int failed = 1;

	yx_buf_init(&b, PADES_EXAMINE_MAX);
	yx_jw_open(&w, &b);
	yx_jw_object(&w, NULL);
	if (rc != YX_OK)
		yx_jw_str(&w, "error", yx_err_word(rc));
	else
		pades_report_write(&w, a, r, 1);
	yx_jw_end_object(&w);
	if (yx_jw_close(&w) == YX_OK)
		failed = yx_write_all(STDOUT_FILENO, b.data, b.len) != YX_OK;
	yx_buf_free(&b);
	return failed;
}

static int
look_at_file(struct yx_arena *a, const struct pades_exhibit *x, const struct pades_policy *policy,
    struct pades_report *r)
{
	struct yx_buf cms;
	struct cades_question q = { .fd = STDIN_FILENO, .from = x->from, .to = x->from + x->size, .cms = &cms,
		.policy = policy };
	uint8_t *room;
	int rc = YX_NO_MEMORY;

	yx_buf_init(&cms, (size_t)x->cms_size + 1);
	if ((room = yx_buf_room(&cms, (size_t)x->cms_size)) != NULL &&
	    (rc = pdf_pread_all(STDIN_FILENO, room, (size_t)x->cms_size, x->cms_from)) == YX_OK) {
		cms.len = (size_t)x->cms_size;
		rc = cades_verify(a, &q, r);
	}
	yx_buf_free(&cms);
	return rc;
}

static int
look(struct yx_arena *a, const char *ranges, const struct pades_policy *policy, struct pades_report *r)
{
	struct pades_exhibit x = { 0 };

	if (ranges == NULL)
		return pades_verify_fd(a, STDIN_FILENO, policy, r);
	if (sscanf(ranges, RANGES_IN, &x.from, &x.size, &x.cms_from, &x.cms_size) != 4 || x.from <= 0 || x.size < 0 ||
	    x.cms_from < 0 || x.cms_size < 0 || x.cms_size > PADES_EXAMINE_CMS)
		return YX_USAGE;
	return look_at_file(a, &x, policy, r);
}

int
pades_examine_main(const char *trust_dir, const char *ranges)
{
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	struct pki_trust *trust = NULL;
	struct pki_approved *approved = NULL;
	struct pades_report r = {0};
	int rc = a == NULL ? YX_NO_MEMORY : YX_OK;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close_range(STDERR_FILENO + 1, ~0U, 0);
	/* What is ours is read before: the file's turn comes when nothing else can be had. */
	if (rc == YX_OK && (rc = pki_trust_open(trust_dir, NULL, &trust)) == YX_OK &&
	    (rc = pki_approved_open(trust_dir, &approved)) == YX_NOT_FOUND)
		rc = YX_OK;
	if (rc == YX_OK && (rc = pades_confine()) == YX_OK) {
		const struct pades_policy policy = { .trust = trust, .approved = approved };

		rc = look(a, ranges, &policy, &r);
	}
	/* (without the clean-up of exit(): it wants calls that are gone) */
	_exit(answer(a, rc, &r));
}

/* ---- our side ---- */

static int
start(const struct pades_exhibit *x, const char *trust_dir, const int files_of[2], pid_t *pid)
{
	char ranges[96];
	const char *const argv[] = { "examine", PADES_EXAMINE, trust_dir, x->cms_size == 0 ? NULL : ranges, NULL };
	posix_spawn_file_actions_t files;
	int bad;

	snprintf(ranges, sizeof(ranges), RANGES_OUT, x->from, x->size, x->cms_from, x->cms_size);
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
	const int64_t end = clock_ms() + PADES_EXAMINE_WAIT * 1000;
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
pades_examine(const struct pades_exhibit *x, const char *trust_dir, struct yx_buf *json)
{
	int in = open(x->path, O_RDONLY | O_CLOEXEC), pipes[2] = { -1, -1 }, rc = YX_IO;
	pid_t pid;

	if (in < 0 || pipe2(pipes, O_CLOEXEC) != 0)
		goto out;
	rc = start(x, trust_dir, (const int[2]){ in, pipes[1] }, &pid);
	close(pipes[1]);
	if (rc == YX_OK)
		rc = reap(pid, collect(pipes[0], json));
	close(pipes[0]);
out:
	if (in >= 0)
		close(in);
	return rc;
}
