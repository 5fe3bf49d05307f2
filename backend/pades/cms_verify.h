/* cms_verify.h - floor 3: one CMS signature against one digest. */
#ifndef YX_PADES_CMS_VERIFY_H
#define YX_PADES_CMS_VERIFY_H

#include "backend/pades/cms.h"

struct cms_parts {
	CMS_ContentInfo *cms;
	CMS_SignerInfo  *si;      /* inside cms */
	STACK_OF(X509)  *certs;   /* owned: all that are inside */
	X509            *signer;  /* inside certs; NULL: not among them */
	const char      *md;      /* "SHA-256" … */
};

/* Parses the string of /Contents: one SignedData (DER, or BER of
 * indefinite length), zeros behind it, exactly
 * one signer, nothing encapsulated (RFC 5652; EN 319 142-1, 6.3). *why is a stable
 * word when it returns YX_SIGNATURE_BAD. The caller frees with cms_parts_free. */
int cms_parts_open(const uint8_t *p, size_t n, struct cms_parts *out, const char **why) YX_MUST_USE;
void cms_parts_free(struct cms_parts *c);

/* The signed attributes hold this digest; 1 or 0. */
int cms_digest_fits(const struct cms_parts *c, const uint8_t *digest, size_t n);
/* Attributes are as they must be, name the signer's certificate by its hash (if
 * need_ess or if present), and the signature verifies with its key. NULL or why. */
const char *cms_signature_flaw(const struct cms_parts *c, int need_ess);

#endif
