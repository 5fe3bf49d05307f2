#include "backend/pades/part.h"

#include <stdio.h>
#include <string.h>

#define LIST_MAX ((size_t)1 << 20)

/* The bytes of a stream that the file has. */
static int
read_stream(struct pdf_job *j, struct pdf_span ref, struct pdf_span *out)
{
	struct pdf_object o;
	int64_t length;
	int rc = pdf_resolve(&j->d, 0, ref, &o);

	*out = (struct pdf_span){ NULL, 0 };
	if (rc != YX_OK || !o.stream || (rc = pdf_get_int(o.value, "Length", -1, &length)) != YX_OK || length < 0)
		return rc;
	return pdf_unpack_at(&j->d.in, &o, length, out);
}

/* Is it in the old list, or among the `before` first of the new ones? */
static int
is_known(struct pdf_job *j, struct pdf_span old, const struct pades_blob *blobs, size_t before, int *known)
{
	const struct pades_blob *b = &blobs[before];
	struct pdf_span item, der;
	struct pdf_cur c;
	int more, rc;

	*known = 0;
	for (size_t i = 0; i < before; i++)
		*known |= blobs[i].n == b->n && memcmp(blobs[i].p, b->p, b->n) == 0;
	if (*known || old.p == NULL)
		return YX_OK;
	if ((rc = pdf_inside(old, PDF_ARRAY, &c)) != YX_OK)
		return rc;
	while ((rc = pdf_next_item(&c, &item, &more)) == YX_OK && more && !*known) {
		/* (one that we can't read is not ours to judge here) */
		if (read_stream(j, item, &der) == YX_OK && der.p != NULL)
			*known = der.n == b->n && memcmp(der.p, b->p, b->n) == 0;
	}
	return rc;
}

static int
add_stream(struct pdf_job *j, const struct pades_blob *b, struct yx_buf *refs)
{
	struct pdf_change *c = pdf_update_new(&j->u);
	char ref[PDF_REF_SIZE];

	if (c == NULL)
		return YX_PDF_TOO_COMPLEX;
	yx_buf_addf(&c->body, "<< /Length %zu >>\nstream\n", b->n);
	yx_buf_add(&c->body, b->p, b->n);
	yx_buf_adds(&c->body, "\nendstream");
	pdf_ref_text(ref, c->id, 0);
	yx_buf_addf(refs, " %s", ref);
	return yx_buf_status(&c->body);
}

/* The list under the key with what is new, as a direct array; nothing new: as it was. */
static int
extend_list(struct pdf_job *j, struct yx_buf *dss, const char *key, const struct pades_blob *blobs, size_t n)
{
	struct pdf_object old = { 0 };
	struct yx_buf refs, next;
	const struct pdf_span dict = { dss->data, dss->len };
	int known, rc = pdf_follow(&j->d, 0, dict, key, &old);

	yx_buf_init(&refs, LIST_MAX);
	yx_buf_init(&next, LIST_MAX);
	yx_buf_adds(&refs, "[");
	if (rc == YX_OK && pdf_type(old.value) == PDF_ARRAY)
		yx_buf_add(&refs, old.value.p + 1, old.value.n - 2);
	for (size_t i = 0, was = j->u.n; rc == YX_OK && i < n; i++) {
		if ((rc = is_known(j, old.value, blobs, i, &known)) == YX_OK && !known)
			rc = add_stream(j, &blobs[i], &refs);
		if (rc == YX_OK && i + 1 == n && j->u.n == was)
			n = 0; /* nothing new */
	}
	yx_buf_adds(&refs, "]");
	if (rc == YX_OK && n > 0 && (rc = yx_buf_status(&refs)) == YX_OK &&
	    (rc = pdf_set(dict, key, yx_buf_str(&refs), &next)) == YX_OK) {
		yx_buf_reset(dss);
		yx_buf_add(dss, next.data, next.len);
		rc = yx_buf_status(dss);
	}
	yx_buf_free(&refs);
	yx_buf_free(&next);
	return rc;
}

/* Puts the dictionary in the place of the old one, or into the catalog. */
static int
put_store(struct pdf_job *j, const struct pdf_object *old, const struct yx_buf *dss)
{
	struct pdf_change *c;
	char ref[PDF_REF_SIZE];
	int rc;

	if (old->id != 0) {
		if ((rc = pdf_update_edit(&j->u, old, &c)) != YX_OK)
			return rc;
		yx_buf_reset(&c->body);
	} else if ((c = pdf_update_new(&j->u)) == NULL) {
		return YX_PDF_TOO_COMPLEX;
	}
	yx_buf_add(&c->body, dss->data, dss->len);
	pdf_ref_text(ref, c->id, c->gen);
	if ((rc = yx_buf_status(&c->body)) != YX_OK || old->id != 0)
		return rc;
	return pdf_job_catalog(j, "DSS", ref);
}

int
pdf_part_dss(struct pdf_job *j, const struct pades_dss *dss)
{
	struct pdf_object old;
	struct yx_buf body;
	const size_t was = j->u.n;
	int rc = pdf_follow(&j->d, 0, j->form.root.value, "DSS", &old);

	yx_buf_init(&body, LIST_MAX);
	if (rc != YX_OK)
		goto out;
	if (pdf_type(old.value) == PDF_DICT)
		yx_buf_add(&body, old.value.p, old.value.n);
	else
		yx_buf_adds(&body, "<< /Type /DSS >>");
	if ((rc = extend_list(j, &body, "Certs", dss->certs, dss->certs_n)) == YX_OK &&
	    (rc = extend_list(j, &body, "OCSPs", dss->ocsps, dss->ocsps_n)) == YX_OK)
		rc = extend_list(j, &body, "CRLs", dss->crls, dss->crls_n);
	if (rc == YX_OK && j->u.n > was)
		rc = put_store(j, &old, &body);
out:
	yx_buf_free(&body);
	return rc;
}
