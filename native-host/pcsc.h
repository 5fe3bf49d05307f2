/* pcsc.h - readers and cards through PC/SC. Everything here may block for as long
 * as a card pleases: call it on a worker (worker.h). One context per worker. */
#ifndef YX_HOST_PCSC_H
#define YX_HOST_PCSC_H

#include "native-host/tokens.h"

struct pcsc_count {
	int service; /* the smart card service answers */
	int readers;
	int cards;   /* readers with a card in them */
};

#define PCSC_DIGEST_SIZE 33

/* What there is, and a text that differs whenever a card or a reader came or went. */
struct pcsc_state {
	struct pcsc_count count;
	char              digest[PCSC_DIGEST_SIZE];
};

/* Returns when the state is another one than `seen` (a digest), after ms, or when the
 * watch is cancelled and interrupted; *out is the state then. */
int pcsc_wait(struct yx_arena *a, struct token_watch *watch, const char *seen, int ms, struct pcsc_state *out)
    YX_MUST_USE;
/* 1 if a card or a reader came or went within ms from now; also if we cannot know. */
int pcsc_watch(int ms);

/* Counts; fills *out also when the service is away (YX_OK). */
int pcsc_count(struct yx_arena *a, struct pcsc_count *out) YX_MUST_USE;
/* The cards in readers; each is visited inside a transaction of its own. */
extern const struct token_source pcsc_source;
/* The error that a PC/SC result means. */
int pcsc_error(long rv);

#endif
