#include "backend/pades/stream.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define STEP     ((size_t)64 << 10)
#define COLUMNS_MAX 65536

static int
inflate_all(const void *data, size_t n, struct yx_buf *out)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)n };
	int e = Z_OK;

	if (n > UINT32_MAX || inflateInit(&z) != Z_OK)
		return YX_NO_MEMORY;
	while (e == Z_OK) {
		size_t step = out->max - out->len < STEP ? out->max - out->len : STEP;
		uint8_t *room = step == 0 ? NULL : yx_buf_room(out, step);

		if (room == NULL) {
			e = Z_MEM_ERROR;
			break;
		}
		z.next_out = room;
		z.avail_out = (uInt)step;
		e = inflate(&z, Z_NO_FLUSH);
		out->len += step - z.avail_out;
		if (e == Z_OK && z.avail_out == step)
			e = Z_DATA_ERROR; /* nothing came: the data end too soon */
	}
	inflateEnd(&z);
	return e == Z_STREAM_END ? YX_OK : e == Z_MEM_ERROR ? YX_PDF_TOO_COMPLEX : YX_PDF_BROKEN;
}

static uint8_t
paeth(int a, int b, int c)
{
	int p = a + b - c, pa = abs(p - a), pb = abs(p - b), pc = abs(p - c);

	return (uint8_t)(pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
}

/* One row in place; `up` is the row before, already undone, or zeros. One byte a
 * pixel, as structure always has it. */
static int
undo_row(int filter, uint8_t *row, const uint8_t *up, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int left = i > 0 ? row[i - 1] : 0, corner = i > 0 ? up[i - 1] : 0;

		switch (filter) {
		case 0: break;
		case 1: row[i] = (uint8_t)(row[i] + left); break;
		case 2: row[i] = (uint8_t)(row[i] + up[i]); break;
		case 3: row[i] = (uint8_t)(row[i] + (left + up[i]) / 2); break;
		case 4: row[i] = (uint8_t)(row[i] + paeth(left, up[i], corner)); break;
		default: return YX_PDF_BROKEN;
		}
	}
	return YX_OK;
}

static int
undo_png(struct yx_buf *b, size_t columns)
{
	static const uint8_t zeros[COLUMNS_MAX];
	const uint8_t *up = zeros;
	size_t rows = b->len / (columns + 1);
	int rc;

	for (size_t r = 0; r < rows; r++) {
		uint8_t *from = b->data + r * (columns + 1), *to = b->data + r * columns;
		int filter = from[0];

		memmove(to, from + 1, columns);
		if ((rc = undo_row(filter, to, up, columns)) != YX_OK)
			return rc;
		up = to;
	}
	b->len = rows * columns;
	return YX_OK;
}

/* The value, or the only item of an array with one item. */
static int
single(struct pdf_span dict, const char *key, struct pdf_span *out)
{
	struct pdf_span first, second;
	struct pdf_cur c;
	int more, rc = pdf_get(dict, key, out);

	if (rc != YX_OK || pdf_type(*out) != PDF_ARRAY)
		return rc;
	if ((rc = pdf_inside(*out, PDF_ARRAY, &c)) != YX_OK ||
	    (rc = pdf_next_item(&c, &first, &more)) != YX_OK)
		return rc;
	*out = (struct pdf_span){ NULL, 0 };
	if (!more)
		return YX_OK;
	*out = first;
	if ((rc = pdf_next_item(&c, &second, &more)) != YX_OK)
		return rc;
	return more ? YX_PDF_UNSUPPORTED : YX_OK;
}

static int
unpredict(struct pdf_span parms, struct yx_buf *out)
{
	int64_t predictor, columns, colors, bits;
	int rc;

	if (pdf_type(parms) != PDF_DICT)
		return parms.p == NULL || pdf_type(parms) == PDF_WORD ? YX_OK : YX_PDF_UNSUPPORTED;
	if ((rc = pdf_get_int(parms, "Predictor", 1, &predictor)) != YX_OK ||
	    (rc = pdf_get_int(parms, "Columns", 1, &columns)) != YX_OK ||
	    (rc = pdf_get_int(parms, "Colors", 1, &colors)) != YX_OK ||
	    (rc = pdf_get_int(parms, "BitsPerComponent", 8, &bits)) != YX_OK)
		return rc;
	if (predictor == 1)
		return YX_OK;
	if (predictor < 10 || predictor > 15 || colors != 1 || bits != 8)
		return YX_PDF_UNSUPPORTED;
	if (columns < 1 || columns > COLUMNS_MAX)
		return YX_PDF_BROKEN;
	return undo_png(out, (size_t)columns);
}

int
pdf_unpack(struct pdf_span dict, const void *data, size_t n, struct yx_buf *out)
{
	struct pdf_span filter, parms;
	int rc;

	if ((rc = single(dict, "Filter", &filter)) != YX_OK ||
	    (rc = single(dict, "DecodeParms", &parms)) != YX_OK)
		return rc;
	if (filter.p == NULL) {
		yx_buf_add(out, data, n);
		return yx_buf_status(out) == YX_TOO_LARGE ? YX_PDF_TOO_COMPLEX : yx_buf_status(out);
	}
	if (!pdf_name_is(filter, "FlateDecode"))
		return YX_PDF_UNSUPPORTED;
	if ((rc = inflate_all(data, n, out)) != YX_OK)
		return rc;
	return unpredict(parms, out);
}
