#include "backend/pades/pades.h"

#include <openssl/asn1t.h>
#include <openssl/cms.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <string.h>

#include "backend/pades/cms.h"

#define ROOM_MARGIN 448 /* heads, object ids, digests, serial numbers */

/* CMS_final() is never called: it always adds a signing time, which PAdES forbids
 * (EN 319 142-1, 6.3), and it needs the private key, which is in a card. */

/* DER SET OF Attribute, sorted: what is signed (RFC 5652, 5.4). */
ASN1_ITEM_TEMPLATE(PADES_ATTRIBUTES) =
	ASN1_EX_TEMPLATE_TYPE(ASN1_TFLG_SET_ORDER, 0, PADES_ATTRIBUTES, X509_ATTRIBUTE)
/* clang-format off */
static_ASN1_ITEM_TEMPLATE_END(PADES_ATTRIBUTES)
/* clang-format on */

const EVP_MD *
pades_md(const char *name)
{
	return pki_md(name);
}

static int
set_algorithm(CMS_SignerInfo *si, const struct pades_cms_signer *by)
{
	X509_ALGOR *alg = NULL;

	CMS_SignerInfo_get0_algs(si, NULL, NULL, NULL, &alg);
	return pki_method_put(X509_get0_pubkey(by->cert), &by->how, alg);
}

static int
add_time(CMS_SignerInfo *si)
{
	ASN1_TIME *now = X509_gmtime_adj(NULL, 0);
	int ok = now != NULL && CMS_signed_add1_attr_by_NID(si, NID_pkcs9_signingTime, now->type, now, -1) == 1;

	ASN1_TIME_free(now);
	return ok ? YX_OK : YX_NO_MEMORY;
}

static int
add_attributes(CMS_SignerInfo *si, const uint8_t *digest, size_t n)
{
	ASN1_OBJECT *data = OBJ_nid2obj(NID_pkcs7_data);

	if (CMS_signed_add1_attr_by_NID(si, NID_pkcs9_contentType, V_ASN1_OBJECT, data, -1) != 1 ||
	    CMS_signed_add1_attr_by_NID(si, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, digest,
	    (int)n) != 1)
		return YX_NO_MEMORY;
	return YX_OK;
}

static int
encode_attributes(CMS_SignerInfo *si, struct yx_buf *out)
{
	STACK_OF(X509_ATTRIBUTE) *all = sk_X509_ATTRIBUTE_new_null();
	unsigned char *der = NULL;
	int n, rc = all == NULL ? YX_NO_MEMORY : YX_OK;

	for (int i = 0; rc == YX_OK && i < CMS_signed_get_attr_count(si); i++)
		if (sk_X509_ATTRIBUTE_push(all, CMS_signed_get_attr(si, i)) <= 0)
			rc = YX_NO_MEMORY;
	if (rc == YX_OK) {
		n = ASN1_item_i2d((ASN1_VALUE *)all, &der, ASN1_ITEM_rptr(PADES_ATTRIBUTES));
		if (n > 0)
			yx_buf_add(out, der, (size_t)n);
		rc = n > 0 ? yx_buf_status(out) : YX_NO_MEMORY;
	}
	OPENSSL_free(der);
	sk_X509_ATTRIBUTE_free(all);
	return rc;
}

static int
encode_cms(CMS_ContentInfo *cms, struct yx_buf *out)
{
	unsigned char *der = NULL;
	int n = i2d_CMS_ContentInfo(cms, &der);

	if (n > 0)
		yx_buf_add(out, der, (size_t)n);
	OPENSSL_free(der);
	return n > 0 ? yx_buf_status(out) : YX_NO_MEMORY;
}

/* The chain without the signer, which CMS_add1_signer puts in itself. */
static STACK_OF(X509) *
others(STACK_OF(X509) *chain, X509 *signer)
{
	STACK_OF(X509) *out = sk_X509_new_null();

	for (int i = 0; out != NULL && i < sk_X509_num(chain); i++) {
		X509 *x = sk_X509_value(chain, i);

		if (X509_cmp(x, signer) != 0 && sk_X509_push(out, x) <= 0) {
			sk_X509_free(out);
			return NULL;
		}
	}
	return out;
}

/* What a longer digest and the parameters of PSS add. */
static size_t
room_of(const struct pki_method *how)
{
	const size_t n = (size_t)EVP_MD_get_size(pki_md(how->md));

	return (n > 32 ? 2 * (n - 32) + 16 : 0) + (how->pss ? 64 : 0);
}

size_t
pades_room(const struct pades_cms_signer *by, size_t timestamp)
{
	X509 *signer = by->cert;
	STACK_OF(X509) *chain = by->chain;
	int issuer = i2d_X509_NAME(X509_get_issuer_name(signer), NULL), all = i2d_X509(signer, NULL);
	size_t n;

	for (int i = 0; i < sk_X509_num(chain); i++)
		if (X509_cmp(sk_X509_value(chain, i), signer) != 0)
			all += i2d_X509(sk_X509_value(chain, i), NULL);
	if (issuer < 0 || all < 0 || pki_md(by->how.md) == NULL)
		return PADES_HOLE_DER;
	/* The issuer stands in the signer's id and in the signed attributes. */
	n = (size_t)all + 2 * (size_t)issuer + (size_t)EVP_PKEY_get_size(X509_get0_pubkey(signer)) + ROOM_MARGIN +
	    room_of(&by->how) + timestamp;
	return (n + 63) & ~(size_t)63;
}

int
cms_begin(const struct pades_cms_signer *by, struct yx_bytes digest, struct yx_buf *signed_attributes,
    CMS_ContentInfo **out)
{
	X509 *signer = by->cert;
	const EVP_MD *md = pki_md(by->how.md);
	STACK_OF(X509) *rest = others(by->chain, signer);
	CMS_ContentInfo *cms = NULL;
	CMS_SignerInfo *si;
	int rc = YX_NO_MEMORY;

	*out = NULL;
	if (md == NULL || digest.n != (size_t)EVP_MD_get_size(md) || X509_get0_pubkey(signer) == NULL) {
		rc = X509_get0_pubkey(signer) == NULL ? YX_CERT_BAD : YX_BAD_FIELD;
		goto out;
	}
	if (rest == NULL || (cms = CMS_sign(NULL, NULL, rest, NULL,
	    CMS_PARTIAL | CMS_DETACHED | CMS_BINARY)) == NULL)
		goto out;
	/* CMS_CADES adds signing-certificate-v2 (RFC 5035). */
	if ((si = CMS_add1_signer(cms, signer, X509_get0_pubkey(signer), md,
	    CMS_PARTIAL | CMS_BINARY | CMS_NOSMIMECAP | CMS_CADES)) == NULL) {
		rc = YX_CERT_BAD;
		goto out;
	}
	if ((rc = set_algorithm(si, by)) != YX_OK || (rc = add_attributes(si, digest.p, digest.n)) != YX_OK ||
	    (by->timed && (rc = add_time(si)) != YX_OK) || (rc = encode_attributes(si, signed_attributes)) != YX_OK)
		goto out;
	*out = cms;
	cms = NULL;
out:
	CMS_ContentInfo_free(cms);
	sk_X509_free(rest);
	ERR_clear_error();
	return rc;
}

int
pades_cms_begin(const struct pades_cms_signer *by, struct yx_bytes digest, struct yx_buf *signed_attributes,
    struct yx_buf *partial)
{
	CMS_ContentInfo *cms;
	int rc = cms_begin(by, digest, signed_attributes, &cms);

	if (rc == YX_OK)
		rc = encode_cms(cms, partial);
	CMS_ContentInfo_free(cms);
	return rc;
}

/* r and s of equal length, or DER already. */
static int
ecdsa_to_der(X509 *signer, const uint8_t *p, size_t n, struct yx_buf *out)
{
	size_t half = ((size_t)EVP_PKEY_get_bits(X509_get0_pubkey(signer)) + 7) / 8;
	const unsigned char *at = p;
	unsigned char *der = NULL;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)n);
	BIGNUM *r = NULL, *s = NULL;
	int len;

	if ((sig == NULL || at != p + n) && n == 2 * half) {
		ECDSA_SIG_free(sig);
		r = BN_bin2bn(p, (int)half, NULL);
		s = BN_bin2bn(p + half, (int)half, NULL);
		if ((sig = ECDSA_SIG_new()) == NULL || r == NULL || s == NULL ||
		    ECDSA_SIG_set0(sig, r, s) != 1) {
			BN_free(r);
			BN_free(s);
			ECDSA_SIG_free(sig);
			return YX_NO_MEMORY;
		}
	} else if (sig == NULL || at != p + n) {
		ECDSA_SIG_free(sig);
		return YX_SIGNATURE_BAD;
	}
	if ((len = i2d_ECDSA_SIG(sig, &der)) > 0)
		yx_buf_add(out, der, (size_t)len);
	OPENSSL_free(der);
	ECDSA_SIG_free(sig);
	return len > 0 ? yx_buf_status(out) : YX_SIGNATURE_BAD;
}

/* Some middleware strips leading zeros of an RSA signature: put them back. */
static int
rsa_padded(X509 *signer, const uint8_t *p, size_t n, struct yx_buf *out)
{
	size_t want = (size_t)EVP_PKEY_get_size(X509_get0_pubkey(signer));

	if (n == 0 || n > want)
		return YX_SIGNATURE_BAD;
	for (size_t i = n; i < want; i++)
		yx_buf_add8(out, 0);
	yx_buf_add(out, p, n);
	return yx_buf_status(out);
}

static int
put_signature(CMS_SignerInfo *si, X509 *signer, const void *signature, size_t n)
{
	struct yx_buf b;
	int rc;

	yx_buf_init(&b, 4096);
	rc = EVP_PKEY_get_base_id(X509_get0_pubkey(signer)) == EVP_PKEY_EC ?
	    ecdsa_to_der(signer, signature, n, &b) : rsa_padded(signer, signature, n, &b);
	if (rc == YX_OK && ASN1_OCTET_STRING_set(CMS_SignerInfo_get0_signature(si), b.data,
	    (int)b.len) != 1)
		rc = YX_NO_MEMORY;
	yx_buf_free(&b);
	return rc;
}

/* The raw signature at its place; *out is who signed. */
static int
place(CMS_ContentInfo *cms, X509 *signer, struct yx_bytes signature, CMS_SignerInfo **out)
{
	STACK_OF(CMS_SignerInfo) *signers = cms == NULL ? NULL : CMS_get0_SignerInfos(cms);

	if (sk_CMS_SignerInfo_num(signers) != 1)
		return YX_SIGNATURE_BAD;
	*out = sk_CMS_SignerInfo_value(signers, 0);
	if (CMS_SignerInfo_cert_cmp(*out, signer) != 0 || X509_get0_pubkey(signer) == NULL)
		return YX_SIGNATURE_BAD;
	return put_signature(*out, signer, signature.p, signature.n);
}

/* (CMS_SignerInfo_verify would take the attributes in the order in which they were added, which is not that in
 * which they are signed and written) */
int
cms_finish(CMS_ContentInfo *cms, const struct pades_cms_signer *by, struct yx_bytes signed_attributes,
    struct yx_bytes signature, struct yx_buf *out)
{
	CMS_SignerInfo *si;
	const ASN1_OCTET_STRING *value;
	int rc = place(cms, by->cert, signature, &si);

	if (rc == YX_OK) {
		value = CMS_SignerInfo_get0_signature(si);
		rc = pki_verify(X509_get0_pubkey(by->cert), &by->how, signed_attributes,
		    (struct yx_bytes){ ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value) });
	}
	if (rc == YX_OK)
		rc = encode_cms(cms, out);
	ERR_clear_error();
	return rc;
}

int
pades_cms_finish(struct yx_bytes partial, X509 *signer, struct yx_bytes signature, struct yx_buf *out)
{
	const unsigned char *p = partial.p;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)partial.n);
	CMS_SignerInfo *si;
	int rc = place(cms, signer, signature, &si);

	if (rc == YX_OK) {
		CMS_SignerInfo_set1_signer_cert(si, signer);
		rc = CMS_SignerInfo_verify(si) == 1 ? encode_cms(cms, out) : YX_SIGNATURE_BAD;
	}
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return rc;
}

int
pades_sign_key(EVP_PKEY *key, const char *md, const void *signed_attributes, size_t n, struct yx_buf *signature)
{
	const struct pki_method how = { .md = md };

	return pki_sign(key, &how, (struct yx_bytes){ signed_attributes, n }, signature);
}
