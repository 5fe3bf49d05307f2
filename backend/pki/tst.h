/* tst.h - floor 2: timestamp tokens (RFC 3161, RFC 5816): what one says, and whether it
 * is to be believed.
 *
 *   struct pki_tst tst;
 *   if ((rc = pki_tst_read(der, n, &tst)) == YX_OK) {
 *           … digest what it should cover, with the algorithm in tst.imprint …
 *           rc = pki_tst_check(trust, &tst, &digest, 0, NULL);
 *   }
 *   pki_tst_free(&tst);
 */
#ifndef YX_PKI_TST_H
#define YX_PKI_TST_H

#include <openssl/cms.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <stdint.h>
#include <time.h>
#include "backend/pki/pki.h"

struct pki_digest {
	const char *md;        /* "SHA-256", "SHA-384", "SHA-512" or "SHA-1" */
	uint8_t     bytes[64];
	size_t      n;         /* as many as md makes */
};

struct pki_tst {
	/* as the token says, after pki_tst_read: not believed yet */
	time_t          time;         /* genTime, UTC seconds; a fraction is cut off */
	int64_t         accuracy_ms;  /* -1: not given */
	struct pki_digest imprint;    /* of what it was made for */
	char            policy[64];   /* OID */
	STACK_OF(X509) *certs;        /* that it carries; owned */
	/* after pki_tst_check */
	int             intact;       /* 1: imprint, signature and signing certificate fit together; what may
	                               * still be wrong is whether the signer is trusted */
	X509           *signer;       /* the TSA's certificate; in certs or extra */
	const char     *signed_with;  /* digest of the signature, as imprint has it; "other": unknown */
	STACK_OF(X509) *chain;        /* signer first, anchor last; NULL unless trusted; owned */
	/* for tst.c */
	CMS_ContentInfo *cms;
	TS_TST_INFO     *info;
};

/* Reads one token with nothing behind it. YX_TIMESTAMP_BAD: not a token with exactly one
 * signer, or an imprint, a time or a critical extension that we do not know. *out is
 * always initialised; pki_tst_free it in any case. */
int pki_tst_read(const void *der, size_t n, struct pki_tst *out) YX_MUST_USE;

/* Is it a timestamp of the data with this digest (made by the imprint's algorithm), and
 * from a TSA that we trust at `at` (UTC; 0: at the token's own time)? Imprint; signature over signed
 * attributes that name content type and digest; signing-certificate or -v2; the only
 * extended key usage is timeStamping, and critical; key; path to an anchor. `extra` (may
 * be NULL) helps to find the signer and the path. Revocation is not asked.
 * trust NULL: nobody is trusted. YX_TIMESTAMP_BAD: not intact. YX_CERT_USAGE, _WEAK, _EXPIRED, _NOT_YET, _UNTRUSTED: of
 * the TSA's certificate, the token being intact. */
int pki_tst_check(const struct pki_trust *trust, struct pki_tst *tst, const struct pki_digest *digest,
    time_t at, STACK_OF(X509) *extra) YX_MUST_USE;

void pki_tst_free(struct pki_tst *tst);

#endif
