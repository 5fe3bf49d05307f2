#include "backend/pades/appearance.h"

#include <stdio.h>
#include <string.h>

#define DRAWING_MAX ((size_t)32 << 20)
#define NAME_SIZE   (PDF_TEXT_MAX + 32)
/* Sheets that one seal is cut over: more, and a strip is too small to be known again. */
#define SHEETS_MAX  8

/* A signature field has one place (12.7.5.5), so each edge is a text field of its own
 * that is filled, value and look, by the revision that signs. */

static void
seam_name(char out[NAME_SIZE], const char *field, int page)
{
	snprintf(out, NAME_SIZE, "%sSeam%d", field, page);
}

/* Which strip of how many the sheet carries: n sheets in groups of about the same size. */
static void
strip_of(int n, int sheet, int *strip, int *of)
{
	const int groups = (n + SHEETS_MAX - 1) / SHEETS_MAX, small = n / groups, large = n % groups;
	int at = sheet - 1;

	*of = small + 1;
	if (at >= large * (small + 1)) {
		at -= large * (small + 1);
		*of = small;
	}
	*strip = at % *of;
}

static int
add_edge(struct pdf_job *j, const struct pades_seam *s, int page, int pages)
{
	char name[NAME_SIZE];
	struct pades_field f = { .name = name, .page = page, .seam = 1 };
	struct pdf_object node;
	struct pdf_place place;
	double w, h;
	int strip, of, rc;

	if ((rc = pdf_page(&j->d, 0, j->form.root.value, page, &node)) != YX_OK ||
	    (rc = pdf_place_of(&j->d, &node, &place)) != YX_OK)
		return rc;
	strip_of(pages, page, &strip, &of);
	pdf_place_size(&place, &w, &h);
	seam_name(name, s->field, page);
	f.rect[2] = s->side / of;
	f.rect[3] = s->side < h ? s->side : h;
	f.rect[0] = w - f.rect[2];
	f.rect[1] = (h - f.rect[3]) * s->height;
	return pdf_part_field(j, &f);
}

int
pdf_part_seam(struct pdf_job *j, const struct pades_seam *s)
{
	int rc = YX_OK;

	if (s->field == NULL || strlen(s->field) > PDF_TEXT_MAX - 32 || !(s->side >= 20 && s->side <= 300) ||
	    !(s->height >= 0 && s->height <= 1) || j->pages < 2)
		return YX_BAD_FIELD;
	if (j->pages > PDF_SEAM_PAGES)
		return YX_PDF_TOO_COMPLEX;
	for (int page = 1; page <= j->pages && rc == YX_OK; page++)
		rc = add_edge(j, s, page, j->pages);
	return rc;
}

/* ---- filled by the signature ---- */

struct seams { struct pdf_object field[PDF_SEAM_PAGES]; int n; };

/* The number behind "<field>Seam"; 0: it is another field. */
static int
number_of(const struct pdf_object *o, const char *field)
{
	struct pdf_span t, type;
	struct yx_buf b;
	char want[NAME_SIZE];
	int page = 0;

	yx_buf_init(&b, NAME_SIZE);
	if (pdf_type(o->value) == PDF_DICT && pdf_get(o->value, "T", &t) == YX_OK && t.p != NULL &&
	    pdf_get(o->value, "FT", &type) == YX_OK && pdf_name_is(type, "Tx") && pdf_text(t, &b) == YX_OK) {
		const char *name = yx_buf_str(&b);
		const size_t n = strlen(field);

		if (strlen(name) > n + 4 && strncmp(name, field, n) == 0 && sscanf(name + n, "Seam%4d", &page) == 1) {
			seam_name(want, field, page);
			if (strcmp(want, name) != 0)
				page = 0;
		}
	}
	yx_buf_free(&b);
	return page >= 1 && page <= PDF_SEAM_PAGES ? page : 0;
}

static int
find_old(struct pdf_job *j, const char *field, struct seams *out)
{
	struct pdf_object o;
	struct pdf_span item;
	struct pdf_cur c;
	int more, page, rc;

	if (j->form.fields.value.p == NULL)
		return YX_OK;
	if ((rc = pdf_inside(j->form.fields.value, PDF_ARRAY, &c)) != YX_OK)
		return rc;
	while ((rc = pdf_next_item(&c, &item, &more)) == YX_OK && more) {
		if ((rc = pdf_resolve(&j->d, 0, item, &o)) != YX_OK)
			return rc;
		if (o.id == 0 || (page = number_of(&o, field)) == 0)
			continue;
		out->field[page - 1] = o;
		out->n++;
	}
	return rc;
}

/* Those that an earlier part of this revision made. */
static void
find_new(struct pdf_job *j, const char *field, struct seams *out)
{
	for (size_t i = 0; i < j->created_n; i++) {
		const struct pdf_change *c = pdf_job_change(j, j->created[i].id);
		struct pdf_object o = { .id = c->id, .value = pdf_change_span(c) };
		const int page = number_of(&o, field);

		if (page == 0)
			continue;
		out->field[page - 1] = o;
		out->n++;
	}
}

static int
fill_edge(struct pdf_job *j, const struct seams *all, int page, int64_t form, double side)
{
	struct pdf_change *c;
	char value[32];
	int strip, of, rc;

	if (all->field[page - 1].id == 0)
		return YX_PDF_BROKEN; /* one of the row is missing */
	strip_of(all->n, page, &strip, &of);
	snprintf(value, sizeof(value), "(%d/%d)", page, all->n);
	if ((c = pdf_job_change(j, all->field[page - 1].id)) == NULL &&
	    (rc = pdf_update_edit(&j->u, &all->field[page - 1], &c)) != YX_OK)
		return rc;
	if ((rc = pdf_change_set(c, "V", value)) != YX_OK)
		return rc;
	return pdf_set_look(j, c, form, (double[4]){ side * strip / of, 0, side * (strip + 1) / of, side });
}

int
pdf_fill_seam(struct pdf_job *j, const struct pades_signing *s)
{
	const double side = 100; /* any: the reader fits it into the field */
	struct seams *all = yx_arena_alloc(j->d.in.a, sizeof(*all));
	struct yx_buf pdf;
	int64_t form = 0;
	int rc;

	if (all == NULL)
		return YX_PDF_TOO_COMPLEX;
	if ((rc = find_old(j, s->field, all)) != YX_OK)
		return rc;
	find_new(j, s->field, all);
	if (all->n == 0 || (s->look->png.p == NULL && s->look->text == NULL))
		return YX_OK;
	yx_buf_init(&pdf, DRAWING_MAX);
	if ((rc = pdf_draw_seal(s->look, side, side, &pdf)) == YX_OK)
		rc = pdf_graft(j, &pdf, "[0 0 100 100]", &form);
	yx_buf_free(&pdf);
	for (int page = 1; page <= all->n && rc == YX_OK; page++)
		rc = fill_edge(j, all, page, form, side);
	return rc;
}
