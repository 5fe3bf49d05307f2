/* probe.h - floor 2: how the services of a PKI answer just now: for who watches them. Each
 * answer is judged as a signature's would be; what is measured is the time until it came. */
#ifndef YX_PKI_PROBE_H
#define YX_PKI_PROBE_H

#include "backend/pki/pki.h"
#include "backend/pki/tsa.h"

#define PKI_PROBE_URL 1001

struct pki_probe {
	char    url[PKI_PROBE_URL];  /* "" if the certificate names none, or one that is too long */
	int     rc;                  /* YX_OK (also for a revoked certificate), or why it is no answer */
	int64_t millis;
	time_t  this_update, next_update; /* 0: not said */
	int64_t entries;             /* of a CRL; else -1 */
};

/* Where it says that one asks about it: its CRL or OCSP responder; "" if it says none that fits. */
void pki_crl_of(X509 *leaf, char url[PKI_PROBE_URL]);
void pki_ocsp_of(X509 *leaf, char url[PKI_PROBE_URL]);

/* Asks the CRL distribution point, or the OCSP responder, of `leaf` (RFC 5280 4.2.1.13, RFC 6960).
 * YX_NO_MEMORY; everything else stands in out. */
int pki_probe_crl(const struct pki_trust *t, X509 *leaf, X509 *issuer, struct pki_probe *out) YX_MUST_USE;
int pki_probe_ocsp(const struct pki_trust *t, X509 *leaf, X509 *issuer, struct pki_probe *out) YX_MUST_USE;
/* Asks one timestamp authority, tsa->urls, for a token over random bytes. */
int pki_probe_tsa(const struct pki_trust *t, const struct pki_tsa *tsa, struct pki_probe *out) YX_MUST_USE;
/* Is this one token (RFC 3161) over the data with that digest, and intact: imprint, signature and
 * signing certificate fit together? Whether its signer is trusted is not asked. YX_TIMESTAMP_BAD. */
int pki_token_fits(const void *der, size_t n, const struct pki_digest *digest) YX_MUST_USE;
/* Who issued `leaf`, by name and key, among anchors and intermediates; borrowed, NULL: none of them. */
X509 *pki_issuer(const struct pki_trust *t, X509 *leaf);

#endif
