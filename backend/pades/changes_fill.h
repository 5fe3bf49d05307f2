/* changes_fill.h - floor 3: what a certification may allow besides signing: forms that are
 * filled in (DocMDP P=2 and 3) and notes (P=3); ISO 32000-2, 12.8.2.2. */
#ifndef YX_PADES_CHANGES_FILL_H
#define YX_PADES_CHANGES_FILL_H

#include "backend/pades/diff.h"

/* Objects that were written once more as they are. */
#define PDF_SAME 2
int pdf_explain_same(struct diff *x) YX_MUST_USE;

/* Values of the older revision's fields that are no signatures, with their looks; *any: there
 * is one. What somebody has signed besides who certified is never filled in anew. */
int pdf_explain_values(struct diff *x, int *any) YX_MUST_USE;

/* New notes and marks that have no look of their own; *any. Then pages that list them, where
 * pdf_diff_is_note says so of what was added. */
int pdf_explain_notes(struct diff *x, int *any) YX_MUST_USE;
int pdf_diff_is_note(struct diff *x, int64_t id);

/* The new dictionary (of fonts) has all of the old one; what is new in it refers to new objects. */
int pdf_diff_has_more(struct diff *x, struct pdf_span old, struct pdf_span now);

#endif
