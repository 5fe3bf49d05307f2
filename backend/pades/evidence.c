#include "backend/pades/evidence.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/cms_verify.h"
#include "backend/pades/inspect.h"

#define ARENA_MAX    ((size_t)96 << 20)
#define CONTENTS_MAX ((size_t)4 << 20)

/* Where the DER value ends; what never was DER is left whole. */
static void
cut_zeros(struct yx_buf *b)
{
	const unsigned char *p = b->data;
	long len = 0;
	int tag = 0, class = 0, flags = ASN1_get_object(&p, &len, &tag, &class, (long)b->len);

	if ((flags & (0x80 | 1)) == 0 && len > 0)
		b->len = (size_t)(p - b->data) + (size_t)len;
	ERR_clear_error();
}

/* One that we can't read is left out: it is for a verifier to complain. */
static int
read_one(struct evidence_list *l, struct pdf_doc *d, const struct pdf_sigfield *f)
{
	struct evidence *e = &l->item[l->n];
	struct pdf_span contents, filter;
	struct pdf_object o;
	int rc = pdf_fetch(d, 0, f->v_id, &o);

	if (rc != YX_OK)
		return rc;
	if (pdf_type(o.value) != PDF_DICT || pdf_hole_of(o.value, &e->hole) != YX_OK || e->hole.total > l->size ||
	    pdf_get(o.value, "Contents", &contents) != YX_OK || pdf_get(o.value, "SubFilter", &filter) != YX_OK)
		return YX_OK;
	e->timestamp = pdf_name_is(filter, "ETSI.RFC3161");
	yx_buf_init(&e->der, CONTENTS_MAX);
	l->n++;
	if ((rc = pdf_string(contents, &e->der)) == YX_OK)
		cut_zeros(&e->der);
	return rc;
}

static int
by_end(const void *a, const void *b)
{
	int64_t x = ((const struct evidence *)a)->hole.total, y = ((const struct evidence *)b)->hole.total;

	return (x > y) - (x < y);
}

int
evidence_open(const char *path, struct evidence_list *l)
{
	struct pades_facts facts;
	struct pdf_form form;
	struct pdf_object dss;
	struct pdf_doc d;
	int rc;

	memset(l, 0, sizeof(*l));
	l->fd = open(path, O_RDONLY | O_CLOEXEC);
	if ((l->arena = yx_arena_new(ARENA_MAX)) == NULL)
		return YX_NO_MEMORY;
	if (l->fd < 0)
		return YX_IO;
	if ((rc = pdf_doc_open(&d, l->arena, l->fd)) != YX_OK || (rc = pdf_inspect(&d, path, &facts, &form)) != YX_OK)
		return rc;
	l->size = d.in.size;
	if ((l->item = yx_arena_alloc(l->arena, (form.sig_n + 1) * sizeof(*l->item))) == NULL)
		return YX_NO_MEMORY;
	for (size_t i = 0; rc == YX_OK && i < form.sig_n; i++)
		if (form.sig[i].v_id != 0)
			rc = read_one(l, &d, &form.sig[i]);
	if (rc != YX_OK || (rc = pdf_follow(&d, 0, form.root.value, "DSS", &dss)) != YX_OK)
		return rc;
	l->dss = pdf_type(dss.value) == PDF_DICT;
	qsort(l->item, l->n, sizeof(*l->item), by_end);
	return YX_OK;
}

void
evidence_free(struct evidence_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		yx_buf_free(&l->item[i].der);
	l->n = 0;
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	yx_arena_free(&l->arena);
}

static int
check_document_token(const struct evidence_list *l, const struct evidence *e, const struct pki_trust *trust,
    struct pki_tst *out)
{
	struct pki_digest digest = { 0 };
	int rc = pki_tst_read(e->der.data, e->der.len, out);

	if (rc != YX_OK)
		return rc;
	digest.md = out->imprint.md;
	digest.n = sizeof(digest.bytes);
	if (pades_md(digest.md) == NULL)
		return YX_TIMESTAMP_BAD;
	if ((rc = pades_digest(l->fd, &e->hole, digest.md, digest.bytes, &digest.n)) != YX_OK)
		return rc;
	return pki_tst_check(trust, out, &digest, 0, NULL);
}

/* The i-th value of all signature-time-stamp attributes. */
static const ASN1_STRING *
token_at(CMS_SignerInfo *si, int i)
{
	for (int k = 0; k < CMS_unsigned_get_attr_count(si); k++) {
		X509_ATTRIBUTE *a = CMS_unsigned_get_attr(si, k);

		if (OBJ_obj2nid(X509_ATTRIBUTE_get0_object(a)) != NID_id_smime_aa_timeStampToken)
			continue;
		if (i < X509_ATTRIBUTE_count(a)) {
			const ASN1_TYPE *v = X509_ATTRIBUTE_get0_type(a, i);

			return ASN1_TYPE_get(v) == V_ASN1_SEQUENCE ? v->value.sequence : NULL;
		}
		i -= X509_ATTRIBUTE_count(a);
	}
	return NULL;
}

static int
check_signature_token(const struct evidence *e, int i, const struct pki_trust *trust, struct pki_tst *out)
{
	struct cms_parts c;
	struct pki_digest digest;
	const ASN1_STRING *token = NULL;
	const char *why;
	int rc = cms_parts_open(e->der.data, e->der.len, &c, &why) == YX_OK ? YX_OK : YX_NOT_FOUND;

	if (rc == YX_OK && (token = token_at(c.si, i)) == NULL)
		rc = YX_NOT_FOUND;
	if (rc != YX_OK ||
	    (rc = pki_tst_read(ASN1_STRING_get0_data(token), (size_t)ASN1_STRING_length(token), out)) != YX_OK)
		goto out;
	rc = YX_TIMESTAMP_BAD;
	if (pades_md(out->imprint.md) != NULL && (rc = cms_value_digest(c.si, out->imprint.md, &digest)) == YX_OK)
		rc = pki_tst_check(trust, out, &digest, 0, NULL);
out:
	cms_parts_free(&c);
	return rc;
}

int
evidence_token(const struct evidence_list *l, const struct evidence *e, int i, const struct pki_trust *trust,
    struct pki_tst *out)
{
	memset(out, 0, sizeof(*out));
	if (e->timestamp)
		return i == 0 ? check_document_token(l, e, trust, out) : YX_NOT_FOUND;
	return check_signature_token(e, i, trust, out);
}
