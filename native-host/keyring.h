/* keyring.h - all keys of all sources: lists them, signs with one. */
#ifndef YX_HOST_KEYRING_H
#define YX_HOST_KEYRING_H

#include "common/arena.h"
#include "common/cert.h"
#include "native-host/secret.h"
#include "native-host/tokens.h"

/* One signing certificate, in a list. */
struct keyring_found {
	const uint8_t      *cert; /* DER; all in the arena */
	size_t              len;
	const char         *reader, *slot;
	struct keyring_found *next;
};

/* The signing certificates of all tokens. */
int keyring_find(struct yx_arena *a, struct token_watch *watch, struct keyring_found **out) YX_MUST_USE;

struct keyring_bytes {
	const uint8_t *p;
	size_t         n;
};

/* Signing several messages with one key and one PIN entry. */
struct keyring_signing {
	const uint8_t            *cert;       /* DER of the certificate asked for */
	size_t                    cert_len;
	const struct yx_cert     *summary;    /* of the same */
	const struct secret      *secret;
	const struct keyring_bytes *messages;   /* what is hashed and signed */
	size_t                    count;
	struct keyring_bytes       *signatures; /* out: `count` of them, in the arena */
	int                       tries;      /* out, with a PIN error */
};

/* Finds the card with the certificate, verifies the PIN, signs, and checks each
 * signature with the certificate. All or nothing. Errors: those of a card; none
 * of the cards holds it: YX_WRONG_CARD. */
int keyring_sign(struct yx_arena *a, struct token_watch *watch, struct keyring_signing *s) YX_MUST_USE;

/* 1 if a certificate is one to sign documents with: for signatures, no CA's, a
 * key that we know. */
int keyring_usable(const struct yx_cert *cert);

#endif
