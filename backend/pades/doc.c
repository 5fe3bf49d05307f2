#include "backend/pades/doc.h"

#include <string.h>

#include "backend/pades/file.h"
#include "backend/pades/stream.h"
#include "backend/pades/xref.h"

#define OBJECT_STEP ((size_t)4 << 10)
#define OBJECT_MAX  ((size_t)8 << 20)
#define HEAD_MAX    64                  /* "4294967295 65535 obj" and spaces */
#define UNPACK_MAX  ((size_t)32 << 20)
#define NESTED_MAX  8

int
pdf_read(struct pdf_doc *d, int64_t offset, size_t n, struct pdf_span *out)
{
	uint8_t *p = yx_arena_alloc(d->a, n + 1);
	int rc;

	if (p == NULL)
		return YX_PDF_TOO_COMPLEX;
	if ((rc = pdf_pread_all(d->fd, p, n, offset)) == YX_OK)
		*out = (struct pdf_span){p, n};
	return rc;
}

/* Parses "N G obj value" at the start of the bytes. YX_PDF_BROKEN also if there
 * are too few of them: the caller then comes with more. */
static int
parse_object(const uint8_t *p, size_t n, int64_t offset, struct pdf_object *out)
{
	struct pdf_cur c = {p, p + n};
	const uint8_t *value;
	int rc;

	if ((rc = pdf_uint(&c, &out->id)) != YX_OK || (rc = pdf_uint(&c, &out->gen)) != YX_OK)
		return rc;
	if (!pdf_keyword(&c, "obj"))
		return YX_PDF_BROKEN;
	if ((rc = pdf_value(&c, &out->value)) != YX_OK)
		return rc;
	value = out->value.p;
	out->offset = offset;
	out->value_offset = offset + (value - p);
	out->behind = offset + (c.p - p);
	if (pdf_keyword(&c, "stream"))
		out->stream = 1;
	else if (!pdf_keyword(&c, "endobj"))
		return YX_PDF_BROKEN;
	return YX_OK;
}

/* Reads in growing steps until the object is whole. */
int
pdf_object_at(struct pdf_doc *d, int64_t offset, struct pdf_object *out)
{
	struct yx_buf b;
	size_t want = OBJECT_STEP, got = 0;
	uint8_t *room, *copy;
	int rc = YX_PDF_BROKEN;

	memset(out, 0, sizeof(*out));
	yx_buf_init(&b, OBJECT_MAX + 1);
	for (; want <= OBJECT_MAX && rc == YX_PDF_BROKEN && offset >= 0 && offset < d->size; want *= 8) {
		yx_buf_reset(&b);
		if ((room = yx_buf_room(&b, want)) == NULL) {
			rc = YX_NO_MEMORY;
			break;
		}
		if ((rc = pdf_pread(d->fd, room, want, offset, &got)) != YX_OK)
			break;
		memset(out, 0, sizeof(*out));
		rc = parse_object(room, got, offset, out);
		if (got < want)
			break;
	}
	if (rc == YX_OK) {
		copy = (uint8_t *)yx_arena_strndup(d->a, out->value.p, out->value.n);
		rc = copy == NULL ? YX_PDF_TOO_COMPLEX : YX_OK;
		out->value.p = copy;
	}
	yx_buf_free(&b);
	return rc;
}

/* Offset of a stream's first byte: behind "stream" and its end of line. */
int
pdf_stream_start(struct pdf_doc *d, const struct pdf_object *o, int64_t *start)
{
	uint8_t p[HEAD_MAX];
	struct pdf_cur c;
	size_t got;
	int rc = pdf_pread(d->fd, p, sizeof(p), o->behind, &got);

	if (rc != YX_OK)
		return rc;
	c = (struct pdf_cur){p, p + got};
	pdf_skip(&c);
	if (c.end - c.p < 8 || memcmp(c.p, "stream", 6) != 0)
		return YX_PDF_BROKEN;
	c.p += 6;
	if (*c.p == '\r')
		c.p++;
	if (*c.p != '\n')
		return YX_PDF_BROKEN;
	*start = o->behind + (c.p + 1 - p);
	return YX_OK;
}

int
pdf_unpack_at(struct pdf_doc *d, const struct pdf_object *o, int64_t length, struct pdf_span *out)
{
	struct yx_buf b;
	struct pdf_span raw;
	uint8_t *copy;
	int64_t start;
	int rc;

	yx_buf_init(&b, UNPACK_MAX);
	if (length < 0 || length > (int64_t)UNPACK_MAX)
		return YX_PDF_TOO_COMPLEX;
	if ((rc = pdf_stream_start(d, o, &start)) != YX_OK ||
	    (rc = pdf_read(d, start, (size_t)length, &raw)) != YX_OK ||
	    (rc = pdf_unpack(o->value, raw.p, raw.n, &b)) != YX_OK)
		goto out;
	if ((copy = yx_arena_alloc(d->a, b.len + 1)) == NULL) {
		rc = YX_PDF_TOO_COMPLEX;
		goto out;
	}
	if (b.len > 0)
		memcpy(copy, b.data, b.len);
	*out = (struct pdf_span){copy, b.len};
out:
	yx_buf_free(&b);
	return rc;
}

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
	if ((rc = pdf_unpack_at(d, &o, bytes, &body)) != YX_OK)
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
	c = (struct pdf_cur){d->stream_body.p, d->stream_body.p + d->stream_first};
	for (int64_t i = 0; i < d->stream_n; i++) {
		if ((rc = pdf_uint(&c, &number)) != YX_OK || (rc = pdf_uint(&c, &at)) != YX_OK)
			return rc;
		if (number != id)
			continue;
		if ((uint64_t)at > d->stream_body.n - (uint64_t)d->stream_first)
			return YX_PDF_BROKEN;
		c = (struct pdf_cur){d->stream_body.p + d->stream_first + at,
		    d->stream_body.p + d->stream_body.n};
		out->id = id;
		out->offset = -1;
		return pdf_value(&c, &out->value);
	}
	return YX_PDF_BROKEN;
}

static int
fetch(struct pdf_doc *d, size_t view, int64_t id, struct pdf_object *out)
{
	struct pdf_entry e;
	int rc = pdf_lookup(d, view, id, &e);

	if (rc != YX_OK || e.type == 0)
		return rc;
	if (e.type == 2)
		return fetch_packed(d, view, e.offset, id, out);
	if ((rc = pdf_object_at(d, e.offset, out)) != YX_OK)
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
		out->value = (struct pdf_span){NULL, 0};
	return rc;
}

int
pdf_resolve(struct pdf_doc *d, size_t view, struct pdf_span v, struct pdf_object *out)
{
	int64_t id, gen;
	int rc;

	if (pdf_ref(v, &id, &gen)) {
		if ((rc = pdf_fetch(d, view, id, out)) != YX_OK)
			return rc;
		/* A reference with another generation is one to nothing. */
		if (out->value.p != NULL && out->gen != gen)
			out->value = (struct pdf_span){NULL, 0};
		return pdf_type(out->value) == PDF_REF ? YX_PDF_BROKEN : YX_OK;
	}
	memset(out, 0, sizeof(*out));
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
	struct pdf_span type;
	int rc = pdf_follow(d, view, d->sec[view].trailer, "Root", out);

	if (rc != YX_OK)
		return rc;
	if (out->id == 0 || pdf_type(out->value) != PDF_DICT)
		return YX_PDF_BROKEN;
	if ((rc = pdf_get(out->value, "Type", &type)) != YX_OK)
		return rc;
	return pdf_name_is(type, "Catalog") ? YX_OK : YX_PDF_BROKEN;
}
