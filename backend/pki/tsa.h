/* tsa.h - floor 2: asks timestamp authorities for a token (RFC 3161). */
#ifndef YX_PKI_TSA_H
#define YX_PKI_TSA_H

#include <stddef.h>
#include <stdint.h>
#include "backend/pki/tst.h"
#include "common/buf.h"

/* Whom to ask; strings belong to the caller. */
struct pki_tsa {
	const char *urls;        /* http and https, in this order, parted by blanks or commas */
	const char *allow_hosts; /* as hosts.h says; NULL: the hosts of the URLs themselves */
	const char *policy;      /* OID that the token must have; NULL or "": any */
	const char *tls_ca;      /* PEM file of roots for https; NULL or "": the system's */
	int64_t     deadline_ms; /* for all of them together; 0: 10 s. Each gets its share of what is left */
};

#define PKI_TSA_TOKEN_MAX ((size_t)64 << 10)

/* A token for a digest (no SHA-1) from the first TSA whose answer holds: granted, our
 * nonce, our imprint, the policy, a time within 300 s of now, and everything that
 * pki_tst_check asks (trust NULL: all but a path to an anchor). Appends the token's DER,
 * byte for byte as it came, to `token`; *tst (may be NULL) is what was read of it, for pki_tst_free.
 * YX_TIMESTAMP_UNAVAILABLE: none of them; each refusal is logged. YX_NO_MEMORY. */
int pki_tsa_stamp(const struct pki_trust *trust, const struct pki_tsa *tsa, const struct pki_digest *digest,
    struct yx_buf *token, struct pki_tst *tst) YX_MUST_USE;

/* The token inside a TimeStampResp whose status says "granted": *at and *len within the n
 * bytes of `der`. For who asks by other ways, and for the fuzzer. YX_TIMESTAMP_BAD. */
int pki_tsa_token(const void *der, size_t n, size_t *at, size_t *len) YX_MUST_USE;

#endif
