#include "backend/pades/mark.h"

#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <string.h>

#include "backend/pades/appearance.h"
#include "backend/pades/file.h"
#include "backend/pades/inspect.h"

#define ARENA_MAX   ((size_t)48 << 20)
#define DRAWING_MAX ((size_t)8 << 20)
#define FONT        "Noto Sans CJK TC, Noto Sans, sans-serif"
#define ROWS        3            /* of the large text */
#define TILT        (-M_PI / 7)
#define OBJECTS_A_PAGE 4
#define FLAGS       196          /* print, read only, locked (12.5.3) */

/* ---- the drawing ---- */

static cairo_status_t
take(void *ctx, const unsigned char *p, unsigned n)
{
	struct yx_buf *b = ctx;

	yx_buf_add(b, p, n);
	return yx_buf_status(b) == YX_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_NO_MEMORY;
}

/* Text of that size, or smaller so that it is not wider than `most`; its middle at the origin. */
static void
show(cairo_t *cr, const char *text, double size, double most)
{
	PangoLayout *l = pango_cairo_create_layout(cr);
	PangoFontDescription *f = pango_font_description_from_string(FONT);
	int w = 0, h = 0;

	for (int turn = 0; turn < 2; turn++) {
		pango_font_description_set_absolute_size(f, size * PANGO_SCALE);
		pango_layout_set_font_description(l, f);
		pango_layout_set_text(l, text, -1);
		pango_layout_get_size(l, &w, &h);
		if (w <= most * PANGO_SCALE)
			break;
		size *= most * PANGO_SCALE / w;
	}
	cairo_move_to(cr, -(double)w / PANGO_SCALE / 2, -(double)h / PANGO_SCALE / 2);
	pango_cairo_show_layout(cr, l);
	pango_font_description_free(f);
	g_object_unref(l);
}

static void
draw_on(cairo_t *cr, const struct pades_mark *m, double w, double h)
{
	for (int i = 0; i < ROWS; i++) {
		cairo_save(cr);
		cairo_translate(cr, w / 2, h * (i + 0.5) / ROWS);
		cairo_rotate(cr, TILT);
		cairo_set_source_rgba(cr, 0.72, 0.11, 0.11, 0.16);
		show(cr, m->across, w / 14, w * 0.9);
		cairo_restore(cr);
	}
	cairo_save(cr);
	cairo_translate(cr, w / 2, h - 12);
	cairo_set_source_rgb(cr, 0.6, 0.08, 0.08);
	show(cr, m->below, 8, w * 0.96);
	cairo_restore(cr);
}

static int
draw(const struct pades_mark *m, double w, double h, struct yx_buf *pdf)
{
	cairo_surface_t *s = cairo_pdf_surface_create_for_stream(take, pdf, w, h);
	cairo_t *cr;
	int ok;

	cairo_pdf_surface_restrict_to_version(s, CAIRO_PDF_VERSION_1_4);
	cr = cairo_create(s);
	draw_on(cr, m, w, h);
	cairo_show_page(cr);
	ok = cairo_status(cr) == CAIRO_STATUS_SUCCESS;
	cairo_destroy(cr);
	cairo_surface_finish(s);
	ok = ok && cairo_surface_status(s) == CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(s);
	return ok ? yx_buf_status(pdf) : YX_NO_MEMORY;
}

/* ---- the revision ---- */

struct marking { struct pdf_job j; int64_t form; double w, h; };

static int
graft(struct marking *k, const struct pades_mark *m, const struct pdf_place *first)
{
	struct yx_buf pdf;
	char box[64];
	int rc;

	pdf_place_size(first, &k->w, &k->h);
	snprintf(box, sizeof(box), "[0 0 %.3f %.3f]", k->w, k->h);
	yx_buf_init(&pdf, DRAWING_MAX);
	if ((rc = draw(m, k->w, k->h, &pdf)) == YX_OK)
		rc = pdf_graft(&k->j, &pdf, box, &k->form);
	yx_buf_free(&pdf);
	return rc;
}

/* The whole of what is seen of the page. */
static int
stamp_on(struct marking *k, const struct pdf_object *page, const struct pdf_place *place)
{
	double w, h, rect[4];
	char ref[PDF_REF_SIZE + 1] = " ", of_page[PDF_REF_SIZE];
	struct pdf_change *c = pdf_update_new(&k->j.u);
	int rc;

	if (c == NULL)
		return YX_PDF_TOO_COMPLEX;
	pdf_place_size(place, &w, &h);
	pdf_place_rect(place, (double[4]){ 0, 0, w, h }, rect);
	pdf_ref_text(ref + 1, c->id, 0);
	pdf_ref_text(of_page, page->id, page->gen);
	yx_buf_addf(&c->body, "<< /Type /Annot /Subtype /Stamp /F %d /Rect [%.3f %.3f %.3f %.3f] /P %s >>", FLAGS,
	    rect[0], rect[1], rect[2], rect[3], of_page);
	if ((rc = yx_buf_status(&c->body)) != YX_OK ||
	    (rc = pdf_set_look(&k->j, c, k->form, (double[4]){ 0, 0, 0, 0 })) != YX_OK)
		return rc;
	return pdf_annotate(&k->j, page, ref);
}

static int
mark_pages(struct marking *k, const struct pades_mark *m)
{
	struct pdf_object page;
	struct pdf_place place;
	int rc = YX_OK;

	for (int n = 1; rc == YX_OK && n <= k->j.pages; n++) {
		if ((rc = pdf_page(&k->j.d, 0, k->j.form.root.value, n, &page)) != YX_OK ||
		    (rc = pdf_place_of(&k->j.d, &page, &place)) != YX_OK)
			return rc;
		if (n == 1 && (rc = graft(k, m, &place)) != YX_OK)
			return rc;
		rc = stamp_on(k, &page, &place);
	}
	return rc;
}

static int
write_update(struct marking *k, int fd)
{
	const int64_t base = k->j.d.in.size;
	char last = 0;
	int rc = pdf_pread_all(fd, &last, 1, base - 1);

	if (rc != YX_OK)
		return rc;
	if (last != '\n' && last != '\r')
		yx_buf_adds(&k->j.u.out, "\n");
	if ((rc = pdf_update_render(&k->j.u, base)) == YX_OK)
		rc = pdf_pwrite_all(fd, k->j.u.out.data, k->j.u.out.len, base);
	return rc;
}

int
pades_mark(int fd, const struct pades_mark *m)
{
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	struct marking k = { .form = 0 };
	struct pades_facts facts;
	int rc = a == NULL ? YX_NO_MEMORY : pdf_doc_open(&k.j.d, a, fd);

	if (rc == YX_OK && (rc = pdf_inspect(&k.j.d, NULL, &facts, &k.j.form)) == YX_OK)
		k.j.pages = facts.pages;
	if (rc == YX_OK && k.j.pages > PADES_MARK_PAGES)
		rc = YX_PDF_TOO_COMPLEX;
	if (rc == YX_OK && (rc = pdf_update_open(&k.j.u, &k.j.d,
	    (size_t)(OBJECTS_A_PAGE * k.j.pages) + PDF_LOOK_OBJECTS + 8)) == YX_OK &&
	    (rc = mark_pages(&k, m)) == YX_OK)
		rc = write_update(&k, fd);
	pdf_update_free(&k.j.u);
	yx_arena_free(&a);
	return rc;
}
