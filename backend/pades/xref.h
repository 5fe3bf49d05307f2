/* xref.h - floor 3: cross-reference sections; for the files of pades/ only. */
#ifndef YX_PADES_XREF_H
#define YX_PADES_XREF_H

#include "backend/pades/doc.h"

/* Where the revision with sec[view] on top has the object; type 0 if nowhere. */
int pdf_lookup(struct pdf_doc *d, size_t view, int64_t id, struct pdf_entry *out) YX_MUST_USE;

/* doc.c: "N G obj" at an offset, whatever it is; where the stream's bytes begin;
 * those bytes without their filters. */
int pdf_object_at(struct pdf_doc *d, int64_t offset, struct pdf_object *out) YX_MUST_USE;
int pdf_stream_start(struct pdf_doc *d, const struct pdf_object *o, int64_t *start) YX_MUST_USE;
int pdf_unpack_at(struct pdf_doc *d, const struct pdf_object *o, int64_t length,
    struct pdf_span *out) YX_MUST_USE;

#endif
