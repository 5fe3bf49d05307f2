#include "backend/pades/part.h"

#include <stdio.h>
#include <string.h>

#include "backend/pades/appearance.h"
#include "common/codec.h"

#define LIST_MAX       ((size_t)8 << 20)
#define COORDINATE_MAX 1e6       /* points */
#define SEAM           "/FT /Tx /Ff 1 /DA (0 g)" /* only read, not written in */

/* The array's items and one more, as an array. */
static int
extend(struct pdf_span old, const char *more, struct yx_buf *out)
{
	yx_buf_adds(out, "[");
	if (pdf_type(old) == PDF_ARRAY)
		yx_buf_add(out, old.p + 1, old.n - 2);
	yx_buf_addf(out, "%s]", more);
	return yx_buf_status(out);
}

static int
replace_body(struct pdf_change *c, const struct yx_buf *body)
{
	yx_buf_reset(&c->body);
	yx_buf_add(&c->body, body->data, body->len);
	return yx_buf_status(&c->body);
}

int
pdf_annotate(struct pdf_job *j, const struct pdf_object *page, const char *widget)
{
	struct pdf_change *c;
	struct pdf_object annots;
	struct pdf_span v;
	struct yx_buf list;
	int rc;

	yx_buf_init(&list, LIST_MAX);
	if ((rc = pdf_follow(&j->d, 0, page->value, "Annots", &annots)) != YX_OK)
		goto out;
	rc = YX_PDF_BROKEN;
	if (annots.value.p != NULL && pdf_type(annots.value) != PDF_ARRAY)
		goto out;
	/* An array of its own is the smaller change. */
	if ((rc = pdf_update_edit(&j->u, annots.id != 0 ? &annots : page, &c)) != YX_OK)
		goto out;
	v = pdf_change_span(c);
	if (annots.id == 0 && (rc = pdf_get(pdf_change_span(c), "Annots", &v)) != YX_OK)
		goto out;
	if ((rc = extend(v, widget, &list)) != YX_OK)
		goto out;
	rc = annots.id == 0 ? pdf_change_set(c, "Annots", yx_buf_str(&list)) : replace_body(c, &list);
out:
	yx_buf_free(&list);
	return rc;
}

static int
check_field(struct pdf_job *j, const struct pades_field *f)
{
	if (f->name == NULL || f->name[0] == '\0' || strchr(f->name, '.') != NULL ||
	    strlen(f->name) > PDF_TEXT_MAX || !yx_utf8_valid(f->name, strlen(f->name)))
		return YX_BAD_FIELD;
	for (int k = 0; k < 4; k++)
		if (!(f->rect[k] >= -COORDINATE_MAX && f->rect[k] <= COORDINATE_MAX))
			return YX_BAD_FIELD;
	for (size_t k = 0; k < j->created_n; k++)
		if (strcmp(f->name, j->created[k].name) == 0)
			return YX_CONFLICT;
	for (size_t k = 0; k < j->form.top_n; k++)
		if (strcmp(f->name, j->form.top[k]) == 0)
			return YX_CONFLICT;
	return YX_OK;
}

/* As /Rect wants it; a field without a page is invisible. */
static int
rect_of(struct pdf_job *j, const struct pades_field *f, const struct pdf_object *page, double rect[4])
{
	struct pdf_place place;
	int rc;

	if (f->page == 0 || (f->rect[2] == 0 && f->rect[3] == 0))
		return YX_OK;
	if (!(f->rect[2] > 0 && f->rect[3] > 0))
		return YX_BAD_FIELD;
	if ((rc = pdf_place_of(&j->d, page, &place)) == YX_OK)
		pdf_place_rect(&place, f->rect, rect);
	return rc;
}

int
pdf_part_field(struct pdf_job *j, const struct pades_field *f)
{
	struct pdf_change *c;
	struct pdf_object page;
	double r[4] = { 0 };
	char self[PDF_REF_SIZE + 1] = " ", other[PDF_REF_SIZE];
	int rc;

	if ((rc = check_field(j, f)) != YX_OK ||
	    (rc = pdf_page(&j->d, 0, j->form.root.value, f->page == 0 ? 1 : f->page, &page)) != YX_OK)
		return rc;
	if ((rc = rect_of(j, f, &page, r)) != YX_OK)
		return rc;
	if ((c = pdf_update_new(&j->u)) == NULL)
		return YX_PDF_TOO_COMPLEX;
	pdf_ref_text(self + 1, c->id, 0);
	pdf_ref_text(other, page.id, page.gen);
	yx_buf_addf(&c->body, "<< /Type /Annot /Subtype /Widget %s /F 132 /T ", f->seam ? SEAM : "/FT /Sig");
	if ((rc = pdf_add_text(&c->body, f->name)) != YX_OK)
		return rc;
	yx_buf_addf(&c->body, " /P %s /Rect ", other);
	if (r[0] == r[2])
		yx_buf_adds(&c->body, "[0 0 0 0] >>");
	else
		yx_buf_addf(&c->body, "[%.3f %.3f %.3f %.3f] >>", r[0], r[1], r[2], r[3]);
	if ((rc = yx_buf_status(&c->body)) != YX_OK)
		return rc;
	if ((j->created[j->created_n].name = yx_arena_strdup(j->d.in.a, f->name)) == NULL)
		return YX_PDF_TOO_COMPLEX;
	j->created[j->created_n++].id = c->id;
	j->seams_n += f->seam != 0;
	yx_buf_adds(&j->refs, self);
	return pdf_annotate(j, &page, self);
}

/* The field exists already and is empty. */
static int
fill_existing(struct pdf_job *j, const struct pdf_sigfield *f, const char *value, struct pdf_object *lock)
{
	struct pdf_object o = { .id = f->id, .gen = f->gen, .value = f->value }, seed;
	struct pdf_change *c;
	int64_t demands = 0;
	int rc;

	if ((rc = pdf_follow(&j->d, 0, f->value, "Lock", lock)) != YX_OK ||
	    (rc = pdf_follow(&j->d, 0, f->value, "SV", &seed)) != YX_OK)
		return rc;
	/* Seed values that are only advice may be left; demands we do not fulfil. */
	if (seed.value.p != NULL && (rc = pdf_get_int(seed.value, "Ff", 0, &demands)) != YX_OK)
		return rc;
	if (demands != 0 || f->kids)
		return YX_PDF_UNSUPPORTED;
	if ((rc = pdf_update_edit(&j->u, &o, &c)) != YX_OK)
		return rc;
	return pdf_change_set(c, "V", value);
}

int
pdf_fill_field(struct pdf_job *j, const char *name, int64_t signature, struct pdf_object *lock)
{
	char value[PDF_REF_SIZE];

	memset(lock, 0, sizeof(*lock));
	pdf_ref_text(value, signature, 0);
	for (size_t i = 0; i < j->created_n; i++)
		if (strcmp(j->created[i].name, name) == 0)
			return pdf_change_set(pdf_job_change(j, j->created[i].id), "V", value);
	for (size_t i = 0; i < j->form.sig_n; i++)
		if (j->form.sig[i].v_id == 0 && strcmp(j->form.sig[i].name, name) == 0)
			return fill_existing(j, &j->form.sig[i], value, lock);
	return YX_NOT_FOUND;
}

/* A form of its own, or the one inside the catalog moved to an object of its
 * own: then later signatures need not touch the catalog. */
static int
own_form(struct pdf_job *j, struct pdf_change **form)
{
	char value[PDF_REF_SIZE];

	if (j->form.acroform.id != 0)
		return pdf_update_edit(&j->u, &j->form.acroform, form);
	if ((*form = pdf_update_new(&j->u)) == NULL)
		return YX_PDF_TOO_COMPLEX;
	if (j->form.acroform.value.p != NULL)
		yx_buf_add(&(*form)->body, j->form.acroform.value.p, j->form.acroform.value.n);
	else
		yx_buf_adds(&(*form)->body, "<< /Fields [] >>");
	pdf_ref_text(value, (*form)->id, 0);
	return pdf_job_catalog(j, "AcroForm", value);
}

static int
set_fields(struct pdf_job *j, struct pdf_change *form)
{
	struct pdf_change *c;
	struct yx_buf all;
	int rc;

	yx_buf_init(&all, LIST_MAX);
	if ((rc = extend(j->form.fields.value, yx_buf_str(&j->refs), &all)) != YX_OK)
		goto out;
	if (j->form.fields.id == 0)
		rc = pdf_change_set(form, "Fields", yx_buf_str(&all));
	else if ((rc = pdf_update_edit(&j->u, &j->form.fields, &c)) == YX_OK)
		rc = replace_body(c, &all);
out:
	yx_buf_free(&all);
	return rc;
}

/* SigFlags 3: signatures exist, append only. */
int
pdf_finish_form(struct pdf_job *j)
{
	struct pdf_change *form;
	int64_t flags = 0;
	char value[32];
	int rc;

	if ((rc = yx_buf_status(&j->refs)) != YX_OK || (j->form.acroform.value.p != NULL &&
	    (rc = pdf_get_int(j->form.acroform.value, "SigFlags", 0, &flags)) != YX_OK))
		return rc;
	if (j->refs.len == 0 && (flags & 3) == 3)
		return YX_OK;
	if ((rc = own_form(j, &form)) != YX_OK ||
	    (j->refs.len > 0 && (rc = set_fields(j, form)) != YX_OK))
		return rc;
	snprintf(value, sizeof(value), "%lld", (long long)(flags | 3));
	return pdf_change_set(form, "SigFlags", value);
}
