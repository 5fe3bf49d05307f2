/* cms_material.h - floor 3: certificates, CRLs and OCSP answers beside the signer in a
 * SignedData (RFC 5652, 10.2.1; RFC 5940): where CAdES B-LT keeps them (EN 319 122-1, 5.5 and 6.3). */
#ifndef YX_PADES_CMS_MATERIAL_H
#define YX_PADES_CMS_MATERIAL_H

#include "backend/pades/cms.h"
#include "backend/pki/proofs.h"

/* A copy of `cms` (DER) with all of `p`, each value once and in DER's order, into `out`; the
 * signer's part is copied byte for byte. YX_STATE: it has all of that already.
 * YX_SIGNATURE_BAD: not a SignedData in DER. */
int cms_material_add(const struct yx_buf *cms, const struct pki_proofs *p, struct yx_buf *out) YX_MUST_USE;

/* Calls fn for each OCSP answer in `crls`: an OCSPResponse, or (basic 1) a BasicOCSPResponse,
 * in DER; what is neither is passed over. */
typedef void (*cms_ocsp_fn)(void *ctx, const uint8_t *p, size_t n, int basic);
void cms_material_ocsp(CMS_ContentInfo *cms, cms_ocsp_fn fn, void *ctx);

#endif
