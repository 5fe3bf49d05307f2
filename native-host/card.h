/* card.h - what a card driver is: it speaks APDUs. A card is found by its applet,
 * never by its ATR. One driver = one card_*.c and one row in pcsc.c. */
#ifndef YX_HOST_CARD_H
#define YX_HOST_CARD_H

#include "native-host/apdu.h"
#include "native-host/pinpad.h"
#include "native-host/tokens.h"

/* A card in a reader: a token's state. */
struct card {
	struct apdu     *apdu;
	struct yx_arena *arena;
	void            *state; /* the driver's own, in the arena */
	/* The reader's own keys: has the PIN typed there and sent to the card. NULL: it has none. */
	int            (*pad)(void *ctx, const struct pinpad_ask *ask, unsigned *sw);
	void            *pad_ctx;
};

struct card_driver {
	struct token_ops ops;
	/* Selects the applet. YX_CARD_UNSUPPORTED: it is another kind of card. */
	int (*probe)(struct card *card);
};

/* What a status word of VERIFY says about the PIN (ISO/IEC 7816-4, 11.6.6 and table 6;
 * SP 800-73-4 part 2, 3.2.1): YX_OK, YX_PIN_WRONG, YX_PIN_BLOCKED, YX_PIN_FORMAT or
 * YX_CARD_PROTOCOL; *left: tries, or TOKEN_TRIES_UNKNOWN. */
int card_pin_result(unsigned sw, int *left) YX_MUST_USE;

/* Exactly one VERIFY with a PIN that is typed on the reader; results as above, and those of
 * pinpad_result(). */
int card_verify_on_pad(struct card *card, const struct pinpad_ask *ask, int *left) YX_MUST_USE;

extern const struct card_driver card_piv, card_pkcs15;

#endif
