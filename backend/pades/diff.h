/* diff.h - floor 3: one revision against the one before; for the files that judge it. */
#ifndef YX_PADES_DIFF_H
#define YX_PADES_DIFF_H

#include "backend/pades/form.h"
#include "backend/pades/locks.h"
#include "backend/pades/revisions.h"

struct diff {
	struct pdf_doc *d;
	const struct pdf_revision *r;
	size_t new_view, old_view;
	struct pdf_form old_form, new_form;
	uint8_t *explained;          /* one a changed object: 1 is allowed */
	const struct pdf_locks *limits;
	int waits;                   /* what pdf_diff_old_waits found; 0: not looked yet */
	int store_kept;              /* 1: the security store was looked at, and is allowed */
	int64_t scanned;             /* objects that were looked through so far */
};

#define PDF_SCAN_MAX 1000000     /* objects that are looked through for references */

/* Index in r->objects, -1: it is not of this revision. */
int pdf_diff_index_of(const struct diff *x, int64_t id);
/* This object of the revision is allowed; others are passed over. */
void pdf_diff_explain(struct diff *x, int64_t id);
/* *yes: the older revision had an object of that number. */
int pdf_diff_existed(struct diff *x, int64_t id, int *yes) YX_MUST_USE;
/* Equal but for two keys (other may be NULL). */
int pdf_diff_equal_without(struct pdf_span a, struct pdf_span b, const char *key, const char *other);
/* Every key is in the list (NULL ends it), none comes twice. */
int pdf_diff_only_keys(struct pdf_span dict, const char *const *allowed);
/* *yes: the older revision refers to a number that only this revision fills: such a
 * reference comes alive with the new object. YX_PDF_TOO_COMPLEX above PDF_SCAN_MAX. */
int pdf_diff_old_waits(struct diff *x, int *yes) YX_MUST_USE;
/* How often objects of the older revision refer to the number. YX_PDF_TOO_COMPLEX above
 * PDF_SCAN_MAX. */
int pdf_diff_references(struct diff *x, int64_t id, int *count) YX_MUST_USE;
/* *yes: the older revision has a form XObject without resources of its own, which a reader may look for
 * elsewhere. YX_PDF_TOO_COMPLEX above PDF_SCAN_MAX. */
int pdf_diff_has_bare_form(struct diff *x, int *yes) YX_MUST_USE;

#endif
