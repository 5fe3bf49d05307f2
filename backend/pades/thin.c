#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "backend/pades/doc.h"
#include "backend/pades/file.h"
#include "backend/pades/font.h"

#define ARENA_MAX   ((size_t)192 << 20)
#define FONT_MAX    ((size_t)16 << 20)
#define OBJECTS_MAX 20000

/* A PDF that is written anew, object by object. */
struct copy {
	struct pdf_doc d;
	struct yx_buf *out;
	int64_t       *offset; /* of each object; 0: free */
};

static int
deflate_to(struct yx_buf *out, const struct yx_buf *in)
{
	uLongf n = compressBound(in->len);
	uint8_t *room = yx_buf_room(out, n);

	if (room == NULL || compress2(room, &n, in->data, in->len, Z_DEFAULT_COMPRESSION) != Z_OK)
		return YX_NO_MEMORY;
	out->len += n;
	return YX_OK;
}

/* The font's stream, packed anew; YX_PDF_UNSUPPORTED: it did not get smaller. */
static int
thin_font(struct copy *c, const struct pdf_object *o, int64_t length, struct yx_buf *out)
{
	struct pdf_span cff;
	struct yx_buf plain;
	int rc = pdf_unpack_at(&c->d.in, o, length, &cff);

	yx_buf_init(&plain, FONT_MAX);
	if (rc == YX_OK && (rc = pdf_thin_cff(cff.p, cff.n, &plain)) == YX_OK && (rc = deflate_to(out, &plain)) == YX_OK &&
	    out->len >= (size_t)length)
		rc = YX_PDF_UNSUPPORTED;
	yx_buf_free(&plain);
	return rc;
}

static int
put_stream(struct copy *c, const struct pdf_object *o, const void *p, size_t n)
{
	struct yx_buf dict;
	char length[24];
	int rc;

	snprintf(length, sizeof(length), "%zu", n);
	yx_buf_init(&dict, (size_t)1 << 20);
	if ((rc = pdf_set(o->value, "Length", length, &dict)) == YX_OK) {
		yx_buf_add(c->out, dict.data, dict.len);
		yx_buf_adds(c->out, "\nstream\n");
		yx_buf_add(c->out, p, n);
		yx_buf_adds(c->out, "\nendstream");
	}
	yx_buf_free(&dict);
	return rc;
}

static int
copy_stream(struct copy *c, const struct pdf_object *o)
{
	struct pdf_object length;
	struct pdf_span raw, subtype;
	struct yx_buf font;
	int64_t n, start;
	int rc = pdf_follow(&c->d, 0, o->value, "Length", &length);

	if (rc != YX_OK || (rc = pdf_int(length.value, &n)) != YX_OK || n < 0 ||
	    (rc = pdf_stream_start(&c->d.in, o, &start)) != YX_OK ||
	    (rc = pdf_read(&c->d.in, start, (size_t)n, &raw)) != YX_OK ||
	    (rc = pdf_get(o->value, "Subtype", &subtype)) != YX_OK)
		return rc == YX_OK ? YX_PDF_BROKEN : rc;
	yx_buf_init(&font, FONT_MAX);
	if (pdf_name_is(subtype, "CIDFontType0C") && thin_font(c, o, n, &font) == YX_OK)
		raw = (struct pdf_span){ font.data, font.len };
	rc = put_stream(c, o, raw.p, raw.n);
	yx_buf_free(&font);
	return rc;
}

static int
copy_object(struct copy *c, int64_t id)
{
	struct pdf_object o;
	int rc = pdf_fetch(&c->d, 0, id, &o);

	if (rc != YX_OK || o.value.p == NULL)
		return rc;
	c->offset[id] = (int64_t)c->out->len;
	yx_buf_addf(c->out, "%lld 0 obj\n", (long long)id);
	if (o.stream)
		rc = copy_stream(c, &o);
	else
		yx_buf_add(c->out, o.value.p, o.value.n);
	yx_buf_adds(c->out, "\nendobj\n");
	return rc;
}

static void
put_table(struct copy *c)
{
	const size_t at = c->out->len;

	yx_buf_addf(c->out, "xref\n0 %lld\n0000000000 65535 f \n", (long long)c->d.highest + 1);
	for (int64_t id = 1; id <= c->d.highest; id++)
		yx_buf_addf(c->out, "%010lld %05d %c \n", (long long)c->offset[id], c->offset[id] == 0 ? 65535 : 0,
		    c->offset[id] == 0 ? 'f' : 'n');
	yx_buf_adds(c->out, "trailer\n");
	yx_buf_add(c->out, c->d.sec[0].trailer.p, c->d.sec[0].trailer.n);
	yx_buf_addf(c->out, "\nstartxref\n%zu\n%%%%EOF\n", at);
}

static int
copy_all(struct copy *c, const struct yx_buf *pdf)
{
	const uint8_t *end = memmem(pdf->data, pdf->len, " 0 obj", 6);
	int rc = YX_OK;

	if (c->d.n != 1 || c->d.sec[0].stream || c->d.highest > OBJECTS_MAX || end == NULL)
		return YX_PDF_UNSUPPORTED;
	while (end > pdf->data && end[-1] != '\n')
		end--;
	if ((c->offset = calloc((size_t)c->d.highest + 1, sizeof(*c->offset))) == NULL)
		return YX_NO_MEMORY;
	yx_buf_add(c->out, pdf->data, (size_t)(end - pdf->data));
	for (int64_t id = 1; rc == YX_OK && id <= c->d.highest; id++)
		rc = copy_object(c, id);
	put_table(c);
	free(c->offset);
	return rc == YX_OK ? yx_buf_status(c->out) : rc;
}

int
pdf_thin(const struct yx_buf *pdf, struct yx_buf *out)
{
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	struct copy c = { .out = out };
	int fd = memfd_create("drawn", MFD_CLOEXEC), rc = a == NULL ? YX_NO_MEMORY : fd < 0 ? YX_IO : YX_OK;

	if (rc == YX_OK && (rc = pdf_pwrite_all(fd, pdf->data, pdf->len, 0)) == YX_OK &&
	    (rc = pdf_doc_open(&c.d, a, fd)) == YX_OK)
		rc = copy_all(&c, pdf);
	if (fd >= 0)
		close(fd);
	yx_arena_free(&a);
	return rc;
}
