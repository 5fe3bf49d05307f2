/* tokens.h - a token is what holds keys: a card, or what a PKCS #11 module shows. A
 * source is where tokens come from: pcsc.c finds cards in readers. Who signs does
 * not know which source a token is of. */
#ifndef YX_HOST_TOKENS_H
#define YX_HOST_TOKENS_H

#include <stdatomic.h>
#include <time.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/error.h"
#include "native-host/sign_verify.h"

/* What a worker tells about itself while a token keeps it. */
struct token_watch {
	atomic_int  cancelled; /* set by the watcher: send nothing more */
	atomic_long heartbeat; /* goes up with each answer of a token */
	atomic_int  waiting;   /* 1: waits for another program to let the card go */
	atomic_int  typing;    /* 1: the user types the PIN on the reader */
	atomic_int  pin_sent;  /* 1: from here on nothing may be tried again */
	atomic_int  signatures; /* made so far */
	atomic_long token_us;  /* microseconds that tokens and their service took */
	_Atomic(const char *) reader; /* where it is now; in the job's arena */
	/* Set while the worker waits for readers: ends the wait, from another thread. */
	_Atomic(void (*)(long)) interrupt;
	atomic_long interrupt_arg;
};

/* The monotonic clock in microseconds. */
static inline long
watch_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* A key with its certificate. */
struct token_key {
	unsigned       ref;      /* the token's own number */
	const char    *slot;     /* for people: "9C" */
	const uint8_t *cert;     /* DER, in the token's arena */
	size_t         cert_len;
	size_t         pin_min, pin_max; /* characters that the PIN may have */
	int            pin_each; /* 1: the PIN is due before each signature */
	int            on_pad;   /* 1: the PIN may be typed on the reader */
};

struct token {
	const struct token_ops *ops;
	struct yx_arena        *arena;
	const char             *reader; /* UTF-8, in the arena */
	void                   *state;  /* its source's own */
	unsigned                keys;   /* how many were shown: its user counts */
	int                     used;   /* set to 1 before the PIN is sent: reset it afterwards */
};

/* Called for each key; 1 ends the search. */
typedef int (*token_key_fn)(struct token *t, const struct token_key *key, void *ctx);

/* Tries left after a VERIFY when the token does not tell. */
#define TOKEN_TRIES_UNKNOWN (-1)

struct token_ops {
	const char *name;
	/* Every key that has a certificate, signing keys first. Objects that make no
	 * sense are passed over; YX_CARD_PROTOCOL only if nothing else was there. */
	int (*keys)(struct token *t, token_key_fn each, void *ctx);
	/* How many tries the key's PIN has left, without spending one. Unknown is no
	 * error. YX_PIN_BLOCKED: none. */
	int (*tries)(struct token *t, const struct token_key *key, int *tries);
	/* Exactly one VERIFY. The PIN has a length that the key allows. Errors:
	 * YX_PIN_WRONG, YX_PIN_BLOCKED (*tries tells), YX_PIN_FORMAT. */
	int (*verify)(struct token *t, const struct token_key *key, const char *pin, int *tries);
	/* The same with a PIN that is typed on the reader, for keys that say on_pad. Errors too:
	 * YX_PIN_NEEDED (nothing was typed), YX_CANCELLED (by the reader's key). */
	int (*verify_on_pad)(struct token *t, const struct token_key *key, int *tries);
	/* Signs a hash: PKCS #1 v1.5 or ECDSA (DER), appended to out. YX_PIN_NEEDED: the
	 * token wants the PIN once more, then again sign(). */
	int (*sign)(struct token *t, const struct token_key *key, const struct sign_hash *hash, struct yx_buf *out);
};

/* Called with each token. *stop = 1 ends the round. */
typedef int (*token_fn)(struct token *t, void *ctx, int *stop);

/* One walk over tokens. */
struct token_round {
	struct yx_arena    *arena;
	struct token_watch *watch;
	const char         *modules; /* PKCS #11 modules, comma between them; may be NULL */
	int                 silent_ms; /* how long a module may be silent */
	int                 pin_pads;  /* 1: keys of readers may be used */
	token_fn            fn;
	void               *ctx;
	int                 stop; /* out: fn ended the round */
};

struct token_source {
	const char *name;
	/* Calls round->fn for each token. Without one to call it for: YX_NO_SERVICE,
	 * YX_NO_READER, YX_NO_CARD or YX_CARD_UNSUPPORTED. Otherwise the result of the
	 * call that stopped the round, else the first error of a token, else YX_OK. */
	int (*each)(struct token_round *round);
};

#endif
