/* commands.h - the table of commands. A new one is a command_*.c, a row here and a
 * section in PROTOCOL.md. */
#ifndef YX_HOST_COMMANDS_H
#define YX_HOST_COMMANDS_H

#include "common/buf.h"
#include "common/cert.h"
#include "native-host/config.h"
#include "native-host/protocol.h"
#include "native-host/worker.h"

/* One request while it is worked on. */
struct request {
	const struct config  *config;
	const struct yx_json *message; /* in the job's arena */
	int64_t               id;
	struct job           *job;     /* arena and PIN; goes to the worker */
	int                   stdin_fd;
	int                   tries;   /* for the error answer; -1: not told */
	int                   lost;    /* 1: a worker was left behind with the job */
};

/* Answers: appends the whole answer to out and returns YX_OK, or an error code and
 * nothing appended. */
typedef int (*command_fn)(struct request *r, struct yx_buf *out);

struct command {
	const char                   *name;
	const struct protocol_member *members; /* all there must be, `id` and `command` too */
	command_fn                    run;
	int                           has_origin;
};

/* Handles one message and appends its answer; wipes the message. Errors only when
 * not even an error answer could be written. */
int commands_handle(const struct config *config, int stdin_fd, struct yx_buf *message, struct yx_buf *out)
    YX_MUST_USE;
/* The names, NULL at the end. */
const char *const *commands_names(void);

/* Runs the job's work within the time that `signatures` take; sets r->lost. */
int commands_work(struct request *r, int (*work)(struct job *), void *input, size_t signatures) YX_MUST_USE;

/* The members of a request that names certificate and PIN (prove, sign). */
struct command_key {
	const uint8_t *der;
	size_t         len;
	struct yx_cert cert; /* yx_cert_free() */
};
/* Reads the certificate; YX_PROTOCOL, or YX_CARD_UNSUPPORTED for a key that no card
 * of ours has, or a certificate that is not for signatures. */
int commands_read_key(struct request *r, struct command_key *out) YX_MUST_USE;

int command_status(struct request *r, struct yx_buf *out);
int command_certificates(struct request *r, struct yx_buf *out);
int command_prove(struct request *r, struct yx_buf *out);
int command_sign(struct request *r, struct yx_buf *out);

#endif
