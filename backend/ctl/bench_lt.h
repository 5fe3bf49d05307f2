/* bench_lt.h - floor 5: a file with three signatures of level B-LT, for the measurement. */
#ifndef YX_CTL_BENCH_LT_H
#define YX_CTL_BENCH_LT_H

#include "backend/pki/pki.h"

/* From the PDF at `from`, at out[1] (out[0] is scratch): signers, timestamps, OCSP and CRLs of a PKI of its own (root,
 * issuing CA, signer, timestamp authority), whose anchor is in *trust, for the caller to free. */
int bench_lt_make(const char *from, const char *const out[2], struct pki_trust **trust) YX_MUST_USE;

#endif
