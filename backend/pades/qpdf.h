/* qpdf.h - floor 3: the program qpdf, for the files of pades/. */
#ifndef YX_PADES_QPDF_H
#define YX_PADES_QPDF_H

#include "common/error.h"

/* Runs it in a process of its own, where it can be limited: what it finds in a damaged file may cost
 * gigabytes or minutes. options: at most 16, files last, NULL behind them. YX_UNAVAILABLE (no such program),
 * YX_PDF_TOO_COMPLEX, YX_PDF_BROKEN (or what it could not do). */
int pdf_run_qpdf(const char *const *options) YX_MUST_USE;

#endif
