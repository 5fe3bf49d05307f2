/* piv.h - the test card's command interface (SP 800-73-4 part 2). */
#ifndef YX_TESTS_CARD_PIV_H
#define YX_TESTS_CARD_PIV_H

#include "tests/card/card.h"

/* Forgets selection, PIN state and half commands, as a reset does. */
void tc_reset(struct tc_card *card);
/* Executes one command APDU (ISO 7816-4, short or extended) and appends the
 * response APDU, status word at the end. Returns the instruction. */
int tc_command(struct tc_card *card, const uint8_t *p, size_t n, struct yx_buf *reply);

#endif
