/* container.h - floor 4: a file and the signature apart from it as one: a ZIP of the form ASiC-S
 * (ETSI EN 319 162-1, 4.3): "mimetype" first and without an extra field (A.1), the file, and
 * META-INF/signature.p7s. Nothing is packed, so it is written as it is read, and its size is known. */
#ifndef YX_CONTAINER_H
#define YX_CONTAINER_H

#include "backend/domain/document/document.h"

#define CONTAINER_TYPE "application/vnd.etsi.asic-s+zip"

enum { CONTAINER_MIMETYPE, CONTAINER_FILE, CONTAINER_SIGNATURE, CONTAINER_PARTS };
struct container_part {
	const char    *name;          /* UTF-8 */
	const char    *path;          /* of the object; NULL: `text` */
	const char    *text;
	int64_t        size;
	uint32_t       crc, at;       /* of its bytes; where its head begins */
};
struct container {
	struct container_part part[CONTAINER_PARTS];
	int64_t        size;          /* of all of it, bytes */
};
typedef int (*container_out)(void *ctx, const void *p, size_t n);

/* Reads both once, for their sums. In the arena. YX_TOO_LARGE (4 GiB), YX_IO. */
int container_open(struct act *act, const struct document_apart *d, struct container *out) YX_MUST_USE;
/* Errors: those of `out`, YX_IO. */
int container_write(const struct container *c, container_out out, void *ctx) YX_MUST_USE;

#endif
