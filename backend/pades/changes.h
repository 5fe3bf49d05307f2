/* changes.h - floor 3: may the later revisions of a signed file be what they are?
 * A white list: an empty signature field was filled; where no certification
 * forbids it, an invisible signature field was added and filled; validation data (DSS)
 * or a document timestamp was added, which nothing forbids. */
#ifndef YX_PADES_CHANGES_H
#define YX_PADES_CHANGES_H

#include "backend/pades/locks.h"
#include "backend/pades/revisions.h"

/* Compares revision r (well formed) with the one before. *why: NULL if all is
 * allowed, else a stable word. `limits` come from the signatures that cover the older
 * revision. Sets r->allowed. */
int pdf_changes(struct pdf_doc *d, struct pdf_revision *r, const struct pdf_locks *limits,
    const char **why) YX_MUST_USE;

#endif
