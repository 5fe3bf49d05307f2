/* evil.h - the ways in which the test card lies.
 *
 * A mode is written NAME[=NUMBER][@INS], e.g. `slow=3@87`: three seconds late,
 * for GENERAL AUTHENTICATE only. Without @INS it holds for every APDU. */
#ifndef YX_TESTS_CARD_EVIL_H
#define YX_TESTS_CARD_EVIL_H

#include "tests/card/card.h"

/* What the wire does with an answer. */
enum tc_send {
	TC_SEND,      /* send it */
	TC_SILENT,    /* never answer */
	TC_CLOSE,     /* pull the card out instead */
	TC_CUT,       /* announce twice the length that comes */
};

/* Reads a mode; 0, or -1 if there is no such mode. */
int tc_evil_parse(struct tc_evil *evil, const char *text);
/* 1 if the card is in that mode (whatever instruction it is for). */
int tc_evil_is(const struct tc_card *card, const char *name);
/* Changes an answer (data and status word) as the mode says. `ins` is the
 * command's instruction. *delay_ms: how long to wait before sending. */
enum tc_send tc_evil_reply(struct tc_card *card, int ins, struct yx_buf *reply, long *delay_ms);
/* The answer to reset, which the modes atr0, atr1, atr34 and atr300 spoil. */
void tc_evil_atr(const struct tc_card *card, struct yx_buf *atr);
/* Prints the modes. */
void tc_evil_help(void);

#endif
