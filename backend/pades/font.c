#include "backend/pades/font.h"

#include <hb-subset.h>
#include <hb.h>
#include <limits.h>
#include <stdint.h>

#define CHAR_STRINGS 17 /* Adobe TN 5176, table 9 */

/* ---- how many glyphs ---- */

struct cursor { const uint8_t *p; size_t n; };

static uint32_t
number(const uint8_t *p, size_t bytes)
{
	uint32_t v = 0;

	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return v;
}

/* An INDEX: its count, its first item, what stands behind it. */
static int
read_index(struct cursor c, uint32_t *count, struct cursor *first, struct cursor *behind)
{
	size_t width, head, from, to, all;

	if (c.n < 2)
		return 0;
	*count = number(c.p, 2);
	*first = (struct cursor){ c.p, 0 };
	*behind = (struct cursor){ c.p + 2, c.n - 2 };
	if (*count == 0)
		return 1;
	width = c.n > 2 ? c.p[2] : 0;
	head = 3 + (*count + 1) * width;
	if (width < 1 || width > 4 || head > c.n)
		return 0;
	from = number(c.p + 3, width);
	to = number(c.p + 3 + width, width);
	all = number(c.p + 3 + *count * width, width);
	if (from != 1 || to < from || all < to || all - 1 > c.n - head)
		return 0;
	*first = (struct cursor){ c.p + head, to - 1 };
	*behind = (struct cursor){ c.p + head + (all - 1), c.n - head - (all - 1) };
	return 1;
}

/* One operand of a DICT; real numbers are passed over. 0: the bytes end. */
static int
read_operand(struct cursor *c, int64_t *v)
{
	const uint8_t b = *c->p;
	size_t n = b == 28 ? 3 : b == 29 ? 5 : b >= 247 && b <= 254 ? 2 : 1;

	if (b == 30)
		while (n < c->n && (c->p[n] & 15) != 15 && c->p[n] >> 4 != 15)
			n++;
	n += b == 30;
	if (n > c->n)
		return 0;
	*v = b == 28 ? (int16_t)number(c->p + 1, 2) : b == 29 ? (int32_t)number(c->p + 1, 4) : b <= 246 ? b - 139 :
	    b <= 250 ? (b - 247) * 256 + c->p[1] + 108 : -(b - 251) * 256 - (b < 255 ? c->p[1] : 0) - 108;
	c->p += n;
	c->n -= n;
	return 1;
}

static int64_t
offset_of_glyphs(struct cursor dict)
{
	int64_t v = 0;

	while (dict.n > 0)
		if (*dict.p > 21) {
			if (!read_operand(&dict, &v))
				return 0;
		} else if (*dict.p == CHAR_STRINGS) {
			return v;
		} else {
			const size_t n = *dict.p == 12 && dict.n > 1 ? 2 : 1;

			dict.p += n;
			dict.n -= n;
		}
	return 0;
}

static uint32_t
count_glyphs(const uint8_t *p, size_t n)
{
	struct cursor c, item, dict;
	uint32_t count = 0;
	int64_t at;

	if (n < 4 || p[2] > n)
		return 0;
	c = (struct cursor){ p + p[2], n - p[2] };
	if (!read_index(c, &count, &item, &c) || !read_index(c, &count, &dict, &c) || count != 1)
		return 0;
	at = offset_of_glyphs(dict);
	if (at <= 0 || (size_t)at >= n || !read_index((struct cursor){ p + at, n - (size_t)at }, &count, &item, &c))
		return 0;
	return count;
}

/* ---- harfbuzz ---- */

static void
add_table(hb_face_t *face, hb_tag_t tag, const void *p, size_t n)
{
	hb_blob_t *b = hb_blob_create(p, (unsigned)n, HB_MEMORY_MODE_DUPLICATE, NULL, NULL);

	hb_face_builder_add_table(face, tag, b);
	hb_blob_destroy(b);
}

/* The bare font in the clothes that harfbuzz wants. */
static hb_face_t *
dress(const void *cff, size_t n, uint32_t glyphs)
{
	const uint8_t maxp[] = { 0, 0, 0x50, 0, (uint8_t)(glyphs >> 8), (uint8_t)glyphs };
	hb_face_t *builder = hb_face_builder_create(), *face;
	hb_blob_t *b;

	add_table(builder, HB_TAG('C', 'F', 'F', ' '), cff, n);
	add_table(builder, HB_TAG('m', 'a', 'x', 'p'), maxp, sizeof(maxp));
	b = hb_face_reference_blob(builder);
	face = hb_face_create(b, 0);
	hb_blob_destroy(b);
	hb_face_destroy(builder);
	return face;
}

int
pdf_thin_cff(const void *cff, size_t n, struct yx_buf *out)
{
	const uint32_t glyphs = count_glyphs(cff, n);
	hb_face_t *whole = NULL, *thin = NULL;
	hb_subset_input_t *in = NULL;
	hb_blob_t *b = NULL;
	const char *p;
	unsigned size = 0;
	int rc = YX_PDF_UNSUPPORTED;

	if (glyphs == 0 || glyphs > UINT16_MAX || n > INT_MAX)
		return rc;
	if ((in = hb_subset_input_create_or_fail()) == NULL)
		return YX_NO_MEMORY;
	hb_subset_input_set_flags(in,
	    HB_SUBSET_FLAGS_DESUBROUTINIZE | HB_SUBSET_FLAGS_RETAIN_GIDS | HB_SUBSET_FLAGS_NOTDEF_OUTLINE);
	hb_set_add_range(hb_subset_input_glyph_set(in), 0, glyphs - 1);
	whole = dress(cff, n, glyphs);
	if ((thin = hb_subset_or_fail(whole, in)) != NULL) {
		b = hb_face_reference_table(thin, HB_TAG('C', 'F', 'F', ' '));
		p = hb_blob_get_data(b, &size);
		if (size > 0 && count_glyphs((const uint8_t *)p, size) == glyphs) {
			yx_buf_add(out, p, size);
			rc = yx_buf_status(out);
		}
		hb_blob_destroy(b);
	}
	hb_face_destroy(thin);
	hb_face_destroy(whole);
	hb_subset_input_destroy(in);
	return rc;
}
