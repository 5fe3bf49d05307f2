#include "backend/pades/appearance.h"

#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "backend/pades/font.h"
#include "backend/pades/png.h"
#include "common/codec.h"

/* Official documents are set in it; fontconfig finds the next best one. */
#define SEAL_FONT "Noto Serif CJK TC Bold"
#define LINE_FONT "Noto Sans CJK TC"
#define SEAL_CHARS 36
#define LINE_SIZE  9.0   /* points, at most */
#define LEADING    1.3
#define MARGIN     1.0
#define WIDE       1.5   /* from this proportion on the text stands beside the seal */

struct box { double x, y, w, h; };

#ifdef YX_SANITIZE
/* Both keep what they know of fonts for the life of the process, and cairo 1.16 some
 * hundred bytes of each subset of a CFF font. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libcairo\nleak:libpango\n";
}
const char *__lsan_default_options(void);
const char *
__lsan_default_options(void)
{
	return "print_suppressions=0";
}
#endif

/* ---- the seal ---- */

/* Pixels as cairo wants them: premultiplied, in the order of the machine. */
static cairo_surface_t *
surface_of(const struct pades_picture *p)
{
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)p->w, (int)p->h);
	uint8_t *to = cairo_image_surface_get_data(s);
	const size_t stride = (size_t)cairo_image_surface_get_stride(s);

	for (size_t y = 0; to != NULL && y < p->h; y++)
		for (size_t x = 0; x < p->w; x++) {
			const uint8_t *c = p->rgba + (y * p->w + x) * 4;
			const uint32_t a = c[3], v = a << 24 | (c[0] * a / 255) << 16 | (c[1] * a / 255) << 8 | c[2] * a / 255;

			memcpy(to + y * stride + x * 4, &v, sizeof(v));
		}
	if (to != NULL)
		cairo_surface_mark_dirty(s);
	return s;
}

/* As large as it fits, in the middle, never out of shape. */
static int
draw_picture(cairo_t *cr, const struct pades_blob *png, struct box b)
{
	struct pades_picture p;
	cairo_surface_t *s;
	double scale;
	int rc = pades_png_read(png->p, png->n, &p);

	if (rc != YX_OK)
		return rc;
	s = surface_of(&p);
	scale = fmin(b.w / p.w, b.h / p.h);
	cairo_save(cr);
	cairo_translate(cr, b.x + (b.w - p.w * scale) / 2, b.y + (b.h - p.h * scale) / 2);
	cairo_scale(cr, scale, scale);
	cairo_set_source_surface(cr, s, 0, 0);
	cairo_paint(cr);
	cairo_restore(cr);
	cairo_surface_destroy(s);
	pades_png_free(&p);
	return YX_OK;
}

static PangoLayout *
layout_of(cairo_t *cr, const char *font, double size, const char *text, size_t n)
{
	PangoLayout *l = pango_cairo_create_layout(cr);
	PangoFontDescription *f = pango_font_description_from_string(font);
	PangoAttrList *plain = pango_attr_list_new();

	pango_font_description_set_absolute_size(f, size * PANGO_SCALE);
	pango_layout_set_font_description(l, f);
	pango_layout_set_text(l, text, (int)n);
	/* (with ligatures, "office" would be taken out as another word) */
	pango_attr_list_insert(plain, pango_attr_font_features_new("liga 0, clig 0, dlig 0"));
	pango_layout_set_attributes(l, plain);
	pango_attr_list_unref(plain);
	pango_font_description_free(f);
	return l;
}

/* One character, as large as its cell allows. */
static void
draw_char(cairo_t *cr, const char *text, size_t n, struct box cell)
{
	PangoLayout *l = layout_of(cr, SEAL_FONT, fmin(cell.w, cell.h) * 0.92, text, n);
	PangoRectangle ink;

	pango_layout_get_extents(l, &ink, NULL);
	cairo_move_to(cr, cell.x + cell.w / 2 - (ink.x + ink.width / 2.0) / PANGO_SCALE,
	    cell.y + cell.h / 2 - (ink.y + ink.height / 2.0) / PANGO_SCALE);
	pango_cairo_show_layout(cr, l);
	g_object_unref(l);
}

/* Bytes of the character at s. */
static size_t
char_bytes(const char *s)
{
	size_t n = 1;

	while (((uint8_t)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

static size_t
count_chars(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s += char_bytes(s))
		n++;
	return n;
}

/* A red frame; the characters from the right, each column downwards, as on a seal. */
static int
draw_text_seal(cairo_t *cr, const char *text, struct box b)
{
	const size_t n = count_chars(text);
	const size_t columns = (size_t)ceil(sqrt((double)n)), rows = columns == 0 ? 0 : (n + columns - 1) / columns;
	const double side = fmin(b.w, b.h), line = side / 24, inner = side - line * 4;
	const double x = b.x + (b.w - side) / 2, y = b.y + (b.h - side) / 2;

	if (n == 0 || n > SEAL_CHARS)
		return YX_BAD_FIELD;
	cairo_set_source_rgb(cr, 0.8, 0, 0);
	cairo_set_line_width(cr, line);
	cairo_rectangle(cr, x + line / 2, y + line / 2, side - line, side - line);
	cairo_stroke(cr);
	for (size_t i = 0; *text != '\0'; i++, text += char_bytes(text)) {
		const double w = inner / (double)columns, h = inner / (double)rows;
		struct box cell = { x + line * 2 + inner - w * (double)(i / rows + 1), y + line * 2 + h * (double)(i % rows),
			w, h };

		draw_char(cr, text, char_bytes(text), cell);
	}
	return YX_OK;
}

static int
draw_seal(cairo_t *cr, const struct pades_look *look, struct box b)
{
	if (look->png.p != NULL)
		return draw_picture(cr, &look->png, b);
	return look->text != NULL ? draw_text_seal(cr, look->text, b) : YX_OK;
}

/* ---- the lines of text ---- */

static size_t
count_lines(const struct pades_look *look)
{
	size_t n = 0;

	while (n < PADES_LOOK_LINES && look->line[n] != NULL)
		n++;
	return n;
}

/* Points that the longest line is wide at a size of one. */
static double
widest(cairo_t *cr, const struct pades_look *look, size_t n)
{
	double most = 1;

	for (size_t i = 0; i < n; i++) {
		PangoLayout *l = layout_of(cr, LINE_FONT, 100, look->line[i], strlen(look->line[i]));
		int w, h;

		pango_layout_get_size(l, &w, &h);
		most = fmax(most, (double)w / PANGO_SCALE / 100);
		g_object_unref(l);
	}
	return most;
}

static double
line_size(cairo_t *cr, const struct pades_look *look, size_t n, double w, double h)
{
	return fmin(LINE_SIZE, fmin(w * 0.98 / widest(cr, look, n), h / (double)n / LEADING));
}

static void
draw_lines(cairo_t *cr, const struct pades_look *look, size_t n, struct box b)
{
	const double size = line_size(cr, look, n, b.w, b.h), used = size * LEADING * (double)n;

	cairo_set_source_rgb(cr, 0.1, 0.1, 0.1);
	for (size_t i = 0; i < n; i++) {
		PangoLayout *l = layout_of(cr, LINE_FONT, size, look->line[i], strlen(look->line[i]));
		const double base = pango_layout_get_baseline(l) / (double)PANGO_SCALE;

		cairo_move_to(cr, b.x, b.y + (b.h - used) / 2 + size * (LEADING * (double)i + 1.05) - base);
		pango_cairo_show_layout(cr, l);
		g_object_unref(l);
	}
}

/* ---- together ---- */

static int
draw_look(cairo_t *cr, const struct pades_look *look, double w, double h)
{
	const size_t n = count_lines(look);
	const int seal = look->png.p != NULL || look->text != NULL;
	struct box picture = { MARGIN, MARGIN, w - 2 * MARGIN, h - 2 * MARGIN }, text = picture;

	if (n > 0 && seal && w >= WIDE * h) {
		picture.w = picture.h;
		text.x += picture.w + 2 * MARGIN;
		text.w -= picture.w + 2 * MARGIN;
	} else if (n > 0 && seal) {
		text.h = line_size(cr, look, n, text.w, text.h * 0.4) * LEADING * (double)n;
		picture.h -= text.h;
		text.y += picture.h;
	}
	if (n > 0)
		draw_lines(cr, look, n, text);
	return seal ? draw_seal(cr, look, picture) : YX_OK;
}

static cairo_status_t
take(void *to, const unsigned char *p, unsigned n)
{
	yx_buf_add(to, p, n);
	return yx_buf_status(to) == YX_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static int
check(const struct pades_look *look)
{
	const size_t n = count_lines(look);

	for (size_t i = 0; i < n; i++)
		if (strlen(look->line[i]) > PDF_TEXT_MAX || !yx_utf8_valid(look->line[i], strlen(look->line[i])))
			return YX_BAD_FIELD;
	if (look->text != NULL && !yx_utf8_valid(look->text, strlen(look->text)))
		return YX_BAD_FIELD;
	return n == 0 && look->png.p == NULL && look->text == NULL ? YX_BAD_FIELD : YX_OK;
}

static int
draw_whole(const struct pades_look *look, double w, double h, int whole, struct yx_buf *pdf)
{
	cairo_font_options_t *exact = cairo_font_options_create();
	cairo_surface_t *s;
	cairo_t *cr;
	int rc = check(look);

	/* Widths in proportion, whatever the size. */
	cairo_font_options_set_hint_metrics(exact, CAIRO_HINT_METRICS_OFF);
	if (rc != YX_OK)
		goto out;
	s = cairo_pdf_surface_create_for_stream(take, pdf, w, h);
	/* (1.4: plain objects, and transparency) */
	cairo_pdf_surface_restrict_to_version(s, CAIRO_PDF_VERSION_1_4);
	cr = cairo_create(s);
	cairo_set_font_options(cr, exact);
	rc = whole ? draw_look(cr, look, w, h) : draw_seal(cr, look, (struct box){ 0, 0, w, h });
	cairo_show_page(cr);
	if (rc == YX_OK && cairo_status(cr) != CAIRO_STATUS_SUCCESS)
		rc = YX_NO_MEMORY;
	cairo_destroy(cr);
	cairo_surface_finish(s);
	if (rc == YX_OK && (rc = yx_buf_status(pdf)) == YX_OK && cairo_surface_status(s) != CAIRO_STATUS_SUCCESS)
		rc = YX_NO_MEMORY;
	cairo_surface_destroy(s);
out:
	cairo_font_options_destroy(exact);
	return rc;
}

static int
draw(const struct pades_look *look, double w, double h, int whole, struct yx_buf *pdf)
{
	struct yx_buf drawn;
	int rc;

	yx_buf_init(&drawn, pdf->max);
	if ((rc = draw_whole(look, w, h, whole, &drawn)) == YX_OK)
		rc = pdf_thin(&drawn, pdf);
	yx_buf_free(&drawn);
	return rc;
}

int
pdf_draw(const struct pades_look *look, double w, double h, struct yx_buf *pdf)
{
	return draw(look, w, h, 1, pdf);
}

int
pdf_draw_seal(const struct pades_look *look, double w, double h, struct yx_buf *pdf)
{
	return draw(look, w, h, 0, pdf);
}
