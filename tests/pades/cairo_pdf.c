/* cairo_pdf.c - a contract as Cairo and Pango write it; input of the PDF tests.
 * usage: cairo_pdf OUT.pdf */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>

#define WIDTH  595.0
#define HEIGHT 842.0

static void
page(cairo_t *cr, int number)
{
	PangoLayout *layout = pango_cairo_create_layout(cr);
	PangoFontDescription *font = pango_font_description_from_string("Noto Sans CJK TC 14");
	char text[256];

	snprintf(text, sizeof(text), "契約書 10840_test 第 %d 頁\n"
	    "立契約人：臺北市政府資訊局（機關）與測試公司（廠商）。\nContract, page %d.", number, number);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_width(layout, (int)(WIDTH - 144) * PANGO_SCALE);
	pango_layout_set_text(layout, text, -1);
	cairo_move_to(cr, 72, 72);
	pango_cairo_show_layout(cr, layout);
	cairo_rectangle(cr, 400, 700, 120, 80);
	cairo_stroke(cr);
	cairo_show_page(cr);
	pango_font_description_free(font);
	g_object_unref(layout);
}

int
main(int argc, char **argv)
{
	cairo_surface_t *s;
	cairo_t *cr;
	int ok;

	if (argc != 2)
		return 2;
	s = cairo_pdf_surface_create(argv[1], WIDTH, HEIGHT);
	cr = cairo_create(s);
	for (int i = 1; i <= 3; i++)
		page(cr, i);
	cairo_destroy(cr);
	cairo_surface_finish(s);
	ok = cairo_surface_status(s) == CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(s);
	return ok ? 0 : 1;
}
