/* hash.h - floor 3: digests over ranges of a file, also while it is copied. */
#ifndef YX_PADES_HASH_H
#define YX_PADES_HASH_H

#include <openssl/evp.h>
#include "backend/pades/file.h"

/* Bytes [from, to) of the file; YX_PDF_BROKEN if it ends before. */
int pdf_hash_range(EVP_MD_CTX *ctx, int fd, int64_t from, int64_t to) YX_MUST_USE;
/* Copies the first n bytes of `in` to `out` and hashes them, in one pass. Of a file
 * system that can share blocks between files nothing is copied. ctx NULL: no hash. */
int pdf_copy_hashed(EVP_MD_CTX *ctx, int in, int out, int64_t n) YX_MUST_USE;

#endif
