/* overlay.h - floor 3: words across every page of a file that nobody has signed yet. */
#ifndef YX_PADES_OVERLAY_H
#define YX_PADES_OVERLAY_H

#include "common/error.h"

/* Writes in_path with `text` (big, pale, from corner to corner) and `small` (a line at the foot) on each page
 * over the file at out_path. The font is a part of the file. YX_PDF_SIGNED, YX_UNAVAILABLE (qpdf is
 * missing), YX_IO, those of pades_inspect. */
struct pades_overlay { const char *text, *small; };
int pades_overlay(const char *in_path, const char *out_path, const struct pades_overlay *o) YX_MUST_USE;

#endif
