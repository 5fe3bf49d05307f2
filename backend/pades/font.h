/* font.h - floor 3: PDFs that cairo drew, with fonts no larger than their glyphs. */
#ifndef YX_PADES_FONT_H
#define YX_PADES_FONT_H

#include "common/buf.h"
#include "common/error.h"

/* A copy of `pdf`, as cairo writes it (one section, no object streams), whose CFF fonts have
 * only what their glyphs need. cairo 1.16 leaves the tables of subroutines of a CJK font in,
 * emptied at best, at worst whole: 50 KB to 1 MB for a dozen characters. What can't be made
 * smaller stays as it is. Errors: those of pdf_doc_open, YX_PDF_UNSUPPORTED. */
int pdf_thin(const struct yx_buf *pdf, struct yx_buf *out) YX_MUST_USE;

/* One such font (Adobe TN 5176), its subroutines written out where they are called; glyph
 * numbers stay. YX_PDF_UNSUPPORTED: it cannot be read. */
int pdf_thin_cff(const void *cff, size_t n, struct yx_buf *out) YX_MUST_USE;

#endif
