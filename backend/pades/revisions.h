/* revisions.h - floor 3: the updates that were appended to a signed revision, and
 * whether each is well formed to the last byte. */
#ifndef YX_PADES_REVISIONS_H
#define YX_PADES_REVISIONS_H

#include "backend/pades/doc.h"

struct pdf_revision {
	size_t      view;         /* its section: d->sec[view] */
	int64_t     begin;        /* first byte after the revision before */
	int64_t     end, end_max; /* behind %%EOF, without and with its end of line */
	const char *flaw;         /* NULL: well formed; else a stable word */
	struct pdf_entry *objects; /* what it changes or adds, by offset */
	size_t      objects_n;
	uint8_t    *container;    /* one an object: 1 is an object stream, and nothing else */
	const uint8_t *allowed;   /* one an object, once pdf_changes looked; else NULL */
	int         filled;       /* 1: a form was filled in */
	int         noted;        /* 1: notes were added */
};

/* The revision that ends at `from` (a signature's last byte) and all after it,
 * oldest first; (*out)[0] is the signed one, whose inside is not judged here.
 * YX_PDF_BROKEN if the chain of sections does not lead to a revision that ends
 * there, or something follows the last one. */
int pdf_revisions(struct pdf_doc *d, int64_t from, struct pdf_revision **out, size_t *n) YX_MUST_USE;

/* Looks at every byte of the update: indexed objects, one behind the other, a
 * section, startxref, %%EOF, and nothing else. Sets r->flaw and r->objects. */
int pdf_revision_check(struct pdf_doc *d, struct pdf_revision *r) YX_MUST_USE;

#endif
