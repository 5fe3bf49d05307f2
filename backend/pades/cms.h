/* cms.h - floor 3: what the files of pades/ share about CMS. */
#ifndef YX_PADES_CMS_H
#define YX_PADES_CMS_H

#include <openssl/cms.h>
#include <openssl/evp.h>
#include "backend/pades/pades.h"

/* "SHA-256", "SHA-384" or "SHA-512"; else NULL. */
const EVP_MD *pades_md(const char *name);

/* Both phases in one process, with a key at hand: as pades_cms_begin and _finish, without writing and reading what
 * is between (a quarter of what a small seal costs). The caller frees *out. */
int cms_begin(const struct pades_cms_signer *by, struct yx_bytes digest, struct yx_buf *signed_attributes,
    CMS_ContentInfo **out) YX_MUST_USE;
int cms_finish(CMS_ContentInfo *cms, const struct pades_cms_signer *by, struct yx_bytes signed_attributes,
    struct yx_bytes signature, struct yx_buf *out) YX_MUST_USE;

/* Digest of a signature's value: what its timestamp is made for (RFC 5126, 6.1.1). */
struct pki_digest;
int cms_value_digest(CMS_SignerInfo *si, const char *md_name, struct pki_digest *out) YX_MUST_USE;

#endif
