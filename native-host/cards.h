/* cards.h - what the host does with cards, whatever their kind. */
#ifndef YX_HOST_CARDS_H
#define YX_HOST_CARDS_H

#include "common/arena.h"
#include "common/cert.h"
#include "native-host/card.h"
#include "native-host/pcsc.h"
#include "native-host/secret.h"

/* Finds the driver of a card that is connected; selects its applet. */
int cards_probe(struct card *card) YX_MUST_USE;

/* One signing certificate, in a list. */
struct cards_found {
	const uint8_t      *cert; /* DER; all in the arena */
	size_t              len;
	const char         *reader, *slot;
	struct cards_found *next;
};

/* The signing certificates of all inserted cards. */
int cards_find(struct yx_arena *a, struct pcsc_watch *watch, struct cards_found **out) YX_MUST_USE;

struct cards_bytes {
	const uint8_t *p;
	size_t         n;
};

/* Signing several messages with one key and one PIN entry. */
struct cards_signing {
	const uint8_t            *cert;       /* DER of the certificate asked for */
	size_t                    cert_len;
	const struct yx_cert     *summary;    /* of the same */
	const struct secret      *secret;
	const struct cards_bytes *messages;   /* what is hashed and signed */
	size_t                    count;
	struct cards_bytes       *signatures; /* out: `count` of them, in the arena */
	int                       tries;      /* out, with a PIN error */
};

/* Finds the card with the certificate, verifies the PIN, signs, and checks each
 * signature with the certificate. All or nothing. Errors: those of a card; none
 * of the cards holds it: YX_WRONG_CARD. */
int cards_sign(struct yx_arena *a, struct pcsc_watch *watch, struct cards_signing *s) YX_MUST_USE;

/* 1 if a certificate is one to sign documents with: for signatures, no CA's, a
 * key that we know. */
int cards_usable(const struct yx_cert *cert);

#endif
