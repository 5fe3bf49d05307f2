/* examine.h - floor 3: a stranger's file is verified, or looked at, in a confined process of its own.
 *
 * The process is the same program, started anew as `PROGRAM --examine LIMITS TRUST_DIR [RANGES]`, with
 * the file at descriptor 0 and the report, as JSON, at descriptor 1; or as `PROGRAM --inspect LIMITS`
 * for pades_inspect_apart(). */
#ifndef YX_PADES_EXAMINE_H
#define YX_PADES_EXAMINE_H

#include "backend/pades/pades.h"

#define PADES_EXAMINE       "--examine"
#define PADES_INSPECT       "--inspect"
#define PADES_EXAMINE_MAX   ((size_t)2 << 20) /* bytes of a report */
#define PADES_EXAMINE_CMS   ((int64_t)4 << 20) /* bytes of a detached signature */

/* What is looked at: a PDF, or (cms_size not 0) any file with its detached signature, both inside
 * one file, from these bytes on. */
struct pades_exhibit {
	const char *path;
	int64_t     from, size, cms_from, cms_size;
};

/* The report of it as one JSON object into `json`, unchecked: it comes from a process
 * that read what it should not believe. Errors: those of pades_inspect;
 * YX_PDF_TOO_COMPLEX: it ran into a limit or died; YX_UNAVAILABLE: it can't be started. */
int pades_examine(const struct pades_exhibit *x, const char *trust_dir, const struct pades_limits *limits,
    struct yx_buf *json) YX_MUST_USE;

/* The other side, first in main() of a program that calls the above. 0: it was not started as such a process;
 * 1: it was, with arguments that make no sense, and ends with *status; else it does not come back. */
int pades_apart_main(int argc, char **argv, int *status) YX_MUST_USE;

#endif
