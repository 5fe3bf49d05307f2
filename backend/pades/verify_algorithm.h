/* verify_algorithm.h - floor 3: until when an algorithm is good enough (ETSI TS 119 312). */
#ifndef YX_PADES_VERIFY_ALGORITHM_H
#define YX_PADES_VERIFY_ALGORITHM_H

#include "backend/pades/cms_verify.h"
#include "backend/pades/verify.h"

/* The signature of c by its signer's key: what it is, and whether it was acceptable at
 * that time. The strings are static. */
void pades_algorithm_of(const struct cms_parts *c, time_t at, struct pades_algorithm *out);

#endif
