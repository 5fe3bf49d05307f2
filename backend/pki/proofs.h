/* proofs.h - floor 2: what proves for later that certificates were good: their paths, and
 * the answers of OCSP responders and CRLs about each (EN 319 142-1, 5.4; RFC 6960).
 *
 *   struct pki_proofs p;
 *   pki_proofs_init(&p, 30000);
 *   rc = pki_proofs_add(&p, trust, signer, certificates_beside_it, signed_at);
 *   … p.certs, p.answer[i].ocsp, p.missing …
 *   pki_proofs_free(&p);
 */
#ifndef YX_PKI_PROOFS_H
#define YX_PKI_PROOFS_H

#include <stdint.h>
#include "backend/pki/pki.h"

#define PKI_PROOFS_MAX 64

struct pki_proof { int ocsp; struct yx_buf der; }; /* else a CRL */
struct pki_proofs {
	STACK_OF(X509)  *certs;      /* of all paths, anchors too; each once */
	STACK_OF(X509)  *asked;      /* of these the state is known; inside certs */
	struct pki_proof answer[PKI_PROOFS_MAX];
	size_t           answer_n;
	/* what there is to say */
	size_t           missing;    /* certificates without a path or an answer */
	int              on_hold;    /* 1: one is suspended (certificateHold), which may pass */
	int              revoked;    /* 1: one is revoked for good */
	time_t           revoked_at; /* revoked: the earliest since when */
	int64_t          until_ms;   /* monotonic clock: nobody is asked after */
};

/* All questions together take `limit_ms` at most, and what the last one takes. */
void pki_proofs_init(struct pki_proofs *p, int64_t limit_ms);
void pki_proofs_free(struct pki_proofs *p);

/* Adds the path of one certificate, valid at `at` (UTC), and an answer of today for each
 * certificate of it that nobody was asked about before; for OCSP those of the responder
 * too, unless it is exempt (id-pkix-ocsp-nocheck). What cannot be had counts in p->missing and
 * is no error. YX_NO_MEMORY; YX_TOO_LARGE: more than PKI_PROOFS_MAX answers. */
int pki_proofs_add(struct pki_proofs *p, const struct pki_trust *t, X509 *leaf, STACK_OF(X509) *extra,
    time_t at) YX_MUST_USE;

#endif
