#include "backend/pades/doc.h"

#include <string.h>

#define NESTED_MAX  8

/* Loads object stream `id` (ISO 32000-2, 7.5.7) unless it was the last one. */
static int
load_stream(struct pdf_doc *d, size_t view, int64_t id)
{
	struct pdf_object o, length;
	int64_t n, first, bytes;
	struct pdf_span type, body;
	int rc;

	if ((rc = pdf_fetch(d, view, id, &o)) != YX_OK)
		return rc;
	if (!o.stream || o.offset < 0)
		return YX_PDF_BROKEN;
	if (d->stream_id == o.offset)
		return YX_OK;
	if ((rc = pdf_get(o.value, "Type", &type)) != YX_OK ||
	    (rc = pdf_get_int(o.value, "N", 0, &n)) != YX_OK ||
	    (rc = pdf_get_int(o.value, "First", -1, &first)) != YX_OK ||
	    (rc = pdf_follow(d, view, o.value, "Length", &length)) != YX_OK ||
	    (rc = pdf_int(length.value, &bytes)) != YX_OK)
		return rc;
	if (!pdf_name_is(type, "ObjStm"))
		return YX_PDF_BROKEN;
	if ((rc = pdf_unpack_at(&d->in, &o, bytes, &body)) != YX_OK)
		return rc;
	if (n < 0 || first < 0 || (uint64_t)first > body.n)
		return YX_PDF_BROKEN;
	d->stream_id = o.offset;
	d->stream_body = body;
	d->stream_n = n;
	d->stream_first = first;
	return YX_OK;
}

static int
fetch_packed(struct pdf_doc *d, size_t view, int64_t stream, int64_t id, struct pdf_object *out)
{
	struct pdf_cur c;
	int64_t number, at;
	int rc = load_stream(d, view, stream);

	if (rc != YX_OK)
		return rc;
	c = (struct pdf_cur){ d->stream_body.p, d->stream_body.p + d->stream_first };
	for (int64_t i = 0; i < d->stream_n; i++) {
		if ((rc = pdf_uint(&c, &number)) != YX_OK || (rc = pdf_uint(&c, &at)) != YX_OK)
			return rc;
		if (number != id)
			continue;
		if ((uint64_t)at > d->stream_body.n - (uint64_t)d->stream_first)
			return YX_PDF_BROKEN;
		c = (struct pdf_cur){ d->stream_body.p + d->stream_first + at,
		    d->stream_body.p + d->stream_body.n };
		out->id = id;
		out->offset = -1;
		return pdf_value(&c, &out->value);
	}
	return YX_PDF_BROKEN;
}

/* The object as its row says; a row that leads elsewhere is damage. */
static int
fetch(struct pdf_doc *d, size_t view, int64_t id, struct pdf_object *out)
{
	struct pdf_entry e;
	int rc = pdf_lookup(d, view, id, &e);

	if (rc != YX_OK || e.type == 0)
		return rc;
	if (e.type == 2)
		return fetch_packed(d, view, e.offset, id, out);
	if ((rc = pdf_object_at(&d->in, e.offset, out)) != YX_OK)
		return rc;
	return out->id == id && out->gen == e.gen ? YX_OK : YX_PDF_BROKEN;
}

int
pdf_fetch(struct pdf_doc *d, size_t view, int64_t id, struct pdf_object *out)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if (d->nested >= NESTED_MAX)
		return YX_PDF_TOO_COMPLEX;
	d->nested++;
	rc = fetch(d, view, id, out);
	d->nested--;
	if (rc == YX_OK && out->value.n == 4 && memcmp(out->value.p, "null", 4) == 0)
		out->value = (struct pdf_span){ NULL, 0 };
	return rc;
}

int
pdf_resolve(struct pdf_doc *d, size_t view, struct pdf_span v, struct pdf_object *out)
{
	int64_t id, gen;
	int rc;

	memset(out, 0, sizeof(*out));
	if (pdf_type(v) == PDF_REF && !pdf_ref(v, &id, &gen))
		return YX_OK;
	if (pdf_type(v) == PDF_REF) {
		if ((rc = pdf_fetch(d, view, id, out)) != YX_OK)
			return rc;
		/* A reference with another generation is one to nothing. */
		if (out->value.p != NULL && out->gen != gen)
			out->value = (struct pdf_span){ NULL, 0 };
		return pdf_type(out->value) == PDF_REF ? YX_PDF_BROKEN : YX_OK;
	}
	out->value = v;
	return YX_OK;
}

int
pdf_follow(struct pdf_doc *d, size_t view, struct pdf_span dict, const char *key,
    struct pdf_object *out)
{
	struct pdf_span v;
	int rc = pdf_get(dict, key, &v);

	memset(out, 0, sizeof(*out));
	return rc == YX_OK ? pdf_resolve(d, view, v, out) : rc;
}

int
pdf_root(struct pdf_doc *d, size_t view, struct pdf_object *out)
{
	struct pdf_object type;
	int rc = pdf_follow(d, view, d->sec[view].trailer, "Root", out);

	if (rc != YX_OK)
		return rc;
	if (out->id == 0 || pdf_type(out->value) != PDF_DICT)
		return YX_PDF_BROKEN;
	if ((rc = pdf_follow(d, view, out->value, "Type", &type)) != YX_OK)
		return rc;
	return type.value.p == NULL || pdf_name_is(type.value, "Catalog") ? YX_OK : YX_PDF_BROKEN;
}
