/* path.h - floor 2: from a certificate to an anchor (RFC 5280, 6.1); for the files of
 * pki/ only. */
#ifndef YX_PKI_PATH_H
#define YX_PKI_PATH_H

#include <openssl/x509.h>
#include <time.h>
#include "backend/pki/pki.h"

/* Finds a path from `leaf` up to an anchor of `t` and checks it at `at` (UTC). An issuer
 * is who made the signature: of several CAs with one name the key identifiers and, where
 * those are missing, the signatures themselves decide. When several paths exist the
 * first that passes is taken. What the leaf is for is not asked. *chain as in pki_check.
 * Errors: YX_CERT_EXPIRED, _NOT_YET, _UNTRUSTED, _WEAK (of the first path that failed),
 * YX_NO_MEMORY. */
int pki_path(const struct pki_trust *t, X509 *leaf, STACK_OF(X509) *extra, time_t at,
    STACK_OF(X509) **chain) YX_MUST_USE;

/* The code for an error of X509_verify_cert. */
int pki_path_error(int x509_error);

#define PKI_PATH_DEPTH     8
#define PKI_SECURITY_LEVEL 2 /* 112 bits: RSA 2048, no SHA-1 signatures in the path */

#endif
