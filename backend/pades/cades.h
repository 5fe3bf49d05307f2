/* cades.h - floor 3: detached signatures of files that are no PDF (CAdES, ETSI EN 319 122-1):
 * level B-B, and B-T with a timestamp by pades_cms_stamp(). */
#ifndef YX_PADES_CADES_H
#define YX_PADES_CADES_H

#include "backend/pades/verify.h"

/* The CMS over the whole file at fd, with signing time and ESS signing-certificate-v2
 * (6.3), into `cms`. Errors: YX_CERT_WEAK (no algorithm goes with the key), YX_IO. */
int cades_sign(const struct pades_signer *signer, int fd, struct yx_buf *cms) YX_MUST_USE;

/* What such a signature of the file is worth: a report with one signature whose field is "".
 * Strings live in the arena; the caller frees with pades_report_free. YX_IO, YX_NO_MEMORY. */
struct cades_question { int fd; const struct yx_buf *cms; const struct pades_policy *policy; };
int cades_verify(struct yx_arena *a, const struct cades_question *q, struct pades_report *out) YX_MUST_USE;

#endif
