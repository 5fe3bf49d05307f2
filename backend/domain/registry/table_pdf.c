#include "backend/domain/registry/table_pdf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH  842.0   /* A4, lying */
#define HEIGHT 595.0
#define MARGIN 36.0
#define SIZE   7.0     /* of the text */
#define LEAD   9.5
#define PAD    3.0
#define LINES_MAX 6    /* of a cell; what is longer is cut */
/* Objects: 1 catalog, 2 pages, 3 to 6 fonts, then page and contents by turns. */
#define FIRST_PAGE 7

struct writer {
	const struct table_pdf *t;
	struct yx_buf *out, page;
	long   *offsets;
	size_t  objects, pages, room;
	double  y;
};

/* Where text stands, and how large. */
struct spot { double x, y, size; };

/* One character: its code point; *p moves on. What is no UTF-8 is one "?". */
static unsigned
next_char(const char **p)
{
	const unsigned char *u = (const unsigned char *)*p;
	unsigned n = u[0] < 0x80 ? 1 : u[0] >= 0xf0 ? 4 : u[0] >= 0xe0 ? 3 : 2;
	unsigned v = n == 1 ? u[0] : u[0] & (0xffu >> (n + 1));

	for (unsigned i = 1; i < n; i++) {
		if ((u[i] & 0xc0) != 0x80) {
			*p += i;
			return '?';
		}
		v = v << 6 | (u[i] & 0x3fu);
	}
	*p += n;
	return v;
}

static double
width_of(unsigned c)
{
	return c < 0x80 ? 0.6 : 1.0;
}

static void
add_utf16(struct yx_buf *b, unsigned c)
{
	if (c >= 0x10000)
		yx_buf_addf(b, "%04X%04X", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
	else
		yx_buf_addf(b, "%04X", c);
}

/* A line of text at x, y: runs of Courier and of the Chinese font. */
static void
put_text(struct writer *w, const struct spot *at, const char *s, size_t n)
{
	const char *p = s;

	yx_buf_addf(&w->page, "BT %.2f %.2f Td ", at->x, at->y);
	while (p < s + n) {
		const char *q = p;
		int ascii = (unsigned char)*p < 0x80;

		yx_buf_addf(&w->page, "/%s %.1f Tf <", ascii ? "A" : "C", at->size);
		while (q < s + n && ((unsigned char)*q < 0x80) == ascii) {
			unsigned c = next_char(&q);

			if (ascii)
				yx_buf_addf(&w->page, "%02X", c);
			else
				add_utf16(&w->page, c);
		}
		yx_buf_adds(&w->page, "> Tj ");
		p = q;
	}
	yx_buf_adds(&w->page, "ET\n");
}

/* How many bytes of s fit into a line of that width; *next is where the next line begins. */
static size_t
fit(const char *s, double width, const char **next)
{
	const char *p = s;
	double used = 0;

	while (*p != '\0' && *p != '\n') {
		const char *q = p;

		used += width_of(next_char(&q)) * SIZE;
		if (used > width)
			break;
		p = q;
	}
	*next = *p == '\n' ? p + 1 : p;
	return (size_t)(p - s);
}

static size_t
lines_of(const char *s, double width)
{
	size_t n = 0;

	do {
		const char *next = s;

		if (fit(s, width, &next) == 0 && *s != '\n' && *s != '\0')
			break;
		s = next;
		n++;
	} while (*s != '\0' && n < LINES_MAX);
	return n;
}

/* Begins an object, noting where. */
static void
begin(struct writer *w, size_t id)
{
	w->offsets[id] = (long)w->out->len;
	yx_buf_addf(w->out, "%zu 0 obj\n", id);
}

typedef const char *(*cell_fn)(struct writer *w, size_t row, size_t column);

static void
put_row(struct writer *w, cell_fn cell, size_t row, double height)
{
	double x = MARGIN;

	for (size_t c = 0; c < w->t->columns_n; c++) {
		const char *s = cell(w, row, c);
		double y = w->y - LEAD;

		for (size_t i = lines_of(s, w->t->columns[c].width - 2 * PAD); i > 0; i--) {
			const char *next = s;
			size_t n = fit(s, w->t->columns[c].width - 2 * PAD, &next);

			put_text(w, &(struct spot){ x + PAD, y, SIZE }, s, n);
			s = next;
			y -= LEAD;
		}
		x += w->t->columns[c].width;
	}
	w->y -= height;
	yx_buf_addf(&w->page, "%.2f %.2f m %.2f %.2f l S\n", MARGIN, w->y, x, w->y);
}

static const char *
cell_of(struct writer *w, size_t row, size_t column)
{
	return w->t->cell(w->t->ctx, row, column);
}

static const char *
head_of(struct writer *w, size_t row, size_t column)
{
	(void)row;
	return w->t->columns[column].head;
}

static double
height_of(struct writer *w, size_t row)
{
	size_t lines = 1;

	for (size_t c = 0; c < w->t->columns_n; c++) {
		size_t n = lines_of(cell_of(w, row, c), w->t->columns[c].width - 2 * PAD);

		lines = n > lines ? n : lines;
	}
	return (double)lines * LEAD + 2 * PAD;
}

static void
open_page(struct writer *w)
{
	char number[32];

	w->pages++;
	yx_buf_reset(&w->page);
	yx_buf_adds(&w->page, "0.5 w\n");
	put_text(w, &(struct spot){ MARGIN, HEIGHT - MARGIN - 6, 13 }, w->t->title, strlen(w->t->title));
	put_text(w, &(struct spot){ MARGIN, HEIGHT - MARGIN - 22, SIZE }, w->t->about, strlen(w->t->about));
	snprintf(number, sizeof(number), "%zu", w->pages);
	put_text(w, &(struct spot){ WIDTH - MARGIN - 20, MARGIN - 16, SIZE }, number, strlen(number));
	w->y = HEIGHT - MARGIN - 30;
	put_row(w, head_of, 0, LEAD + 2 * PAD);
}

static void
close_page(struct writer *w)
{
	const size_t id = FIRST_PAGE + 2 * (w->pages - 1);

	if (id + 1 >= w->room)
		return;
	begin(w, id);
	yx_buf_addf(w->out, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Resources<</Font<</A 3 0 R/C 4 0 R>>>>"
	    "/Contents %zu 0 R>>\nendobj\n", id + 1);
	begin(w, id + 1);
	yx_buf_addf(w->out, "<</Length %zu>>\nstream\n", w->page.len);
	yx_buf_add(w->out, w->page.data, w->page.len);
	yx_buf_adds(w->out, "\nendstream\nendobj\n");
	w->objects = id + 1;
}

static void
put_fonts(struct writer *w)
{
	begin(w, 3);
	yx_buf_adds(w->out, "<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>\nendobj\n");
	begin(w, 4);
	yx_buf_adds(w->out, "<</Type/Font/Subtype/Type0/BaseFont/MSung-Light-UniCNS-UTF16-H/Encoding/UniCNS-UTF16-H"
	    "/DescendantFonts[5 0 R]>>\nendobj\n");
	begin(w, 5);
	yx_buf_adds(w->out, "<</Type/Font/Subtype/CIDFontType0/BaseFont/MSung-Light/CIDSystemInfo<</Registry(Adobe)"
	    "/Ordering(CNS1)/Supplement 6>>/DW 1000/FontDescriptor 6 0 R>>\nendobj\n");
	begin(w, 6);
	yx_buf_adds(w->out, "<</Type/FontDescriptor/FontName/MSung-Light/Flags 4/FontBBox[-45 -250 1015 887]/ItalicAngle 0"
	    "/Ascent 880/Descent -120/CapHeight 662/StemV 93>>\nendobj\n");
}

/* Catalog, page tree, cross-reference table. */
static void
finish(struct writer *w)
{
	long start;

	begin(w, 1);
	yx_buf_adds(w->out, "<</Type/Catalog/Pages 2 0 R/Lang(zh-Hant-TW)>>\nendobj\n");
	begin(w, 2);
	yx_buf_adds(w->out, "<</Type/Pages/Kids[");
	for (size_t i = 0; i < w->pages; i++)
		yx_buf_addf(w->out, "%zu 0 R ", FIRST_PAGE + 2 * i);
	yx_buf_addf(w->out, "]/Count %zu>>\nendobj\n", w->pages);
	start = (long)w->out->len;
	yx_buf_addf(w->out, "xref\n0 %zu\n0000000000 65535 f \n", w->objects + 1);
	for (size_t i = 1; i <= w->objects; i++)
		yx_buf_addf(w->out, "%010ld 00000 n \n", w->offsets[i]);
	yx_buf_addf(w->out, "trailer\n<</Size %zu/Root 1 0 R>>\nstartxref\n%ld\n%%%%EOF\n", w->objects + 1, start);
}

int
table_pdf(const struct table_pdf *t, struct yx_buf *out)
{
	/* At worst a page a row. */
	struct writer w = { .t = t, .out = out, .room = FIRST_PAGE + 2 * (t->rows + 2) };
	int rc;

	yx_buf_init(&w.page, 1 << 20);
	if ((w.offsets = calloc(w.room, sizeof(*w.offsets))) == NULL)
		return YX_NO_MEMORY;
	yx_buf_adds(out, "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
	put_fonts(&w);
	open_page(&w);
	for (size_t row = 0; row < t->rows; row++) {
		double height = height_of(&w, row);

		if (w.y - height < MARGIN) {
			close_page(&w);
			open_page(&w);
		}
		put_row(&w, cell_of, row, height);
	}
	close_page(&w);
	finish(&w);
	rc = yx_buf_status(&w.page) != YX_OK ? yx_buf_status(&w.page) : yx_buf_status(out);
	yx_buf_free(&w.page);
	free(w.offsets);
	return rc;
}
