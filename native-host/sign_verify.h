/* sign_verify.h - makes what a card signs, and trusts no signature unchecked: a
 * fault in the card can give away its key, another key's signature is worthless. */
#ifndef YX_HOST_SIGN_VERIFY_H
#define YX_HOST_SIGN_VERIFY_H

#include <openssl/evp.h>

#include "common/buf.h"
#include "common/error.h"

/* What is to be signed, and the public key of who signs. */
struct sign_hash {
	EVP_PKEY      *key;
	const EVP_MD  *md;
	const uint8_t *bytes; /* as many as md makes */
};

/* The digest of a name: "SHA-256", "SHA-384" or "SHA-512"; NULL for others. */
const EVP_MD *sign_digest(const char *name);
/* Appends the EMSA-PKCS1-v1_5 block of a hash (RFC 8017, 9.2) of modulus length. */
int sign_rsa_block(const EVP_MD *md, const uint8_t *hash, size_t modulus_len, struct yx_buf *out) YX_MUST_USE;
/* What a token gave back as the signature of a hash: appended in the form that goes out
 * (RSA, or ECDSA as DER) if it verifies with the key, else YX_CARD_PROTOCOL. */
int sign_take(const struct sign_hash *hash, const uint8_t *raw, size_t n, struct yx_buf *out) YX_MUST_USE;
/* An ECDSA result of a card, DER (RFC 3279, 2.2.3) or r and s side by side, as DER,
 * appended. YX_CARD_PROTOCOL if it is neither. */
int sign_ecdsa_der(const uint8_t *raw, size_t n, size_t field_len, struct yx_buf *out) YX_MUST_USE;
/* YX_OK if the signature of the message verifies, else YX_CARD_PROTOCOL. */
int sign_verify(EVP_PKEY *public_key, const EVP_MD *md, struct yx_bytes message,
    struct yx_bytes signature) YX_MUST_USE;

#endif
