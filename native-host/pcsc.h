/* pcsc.h - readers and cards through PC/SC. Everything here may block for as long
 * as a card pleases: call it on a worker (worker.h). One context per worker. */
#ifndef YX_HOST_PCSC_H
#define YX_HOST_PCSC_H

#include <stdatomic.h>

#include "common/arena.h"
#include "common/error.h"
#include "native-host/card.h"

struct pcsc_count {
	int service; /* the smart card service answers */
	int readers;
	int cards;   /* readers with a card in them */
};

/* What a worker tells about itself while PC/SC keeps it. */
struct pcsc_watch {
	atomic_int  cancelled; /* set by the watcher: send nothing more */
	atomic_long heartbeat; /* goes up with each answer of a card */
	atomic_int  waiting;   /* 1: waits for another program to let the card go */
};

/* Called inside a transaction. *used: set to 1 once the PIN was sent, so that the
 * card is reset afterwards. *stop = 1 ends the round. */
typedef int (*pcsc_card_fn)(struct card *card, void *ctx, int *used, int *stop);

/* Counts; fills *out also when the service is away (YX_OK). */
int pcsc_count(struct yx_arena *a, struct pcsc_count *out) YX_MUST_USE;
/* Calls fn for each inserted card that a driver knows. Without a card to call it
 * for: YX_NO_SERVICE, YX_NO_READER, YX_NO_CARD or YX_CARD_UNSUPPORTED. Otherwise
 * the result of the call that stopped the round, else the first error of a card,
 * else YX_OK. */
int pcsc_each(struct yx_arena *a, struct pcsc_watch *watch, pcsc_card_fn fn, void *ctx) YX_MUST_USE;
/* The error that a PC/SC result means. */
int pcsc_error(long rv);

#endif
