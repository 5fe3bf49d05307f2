/* piv.h - the test card's command interface (SP 800-73-4 part 2). */
#ifndef YX_TESTS_CARD_PIV_H
#define YX_TESTS_CARD_PIV_H

#include "tests/card/card.h"

/* Forgets selection, PIN state and half commands, as a reset does. */
void tc_reset(struct tc_card *card);
/* For cards of any kind: the status word of what is left for a PIN; a private operation
 * as the evil modes want it (0 or -1); r and s side by side instead of DER. */
unsigned tc_tries_word(int tries);
int tc_sign_with(struct tc_card *card, const struct tc_slot *slot, const uint8_t *data, size_t n, struct yx_buf *sig);
void tc_unwrap_ecdsa(const struct tc_slot *slot, struct yx_buf *sig);
/* Executes one command APDU (ISO 7816-4, short or extended) and appends the
 * response APDU, status word at the end. Returns the instruction. */
int tc_command(struct tc_card *card, const uint8_t *p, size_t n, struct yx_buf *reply);

#endif
