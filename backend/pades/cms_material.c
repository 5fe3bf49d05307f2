#include "backend/pades/cms_material.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#define VALUES_MAX 1024 /* of each kind */
#define OTHER_TAG  1    /* RevocationInfoChoice, other */

static const uint8_t RI_OCSP[] = { 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x10, 0x02 };          /* RFC 5940 */
static const uint8_t OCSP_BASIC[] = { 0x06, 0x09, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01 }; /* RFC 6960 */

/* ---- DER ---- */

struct der {
	const unsigned char *p, *body; /* from the tag, from the value */
	size_t n, body_n;              /* the whole, the value */
	int    tag, class;
};

static int
next(const unsigned char **at, const unsigned char *end, struct der *out)
{
	const unsigned char *p = *at;
	long length = 0;

	if (p >= end || (ASN1_get_object(&p, &length, &out->tag, &out->class, end - p) & (0x80 | 1)) != 0)
		return 0;
	*out = (struct der){ *at, p, (size_t)(p - *at) + (size_t)length, (size_t)length, out->tag, out->class };
	*at = p + length;
	return 1;
}

static int
is(const struct der *d, int class, int tag)
{
	return d->class == class && d->tag == tag;
}

/* The parts of a SignedData, in their order. */
struct parts {
	struct der version, digests, content, certs, crls, signers; /* certs, crls: p NULL if absent */
};

static int
read_parts(const unsigned char *p, size_t n, struct parts *out)
{
	const unsigned char *end = p + n;
	struct der outer, type, wrap, data, d;

	memset(out, 0, sizeof(*out));
	if (!next(&p, end, &outer) || outer.n != n)
		return 0;
	p = outer.body;
	if (!next(&p, end, &type) || !next(&p, end, &wrap) || !is(&wrap, V_ASN1_CONTEXT_SPECIFIC, 0) || p != end)
		return 0;
	p = wrap.body;
	if (!next(&p, end, &data) || !is(&data, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE) || p != end)
		return 0;
	p = data.body;
	if (!next(&p, end, &out->version) || !next(&p, end, &out->digests) || !next(&p, end, &out->content) ||
	    !next(&p, end, &d))
		return 0;
	if (is(&d, V_ASN1_CONTEXT_SPECIFIC, 0)) {
		out->certs = d;
		if (!next(&p, end, &d))
			return 0;
	}
	if (is(&d, V_ASN1_CONTEXT_SPECIFIC, 1)) {
		out->crls = d;
		if (!next(&p, end, &d))
			return 0;
	}
	out->signers = d;
	return is(&d, V_ASN1_UNIVERSAL, V_ASN1_SET) && p == end;
}

/* ---- a SET OF ---- */

struct set {
	struct pades_blob item[VALUES_MAX];
	size_t n, added;
	int    full;
};

static void
put(struct set *s, const void *p, size_t n, int added)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->item[i].n == n && memcmp(s->item[i].p, p, n) == 0)
			return;
	if (s->n == VALUES_MAX) {
		s->full = 1;
		return;
	}
	s->item[s->n++] = (struct pades_blob){ p, n };
	s->added += added != 0;
}

static void
put_old(struct set *s, const struct der *d)
{
	const unsigned char *p = d->body;
	struct der one;

	while (d->p != NULL && next(&p, d->body + d->body_n, &one))
		put(s, one.p, one.n, 0);
}

/* X.690, 11.6: as if the shorter one ended with zeros. */
static int
by_encoding(const void *a, const void *b)
{
	const struct pades_blob *x = a, *y = b;
	int c = memcmp(x->p, y->p, x->n < y->n ? x->n : y->n);

	return c != 0 ? c : (x->n > y->n) - (x->n < y->n);
}

static size_t
sum(const struct set *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->item[i].n;
	return n;
}

/* The head of a constructed value; universal SEQUENCE or, from 0 on, [tag]. */
static void
head(struct yx_buf *out, int class, int tag, size_t n)
{
	uint8_t bytes[16], *p = bytes;

	ASN1_put_object(&p, 1, (int)n, tag, class);
	yx_buf_add(out, bytes, (size_t)(p - bytes));
}

static size_t
with_head(size_t n)
{
	return (size_t)ASN1_object_size(1, (int)n, V_ASN1_SEQUENCE);
}

static void
write_set(struct yx_buf *out, struct set *s, int tag)
{
	if (s->n == 0)
		return;
	qsort(s->item, s->n, sizeof(s->item[0]), by_encoding);
	head(out, V_ASN1_CONTEXT_SPECIFIC, tag, sum(s));
	for (size_t i = 0; i < s->n; i++)
		yx_buf_add(out, s->item[i].p, s->item[i].n);
}

/* ---- adding ---- */

struct work {
	struct parts  parts;
	struct set    certs, crls;
	struct yx_buf own[2 * PKI_PROOFS_MAX]; /* encoded for it */
	size_t        own_n;
	int           other;                   /* 1: one of the crls is of the kind `other` */
};

static struct yx_buf *
new_buf(struct work *w, size_t room)
{
	struct yx_buf *b;

	if (w->own_n == sizeof(w->own) / sizeof(w->own[0]))
		return NULL;
	b = &w->own[w->own_n++];
	yx_buf_init(b, room);
	return b;
}

static int
add_certs(struct work *w, const struct pki_proofs *p)
{
	for (int i = 0; i < sk_X509_num(p->certs); i++) {
		unsigned char *der = NULL;
		int n = i2d_X509(sk_X509_value(p->certs, i), &der);
		struct yx_buf *b = n <= 0 ? NULL : new_buf(w, (size_t)n + 1);

		if (b != NULL)
			yx_buf_add(b, der, (size_t)n);
		OPENSSL_free(der);
		if (b == NULL || yx_buf_status(b) != YX_OK)
			return n <= 0 ? YX_NO_MEMORY : YX_TOO_LARGE;
		put(&w->certs, b->data, b->len, 1);
	}
	return YX_OK;
}

/* OtherRevocationInfoFormat ::= SEQUENCE { id-ri-ocsp-response, OCSPResponse } (RFC 5940, 3) */
static int
add_answers(struct work *w, const struct pki_proofs *p)
{
	for (size_t i = 0; i < p->answer_n; i++) {
		const struct yx_buf *der = &p->answer[i].der;
		struct yx_buf *b;

		if (!p->answer[i].ocsp) {
			put(&w->crls, der->data, der->len, 1);
			continue;
		}
		if ((b = new_buf(w, der->len + 64)) == NULL)
			return YX_TOO_LARGE;
		head(b, V_ASN1_CONTEXT_SPECIFIC, OTHER_TAG, sizeof(RI_OCSP) + der->len);
		yx_buf_add(b, RI_OCSP, sizeof(RI_OCSP));
		yx_buf_add(b, der->data, der->len);
		if (yx_buf_status(b) != YX_OK)
			return yx_buf_status(b);
		put(&w->crls, b->data, b->len, 1);
	}
	for (size_t i = 0; i < w->crls.n; i++)
		w->other |= *(const uint8_t *)w->crls.item[i].p == (0xa0 | OTHER_TAG);
	return w->certs.full || w->crls.full ? YX_TOO_LARGE : YX_OK;
}

/* Version 5: there are revocation data of another kind than CRLs (RFC 5652, 5.1). */
static int
write(struct work *w, struct yx_buf *out)
{
	static const uint8_t version[] = { 0x02, 0x01, 0x05 },
		type[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02 };
	const struct parts *p = &w->parts;
	const struct pades_blob v = { w->other ? version : p->version.p, w->other ? sizeof(version) : p->version.n };
	const size_t n = v.n + p->digests.n + p->content.n + (w->certs.n == 0 ? 0 : with_head(sum(&w->certs))) +
	    (w->crls.n == 0 ? 0 : with_head(sum(&w->crls))) + p->signers.n;

	yx_buf_reset(out);
	head(out, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, sizeof(type) + with_head(with_head(n)));
	yx_buf_add(out, type, sizeof(type));
	head(out, V_ASN1_CONTEXT_SPECIFIC, 0, with_head(n));
	head(out, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, n);
	yx_buf_add(out, v.p, v.n);
	yx_buf_add(out, p->digests.p, p->digests.n);
	yx_buf_add(out, p->content.p, p->content.n);
	write_set(out, &w->certs, 0);
	write_set(out, &w->crls, 1);
	yx_buf_add(out, p->signers.p, p->signers.n);
	return yx_buf_status(out);
}

int
cms_material_add(const struct yx_buf *cms, const struct pki_proofs *p, struct yx_buf *out)
{
	struct work *w = OPENSSL_zalloc(sizeof(*w));
	int rc = w == NULL ? YX_NO_MEMORY : YX_OK;

	if (rc == YX_OK && !read_parts(cms->data, cms->len, &w->parts))
		rc = YX_SIGNATURE_BAD;
	if (rc == YX_OK) {
		put_old(&w->certs, &w->parts.certs);
		put_old(&w->crls, &w->parts.crls);
		rc = add_certs(w, p);
	}
	if (rc == YX_OK && (rc = add_answers(w, p)) == YX_OK)
		rc = w->certs.added + w->crls.added == 0 ? YX_STATE : write(w, out);
	for (size_t i = 0; w != NULL && i < w->own_n; i++)
		yx_buf_free(&w->own[i]);
	OPENSSL_free(w);
	ERR_clear_error();
	return rc;
}

/* ---- reading ---- */

static void
tell(const struct der *one, cms_ocsp_fn fn, void *ctx)
{
	const unsigned char *p = one->body, *end = one->body + one->body_n;
	struct der oid, value;
	int response, basic;

	if (!is(one, V_ASN1_CONTEXT_SPECIFIC, OTHER_TAG) || !next(&p, end, &oid) || !next(&p, end, &value) || p != end)
		return;
	response = oid.n == sizeof(RI_OCSP) && memcmp(oid.p, RI_OCSP, oid.n) == 0;
	basic = oid.n == sizeof(OCSP_BASIC) && memcmp(oid.p, OCSP_BASIC, oid.n) == 0;
	if (response || basic)
		fn(ctx, value.p, value.n, basic);
}

/* (OpenSSL keeps values of the kind `other`, but shows them to nobody) */
void
cms_material_ocsp(CMS_ContentInfo *cms, cms_ocsp_fn fn, void *ctx)
{
	unsigned char *der = NULL;
	int n = i2d_CMS_ContentInfo(cms, &der);
	struct parts parts;
	struct der one;

	if (n > 0 && read_parts(der, (size_t)n, &parts) && parts.crls.p != NULL)
		for (const unsigned char *p = parts.crls.body, *end = p + parts.crls.body_n; next(&p, end, &one);)
			tell(&one, fn, ctx);
	OPENSSL_free(der);
	ERR_clear_error();
}
