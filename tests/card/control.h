/* control.h - what tests tell the card while it runs: one line to a unix socket,
 * one line back.
 *
 *   insert · remove · tries · pin-reset · evil MODE · apdus · quit */
#ifndef YX_TESTS_CARD_CONTROL_H
#define YX_TESTS_CARD_CONTROL_H

#include "tests/card/vpcd.h"

/* A listening socket at `path`; -1 on failure. */
int tc_control_listen(const char *path);
/* Takes one connection with one command and answers it. */
void tc_control_serve(struct tc_wire *w);

#endif
