/* digest_info.h - floor 1: what a PKCS #1 v1.5 signature is made over (RFC 8017, 9.2). */
#ifndef YX_COMMON_DIGEST_INFO_H
#define YX_COMMON_DIGEST_INFO_H

#include <openssl/evp.h>

#include "common/buf.h"

/* The DigestInfo up to the hash, *n bytes; NULL: not a digest of ours. Static. */
const uint8_t *yx_digest_info(const EVP_MD *md, size_t *n);
/* Appends the whole DigestInfo of a hash. YX_CARD_UNSUPPORTED: not a digest of ours. */
int yx_digest_info_of(const EVP_MD *md, const uint8_t *hash, struct yx_buf *out) YX_MUST_USE;

#endif
