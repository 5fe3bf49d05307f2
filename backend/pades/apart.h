/* apart.h - floor 3: this program once more, as a process that reads a stranger's file and nothing else;
 * for the files of pades/. Both sides: ours starts it and collects, the other is what its main() calls first. */
#ifndef YX_PADES_APART_H
#define YX_PADES_APART_H

#include "backend/pades/pades.h"
#include "common/buf.h"

#define PDF_APART_WAIT 30 /* seconds, by the clock */

/* Starts /proc/self/exe with these arguments (NULL ends them) and `file` at descriptor 0; what it writes is
 * added to `out`, unchecked: it comes from a process that read what it should not believe.
 * YX_PDF_TOO_COMPLEX: it ran into a limit or died; YX_UNAVAILABLE: it can't be started. */
int pdf_apart(const char *const *argv, int file, struct yx_buf *out) YX_MUST_USE;
/* The limits as one argument, and back; YX_USAGE. */
#define PDF_LIMITS_SIZE 48
void pdf_limits_print(const struct pades_limits *l, char out[PDF_LIMITS_SIZE]);
int pdf_limits_parse(const char *text, struct pades_limits *out) YX_MUST_USE;

/* Of the other side: dies with its parent and keeps only descriptors 0, 1 and 2. */
void pdf_apart_begin(void);

#endif
