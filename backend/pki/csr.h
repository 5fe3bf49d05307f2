/* csr.h - floor 2: new keys in files, and requests for certificates (PKCS #10, RFC 2986). */
#ifndef YX_PKI_CSR_H
#define YX_PKI_CSR_H

#include "backend/pki/key.h"

/* Makes a private key, "rsa3072", "p256" or "p384", and writes it to a new file (PKCS #8, PEM) that its owner alone may
 * read, synced. YX_CONFLICT: there is one. YX_BAD_FIELD: no such kind. YX_IO. */
int pki_key_make(const char *path, const char *kind) YX_MUST_USE;

/* A name "C=TW,O=…,CN=…" (RFC 4514 without escapes: no comma in a value); the caller frees. YX_BAD_FIELD. */
int pki_name_read(const char *text, X509_NAME **out) YX_MUST_USE;

/* The request, as PEM, appended: subject, public key, that it is for digitalSignature and nonRepudiation; signed
 * with the key itself. Errors: those of pki_key_sign. */
int pki_csr(const struct pki_key *k, const X509_NAME *subject, struct yx_buf *pem) YX_MUST_USE;

#endif
