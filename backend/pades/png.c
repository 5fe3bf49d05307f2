#include "backend/pades/png.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"

#define CHUNK_REST 4 /* the CRC, which libpng checks */

static const uint8_t SIGNATURE[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

struct chunk { uint32_t n; const uint8_t *type, *data; };

static int
next_chunk(struct yx_reader *r, struct chunk *c)
{
	const uint8_t *crc;

	if (yx_read32be(r, &c->n) != YX_OK || yx_read_bytes(r, 4, &c->type) != YX_OK ||
	    yx_read_bytes(r, c->n, &c->data) != YX_OK || yx_read_bytes(r, CHUNK_REST, &crc) != YX_OK)
		return YX_BAD_FIELD;
	return YX_OK;
}

static int
is(const struct chunk *c, const char *type)
{
	return memcmp(c->type, type, 4) == 0;
}

static int
read_header(struct yx_reader *r, struct pades_picture *out)
{
	struct yx_reader inside;
	struct chunk c;

	if (next_chunk(r, &c) != YX_OK || !is(&c, "IHDR") || c.n != 13)
		return YX_BAD_FIELD;
	yx_reader_init(&inside, c.data, c.n);
	if (yx_read32be(&inside, &out->w) != YX_OK || yx_read32be(&inside, &out->h) != YX_OK)
		return YX_BAD_FIELD;
	return out->w >= 1 && out->h >= 1 && out->w <= PADES_PNG_SIDE && out->h <= PADES_PNG_SIDE ? YX_OK : YX_BAD_FIELD;
}

/* The same way in both directions, in metres. */
static void
read_dots(const struct chunk *c, struct pades_picture *out)
{
	struct yx_reader r;
	uint32_t x, y;
	unsigned unit;

	yx_reader_init(&r, c->data, c->n);
	if (yx_read32be(&r, &x) == YX_OK && yx_read32be(&r, &y) == YX_OK && yx_read8(&r, &unit) == YX_OK && x == y &&
	    unit == 1)
		out->dots = x;
}

int
pades_png_look(const void *png, size_t n, struct pades_picture *out)
{
	struct yx_reader r;
	const uint8_t *start;
	struct chunk c;
	int rc;

	memset(out, 0, sizeof(*out));
	yx_reader_init(&r, png, n);
	if (n > PADES_PNG_BYTES || yx_read_bytes(&r, sizeof(SIGNATURE), &start) != YX_OK ||
	    memcmp(start, SIGNATURE, sizeof(SIGNATURE)) != 0)
		return YX_BAD_FIELD;
	if ((rc = read_header(&r, out)) != YX_OK)
		return rc;
	do {
		if ((rc = next_chunk(&r, &c)) != YX_OK)
			return rc;
		if (is(&c, "pHYs"))
			read_dots(&c, out);
		/* Moving pictures show more than one thing. */
		if (is(&c, "acTL"))
			return YX_BAD_FIELD;
	} while (!is(&c, "IEND"));
	return r.left == 0 && c.n == 0 ? YX_OK : YX_BAD_FIELD;
}

static void
count_clear(struct pades_picture *p)
{
	const size_t pixels = (size_t)p->w * p->h;
	size_t n = 0;

	for (size_t i = 0; i < pixels; i++)
		n += p->rgba[i * 4 + 3] < 128;
	p->clear = (double)n / (double)pixels;
}

int
pades_png_read(const void *png, size_t n, struct pades_picture *out)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	int rc = pades_png_look(png, n, out);

	if (rc != YX_OK)
		return rc;
	rc = YX_BAD_FIELD;
	if (!png_image_begin_read_from_memory(&image, png, n) || image.width != out->w || image.height != out->h)
		goto out;
	image.format = PNG_FORMAT_RGBA;
	if ((out->rgba = malloc(PNG_IMAGE_SIZE(image))) == NULL) {
		rc = YX_NO_MEMORY;
		goto out;
	}
	/* (a warning is a fault of the file as well) */
	if (!png_image_finish_read(&image, NULL, out->rgba, 0, NULL) || image.warning_or_error != 0)
		goto out;
	count_clear(out);
	rc = YX_OK;
out:
	png_image_free(&image);
	if (rc != YX_OK)
		pades_png_free(out);
	return rc;
}

void
pades_png_free(struct pades_picture *p)
{
	free(p->rgba);
	p->rgba = NULL;
}
