/* keys.h - floor 4: keys of a wallet (docs/decisions/wallet.md): what is wrapped with what. */
#ifndef YX_WALLET_KEYS_H
#define YX_WALLET_KEYS_H

#include <stddef.h>
#include <stdint.h>
#include "common/buf.h"
#include "common/error.h"
#include "common/random.h"

#define WALLET_KEY      32
#define WALLET_WRAPPED  (12 + WALLET_KEY + 16)      /* nonce, key, tag */
#define WALLET_SEALED   (32 + 16 + WALLET_KEY + YX_ID_SIZE - 1) /* a sealed box with key and id */
#define WALLET_SALT     16

/* HKDF-Expand (RFC 5869 2.3) with SHA-256: a key for one use, from one that nobody can guess. */
int wallet_derive(const uint8_t key[WALLET_KEY], const char *use, const char *id,
    uint8_t out[WALLET_KEY]) YX_MUST_USE;

/* A key under another one (AES-256-GCM); `id` says what for, and must be the same again.
 * wallet_unwrap: YX_WALLET_DAMAGED if it does not fit. */
int wallet_wrap(const uint8_t under[WALLET_KEY], const char *id, const uint8_t key[WALLET_KEY],
    uint8_t out[WALLET_WRAPPED]) YX_MUST_USE;
int wallet_unwrap(const uint8_t under[WALLET_KEY], const char *id, const void *wrapped, size_t n,
    uint8_t out[WALLET_KEY]) YX_MUST_USE;

/* A new pair (X25519). */
int wallet_pair(uint8_t public_key[WALLET_KEY], uint8_t secret[WALLET_KEY]) YX_MUST_USE;
/* A file's key for whoever has the secret key (libsodium's sealed box: X25519,
 * XSalsa20-Poly1305), together with the id of what it opens. wallet_unseal:
 * YX_WALLET_DAMAGED: for another, or of something else. */
int wallet_seal(const uint8_t public_key[WALLET_KEY], const char *id, const uint8_t key[WALLET_KEY],
    uint8_t out[WALLET_SEALED]) YX_MUST_USE;
int wallet_unseal(const uint8_t secret[WALLET_KEY], const char *id, const void *sealed, size_t n,
    uint8_t out[WALLET_KEY]) YX_MUST_USE;

/* Some bytes (the facts of a file) under a key of their own, used this once; appended to out. */
int wallet_hide(const uint8_t key[WALLET_KEY], const void *p, size_t n, struct yx_buf *out) YX_MUST_USE;
int wallet_show(const uint8_t key[WALLET_KEY], const void *p, size_t n, struct yx_buf *out) YX_MUST_USE;

/* The recovery code, 160 bits as people write them: eight groups of four letters. */
#define WALLET_CODE_SIZE 40
void wallet_code_make(char out[WALLET_CODE_SIZE]);
/* As a person types it: small letters, blanks, hyphens. YX_WALLET_CODE if it can be none. */
int wallet_code_key(const char *code, const char *member_id, uint8_t out[WALLET_KEY]) YX_MUST_USE;

#endif
