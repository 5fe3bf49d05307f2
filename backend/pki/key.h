/* key.h - floor 2: a private key that signs here: a file's, or one that never leaves its token. */
#ifndef YX_PKI_KEY_H
#define YX_PKI_KEY_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include "backend/pki/hsm.h"
#include "backend/pki/method.h"

struct pki_key;

/* Takes a reference on a key in memory. YX_NO_MEMORY. */
int pki_key_of(EVP_PKEY *key, struct pki_key **out) YX_MUST_USE;
/* The key at `place`: a PEM file, or "pkcs11:…" (token_uri.h) in the token behind `h`, which is
 * borrowed (NULL: there is no module). A token is asked nothing yet. Errors: those of pki_load_key,
 * YX_BAD_FIELD (no such URI), YX_CONFIG (no module). */
int pki_key_open(struct hsm *h, const char *place, struct pki_key **out) YX_MUST_USE;
void pki_key_free(struct pki_key **k); /* *k may be NULL */

/* Signs, appended: RSA as `how` says (method.h), or ECDSA as DER (RFC 3279). Several threads may sign.
 * Errors: those of hsm_sign. */
int pki_key_sign(const struct pki_key *k, const struct pki_method *how, struct yx_bytes text,
    struct yx_buf *signature) YX_MUST_USE;
/* From now on it signs documents by RSASSA-PSS, if it is an RSA key. */
void pki_key_wish_pss(struct pki_key *k, int yes);
/* How it signs documents for that certificate. Errors: those of pki_method_of. */
int pki_key_method(const struct pki_key *k, X509 *cert, struct pki_method *out) YX_MUST_USE;
/* The public half, for the caller to free. */
int pki_key_public(const struct pki_key *k, EVP_PKEY **out) YX_MUST_USE;
/* Does the certificate verify what the key signs, documents and, with SHA-256, the audit trail? Tried with random
 * bytes. YX_SIGNATURE_BAD; YX_CERT_USAGE: a key of type id-RSASSA-PSS for another digest only; YX_CERT_WEAK
 * (a kind of key that is not signed with); those of hsm_sign. */
int pki_key_fits(const struct pki_key *k, X509 *cert) YX_MUST_USE;

#endif
