#include "backend/pades/object.h"

#include <string.h>

#include "backend/pades/file.h"
#include "backend/pades/stream.h"

#define OBJECT_STEP ((size_t)4 << 10)
#define OBJECT_MAX  ((size_t)8 << 20)
#define HEAD_MAX    64                  /* "4294967295 65535 obj" and spaces */
#define UNPACK_MAX  ((size_t)32 << 20)

int
pdf_read(const struct pdf_input *in, int64_t offset, size_t n, struct pdf_span *out)
{
	uint8_t *p = yx_arena_alloc(in->a, n + 1);
	int rc;

	if (p == NULL)
		return YX_PDF_TOO_COMPLEX;
	if ((rc = pdf_pread_all(in->fd, p, n, offset)) == YX_OK)
		*out = (struct pdf_span){ p, n };
	return rc;
}

/* Parses "N G obj value" at the start of the bytes. YX_PDF_BROKEN also if there
 * are too few of them: the caller then comes with more. */
static int
parse_object(const uint8_t *p, size_t n, int64_t offset, struct pdf_object *out)
{
	struct pdf_cur c = { p, p + n };
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
pdf_object_at(const struct pdf_input *in, int64_t offset, struct pdf_object *out)
{
	struct yx_buf b;
	size_t want = OBJECT_STEP, got = 0;
	uint8_t *room, *copy;
	int rc = YX_PDF_BROKEN;

	memset(out, 0, sizeof(*out));
	yx_buf_init(&b, OBJECT_MAX + 1);
	for (; rc == YX_PDF_BROKEN && offset >= 0 && offset < in->size; want *= 8) {
		if (want > OBJECT_MAX) {
			rc = YX_PDF_TOO_COMPLEX;
			break;
		}
		yx_buf_reset(&b);
		if ((room = yx_buf_room(&b, want)) == NULL) {
			rc = YX_NO_MEMORY;
			break;
		}
		if ((rc = pdf_pread(in->fd, room, want, offset, &got)) != YX_OK)
			break;
		memset(out, 0, sizeof(*out));
		rc = parse_object(room, got, offset, out);
		if (got < want)
			break;
	}
	if (rc == YX_OK) {
		copy = (uint8_t *)yx_arena_strndup(in->a, out->value.p, out->value.n);
		rc = copy == NULL ? YX_PDF_TOO_COMPLEX : YX_OK;
		out->value.p = copy;
	}
	yx_buf_free(&b);
	return rc;
}

/* Offset of a stream's first byte: behind "stream" and its end of line. */
int
pdf_stream_start(const struct pdf_input *in, const struct pdf_object *o, int64_t *start)
{
	uint8_t p[HEAD_MAX];
	struct pdf_cur c;
	size_t got;
	int rc = pdf_pread(in->fd, p, sizeof(p), o->behind, &got);

	if (rc != YX_OK)
		return rc;
	c = (struct pdf_cur){ p, p + got };
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
pdf_unpack_at(const struct pdf_input *in, const struct pdf_object *o, int64_t length, struct pdf_span *out)
{
	struct yx_buf b;
	struct pdf_span raw;
	uint8_t *copy;
	int64_t start;
	int rc;

	yx_buf_init(&b, UNPACK_MAX);
	if (length < 0 || length > (int64_t)UNPACK_MAX)
		return YX_PDF_TOO_COMPLEX;
	if ((rc = pdf_stream_start(in, o, &start)) != YX_OK ||
	    (rc = pdf_read(in, start, (size_t)length, &raw)) != YX_OK ||
	    (rc = pdf_unpack(o->value, raw.p, raw.n, &b)) != YX_OK)
		goto out;
	if ((copy = yx_arena_alloc(in->a, b.len + 1)) == NULL) {
		rc = YX_PDF_TOO_COMPLEX;
		goto out;
	}
	if (b.len > 0)
		memcpy(copy, b.data, b.len);
	*out = (struct pdf_span){ copy, b.len };
out:
	yx_buf_free(&b);
	return rc;
}
