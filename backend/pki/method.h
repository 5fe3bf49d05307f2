/* method.h - floor 2: how a key signs: with which digest, and how RSA pads (RFC 8017, RFC 4055, RFC 5758). */
#ifndef YX_PKI_METHOD_H
#define YX_PKI_METHOD_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include "common/buf.h"
#include "common/error.h"

struct pki_method {
	const char *md;           /* "SHA-256", "SHA-384" or "SHA-512" */
	int         pss;          /* 1: RSASSA-PSS; 0: RSA PKCS #1 v1.5, or the key is no RSA key */
	const char *mask;         /* PSS: the digest of MGF1; NULL: md */
	int         salt;         /* PSS: bytes; 0: as many as the digest has */
};

/* "SHA-256", "SHA-384" or "SHA-512"; else NULL. */
const EVP_MD *pki_md(const char *name);

/* How the certificate's key signs. md NULL: the digest that goes with it. `pss` asks for RSASSA-PSS; a key of type
 * id-RSASSA-PSS does nothing else, and as its parameters say (RFC 4055, 3.3).
 * Errors: YX_CERT_BAD (no key), YX_CERT_WEAK (a kind of key that is not signed with, or too short for
 * digest and salt), YX_CERT_USAGE (its parameters want another digest), YX_BAD_FIELD (no such digest; PSS with
 * a key that is no RSA key). */
int pki_method_of(X509 *cert, const char *md, int pss, struct pki_method *out) YX_MUST_USE;

/* The digest and the length of the salt that PSS really has. */
const char *pki_method_mask(const struct pki_method *how);
int pki_method_salt(const struct pki_method *how);

/* The signature's AlgorithmIdentifier for that key (RFC 5754, RFC 4056: PSS says all of its parameters). YX_CERT_WEAK:
 * no algorithm goes with it; YX_NO_MEMORY. */
int pki_method_put(const EVP_PKEY *key, const struct pki_method *how, X509_ALGOR *alg) YX_MUST_USE;

/* Signs with a key in memory; appended. YX_INTERNAL: it would not. */
int pki_sign(EVP_PKEY *key, const struct pki_method *how, struct yx_bytes text, struct yx_buf *signature) YX_MUST_USE;
/* YX_SIGNATURE_BAD. */
int pki_verify(EVP_PKEY *public, const struct pki_method *how, struct yx_bytes text, struct yx_bytes signature)
    YX_MUST_USE;

#endif
