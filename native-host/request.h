/* request.h - one request while it is worked on, and what the host keeps between
 * requests. */
#ifndef YX_HOST_REQUEST_H
#define YX_HOST_REQUEST_H

#include "common/buf.h"
#include "common/cert.h"
#include "native-host/config.h"
#include "native-host/inbox.h"
#include "native-host/protocol.h"
#include "native-host/worker.h"

struct host {
	const struct config *config;
	const char          *journal; /* the log's path; NULL: none is kept */
	struct inbox         inbox;
	int                  out_fd;  /* for events while a request is worked on; -1: none */
	struct yx_buf        pages;   /* an answer that is fetched page by page */
	int64_t              pages_of; /* its request's id; 0: none */
	struct yx_buf        parts;   /* a request that comes part by part */
};

void host_open(struct host *h, const struct config *config, int in_fd, int out_fd);
void host_close(struct host *h);

struct signing;

struct request {
	struct host          *host;
	struct yx_arena      *arena;
	const struct yx_json *message; /* in the arena */
	int64_t               id;
	struct secret        *secret;  /* the PIN of the message; NULL: none */
	struct job           *job;     /* the last work, for its results; NULL: none */
	int                   tries;   /* for the error answer; -1: not told */
	int                   told;    /* signatures that the last event told of */
	const struct signing *signing; /* what is being signed (signing.h); NULL: nothing */
};

/* Work on a worker. What it needs is copied into the job: a thread that is left behind
 * must share nothing with us. */
struct request_task {
	int  (*fill)(struct job *job, const void *ctx); /* sets job->input (and secret) */
	int  (*work)(struct job *job);
	const void *ctx;
	size_t signatures; /* how many will be made: more time */
	int    total_ms;   /* 0: as the settings and the signatures say */
	int    detached;   /* 1: answered even if stdin has ended */
	enum worker_wish (*input)(void *ctx); /* as in worker.h, with the request as ctx */
	void (*tick)(void *ctx);
	void (*gone)(void *ctx);
};

/* Runs it; r->job has the results unless the thread was left behind (then NULL). A
 * reader that gives no answer is passed over, and the work begins again, if no PIN was
 * sent. */
int request_work(struct request *r, const struct request_task *task) YX_MUST_USE;

/* The members of a request that names a certificate (prove, sign, authenticate). */
struct request_key {
	const uint8_t *der;
	size_t         len;
	struct yx_cert cert; /* yx_cert_free() */
};
/* Reads the certificate; YX_PROTOCOL, or YX_CARD_UNSUPPORTED for a key that no card
 * of ours has, or a certificate that is not for signatures. */
int request_read_key(struct request *r, struct request_key *out) YX_MUST_USE;
/* The origin of the page that the user sees: topOrigin, or origin if there is none. */
const char *request_top_origin(const struct request *r);
/* A boolean member; `absent` if there is none. */
int request_flag(const struct request *r, const char *name, int absent);

#endif
