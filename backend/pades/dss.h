/* dss.h - floor 3: validation data that was added behind a signature (EN 319 142-1,
 * 5.4; ISO 32000-2, 12.8.4.3). */
#ifndef YX_PADES_DSS_H
#define YX_PADES_DSS_H

#include "backend/pades/diff.h"

/* Explains the objects of a security store if they hold certificates, OCSP answers and
 * CRLs, to the last byte, and nothing that the older revision has a reference to. */
int pdf_explain_dss(struct diff *x) YX_MUST_USE;

#endif
