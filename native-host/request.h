/* request.h - one request while it is worked on. */
#ifndef YX_HOST_REQUEST_H
#define YX_HOST_REQUEST_H

#include "common/buf.h"
#include "common/cert.h"
#include "native-host/config.h"
#include "native-host/protocol.h"
#include "native-host/worker.h"

struct request {
	const struct config  *config;
	const struct yx_json *message; /* in the job's arena */
	int64_t               id;
	struct job           *job;     /* arena and PIN; goes to the worker */
	int                   stdin_fd;
	int                   tries;   /* for the error answer; -1: not told */
	int                   lost;    /* 1: a worker was left behind with the job */
};

/* Runs the job's work within the time that `signatures` take; sets r->lost. */
int request_work(struct request *r, int (*work)(struct job *), void *input, size_t signatures) YX_MUST_USE;

/* The members of a request that names certificate and PIN (prove, sign). */
struct request_key {
	const uint8_t *der;
	size_t         len;
	struct yx_cert cert; /* yx_cert_free() */
};
/* Reads the certificate; YX_PROTOCOL, or YX_CARD_UNSUPPORTED for a key that no card
 * of ours has, or a certificate that is not for signatures. */
int request_read_key(struct request *r, struct request_key *out) YX_MUST_USE;

#endif
