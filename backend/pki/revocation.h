/* revocation.h - floor 2: the two ways to ask; for the files of pki/ only. */
#ifndef YX_PKI_REVOCATION_H
#define YX_PKI_REVOCATION_H

#include <openssl/x509v3.h>

#include "backend/pki/pki.h"

#define PKI_OCSP_MAX ((size_t)64 << 10)
#define PKI_CRL_MAX  ((size_t)32 << 20)

/* Both fill out->state (GOOD or REVOKED), times, source and raw and return YX_OK,
 * or return YX_REVOCATION_UNKNOWN (or YX_NO_MEMORY). */
int pki_ocsp(const struct pki_trust *t, X509 *leaf, X509 *issuer, time_t now,
    struct pki_status *out) YX_MUST_USE;
int pki_crl(const struct pki_trust *t, X509 *leaf, X509 *issuer, time_t now,
    struct pki_status *out) YX_MUST_USE;

/* The first point that answers for all reasons and is signed by the issuer; NULL: none. */
const char *pki_crl_uri(const CRL_DIST_POINTS *points);

/* An answer by itself, without the question that it was given to (so no nonce is compared):
 * what pki_ocsp and pki_crl judge. `uri`: where the CRL was fetched. The same results; out is
 * the caller's, initialised, and its raw stays as it is. */
struct pki_about { X509 *leaf, *issuer; };
int pki_ocsp_read(const struct pki_trust *t, const struct yx_buf *der, const struct pki_about *about, time_t now,
    struct pki_status *out) YX_MUST_USE;
struct pki_crl_source { const struct yx_buf *der; const char *uri; };
int pki_crl_read(const struct pki_crl_source *crl, X509 *leaf, X509 *issuer, time_t now,
    struct pki_status *out) YX_MUST_USE;

#endif
