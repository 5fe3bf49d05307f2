/* differences.h - floor 3: what a revision changed, in words that a person understands. */
#ifndef YX_PADES_DIFFERENCES_H
#define YX_PADES_DIFFERENCES_H

#include "backend/pades/revisions.h"
#include "backend/pades/verify.h"

/* One row for each object of the revision (after pdf_changes), one for the whole if it is
 * malformed; in the caller's arena. Appends to out[*n] .. and stops at max. */
int pdf_differences(struct pdf_doc *d, const struct pdf_revision *r, struct pades_difference *out,
    size_t max, size_t *n) YX_MUST_USE;

#endif
