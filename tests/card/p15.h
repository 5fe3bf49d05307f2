/* p15.h - the test card as a card with files: ISO/IEC 7816-4 files, 7816-15 directory,
 * 7816-8 signatures, in the manners of several makers. */
#ifndef YX_TESTS_CARD_P15_H
#define YX_TESTS_CARD_P15_H

#include "tests/card/card.h"

/* What differs from card to card. */
struct tc_kind {
	const char *name;
	const char *atr;       /* hex; NULL: the usual one */
	int         key_files; /* keys lie in files of their own (81), else have a reference (84) */
	int         rsa_info;  /* what 80 carries for an RSA key that takes a DigestInfo; -1: no 80 */
	int         rsa_block; /* … for one that takes a padded block; -1: it does not */
	int         ec;        /* … for an EC key; -1: no 80 */
	int         ec_raw;    /* signatures as r and s side by side */
	size_t      pin_stored; /* VERIFY's field has this length */
	int         pin_pad;   /* filled up with this; -1: not filled up */
	int         dir;       /* there is an EF.DIR that names the application */
	int         paths;     /* SELECT by path */
	int         algorithms; /* TokenInfo lists them */
	int         no_fci;    /* SELECT gives nothing back (P2 = 0C only) */
};

/* A kind by name; NULL: there is none ("piv" is no kind of these). */
const struct tc_kind *tc_p15_kind(const char *name);
/* Writes the card's files from its slots; 0 or -1. */
int tc_p15_make(struct tc_card *card);
void tc_p15_free(struct tc_card *card);
/* One command; appends its data and returns the status word. */
unsigned tc_p15_run(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out);

#endif
