/* window.h - floor 2: ASN.1 times and the windows that answers are good for; for the
 * files of pki/ only. */
#ifndef YX_PKI_WINDOW_H
#define YX_PKI_WINDOW_H

#include <openssl/asn1.h>
#include <time.h>
#include "common/error.h"

#define PKI_SKEW 300 /* seconds that clocks may differ */

/* UTC seconds. YX_REVOCATION_UNKNOWN: missing or malformed. */
int pki_time(const ASN1_TIME *t, time_t *out) YX_MUST_USE;
/* Is now within [from, to], give or take PKI_SKEW? YX_REVOCATION_UNKNOWN: no, or one
 * of the two is missing: an answer without an end would be good for ever. */
int pki_window(const ASN1_TIME *from, const ASN1_TIME *to, time_t now) YX_MUST_USE;

#endif
