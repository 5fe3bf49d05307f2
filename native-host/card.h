/* card.h - what a card driver is: it speaks APDUs. A card is found by its applet,
 * never by its ATR. One driver = one card_*.c and one row in pcsc.c. */
#ifndef YX_HOST_CARD_H
#define YX_HOST_CARD_H

#include "native-host/apdu.h"
#include "native-host/tokens.h"

/* A card in a reader: a token's state. */
struct card {
	struct apdu     *apdu;
	struct yx_arena *arena;
	void            *state; /* the driver's own, in the arena */
};

struct card_driver {
	struct token_ops ops;
	/* Selects the applet. YX_CARD_UNSUPPORTED: it is another kind of card. */
	int (*probe)(struct card *card);
};

extern const struct card_driver card_piv, card_pkcs15;

#endif
