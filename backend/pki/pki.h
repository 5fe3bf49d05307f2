/* pki.h - floor 2: whom we trust, whether a certificate leads there, and
 * whether it was revoked (RFC 5280, RFC 6960).
 *
 * Opened once, then only read: one struct pki_trust serves all threads. */
#ifndef YX_PKI_PKI_H
#define YX_PKI_PKI_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <time.h>
#include "common/buf.h"
#include "common/error.h"

struct pki_trust;

/* Loads the .pem files of DIR/anchors (trust anchors; at least one) and of
 * DIR/intermediates (help for path building; may be missing).
 * allow_hosts: whom revocation data may be fetched from, as hosts.h says; NULL is "".
 * Errors: YX_CONFIG (directory, no anchor, a file that is no certificate), YX_NO_MEMORY. */
int pki_trust_open(const char *dir, const char *allow_hosts, struct pki_trust **out) YX_MUST_USE;
/* One anchor and nothing else; no revocation data is fetched. YX_NO_MEMORY. */
int pki_trust_of(X509 *anchor, struct pki_trust **out) YX_MUST_USE;
/* Frees it and sets *t to NULL; *t may be NULL. */
void pki_trust_free(struct pki_trust **t);
/* The anchors (and the intermediates, as help only), owned by t. */
X509_STORE *pki_trust_store(const struct pki_trust *t);
/* The intermediates, owned by t. */
STACK_OF(X509) *pki_trust_intermediates(const struct pki_trust *t);

/* May `leaf` sign at `at` (UTC), and does it lead to an anchor? Key usage
 * digitalSignature or nonRepudiation (or no such extension), not a CA, its key RSA
 * of 2048 bits or more or EC P-256/P-384; 112 bits all the way up. `extra` (may be NULL) helps
 * the path. *chain (may be NULL): leaf first, anchor last; the caller frees it
 * with sk_X509_pop_free(chain, X509_free). Revocation is not asked.
 * Errors: YX_CERT_BAD, _EXPIRED, _NOT_YET, _UNTRUSTED, _USAGE, _WEAK. */
int pki_check(const struct pki_trust *t, X509 *leaf, STACK_OF(X509) *extra, time_t at,
    STACK_OF(X509) **chain) YX_MUST_USE;
/* The same against a bare store (for the PDF floor, which gets no pki_trust). */
int pki_check_store(X509_STORE *store, X509 *leaf, STACK_OF(X509) *extra, time_t at,
    STACK_OF(X509) **chain) YX_MUST_USE;
/* The part that needs no path: usage, not a CA, key. */
int pki_check_leaf(X509 *leaf) YX_MUST_USE;
/* Its key alone: YX_CERT_BAD, YX_CERT_WEAK. */
int pki_check_key(X509 *x) YX_MUST_USE;

enum pki_state { PKI_UNKNOWN, PKI_GOOD, PKI_REVOKED };
struct pki_status {
	enum pki_state state;
	time_t         this_update;  /* of the answer; 0: none */
	time_t         revoked_at;   /* PKI_REVOKED: since when */
	int            reason;       /* PKI_REVOKED: RFC 5280 5.3.1, -1: not given */
	const char    *source;       /* "ocsp", "crl" or "" */
	struct yx_buf  raw;          /* the whole OCSPResponse or CRL, DER */
};
/* Asks the leaf's OCSP responder (AIA), else its CRL distribution point; both
 * answers are verified: signature, authorised responder, certificate id, times
 * with 300 s of skew. Blocks for 16 s at most. http and https only, no redirects.
 * `out` is always initialised; the caller frees it with pki_status_free.
 * YX_OK: good. YX_CERT_REVOKED. YX_REVOCATION_UNKNOWN: no usable answer, or no
 * issuer (NULL: the leaf is an anchor itself). */
int pki_revocation(const struct pki_trust *t, X509 *leaf, X509 *issuer, time_t now,
    struct pki_status *out) YX_MUST_USE;
void pki_status_free(struct pki_status *s);

/* PEM files. One certificate (DER accepted too); all certificates of a file in
 * their order; an unencrypted private key. The caller frees.
 * Errors: YX_IO, YX_CERT_BAD (not readable as such), YX_NO_MEMORY. */
int pki_load_cert(const char *path, X509 **out) YX_MUST_USE;
int pki_load_chain(const char *path, STACK_OF(X509) **out) YX_MUST_USE;
int pki_load_key(const char *path, EVP_PKEY **out) YX_MUST_USE;

#endif
