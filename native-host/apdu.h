/* apdu.h - command and response APDUs (ISO 7816-4) over any transport: command
 * chaining, 61xx and 6Cxx. The card is not trusted: rounds and bytes are bounded. */
#ifndef YX_HOST_APDU_H
#define YX_HOST_APDU_H

#include <stdatomic.h>

#include "common/buf.h"
#include "common/error.h"

/* The largest thing pcsc-lite can hand over (MAX_BUFFER_SIZE_EXTENDED). */
#define APDU_RECEIVE_MAX 65548

/* Sends one APDU. *n: room at `answer`, then the length received. */
typedef int (*apdu_transmit_fn)(void *ctx, const uint8_t *command, size_t len, uint8_t *answer, size_t *n);

struct apdu {
	apdu_transmit_fn transmit;
	void            *ctx;
	int              t0;        /* protocol T=0: no Le behind a body */
	atomic_int      *cancelled; /* may be NULL; once set nothing more is sent */
	uint8_t          answer[APDU_RECEIVE_MAX];
};

/* One command. */
struct apdu_command {
	uint8_t     cla, ins, p1, p2;
	const void *data;   /* more than 255 bytes go out in a chain */
	size_t      len;
	int         answers; /* 1: data are expected */
	unsigned    le;     /* how many, 1 to 256; 0: as many as there are */
	int         again;  /* 1: reading only, may be sent again after 6Cxx */
};

/* Executes it; the data are appended to `out` (NULL if none are expected), *sw is
 * the last status word. A status word that is no success is no error here.
 * Errors: what transmit returns; YX_CARD_REMOVED (empty answer: the card went
 * away while it worked); YX_CARD_PROTOCOL; YX_CANCELLED. */
int apdu_run(struct apdu *a, const struct apdu_command *c, struct yx_buf *out, unsigned *sw) YX_MUST_USE;

#endif
