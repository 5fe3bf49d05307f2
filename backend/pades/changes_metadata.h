/* changes_metadata.h - floor 3: data about the document that other programs renew with each
 * of their signatures: they show nowhere on a page. */
#ifndef YX_PADES_CHANGES_METADATA_H
#define YX_PADES_CHANGES_METADATA_H

#include "backend/pades/diff.h"

/* Explains the document information dictionary (ISO 32000-2, 14.3.3) and the catalog's XMP
 * stream (14.3.2) where this revision changed them, unless a certification forbids all. */
int pdf_explain_metadata(struct diff *x) YX_MUST_USE;
/* The trailers name no other information dictionary, or one that was explained. */
int pdf_info_is_kept(const struct diff *x);

#endif
