/* worker.h - runs the work with a token on a thread of its own, with a deadline. A
 * card can keep a PC/SC call for ever; then the thread is left behind with what it
 * holds, its reader is noted (wedged.h), and the host goes on. */
#ifndef YX_HOST_WORKER_H
#define YX_HOST_WORKER_H

#include "common/arena.h"
#include "common/error.h"
#include "native-host/secret.h"
#include "native-host/tokens.h"

/* What both sides hold; freed when the second one lets go. The thread alone uses
 * it between worker_run()'s start and its return. */
struct job {
	struct yx_arena   *arena;  /* all inputs and results */
	struct secret     *secret; /* the PIN, or NULL */
	struct token_watch watch;
	int              (*work)(struct job *job);
	void              *input;  /* in the arena */
	int                result; /* of work() */
	atomic_int         holders;
	atomic_int         state;   /* worker.c: running, done or left behind */
	int                done_fd; /* eventfd: raised when work() is over */
};

/* What a caller wants who looked at a message that came in while the card works. */
enum worker_wish {
	WORKER_GO_ON,
	WORKER_DEAF, /* do not call again */
	WORKER_STOP,
};

struct worker_limits {
	int silent_ms; /* between two answers of the card */
	int total_ms;
	int stdin_fd;  /* the host ends when this ends; -1: do not watch */
	/* Called when something can be read from stdin_fd; NULL: not looked at. */
	enum worker_wish (*input)(void *ctx);
	/* Called about ten times a second and after each answer of the card; may be NULL. */
	void (*tick)(void *ctx);
	/* Called before the process ends because stdin did; may be NULL. */
	void (*gone)(void *ctx);
	void  *ctx;
};

/* A job with an arena (of at most `max` bytes) and one holder; NULL without memory. */
struct job *job_new(size_t max);
/* Lets go; *job = NULL. */
void job_free(struct job **job);
/* 1 if its thread was left behind: nothing of the job may be touched but job_free(). */
int job_left(const struct job *job);

/* Runs job->work and waits. Returns its result, or YX_CARD_TIMEOUT or YX_CARD_BUSY
 * when the time ran out: job_left() tells. After WORKER_STOP no further command goes
 * to a card; what was under way is waited for. If stdin ends the process ends: nobody
 * waits for the answer. */
int worker_run(struct job *job, const struct worker_limits *limits) YX_MUST_USE;

#endif
