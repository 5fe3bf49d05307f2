/* vpcd.h - the wire between a virtual card and vsmartcard's vpcd: the card
 * connects to the slot's TCP port; a message is a 16-bit big-endian length and
 * that many bytes. One byte is a control (power off, on, reset, give the ATR),
 * anything longer an APDU, which has exactly one answer. */
#ifndef YX_TESTS_CARD_VPCD_H
#define YX_TESTS_CARD_VPCD_H

#include "tests/card/card.h"

struct tc_wire {
	struct tc_card *card;
	int port;
	int fd;         /* -1: the card is out */
	int control;    /* listening socket of the tests, -1: none */
	int keep_trying; /* connect again whenever vpcd is away */
	int pulled;     /* taken out on purpose: stay out */
	int quit;
};

/* Inserts the card, trying for at most `ms` milliseconds; 0 or -1. */
int tc_insert(struct tc_wire *w, int ms);
/* Pulls it out. */
void tc_remove(struct tc_wire *w);
/* Serves slot and control socket until told to quit or vpcd ends; the exit status. */
int tc_serve(struct tc_wire *w);

#endif
