/* mark.h - floor 3: a mark on every page that says for whom and for what a copy was made, as
 * one appended revision of stamps (ISO 32000-2, 12.5.6.12): the bytes before it are the file
 * that was marked, so that its signatures can still be checked. */
#ifndef YX_PADES_MARK_H
#define YX_PADES_MARK_H

#include "common/error.h"

#define PADES_MARK_PAGES 2000

struct pades_mark {
	const char *across;       /* large and light over the page, several times; a few words */
	const char *below;        /* small on the lower edge: name, time, purpose */
};
/* Appends the revision to the file of that descriptor, which is open for reading and writing.
 * Errors: those of pades_inspect. */
int pades_mark(int fd, const struct pades_mark *m) YX_MUST_USE;

#endif
