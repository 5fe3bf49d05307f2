#include "backend/pades/cms_timestamp.h"

#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "common/buf.h"

static const char *
digest_name(const TS_MSG_IMPRINT *imprint)
{
	const ASN1_OBJECT *o = NULL;

	X509_ALGOR_get0(&o, NULL, NULL, TS_MSG_IMPRINT_get_algo((TS_MSG_IMPRINT *)(uintptr_t)imprint));
	switch (OBJ_obj2nid(o)) {
	case NID_sha256: return "SHA-256";
	case NID_sha384: return "SHA-384";
	case NID_sha512: return "SHA-512";
	default: return "";
	}
}

static TS_TST_INFO *
info_of(CMS_ContentInfo *cms)
{
	ASN1_OCTET_STRING **content = CMS_get0_content(cms);
	const unsigned char *p;
	TS_TST_INFO *info;

	if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_id_smime_ct_TSTInfo || content == NULL || *content == NULL)
		return NULL;
	p = ASN1_STRING_get0_data(*content);
	info = d2i_TS_TST_INFO(NULL, &p, ASN1_STRING_length(*content));
	if (info != NULL && p != ASN1_STRING_get0_data(*content) + ASN1_STRING_length(*content)) {
		TS_TST_INFO_free(info);
		info = NULL;
	}
	return info;
}

static const char *
check_imprint(TS_TST_INFO *info, int fd, const struct pades_hole *hole, struct cms_timestamp *out)
{
	TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
	ASN1_OCTET_STRING *said = TS_MSG_IMPRINT_get_msg(imprint);
	uint8_t digest[EVP_MAX_MD_SIZE];
	size_t n = sizeof(digest);
	struct tm tm;

	out->md = digest_name(imprint);
	if (*out->md == '\0')
		return "digest_algorithm";
	if (ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &tm) != 1)
		return "cms_malformed";
	out->time = timegm(&tm);
	out->digest_ok = pades_digest(fd, hole, out->md, digest, &n) == YX_OK && (size_t)ASN1_STRING_length(said) == n &&
	    yx_equal(ASN1_STRING_get0_data(said), digest, n);
	return out->digest_ok ? NULL : "digest_mismatch";
}

/* The first certificate of signing-certificate or -v2 is the signer's (RFC 5035, RFC 5816). */
static int
names_signer(CMS_SignerInfo *si, X509 *signer)
{
	int at = CMS_signed_get_attr_by_NID(si, NID_id_smime_aa_signingCertificateV2, -1);
	X509_ATTRIBUTE *a = CMS_signed_get_attr(si, at);
	const int second = a != NULL;
	ESS_SIGNING_CERT *one = NULL;
	ESS_SIGNING_CERT_V2 *two = NULL;
	STACK_OF(X509) *certs = sk_X509_new_null();
	const ASN1_TYPE *v;
	const unsigned char *p;
	int ok = 0;

	if (!second)
		a = CMS_signed_get_attr(si, CMS_signed_get_attr_by_NID(si, NID_id_smime_aa_signingCertificate, -1));
	if (certs == NULL || sk_X509_push(certs, signer) <= 0 || a == NULL || X509_ATTRIBUTE_count(a) != 1 ||
	    (v = X509_ATTRIBUTE_get0_type(a, 0)) == NULL || ASN1_TYPE_get(v) != V_ASN1_SEQUENCE)
		goto out;
	p = ASN1_STRING_get0_data(v->value.sequence);
	if (second)
		two = d2i_ESS_SIGNING_CERT_V2(NULL, &p, ASN1_STRING_length(v->value.sequence));
	else
		one = d2i_ESS_SIGNING_CERT(NULL, &p, ASN1_STRING_length(v->value.sequence));
	ok = (one != NULL || two != NULL) && OSSL_ESS_check_signing_certs(one, two, certs, 1) == 1;
out:
	sk_X509_free(certs);
	ESS_SIGNING_CERT_free(one);
	ESS_SIGNING_CERT_V2_free(two);
	return ok;
}

/* One signer, whose certificate is inside and named by its hash. */
static const char *
check_signer(CMS_ContentInfo *cms, struct cms_timestamp *out)
{
	STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(cms);
	STACK_OF(X509) *who = NULL;

	if (sk_CMS_SignerInfo_num(signers) != 1)
		return "cms_signers";
	if (CMS_verify(cms, NULL, NULL, NULL, NULL, CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1)
		return "signature_mismatch";
	if ((who = CMS_get0_signers(cms)) != NULL && sk_X509_num(who) == 1 && X509_up_ref(sk_X509_value(who, 0)) == 1)
		out->signer = sk_X509_value(who, 0);
	sk_X509_free(who);
	if (out->signer == NULL)
		return "signer_certificate_missing";
	out->signature_ok = names_signer(sk_CMS_SignerInfo_value(signers, 0), out->signer);
	return out->signature_ok ? NULL : "signing_certificate_mismatch";
}

/* Only timestamping, and critical, is what the key may do (RFC 3161, 2.3). */
static const char *
check_chain(CMS_ContentInfo *cms, X509_STORE *trust, struct cms_timestamp *out)
{
	STACK_OF(X509) *certs = CMS_get1_certs(cms);
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	const char *flaw = "no_memory";

	if (trust == NULL) {
		flaw = "trust_not_checked";
	} else if (ctx != NULL && X509_STORE_CTX_init(ctx, trust, out->signer, certs) == 1 &&
	    X509_STORE_CTX_set_purpose(ctx, X509_PURPOSE_TIMESTAMP_SIGN) == 1) {
		X509_STORE_CTX_set_time(ctx, 0, out->time);
		out->chain_ok = X509_verify_cert(ctx) == 1;
		flaw = out->chain_ok ? NULL : "certificate_untrusted";
	}
	X509_STORE_CTX_free(ctx);
	sk_X509_pop_free(certs, X509_free);
	return flaw;
}

const char *
cms_timestamp_flaw(const struct yx_buf *token, int fd, const struct pades_hole *hole, X509_STORE *trust,
    struct cms_timestamp *out)
{
	const unsigned char *p = token->data;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)token->len);
	TS_TST_INFO *info = NULL;
	const char *flaw = "cms_malformed";

	*out = (struct cms_timestamp){.md = ""};
	if (cms == NULL || OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed || (info = info_of(cms)) == NULL)
		goto out;
	for (; p < token->data + token->len; p++)
		if (*p != 0)
			goto out;
	if ((flaw = check_imprint(info, fd, hole, out)) == NULL && (flaw = check_signer(cms, out)) == NULL)
		flaw = check_chain(cms, trust, out);
out:
	TS_TST_INFO_free(info);
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return flaw;
}
