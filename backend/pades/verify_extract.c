#include "backend/pades/verify_extract.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/cms_verify.h"
#include "backend/pades/form.h"

#define ARENA_MAX    ((size_t)96 << 20)
#define CONTENTS_MAX ((size_t)4 << 20)
#define ITEMS_MAX    4096

struct extract {
	struct pdf_doc d;
	int  (*fn)(void *ctx, const struct pades_piece *piece);
	void *ctx;
};

static int
give(struct extract *x, enum pades_piece_kind kind, const uint8_t *p, size_t n)
{
	const struct pades_piece piece = { kind, p, n };

	return n == 0 ? YX_OK : x->fn(x->ctx, &piece);
}

static int
give_cert(struct extract *x, X509 *c)
{
	unsigned char *der = NULL;
	int n = i2d_X509(c, &der), rc = n > 0 ? give(x, PADES_PIECE_CERT, der, (size_t)n) : YX_OK;

	OPENSSL_free(der);
	return rc;
}

/* Tokens beside the signature's value. */
static int
give_stamps(struct extract *x, CMS_SignerInfo *si)
{
	int rc = YX_OK;

	for (int i = 0; rc == YX_OK && i < CMS_unsigned_get_attr_count(si); i++) {
		X509_ATTRIBUTE *a = CMS_unsigned_get_attr(si, i);
		const ASN1_TYPE *v = X509_ATTRIBUTE_get0_type(a, 0);

		if (OBJ_obj2nid(X509_ATTRIBUTE_get0_object(a)) == NID_id_smime_aa_timeStampToken && v != NULL &&
		    v->type == V_ASN1_SEQUENCE)
			rc = give(x, PADES_PIECE_TIMESTAMP, ASN1_STRING_get0_data(v->value.sequence),
			    (size_t)ASN1_STRING_length(v->value.sequence));
	}
	return rc;
}

static int
give_crls(struct extract *x, CMS_ContentInfo *cms)
{
	STACK_OF(X509_CRL) *crls = CMS_get1_crls(cms);
	int rc = YX_OK;

	for (int i = 0; rc == YX_OK && i < sk_X509_CRL_num(crls); i++) {
		unsigned char *der = NULL;
		int n = i2d_X509_CRL(sk_X509_CRL_value(crls, i), &der);

		if (n > 0)
			rc = give(x, PADES_PIECE_CRL, der, (size_t)n);
		OPENSSL_free(der);
	}
	sk_X509_CRL_pop_free(crls, X509_CRL_free);
	return rc;
}

/* The value of /Contents up to its end, without the padding; certificates and tokens in it. */
static int
read_contents(struct extract *x, const struct yx_buf *b)
{
	const unsigned char *p = b->data;
	CMS_ContentInfo *cms = b->len == 0 ? NULL : d2i_CMS_ContentInfo(NULL, &p, (long)b->len);
	STACK_OF(X509) *certs;
	STACK_OF(CMS_SignerInfo) *signers;
	int stamp, rc;

	if (cms == NULL)
		return YX_OK;
	stamp = OBJ_obj2nid(CMS_get0_eContentType(cms)) == NID_id_smime_ct_TSTInfo;
	rc = give(x, stamp ? PADES_PIECE_TIMESTAMP : PADES_PIECE_SIGNATURE, b->data, (size_t)(p - b->data));
	certs = CMS_get1_certs(cms);
	for (int i = 0; rc == YX_OK && i < sk_X509_num(certs); i++)
		rc = give_cert(x, sk_X509_value(certs, i));
	sk_X509_pop_free(certs, X509_free);
	signers = CMS_get0_SignerInfos(cms);
	for (int i = 0; rc == YX_OK && i < sk_CMS_SignerInfo_num(signers); i++)
		rc = give_stamps(x, sk_CMS_SignerInfo_value(signers, i));
	if (rc == YX_OK)
		rc = give_crls(x, cms);
	CMS_ContentInfo_free(cms);
	return rc;
}

static int
read_signature(struct extract *x, const struct pdf_sigfield *f)
{
	struct pdf_object o;
	struct pdf_span v;
	struct yx_buf contents;
	int rc = pdf_fetch(&x->d, 0, f->v_id, &o);

	if (rc != YX_OK || pdf_type(o.value) != PDF_DICT || pdf_get(o.value, "Contents", &v) != YX_OK || v.p == NULL)
		return rc;
	yx_buf_init(&contents, CONTENTS_MAX);
	if (pdf_string(v, &contents) == YX_OK)
		rc = read_contents(x, &contents);
	yx_buf_free(&contents);
	ERR_clear_error();
	return rc;
}

static int
read_list(struct extract *x, struct pdf_span dss, const char *key, enum pades_piece_kind kind)
{
	struct pdf_object list, o;
	struct pdf_span item, der;
	struct pdf_cur c;
	int64_t length;
	int more = 0, rc = pdf_follow(&x->d, 0, dss, key, &list);

	if (rc != YX_OK || list.value.p == NULL || pdf_inside(list.value, PDF_ARRAY, &c) != YX_OK)
		return rc;
	for (int i = 0; rc == YX_OK && i < ITEMS_MAX && pdf_next_item(&c, &item, &more) == YX_OK && more; i++)
		if (pdf_resolve(&x->d, 0, item, &o) == YX_OK && o.stream &&
		    pdf_get_int(o.value, "Length", -1, &length) == YX_OK && length > 0 &&
		    pdf_unpack_at(&x->d.in, &o, length, &der) == YX_OK)
			rc = give(x, kind, der.p, der.n);
	return rc;
}

static int
read_store(struct extract *x, struct pdf_span catalog)
{
	struct pdf_object dss;
	int rc = pdf_follow(&x->d, 0, catalog, "DSS", &dss);

	if (rc != YX_OK || pdf_type(dss.value) != PDF_DICT)
		return rc;
	if ((rc = read_list(x, dss.value, "Certs", PADES_PIECE_CERT)) != YX_OK ||
	    (rc = read_list(x, dss.value, "OCSPs", PADES_PIECE_OCSP)) != YX_OK)
		return rc;
	return read_list(x, dss.value, "CRLs", PADES_PIECE_CRL);
}

int
pades_pieces(const char *path, int (*fn)(void *ctx, const struct pades_piece *piece), void *ctx)
{
	struct extract x = { .fn = fn, .ctx = ctx };
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	struct pdf_form form;
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = a == NULL ? YX_NO_MEMORY : YX_IO;

	if (a == NULL || fd < 0)
		goto out;
	if ((rc = pdf_doc_open(&x.d, a, fd)) != YX_OK || (rc = pdf_form_read(&x.d, 0, &form)) != YX_OK)
		goto out;
	for (size_t i = 0; rc == YX_OK && i < form.sig_n; i++)
		if (form.sig[i].v_id != 0)
			rc = read_signature(&x, &form.sig[i]);
	if (rc == YX_OK)
		rc = read_store(&x, form.root.value);
out:
	if (fd >= 0)
		close(fd);
	yx_arena_free(&a);
	return rc;
}
