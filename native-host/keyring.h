/* keyring.h - all keys of all sources: lists them, signs with one. */
#ifndef YX_HOST_KEYRING_H
#define YX_HOST_KEYRING_H

#include "common/arena.h"
#include "common/cert.h"
#include "native-host/secret.h"
#include "native-host/tokens.h"

/* Where keys are looked for, and who watches. */
struct keyring {
	struct yx_arena    *arena; /* for all results */
	struct token_watch *watch;
	const char         *modules; /* PKCS #11 modules, comma between them; NULL: none */
	int                 silent_ms; /* how long a module may be silent; 0: not at all */
	int                 pin_pads;  /* 1: a PIN may be typed on readers that have keys */
};

/* One signing certificate, in a list. */
struct keyring_found {
	const uint8_t *cert; /* DER; all in the arena */
	size_t         len;
	const char    *reader, *slot, *kind;
	size_t         pin_min, pin_max;
	int            pin_each, on_pad;
	int            tries; /* left for its PIN, or TOKEN_TRIES_UNKNOWN */
	struct keyring_found *next;
};

/* The signing certificates of all tokens, each once. *failed (may be NULL): what became of a
 * token that was passed over because another one worked, YX_OK if none was. */
int keyring_find(const struct keyring *k, struct keyring_found **out, int *failed) YX_MUST_USE;

/* Signing several messages with one key and one PIN entry. */
struct keyring_signing {
	const uint8_t              *cert;     /* DER of the certificate asked for */
	size_t                      cert_len;
	const struct yx_cert       *summary;  /* of the same */
	const struct secret        *secret;   /* NULL: the PIN is typed on the reader */
	int                         last_try; /* 0: not if it could block the card */
	const struct yx_bytes *messages; /* what is hashed and signed */
	size_t                      count;
	struct yx_bytes       *signatures; /* out: `count` of them, in the arena */
	size_t                      done;       /* out: how many were made, from the first on */
	int                         tries;      /* out, with a PIN error */
};

/* Finds the token with the certificate, verifies the PIN, signs, and checks each
 * signature with the certificate. Errors: those of a token; none of them holds it:
 * YX_WRONG_CARD; only one try is left and last_try is 0: YX_PIN_LAST_TRY; no PIN, and the
 * reader cannot take one: YX_PIN_NEEDED. */
int keyring_sign(const struct keyring *k, struct keyring_signing *s) YX_MUST_USE;

/* 1 if a certificate is one to sign documents with: for signatures, no CA's, a
 * key that we know. */
int keyring_usable(const struct yx_cert *cert);

#endif
