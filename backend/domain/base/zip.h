/* zip.h - floor 4: files of a ZIP that goes out (libarchive). */
#ifndef YX_DOMAIN_ZIP_H
#define YX_DOMAIN_ZIP_H

#include <archive.h>
#include <stdint.h>
#include "common/error.h"

/* One file's head; its `size` bytes follow. */
struct zip_file {
	const char *name;  /* UTF-8 */
	int64_t     size, at; /* bytes; ms since 1970 */
	int         mode;  /* as of chmod */
};

/* YX_NO_MEMORY, YX_IO. */
int zip_begin(struct archive *out, const struct zip_file *f) YX_MUST_USE;

#endif
