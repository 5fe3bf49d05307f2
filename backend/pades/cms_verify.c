#include "backend/pades/cms_verify.h"

#include <openssl/err.h>
#include <openssl/ess.h>
#include <limits.h>
#include <string.h>

#include "common/buf.h"

/* The length of a DER value with its head, 0 if it is not DER or too long. */
static size_t
der_length(const uint8_t *p, size_t n)
{
	size_t len = 0, bytes;

	if (n < 2 || p[0] != 0x30)
		return 0;
	if (p[1] < 0x80)
		return (size_t)p[1] + 2 <= n ? (size_t)p[1] + 2 : 0;
	bytes = p[1] & 0x7f;
	if (bytes < 1 || bytes > 4 || n < 2 + bytes || p[2] == 0)
		return 0;
	for (size_t i = 0; i < bytes; i++)
		len = len << 8 | p[2 + i];
	if (len < 0x80 || len > n - 2 - bytes)
		return 0;
	return 2 + bytes + len;
}

/* BER of indefinite length (X.690, 8.1.3.6): some honest signers write it. */
static int
is_open_ended(const uint8_t *p, size_t n)
{
	return n > 4 && p[0] == 0x30 && p[1] == 0x80;
}

static int
zeros(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return 0;
	return 1;
}

static const char *
digest_name(const X509_ALGOR *alg)
{
	const ASN1_OBJECT *o = NULL;

	if (alg == NULL)
		return NULL;
	X509_ALGOR_get0(&o, NULL, NULL, alg);
	switch (OBJ_obj2nid(o)) {
	case NID_sha256: return "SHA-256";
	case NID_sha384: return "SHA-384";
	case NID_sha512: return "SHA-512";
	default: return NULL;
	}
}

static void
find_signer(struct cms_parts *c)
{
	for (int i = 0; i < sk_X509_num(c->certs); i++) {
		X509 *x = sk_X509_value(c->certs, i);

		/* (a key that cannot be read is none) */
		if (c->signer == NULL && CMS_SignerInfo_cert_cmp(c->si, x) == 0 &&
		    X509_get0_pubkey(x) != NULL)
			c->signer = x;
	}
}

static const char *
split(struct cms_parts *c)
{
	STACK_OF(CMS_SignerInfo) *signers;
	X509_ALGOR *digest = NULL;

	if (OBJ_obj2nid(CMS_get0_type(c->cms)) != NID_pkcs7_signed)
		return "cms_type";
	if (OBJ_obj2nid(CMS_get0_eContentType(c->cms)) != NID_pkcs7_data || CMS_is_detached(c->cms) != 1)
		return "cms_content";
	signers = CMS_get0_SignerInfos(c->cms);
	if (sk_CMS_SignerInfo_num(signers) != 1)
		return "cms_signers";
	c->si = sk_CMS_SignerInfo_value(signers, 0);
	CMS_SignerInfo_get0_algs(c->si, NULL, NULL, &digest, NULL);
	if ((c->md = digest_name(digest)) == NULL)
		return "digest_algorithm";
	c->certs = CMS_get1_certs(c->cms);
	find_signer(c);
	return c->signer == NULL ? "signer_certificate_missing" : NULL;
}

int
cms_parts_open(const uint8_t *p, size_t n, struct cms_parts *out, const char **why)
{
	const unsigned char *at = p;
	size_t len = is_open_ended(p, n) ? n : der_length(p, n);

	memset(out, 0, sizeof(*out));
	*why = "cms_malformed";
	if (len == 0 || n > LONG_MAX || (out->cms = d2i_CMS_ContentInfo(NULL, &at, (long)len)) == NULL)
		return YX_SIGNATURE_BAD;
	if ((!is_open_ended(p, n) && at != p + len) || !zeros(at, (size_t)(p + n - at)))
		return YX_SIGNATURE_BAD;
	*why = split(out);
	ERR_clear_error();
	return *why == NULL ? YX_OK : YX_SIGNATURE_BAD;
}

void
cms_parts_free(struct cms_parts *c)
{
	sk_X509_pop_free(c->certs, X509_free);
	CMS_ContentInfo_free(c->cms);
	memset(c, 0, sizeof(*c));
}

/* The only value of the only attribute of that kind; NULL if there is none or more. */
static const ASN1_TYPE *
only_attribute(const struct cms_parts *c, int nid, int *count)
{
	const ASN1_TYPE *out = NULL;

	*count = 0;
	for (int i = 0; i < CMS_signed_get_attr_count(c->si); i++) {
		X509_ATTRIBUTE *a = CMS_signed_get_attr(c->si, i);

		if (OBJ_obj2nid(X509_ATTRIBUTE_get0_object(a)) != nid)
			continue;
		*count += 1;
		out = X509_ATTRIBUTE_count(a) == 1 ? X509_ATTRIBUTE_get0_type(a, 0) : NULL;
	}
	return *count == 1 ? out : NULL;
}

int
cms_digest_fits(const struct cms_parts *c, const uint8_t *digest, size_t n)
{
	int count;
	const ASN1_TYPE *v = only_attribute(c, NID_pkcs9_messageDigest, &count);

	return v != NULL && ASN1_TYPE_get(v) == V_ASN1_OCTET_STRING &&
	    (size_t)ASN1_STRING_length(v->value.octet_string) == n &&
	    yx_equal(ASN1_STRING_get0_data(v->value.octet_string), digest, n);
}

/* The first ESSCertIDv2 must be the signer's (RFC 5035, 3). */
static const char *
ess_flaw(const struct cms_parts *c, int needed)
{
	int count;
	const ASN1_TYPE *v = only_attribute(c, NID_id_smime_aa_signingCertificateV2, &count);
	const char *flaw = "signing_certificate_mismatch";
	ESS_SIGNING_CERT_V2 *ess;
	const unsigned char *p;
	const EVP_MD *md;
	STACK_OF(X509) *one = NULL;

	if (count == 0)
		return needed ? "signing_certificate_missing" : NULL;
	if (v == NULL || ASN1_TYPE_get(v) != V_ASN1_SEQUENCE)
		return flaw;
	p = ASN1_STRING_get0_data(v->value.sequence);
	ess = d2i_ESS_SIGNING_CERT_V2(NULL, &p, ASN1_STRING_length(v->value.sequence));
	one = sk_X509_new_null();
	md = EVP_sha256();
	/* Only the signer is offered, so the rest of the list is not looked up. */
	if (ess != NULL && one != NULL && md != NULL && sk_X509_push(one, c->signer) > 0 &&
	    OSSL_ESS_check_signing_certs(NULL, ess, one, 1) == 1)
		flaw = NULL;
	sk_X509_free(one);
	ESS_SIGNING_CERT_V2_free(ess);
	return flaw;
}

/* The signature's own algorithm must not name another digest than the signer's. */
static const char *
algorithm_flaw(const struct cms_parts *c)
{
	X509_ALGOR *digest = NULL, *signature = NULL;
	const ASN1_OBJECT *od = NULL, *os = NULL;
	int key = EVP_PKEY_get_base_id(X509_get0_pubkey(c->signer)), md_nid = 0, key_nid = 0, nid;

	CMS_SignerInfo_get0_algs(c->si, NULL, NULL, &digest, &signature);
	X509_ALGOR_get0(&od, NULL, NULL, digest);
	X509_ALGOR_get0(&os, NULL, NULL, signature);
	nid = OBJ_obj2nid(os);
	if (key == EVP_PKEY_RSA_PSS) /* (does nothing else: RFC 4055, 1.2) */
		return nid == NID_rsassaPss ? NULL : "signature_algorithm";
	if (key == EVP_PKEY_RSA && (nid == NID_rsaEncryption || nid == NID_rsassaPss))
		return NULL; /* PSS parameters are checked by the verification itself */
	if (OBJ_find_sigid_algs(nid, &md_nid, &key_nid) != 1 || md_nid != OBJ_obj2nid(od) ||
	    OBJ_find_sigid_by_algs(&nid, md_nid, key) != 1 || nid != OBJ_obj2nid(os))
		return "signature_algorithm";
	return NULL;
}

const char *
cms_signature_flaw(const struct cms_parts *c, int need_ess)
{
	int count;
	const ASN1_TYPE *type = only_attribute(c, NID_pkcs9_contentType, &count);
	const char *flaw;

	if (type == NULL || ASN1_TYPE_get(type) != V_ASN1_OBJECT ||
	    OBJ_obj2nid(type->value.object) != NID_pkcs7_data)
		return "content_type";
	if (only_attribute(c, NID_pkcs9_messageDigest, &count) == NULL)
		return "message_digest";
	if ((flaw = ess_flaw(c, need_ess)) != NULL || (flaw = algorithm_flaw(c)) != NULL)
		return flaw;
	CMS_SignerInfo_set1_signer_cert(c->si, c->signer);
	flaw = CMS_SignerInfo_verify(c->si) == 1 ? NULL : "signature_mismatch";
	ERR_clear_error();
	return flaw;
}
