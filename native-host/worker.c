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
#include "native-host/harden.h"
#include "native-host/pinpad.h"
#include "native-host/wedged.h"

/* Threads that cards never gave back; more than this and no new one starts. */
#define LOST_MAX 8
#define TICK_MS  100

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
	if (atomic_exchange(&job->state, DONE) == LEFT) {
		wedged_remove(job);
		atomic_store(&job->state, LEFT); /* nobody looks at the result any more */
	}
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
end_if_stdin_ended(short events, const struct worker_limits *limits)
{
	if ((events & (POLLHUP | POLLRDHUP | POLLERR | POLLNVAL)) == 0)
		return;
	yx_info("the caller is gone");
	if (limits->gone != NULL)
		limits->gone(limits->ctx);
	harden_exit(0);
}

/* Nothing more is sent; a worker that only waits for readers is woken. */
static void
stop(struct token_watch *watch)
{
	void (*interrupt)(long);

	atomic_store(&watch->cancelled, 1);
	if ((interrupt = atomic_load(&watch->interrupt)) != NULL)
		interrupt(atomic_load(&watch->interrupt_arg));
}

/* What came in while the card works. */
static void
hear(struct job *job, const struct worker_limits *limits, struct pollfd *in)
{
	enum worker_wish wish = limits->input(limits->ctx);

	if (wish != WORKER_GO_ON)
		in->events = POLLRDHUP;
	if (wish == WORKER_STOP)
		stop(&job->watch);
}

/* Who types on a reader is not silent: the card's time stands still, for so long as an entry
 * may last. *since: 0, or when it began. */
static int
types(const struct job *job, long *since)
{
	if (!atomic_load(&job->watch.typing)) {
		*since = 0;
		return 0;
	}
	if (*since == 0)
		*since = now_ms();
	return now_ms() - *since < PINPAD_TOTAL_MS;
}

/* 1 when the work is over, 0 when the time is. */
static int
wait_done(struct job *job, const struct worker_limits *limits)
{
	struct pollfd p[2] = { { .fd = job->done_fd, .events = POLLIN },
		{ .fd = limits->stdin_fd, .events = POLLRDHUP } };
	long end = now_ms() + limits->total_ms, silent = now_ms() + limits->silent_ms;
	long beat = 0, seen, left, last = now_ms(), typing_since = 0;

	if (limits->input != NULL)
		p[1].events |= POLLIN;
	for (;;) {
		seen = atomic_load(&job->watch.heartbeat);
		if (seen != beat) {
			beat = seen;
			silent = now_ms() + limits->silent_ms;
		}
		if (types(job, &typing_since)) {
			silent += now_ms() - last;
			end += now_ms() - last;
		}
		last = now_ms();
		left = (silent < end ? silent : end) - now_ms();
		if (left <= 0)
			return 0;
		if (poll(p, 2, left > TICK_MS ? TICK_MS : (int)left) < 0 && errno != EINTR)
			return 0;
		if (limits->tick != NULL)
			limits->tick(limits->ctx);
		if (p[0].revents & POLLIN)
			return 1;
		end_if_stdin_ended(p[1].revents, limits);
		if (p[1].revents & POLLIN)
			hear(job, limits, &p[1]);
	}
}

int
job_left(const struct job *job)
{
	return atomic_load(&job->state) == LEFT;
}

int
worker_run(struct job *job, const struct worker_limits *limits)
{
	const char *reader;
	int rc, code;

	if (wedged_count() >= LOST_MAX)
		return YX_CARD_TIMEOUT;
	if ((rc = start(job)) != YX_OK)
		return rc;
	if (wait_done(job, limits))
		return job->result;
	atomic_store(&job->watch.cancelled, 1);
	code = atomic_load(&job->watch.waiting) ? YX_CARD_BUSY : YX_CARD_TIMEOUT;
	reader = atomic_load(&job->watch.reader);
	wedged_add(job, reader != NULL ? reader : "", code);
	if (atomic_exchange(&job->state, LEFT) == DONE) {
		atomic_store(&job->state, DONE);
		wedged_remove(job); /* it came in at the last moment */
		return job->result;
	}
	yx_warn("the card did not answer in time");
	return code;
}
