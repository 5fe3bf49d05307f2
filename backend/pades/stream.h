/* stream.h - floor 3: the two stream filters that structure is packed with. */
#ifndef YX_PADES_STREAM_H
#define YX_PADES_STREAM_H

#include "backend/pades/lex.h"

/* Undoes no filter or /FlateDecode, with or without a PNG predictor (ISO 32000-2,
 * 7.4.4), as `dict` says. The buffer's limit bounds what comes out.
 * Errors: YX_PDF_UNSUPPORTED (another filter), YX_PDF_BROKEN, YX_PDF_TOO_COMPLEX. */
int pdf_unpack(struct pdf_span dict, const void *data, size_t n, struct yx_buf *out) YX_MUST_USE;

#endif
