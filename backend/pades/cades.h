/* cades.h - floor 3: detached signatures of files that are no PDF (CAdES, ETSI EN 319 122-1):
 * levels B-B, B-T and B-LT. */
#ifndef YX_PADES_CADES_H
#define YX_PADES_CADES_H

#include "backend/pades/verify.h"

struct cades_signer {
	EVP_PKEY       *key;
	X509           *cert;
	STACK_OF(X509) *chain;    /* may be NULL */
	struct pki_method how;    /* see pki_method_of */
};
/* The CMS over the whole file at fd, with signing time and ESS signing-certificate-v2
 * (6.3), into `cms`. Errors: YX_CERT_WEAK (no algorithm goes with the key), YX_IO; YX_SIGNATURE_BAD: the key is
 * not the certificate's. */
int cades_sign(const struct cades_signer *signer, int fd, struct yx_buf *cms) YX_MUST_USE;

/* Gives such a signature a timestamp that is valid, unless it has one (how->stamp NULL: it must), and
 * (no_store 0) beside the signer the certificates and revocation data of signer, timestamps
 * and responders: level B-LT (5.5, 6.3). *out as of pades_prolong, its size left out. On an error
 * `cms` holds nothing of use. YX_SIGNATURE_BAD; YX_TIMESTAMP_UNAVAILABLE;
 * YX_REVOCATION_UNKNOWN; YX_STATE: all of it was there. */
int cades_prolong(struct yx_buf *cms, const struct pades_prolong *how, struct pades_prolonged *out) YX_MUST_USE;

/* What such a signature of the file is worth: a report with one signature whose field is "".
 * Strings live in the arena; the caller frees with pades_report_free. YX_IO, YX_NO_MEMORY. */
struct cades_question {
	int     fd;
	int64_t from, to;             /* bytes of fd that are the file; to 0: to its end */
	const struct yx_buf *cms;     /* DER or PEM; content of its own is not accepted (cms_content) */
	const struct pades_policy *policy;
};
int cades_verify(struct yx_arena *a, const struct cades_question *q, struct pades_report *out) YX_MUST_USE;

#endif
