/* revocation.h - floor 2: the two ways to ask; for the files of pki/ only. */
#ifndef YX_PKI_REVOCATION_H
#define YX_PKI_REVOCATION_H

#include "backend/pki/pki.h"

#define PKI_OCSP_MAX ((size_t)64 << 10)
#define PKI_CRL_MAX  ((size_t)32 << 20)

/* Both fill out->state (GOOD or REVOKED), times, source and raw and return YX_OK,
 * or return YX_REVOCATION_UNKNOWN (or YX_NO_MEMORY). */
int pki_ocsp(const struct pki_trust *t, X509 *leaf, X509 *issuer, time_t now,
    struct pki_status *out) YX_MUST_USE;
int pki_crl(const struct pki_trust *t, X509 *leaf, X509 *issuer, time_t now,
    struct pki_status *out) YX_MUST_USE;

#endif
