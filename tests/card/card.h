/* card.h - the test card's state: a PIV card (NIST SP 800-73-4) or one with a file
 * system (ISO/IEC 7816-15), with its own keys and PIN counter. Everything is in this one struct; no globals. */
#ifndef YX_TESTS_CARD_CARD_H
#define YX_TESTS_CARD_CARD_H

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"

#define TC_SLOTS_MAX 24
#define TC_FILES_MAX 96
#define TC_GUID_SIZE 16
/* Largest answer: what the vpcd wire can carry (16-bit length). */
#define TC_REPLY_MAX 65535
#define TC_OBJECT_MAX (80 * 1024)

/* One key with its certificate. */
struct tc_slot {
	uint8_t   ref;      /* 9A, 9C, 9D, 9E, 82..95 */
	EVP_PKEY *key;      /* owned */
	uint8_t  *cert;     /* DER, owned */
	size_t    cert_len;
};

/* How the card misbehaves: see evil.h. */
struct tc_evil {
	const char *name;   /* static; "none" */
	int         ins;    /* only for this instruction; -1: for all */
	long        number; /* the mode's figure, e.g. seconds; 0 if not given */
};

/* A command APDU. */
struct tc_apdu {
	uint8_t        cla, ins, p1, p2;
	const uint8_t *data;
	size_t         lc;
	size_t         le; /* bytes that the reader takes at once; 0: none asked for */
};

/* A file of a card with files. */
struct tc_file {
	uint16_t       id, parent;
	int            df;   /* a directory */
	struct yx_buf  data;
};

struct tc_card;
struct tc_kind; /* p15.h: how a card with files behaves; NULL: a PIV card */

struct tc_card {
	const struct tc_kind *kind;
	struct tc_file file[TC_FILES_MAX];
	size_t         files;
	int            consent;   /* 1: the PIN is due before each signature */
	const char    *atr;       /* hex, NULL: the usual one */
	/* of a card with files; gone after a reset */
	size_t         dir, current; /* indices of the selected directory and file */
	int            mse_alg, mse_ref, mse_file; /* -1: not set */

	struct tc_slot slot[TC_SLOTS_MAX];
	size_t         slots;
	const char    *pin, *puk;
	int            tries_max, tries, puk_tries;
	uint8_t        guid[TC_GUID_SIZE];
	struct tc_evil evil;

	/* gone after a reset or power cycle */
	int            selected;
	int            verified;      /* PIN given in this session */
	int            fresh;         /* … and no key used since: slot 9C (PIN always) */
	struct yx_buf  chain;         /* body of a command that comes in parts */
	int            chain_ins;     /* -1: none under way */
	struct yx_buf  rest;          /* answer still to be fetched by GET RESPONSE */
	size_t         rest_at;

	/* for the tests */
	unsigned long  apdus, verifies, signatures;
};

#endif
