#include "backend/pades/cades.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "backend/pades/hash.h"
#include "backend/pades/verify_judge.h"

#define CMS_MAX ((size_t)1 << 20)

/* ---- signing ---- */

static int
digest_whole(int fd, const char *md, uint8_t *out, unsigned *n)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int64_t size;
	int rc = ctx == NULL ? YX_NO_MEMORY : pdf_file_size(fd, &size);

	if (rc == YX_OK)
		rc = EVP_DigestInit_ex(ctx, pki_md(md), NULL) != 1 ? YX_INTERNAL : pdf_hash_range(ctx, fd, 0, size);
	if (rc == YX_OK && EVP_DigestFinal_ex(ctx, out, n) != 1)
		rc = YX_INTERNAL;
	EVP_MD_CTX_free(ctx);
	return rc == YX_PDF_BROKEN ? YX_IO : rc;
}

int
cades_sign(const struct cades_signer *signer, int fd, struct yx_buf *out)
{
	const struct pades_cms_signer by = { .cert = signer->cert, .chain = signer->chain, .how = signer->how, .timed = 1 };
	uint8_t digest[EVP_MAX_MD_SIZE];
	struct yx_buf attributes, signature;
	CMS_ContentInfo *begun = NULL;
	unsigned n = sizeof(digest);
	int rc = pki_md(signer->how.md) == NULL ? YX_BAD_FIELD : digest_whole(fd, signer->how.md, digest, &n);

	yx_buf_init(&attributes, CMS_MAX);
	yx_buf_init(&signature, 4096);
	if (rc == YX_OK &&
	    (rc = cms_begin(&by, (struct yx_bytes){ digest, n }, &attributes, &begun)) == YX_OK &&
	    (rc = pki_sign(signer->key, &signer->how, yx_buf_bytes(&attributes), &signature)) == YX_OK)
		rc = cms_finish(begun, &by, yx_buf_bytes(&attributes), yx_buf_bytes(&signature), out);
	yx_buf_free(&attributes);
	CMS_ContentInfo_free(begun);
	yx_buf_free(&signature);
	return rc;
}

/* ---- verification ---- */

static int
digest_file(const struct cades_question *q, const char *name, uint8_t *out, unsigned *n, int64_t *size)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int64_t to = q->to;
	int rc = ctx == NULL ? YX_NO_MEMORY : to == 0 ? pdf_file_size(q->fd, &to) : YX_OK;

	if (rc == YX_OK && EVP_DigestInit_ex(ctx, pades_md(name), NULL) == 1 &&
	    (rc = pdf_hash_range(ctx, q->fd, q->from, to)) == YX_OK && EVP_DigestFinal_ex(ctx, out, n) != 1)
		rc = YX_INTERNAL;
	*size = to - q->from;
	EVP_MD_CTX_free(ctx);
	return rc == YX_PDF_BROKEN ? YX_IO : rc;
}

/* The signing time, which there is exactly once (EN 319 122-1, 6.3); 0: it is not so. */
static time_t
signing_time(CMS_SignerInfo *si)
{
	const ASN1_OBJECT *o = OBJ_nid2obj(NID_pkcs9_signingTime);
	int first = CMS_signed_get_attr_by_OBJ(si, o, -1);
	const X509_ATTRIBUTE *a = CMS_signed_get_attr(si, first);
	const ASN1_TYPE *v = a == NULL || X509_ATTRIBUTE_count(a) != 1 ? NULL :
	    X509_ATTRIBUTE_get0_type(CMS_signed_get_attr(si, first), 0);
	struct tm tm;

	if (v == NULL || CMS_signed_get_attr_by_OBJ(si, o, first) >= 0 ||
	    (v->type != V_ASN1_UTCTIME && v->type != V_ASN1_GENERALIZEDTIME) ||
	    ASN1_TIME_to_tm(v->value.utctime, &tm) != 1)
		return 0;
	return timegm(&tm);
}

/* The CMS in DER, or as text (RFC 7468); what is neither is malformed. */
static int
open_parts(const struct yx_buf *cms, struct cms_parts *c, const char **why)
{
	static const char *const names[] = { "CMS", "PKCS7", "PKCS #7 SIGNED DATA", NULL };
	char *name = NULL, *header = NULL;
	unsigned char *der = NULL;
	long n = 0;
	int rc = YX_SIGNATURE_BAD;
	BIO *in;

	if (cms->len == 0 || cms->data[0] != '-')
		return cms_parts_open(cms->data, cms->len, c, why);
	*why = "cms_malformed";
	if ((in = BIO_new_mem_buf(cms->data, (int)cms->len)) == NULL)
		return YX_NO_MEMORY;
	if (PEM_read_bio(in, &name, &header, &der, &n) == 1)
		for (int i = 0; names[i] != NULL; i++)
			if (strcmp(name, names[i]) == 0)
				rc = cms_parts_open(der, (size_t)n, c, why);
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(der);
	BIO_free(in);
	ERR_clear_error();
	return rc;
}

static int
examine(const struct cades_question *q, struct cms_parts *c, struct pades_signature *s)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n = sizeof(digest);
	const char *why = NULL;
	int rc = open_parts(q->cms, c, &why);

	s->structure_ok = s->changes_ok = 1;
	s->covers_all = 1;
	if (c->md != NULL)
		s->md = c->md;
	if (c->signer != NULL && X509_up_ref(c->signer) == 1)
		s->signer = c->signer;
	if (rc != YX_OK) {
		pades_flaw(s, why);
		return rc == YX_NO_MEMORY ? rc : YX_OK;
	}
	if ((rc = digest_file(q, c->md, digest, &n, &s->covers)) != YX_OK)
		return rc;
	s->digest_ok = cms_digest_fits(c, digest, n);
	if (!s->digest_ok)
		pades_flaw(s, "digest_mismatch");
	why = cms_signature_flaw(c, 1);
	s->signature_ok = why == NULL;
	pades_flaw(s, why);
	s->claimed_time = signing_time(c->si);
	return YX_OK;
}

int
cades_verify(struct yx_arena *a, const struct cades_question *q, struct pades_report *out)
{
	struct pades_material material;
	struct cms_parts c = { 0 };
	struct pades_trial t = { .policy = q->policy, .material = &material, .cms = &c,
		.now = q->policy->now != 0 ? q->policy->now : time(NULL) };
	int rc = pades_material_open(&material);

	*out = (struct pades_report){ .why = "", .n = 1, .sig = yx_arena_alloc(a, sizeof(*out->sig)) };
	if (rc != YX_OK || out->sig == NULL) {
		out->n = 0;
		pades_material_free(&material);
		return YX_NO_MEMORY;
	}
	t.out = out->sig;
	*t.out = (struct pades_signature){ .field = "", .sub_filter = "CAdES", .md = "", .revision = 1 };
	if ((rc = examine(q, &c, t.out)) == YX_OK && c.cms != NULL && c.signer != NULL)
		rc = pades_material_cms(&material, &c);
	/* (its security store is itself: certificates and revocation data beside the signer) */
	material.store = material.ocsp_n + material.crl_n > 0;
	if (rc == YX_OK) {
		t.baseline = t.out->claimed_time != 0;
		pades_judge(&t);
		out->valid = t.out->verdict == PADES_VALID;
	}
	cms_parts_free(&c);
	pades_material_free(&material);
	if (rc != YX_OK)
		pades_report_free(out);
	return rc;
}
