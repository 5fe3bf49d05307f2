/* card.h - what a card driver is. A card is found by its applet, never by its
 * ATR. One driver = one card_*.c and one row in cards.c. */
#ifndef YX_HOST_CARD_H
#define YX_HOST_CARD_H

#include <openssl/evp.h>

#include "common/arena.h"
#include "native-host/apdu.h"

/* A key with its certificate, as the card holds it. */
struct card_key {
	unsigned       ref;      /* the driver's own number */
	const char    *slot;     /* for people: "9C" */
	const uint8_t *cert;     /* DER, in the card's arena */
	size_t         cert_len;
	int            pin_each; /* 1: the PIN is due before each signature */
};

struct card {
	struct apdu              *apdu;
	struct yx_arena          *arena;
	const char               *reader; /* UTF-8, in the arena */
	const struct card_driver *driver;
};

/* Called for each key; 1 ends the search. */
typedef int (*card_key_fn)(struct card *card, const struct card_key *key, void *ctx);

/* Tries left after a VERIFY when the card does not tell. */
#define CARD_TRIES_UNKNOWN (-1)

struct card_driver {
	const char *name;
	/* Selects the applet. YX_CARD_UNSUPPORTED: it is another kind of card. */
	int (*probe)(struct card *card);
	/* Every key that has a certificate, signing keys first. Objects that make no
	 * sense are passed over; YX_CARD_PROTOCOL only if nothing else was there. */
	int (*keys)(struct card *card, card_key_fn each, void *ctx);
	/* One VERIFY at most; none if the card says that it is blocked. Errors:
	 * YX_PIN_WRONG, YX_PIN_BLOCKED (*tries tells), YX_PIN_FORMAT. */
	int (*verify)(struct card *card, const char *pin, int ask_first, int *tries);
	/* Signs a hash: PKCS #1 v1.5 or ECDSA (DER), appended to out. */
	int (*sign)(struct card *card, const struct card_key *key, EVP_PKEY *public_key,
	    const EVP_MD *md, const uint8_t *hash, struct yx_buf *out);
};

extern const struct card_driver card_piv;

#endif
