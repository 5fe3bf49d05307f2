/* inspect.h - floor 3: is a file that pdf_doc_open() took fit to be signed? */
#ifndef YX_PADES_INSPECT_H
#define YX_PADES_INSPECT_H

#include "backend/pades/form.h"
#include "backend/pades/pades.h"

/* Facts and form of the newest revision; `path` names the same file, for libqpdf; NULL: it
 * reads the descriptor's pages in memory, so the file must not shrink meanwhile. Nothing is added
 * to a file with form->xfa: that is the caller's to refuse (YX_PDF_UNSUPPORTED).
 * Errors: those of pades_inspect. */
int pdf_inspect(struct pdf_doc *d, const char *path, struct pades_facts *out, struct pdf_form *form) YX_MUST_USE;
/* embed.c: the hole of the newest signature; YX_NOT_FOUND. */
int pdf_find_hole(struct pdf_doc *d, const struct pdf_form *form, struct pades_hole *hole) YX_MUST_USE;

/* The four numbers of a signature dictionary's /ByteRange. YX_NOT_FOUND: no range with one hole. */
int pdf_hole_of(struct pdf_span dict, struct pades_hole *hole) YX_MUST_USE;

#endif
