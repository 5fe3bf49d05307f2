#include <openssl/err.h>
#include <string.h>

#include "backend/pades/cms.h"
#include "backend/pki/tsa.h"

static CMS_SignerInfo *
only_signer(CMS_ContentInfo *cms)
{
	STACK_OF(CMS_SignerInfo) *all = cms == NULL ? NULL : CMS_get0_SignerInfos(cms);

	return sk_CMS_SignerInfo_num(all) == 1 ? sk_CMS_SignerInfo_value(all, 0) : NULL;
}

int
cms_value_digest(CMS_SignerInfo *si, const char *md_name, struct pki_digest *out)
{
	const ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(si);
	const EVP_MD *md = pades_md(md_name);
	unsigned n = 0;

	memset(out, 0, sizeof(*out));
	out->md = md_name;
	if (md == NULL || EVP_Digest(ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value), out->bytes, &n, md,
	    NULL) != 1)
		return YX_INTERNAL;
	out->n = n;
	return YX_OK;
}

static int
add_token(CMS_ContentInfo *cms, CMS_SignerInfo *si, const struct yx_buf *token, size_t room, struct yx_buf *out)
{
	unsigned char *der = NULL;
	int n, rc = YX_HOLE_TOO_SMALL;

	if (CMS_unsigned_add1_attr_by_NID(si, NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE, token->data,
	    (int)token->len) != 1 || (n = i2d_CMS_ContentInfo(cms, &der)) <= 0)
		return YX_NO_MEMORY;
	if ((size_t)n <= room) {
		yx_buf_reset(out);
		yx_buf_add(out, der, (size_t)n);
		rc = yx_buf_status(out);
	}
	OPENSSL_free(der);
	return rc;
}

int
pades_cms_stamp(struct yx_buf *cms, size_t room, struct pades_stamp *stamp)
{
	const unsigned char *p = cms->data;
	CMS_ContentInfo *c = d2i_CMS_ContentInfo(NULL, &p, (long)cms->len);
	CMS_SignerInfo *si = only_signer(c);
	struct pki_digest digest;
	struct pki_tst tst = { 0 };
	struct yx_buf token;
	int rc = si == NULL ? YX_SIGNATURE_BAD : cms_value_digest(si, "SHA-256", &digest);

	stamp->time = 0;
	yx_buf_init(&token, PKI_TSA_TOKEN_MAX);
	if (rc == YX_OK && (rc = pki_tsa_stamp(stamp->trust, stamp->tsa, &digest, &token, &tst)) == YX_OK &&
	    (rc = add_token(c, si, &token, room, cms)) == YX_OK)
		stamp->time = tst.time;
	pki_tst_free(&tst);
	yx_buf_free(&token);
	CMS_ContentInfo_free(c);
	ERR_clear_error();
	return rc;
}
