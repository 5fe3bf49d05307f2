#include "backend/pki/tst.h"

#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "backend/pki/path.h"
#include "backend/pki/trust.h"
#include "backend/pki/window.h"

#define TOKEN_MAX ((size_t)1 << 20)

static const char *
md_name(const ASN1_OBJECT *o)
{
	static const struct { int nid; const char *name; } known[] = {
		{ NID_sha256, "SHA-256" }, { NID_sha384, "SHA-384" }, { NID_sha512, "SHA-512" }, { NID_sha1, "SHA-1" },
	};
	int nid = OBJ_obj2nid(o);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].nid == nid)
			return known[i].name;
	return NULL;
}

/* ---- what it says ---- */

static int
read_imprint(struct pki_tst *t)
{
	TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(t->info);
	const ASN1_OBJECT *o = NULL;
	ASN1_OCTET_STRING *bytes;
	EVP_MD *md;
	int n;

	X509_ALGOR_get0(&o, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
	bytes = TS_MSG_IMPRINT_get_msg(imprint);
	if ((t->imprint.md = md_name(o)) == NULL || (md = EVP_MD_fetch(NULL, t->imprint.md, NULL)) == NULL)
		return YX_TIMESTAMP_BAD;
	n = EVP_MD_get_size(md);
	EVP_MD_free(md);
	if (ASN1_STRING_length(bytes) != n || (size_t)n > sizeof(t->imprint.bytes))
		return YX_TIMESTAMP_BAD;
	memcpy(t->imprint.bytes, ASN1_STRING_get0_data(bytes), (size_t)n);
	t->imprint.n = (size_t)n;
	return YX_OK;
}

static int64_t
read_accuracy(TS_ACCURACY *a)
{
	if (a == NULL)
		return -1;
	/* Missing parts are 0. */
	return (int64_t)ASN1_INTEGER_get(TS_ACCURACY_get_seconds(a)) * 1000 + ASN1_INTEGER_get(TS_ACCURACY_get_millis(a));
}

static int
read_info(struct pki_tst *t)
{
	if (TS_TST_INFO_get_version(t->info) != 1 || pki_time(TS_TST_INFO_get_time(t->info), &t->time) != YX_OK ||
	    TS_TST_INFO_get_ext_by_critical(t->info, 1, -1) >= 0)
		return YX_TIMESTAMP_BAD;
	OBJ_obj2txt(t->policy, sizeof(t->policy), TS_TST_INFO_get_policy_id(t->info), 1);
	t->accuracy_ms = read_accuracy(TS_TST_INFO_get_accuracy(t->info));
	return read_imprint(t);
}

int
pki_tst_read(const void *der, size_t n, struct pki_tst *out)
{
	const unsigned char *p = der;
	ASN1_OCTET_STRING **content;
	int rc = YX_TIMESTAMP_BAD;

	memset(out, 0, sizeof(*out));
	out->signed_with = "other";
	if (n == 0 || n > TOKEN_MAX || (out->cms = d2i_CMS_ContentInfo(NULL, &p, (long)n)) == NULL ||
	    p != (const unsigned char *)der + n || OBJ_obj2nid(CMS_get0_type(out->cms)) != NID_pkcs7_signed ||
	    OBJ_obj2nid(CMS_get0_eContentType(out->cms)) != NID_id_smime_ct_TSTInfo ||
	    sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(out->cms)) != 1)
		goto out;
	if ((content = CMS_get0_content(out->cms)) == NULL || *content == NULL)
		goto out;
	p = ASN1_STRING_get0_data(*content);
	out->info = d2i_TS_TST_INFO(NULL, &p, ASN1_STRING_length(*content));
	if (out->info == NULL || p != ASN1_STRING_get0_data(*content) + ASN1_STRING_length(*content))
		goto out;
	out->certs = CMS_get1_certs(out->cms); /* NULL if there is none */
	rc = read_info(out);
out:
	ERR_clear_error();
	return rc;
}

void
pki_tst_free(struct pki_tst *tst)
{
	sk_X509_pop_free(tst->certs, X509_free);
	sk_X509_pop_free(tst->chain, X509_free);
	CMS_ContentInfo_free(tst->cms);
	TS_TST_INFO_free(tst->info);
	memset(tst, 0, sizeof(*tst));
}

/* ---- whether to believe it ---- */

/* The signature is over attributes, and these say that it is a TSTInfo (RFC 5652, 11.1);
 * CMS_verify compares the digest that they say with the content. */
static int
has_attributes(const CMS_SignerInfo *si)
{
	const ASN1_OBJECT *type = CMS_signed_get0_data_by_OBJ(si, OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT);

	return type != NULL && OBJ_obj2nid(type) == NID_id_smime_ct_TSTInfo &&
	    CMS_signed_get0_data_by_OBJ(si, OBJ_nid2obj(NID_pkcs9_messageDigest), -3, V_ASN1_OCTET_STRING) != NULL;
}

static int
verify_signature(struct pki_tst *t, STACK_OF(X509) *extra)
{
	CMS_SignerInfo *si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(t->cms), 0);
	STACK_OF(X509) *signers = NULL;
	X509_ALGOR *digest = NULL;
	const ASN1_OBJECT *o = NULL;
	const char *name;
	int rc = YX_TIMESTAMP_BAD;

	if (!has_attributes(si) ||
	    CMS_verify(t->cms, extra, NULL, NULL, NULL, CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1)
		return rc;
	if ((signers = CMS_get0_signers(t->cms)) != NULL && sk_X509_num(signers) == 1) {
		t->signer = sk_X509_value(signers, 0);
		CMS_SignerInfo_get0_algs(si, NULL, NULL, &digest, NULL);
		X509_ALGOR_get0(&o, NULL, NULL, digest);
		if ((name = md_name(o)) != NULL)
			t->signed_with = name;
		rc = YX_OK;
	}
	sk_X509_free(signers);
	return rc;
}

/* Every certificate that the token may speak of, the signer first. */
static STACK_OF(X509) *
known_certs(const struct pki_trust *trust, const struct pki_tst *t, STACK_OF(X509) *extra)
{
	STACK_OF(X509) *const sets[] = { t->certs, extra, trust->intermediates, trust->anchors };
	STACK_OF(X509) *all = sk_X509_new_null();
	int ok = all != NULL && sk_X509_push(all, t->signer) > 0;

	for (size_t i = 0; ok && i < sizeof(sets) / sizeof(sets[0]); i++)
		ok = sets[i] == NULL || X509_add_certs(all, sets[i], X509_ADD_FLAG_NO_DUP) == 1;
	if (!ok) {
		sk_X509_free(all);
		return NULL;
	}
	return all;
}

/* signing-certificate (RFC 2634) or -v2 (RFC 5035): its first hash is that of the
 * signer's certificate, so that no other with the same key can take its place. */
static int
check_signing_certificate(const struct pki_trust *trust, const struct pki_tst *t, STACK_OF(X509) *extra)
{
	CMS_SignerInfo *si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(t->cms), 0);
	const ASN1_STRING *der[2] = {
		CMS_signed_get0_data_by_OBJ(si, OBJ_nid2obj(NID_id_smime_aa_signingCertificate), -3, V_ASN1_SEQUENCE),
		CMS_signed_get0_data_by_OBJ(si, OBJ_nid2obj(NID_id_smime_aa_signingCertificateV2), -3, V_ASN1_SEQUENCE),
	};
	STACK_OF(X509) *all = known_certs(trust, t, extra);
	ESS_SIGNING_CERT *v1 = NULL;
	ESS_SIGNING_CERT_V2 *v2 = NULL;
	const unsigned char *p;
	int rc = all == NULL ? YX_NO_MEMORY : YX_TIMESTAMP_BAD;

	if (der[0] != NULL) {
		p = ASN1_STRING_get0_data(der[0]);
		v1 = d2i_ESS_SIGNING_CERT(NULL, &p, ASN1_STRING_length(der[0]));
	}
	if (der[1] != NULL) {
		p = ASN1_STRING_get0_data(der[1]);
		v2 = d2i_ESS_SIGNING_CERT_V2(NULL, &p, ASN1_STRING_length(der[1]));
	}
	if (all != NULL && (der[0] == NULL) == (v1 == NULL) && (der[1] == NULL) == (v2 == NULL) &&
	    OSSL_ESS_check_signing_certs(v1, v2, all, 1) > 0)
		rc = YX_OK;
	ESS_SIGNING_CERT_free(v1);
	ESS_SIGNING_CERT_V2_free(v2);
	sk_X509_free(all);
	return rc;
}

/* RFC 3161, 2.3: made for timestamps and for nothing else. */
static int
check_purpose(X509 *signer)
{
	int at = X509_get_ext_by_NID(signer, NID_ext_key_usage, -1);

	if (X509_get_extension_flags(signer) & (EXFLAG_INVALID | EXFLAG_CRITICAL))
		return YX_CERT_BAD;
	if (at < 0 || !X509_EXTENSION_get_critical(X509_get_ext(signer, at)) ||
	    X509_get_extended_key_usage(signer) != XKU_TIMESTAMP || X509_check_ca(signer) != 0)
		return YX_CERT_USAGE;
	/* All bits are set where the extension is missing. */
	if ((X509_get_key_usage(signer) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0)
		return YX_CERT_USAGE;
	return pki_check_key(signer);
}

static int
check_trust(const struct pki_trust *trust, struct pki_tst *t, time_t at, STACK_OF(X509) *extra)
{
	STACK_OF(X509) *help = known_certs(trust, t, extra);
	int rc = help == NULL ? YX_NO_MEMORY : check_purpose(t->signer);

	sk_X509_pop_free(t->chain, X509_free);
	t->chain = NULL;
	if (rc == YX_OK)
		rc = pki_path(trust, t->signer, help, at == 0 ? t->time : at, &t->chain);
	sk_X509_free(help);
	return rc;
}

static int
covers(const struct pki_tst *t, const struct pki_digest *d)
{
	return d->n > 0 && d->n == t->imprint.n && strcmp(d->md, t->imprint.md) == 0 &&
	    CRYPTO_memcmp(d->bytes, t->imprint.bytes, d->n) == 0;
}

int
pki_tst_check(const struct pki_trust *trust, struct pki_tst *tst, const struct pki_digest *digest, time_t at,
    STACK_OF(X509) *extra)
{
	static const struct pki_trust nobody = { 0 };
	int rc = YX_TIMESTAMP_BAD;

	if (trust == NULL)
		trust = &nobody;
	tst->intact = 0;
	if (tst->info == NULL || !covers(tst, digest))
		goto out;
	if ((rc = verify_signature(tst, extra)) != YX_OK ||
	    (rc = check_signing_certificate(trust, tst, extra)) != YX_OK)
		goto out;
	tst->intact = 1;
	rc = check_trust(trust, tst, at, extra);
out:
	ERR_clear_error();
	return rc;
}
