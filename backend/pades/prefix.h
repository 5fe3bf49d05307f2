/* prefix.h - floor 3: the digests of several signatures of one file. A revision is a prefix of the next, so what is
 * before the second hole is what is before the first and some more: it is read and hashed once. */
#ifndef YX_PADES_PREFIX_H
#define YX_PADES_PREFIX_H

#include <openssl/evp.h>
#include "backend/pades/pades.h"

#define PDF_PREFIX_MDS 3

struct pdf_prefix {
	int fd;
	struct pdf_prefix_run { EVP_MD_CTX *ctx; int64_t at; } run[PDF_PREFIX_MDS]; /* bytes [0, at), one a digest */
};

/* As pades_digest(). Cheap if holes are asked for in the order of their places; right in any order. */
int pdf_prefix_digest(struct pdf_prefix *p, const struct pades_hole *hole, const char *md, uint8_t *out,
    size_t *len) YX_MUST_USE;
void pdf_prefix_free(struct pdf_prefix *p);

#endif
