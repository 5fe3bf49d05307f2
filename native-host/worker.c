#include "native-host/worker.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "common/log.h"

/* Threads that cards never gave back; more than this and no new one starts. */
#define LOST_MAX 8

static atomic_int lost;

enum { RUNNING, DONE, LEFT };

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct job *
job_new(size_t max)
{
	struct job *job = calloc(1, sizeof(*job));

	if (job == NULL)
		return NULL;
	atomic_init(&job->holders, 1);
	job->arena = yx_arena_new(max);
	job->done_fd = eventfd(0, EFD_CLOEXEC);
	if (job->arena == NULL || job->done_fd < 0)
		job_free(&job);
	return job;
}

void
job_free(struct job **job)
{
	struct job *j = *job;

	*job = NULL;
	if (j == NULL || atomic_fetch_sub(&j->holders, 1) > 1)
		return;
	secret_free(&j->secret);
	yx_arena_free(&j->arena);
	if (j->done_fd >= 0)
		close(j->done_fd);
	free(j);
}

static void *
run(void *arg)
{
	struct job *job = arg;
	uint64_t one = 1;

	job->result = job->work(job);
	/* What OpenSSL keeps for this thread goes now: the process may end before the
	 * thread's own end comes. */
	OPENSSL_thread_stop();
	if (atomic_exchange(&job->state, DONE) == LEFT)
		atomic_fetch_sub(&lost, 1);
	if (write(job->done_fd, &one, sizeof(one)) != sizeof(one))
		yx_error("worker: cannot report");
	job_free(&job);
	return NULL;
}

static int
start(struct job *job)
{
	pthread_attr_t attr;
	pthread_t thread;
	int rc;

	if (pthread_attr_init(&attr) != 0)
		return YX_NO_MEMORY;
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	atomic_fetch_add(&job->holders, 1);
	rc = pthread_create(&thread, &attr, run, job) == 0 ? YX_OK : YX_NO_MEMORY;
	pthread_attr_destroy(&attr);
	if (rc != YX_OK)
		atomic_fetch_sub(&job->holders, 1);
	return rc;
}

/* The caller went away in the middle: end at once, before anything more is signed.
 * What the process held goes with its pages; pcscd resets the card. */
static void
end_if_stdin_ended(short events)
{
	if ((events & (POLLHUP | POLLRDHUP | POLLERR | POLLNVAL)) == 0)
		return;
	yx_info("the caller is gone");
	_exit(0);
}

/* 1 when the work is over, 0 when the time is. */
static int
wait_done(struct job *job, const struct worker_limits *limits)
{
	struct pollfd p[2] = { { .fd = job->done_fd, .events = POLLIN },
		{ .fd = limits->stdin_fd, .events = POLLRDHUP } };
	long end = now_ms() + limits->total_ms, silent = now_ms() + limits->silent_ms;
	long beat = 0, seen, left;

	for (;;) {
		seen = atomic_load(&job->watch.heartbeat);
		if (seen != beat) {
			beat = seen;
			silent = now_ms() + limits->silent_ms;
		}
		left = (silent < end ? silent : end) - now_ms();
		if (left <= 0)
			return 0;
		if (poll(p, 2, left > 100 ? 100 : (int)left) < 0 && errno != EINTR)
			return 0;
		if (p[0].revents & POLLIN)
			return 1;
		end_if_stdin_ended(p[1].revents);
	}
}

int
worker_run(struct job *job, const struct worker_limits *limits)
{
	int rc, waiting;

	if (atomic_load(&lost) >= LOST_MAX)
		return YX_CARD_TIMEOUT;
	if ((rc = start(job)) != YX_OK)
		return rc;
	if (wait_done(job, limits))
		return job->result;
	atomic_store(&job->watch.cancelled, 1);
	waiting = atomic_load(&job->watch.waiting) && atomic_load(&lost) == 0;
	atomic_fetch_add(&lost, 1);
	if (atomic_exchange(&job->state, LEFT) == DONE) {
		atomic_fetch_sub(&lost, 1); /* it came in at the last moment */
		return job->result;
	}
	yx_warn("the card did not answer in time");
	return waiting ? YX_CARD_BUSY : YX_CARD_TIMEOUT;
}
