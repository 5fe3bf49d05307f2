#include "backend/domain/registry/table_pdf.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>

#include "backend/pades/font.h"

#define WIDTH  842.0   /* A4, lying */
#define HEIGHT 595.0
#define MARGIN 36.0
#define SIZE   7.0     /* of the text */
#define TITLE  13.0
#define PAD    3.0
#define TOP    (MARGIN + 30)   /* of the table */
#define LINES_MAX 6    /* of a paragraph in a cell; what is longer is cut */
#define DRAWN_MAX ((size_t)64 << 20)
#define FONT   "Noto Sans CJK TC"

struct writer {
	const struct table_pdf *t;
	cairo_t     *cr;
	PangoLayout *cell;
	size_t       pages;
	double       y;
};

typedef const char *(*cell_fn)(struct writer *w, size_t row, size_t column);

static PangoLayout *
layout_of(cairo_t *cr, double size)
{
	PangoLayout *l = pango_cairo_create_layout(cr);
	PangoFontDescription *f = pango_font_description_from_string(FONT);

	pango_font_description_set_absolute_size(f, size * PANGO_SCALE);
	pango_layout_set_font_description(l, f);
	pango_font_description_free(f);
	return l;
}

static void
put_line(struct writer *w, double size, double x, double y, const char *s)
{
	PangoLayout *l = layout_of(w->cr, size);

	pango_layout_set_text(l, s, -1);
	cairo_move_to(w->cr, x, y);
	pango_cairo_show_layout(w->cr, l);
	g_object_unref(l);
}

/* Lays a cell out in its column; how high it is. */
static double
lay(struct writer *w, size_t column, const char *s)
{
	int height = 0;

	pango_layout_set_width(w->cell, (int)((w->t->columns[column].width - 2 * PAD) * PANGO_SCALE));
	pango_layout_set_text(w->cell, s, -1);
	pango_layout_get_size(w->cell, NULL, &height);
	return (double)height / PANGO_SCALE;
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
height_of(struct writer *w, cell_fn cell, size_t row)
{
	double most = 0;

	for (size_t c = 0; c < w->t->columns_n; c++) {
		double h = lay(w, c, cell(w, row, c));

		most = h > most ? h : most;
	}
	return most + 2 * PAD;
}

static void
put_row(struct writer *w, cell_fn cell, size_t row, double height)
{
	double x = MARGIN;

	for (size_t c = 0; c < w->t->columns_n; c++) {
		(void)lay(w, c, cell(w, row, c));
		cairo_move_to(w->cr, x + PAD, w->y + PAD);
		pango_cairo_show_layout(w->cr, w->cell);
		x += w->t->columns[c].width;
	}
	w->y += height;
	cairo_move_to(w->cr, MARGIN, w->y);
	cairo_line_to(w->cr, x, w->y);
	cairo_stroke(w->cr);
}

static void
open_page(struct writer *w)
{
	char number[32];

	w->pages++;
	cairo_set_line_width(w->cr, 0.5);
	put_line(w, TITLE, MARGIN, MARGIN - 6, w->t->title);
	put_line(w, SIZE, MARGIN, MARGIN + 14, w->t->about);
	snprintf(number, sizeof(number), "%zu", w->pages);
	put_line(w, SIZE, WIDTH - MARGIN - 20, HEIGHT - MARGIN + 8, number);
	w->y = TOP;
	put_row(w, head_of, 0, height_of(w, head_of, 0));
}

static void
put_rows(struct writer *w)
{
	open_page(w);
	for (size_t i = 0; i < w->t->rows; i++) {
		double height = height_of(w, cell_of, i);

		if (w->y + height > HEIGHT - MARGIN) {
			cairo_show_page(w->cr);
			open_page(w);
		}
		put_row(w, cell_of, i, height);
	}
	cairo_show_page(w->cr);
}

static cairo_status_t
take(void *ctx, const unsigned char *data, unsigned n)
{
	yx_buf_add(ctx, data, n);
	return yx_buf_status(ctx) == YX_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_NO_MEMORY;
}

static int
draw(const struct table_pdf *t, struct yx_buf *pdf)
{
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(take, pdf, WIDTH, HEIGHT);
	struct writer w = { .t = t, .cr = cairo_create(surface) };
	int rc;

	cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, t->title);
	w.cell = layout_of(w.cr, SIZE);
	pango_layout_set_wrap(w.cell, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_height(w.cell, -LINES_MAX);
	pango_layout_set_ellipsize(w.cell, PANGO_ELLIPSIZE_END);
	put_rows(&w);
	g_object_unref(w.cell);
	cairo_surface_finish(surface);
	rc = cairo_status(w.cr) == CAIRO_STATUS_SUCCESS && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS
	    ? yx_buf_status(pdf) : yx_buf_status(pdf) != YX_OK ? yx_buf_status(pdf) : YX_NO_MEMORY;
	cairo_destroy(w.cr);
	cairo_surface_destroy(surface);
	return rc;
}

int
table_pdf(const struct table_pdf *t, struct yx_buf *out)
{
	struct yx_buf drawn;
	int rc;

	yx_buf_init(&drawn, DRAWN_MAX);
	if ((rc = draw(t, &drawn)) == YX_OK)
		rc = pdf_thin(&drawn, out);
	yx_buf_free(&drawn);
	return rc;
}
