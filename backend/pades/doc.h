/* doc.h - floor 3: the objects of a PDF by their numbers, as each of its
 * revisions sees them, those in object streams included (ISO 32000-2, 7.5.7). */
#ifndef YX_PADES_DOC_H
#define YX_PADES_DOC_H

#include "backend/pades/xref.h"

/* The object as seen by the revision whose newest section is sec[view]. */
int pdf_fetch(struct pdf_doc *d, size_t view, int64_t id, struct pdf_object *out) YX_MUST_USE;
/* A value, or what it refers to (once); out->id is 0 if it was direct. A reference
 * that no object can have (number 0, another generation) refers to nothing. */
int pdf_resolve(struct pdf_doc *d, size_t view, struct pdf_span v, struct pdf_object *out) YX_MUST_USE;
/* pdf_get and pdf_resolve in one. */
int pdf_follow(struct pdf_doc *d, size_t view, struct pdf_span dict, const char *key,
    struct pdf_object *out) YX_MUST_USE;
/* The catalog. Its /Type may be missing, as some writers have it, but not be another. */
int pdf_root(struct pdf_doc *d, size_t view, struct pdf_object *out) YX_MUST_USE;

#endif
