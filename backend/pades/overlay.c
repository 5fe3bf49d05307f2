#include "backend/pades/overlay.h"

#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/pades.h"
#include "backend/pades/qpdf.h"

/* A page of A4, which qpdf fits into the middle of each page. */
#define WIDTH  595.0
#define HEIGHT 842.0
#define FONT   "Noto Sans CJK TC Bold"

static void
draw_text(cairo_t *cr, const char *text, double size, double y)
{
	PangoLayout *l = pango_cairo_create_layout(cr);
	PangoFontDescription *f = pango_font_description_from_string(FONT);
	int w = 0, h = 0;

	pango_font_description_set_absolute_size(f, size * PANGO_SCALE);
	pango_layout_set_font_description(l, f);
	pango_layout_set_text(l, text, -1);
	pango_layout_get_size(l, &w, &h);
	cairo_move_to(cr, -(double)w / PANGO_SCALE / 2, y - (double)h / PANGO_SCALE / 2);
	pango_cairo_show_layout(cr, l);
	pango_font_description_free(f);
	g_object_unref(l);
}

static int
draw(const char *path, const struct pades_overlay *o)
{
	cairo_surface_t *s = cairo_pdf_surface_create(path, WIDTH, HEIGHT);
	cairo_t *cr = cairo_create(s);
	int ok;

	cairo_set_source_rgba(cr, 0.71, 0.21, 0.12, 0.22);
	cairo_save(cr);
	cairo_translate(cr, WIDTH / 2, HEIGHT / 2);
	cairo_rotate(cr, -atan2(HEIGHT, WIDTH));
	draw_text(cr, o->text, 92, 0);
	cairo_restore(cr);
	cairo_set_source_rgba(cr, 0.71, 0.21, 0.12, 0.9);
	cairo_translate(cr, WIDTH / 2, HEIGHT - 22);
	draw_text(cr, o->small, 9, 0);
	cairo_destroy(cr);
	cairo_surface_finish(s);
	ok = cairo_surface_status(s) == CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(s);
	return ok ? YX_OK : YX_IO;
}

int
pades_overlay(const char *in_path, const char *out_path, const struct pades_overlay *o)
{
	char over[4096];
	const char *const options[] = { "--deterministic-id", in_path, "--overlay", over, "--from=", "--repeat=1", "--",
		out_path, NULL };
	struct pades_facts facts;
	int rc = pades_inspect(in_path, &facts);

	if (rc != YX_OK || facts.signatures > 0)
		return rc != YX_OK ? rc : YX_PDF_SIGNED;
	if (snprintf(over, sizeof(over), "%s.over", out_path) >= (int)sizeof(over))
		return YX_IO;
	if ((rc = draw(over, o)) == YX_OK && (rc = pdf_run_qpdf(options)) == YX_OK)
		rc = pades_inspect(out_path, &facts);
	unlink(over);
	return rc;
}
