#include "backend/pades/appearance.h"

#include <stdio.h>
#include <string.h>

#define DRAWING_MAX ((size_t)32 << 20)
#define PDF_SCAN_ROOM 10000 /* objects that later revisions may add */
#define SIDE_MIN    4.0   /* points: less is not drawn */

/* The field of that name as this update has it: pdf_fill_field was there before. */
static struct pdf_change *
field_change(struct pdf_job *j, const char *name)
{
	for (size_t i = 0; i < j->created_n; i++)
		if (strcmp(j->created[i].name, name) == 0)
			return pdf_job_change(j, j->created[i].id);
	for (size_t i = 0; i < j->form.sig_n; i++)
		if (strcmp(j->form.sig[i].name, name) == 0)
			return pdf_job_change(j, j->form.sig[i].id);
	return NULL;
}

/* The size of the field as it is seen; 0: invisible. */
static int
seen_size(struct pdf_job *j, const struct pdf_change *field, double *w, double *h)
{
	const int turn = pdf_turn_of(j, field);
	struct pdf_object rect;
	double r[4] = { 0 };
	int rc = pdf_follow(&j->d, 0, pdf_change_span(field), "Rect", &rect);

	if (rc != YX_OK || (rect.value.p != NULL && (rc = pdf_four(rect.value, r)) != YX_OK))
		return rc;
	*w = r[2] > r[0] ? r[2] - r[0] : r[0] - r[2];
	*h = r[3] > r[1] ? r[3] - r[1] : r[1] - r[3];
	if (turn == 90 || turn == 270) {
		const double was = *w;

		*w = *h;
		*h = was;
	}
	return YX_OK;
}

int
pdf_part_look(struct pdf_job *j, const struct pades_signing *s)
{
	struct pdf_change *field = field_change(j, s->field);
	struct yx_buf pdf;
	double w = 0, h = 0, slice[4] = { 0 }; /* all 0: the whole form */
	char box[80];
	int64_t form = 0;
	int rc;

	/* (a file with more objects could not be told to be unchanged but for it) */
	if (s->look == NULL || j->d.highest > PDF_SCAN_MAX - PDF_SCAN_ROOM)
		return YX_OK;
	if (field == NULL)
		return YX_NOT_FOUND;
	if ((rc = seen_size(j, field, &w, &h)) != YX_OK || (rc = pdf_fill_seam(j, s)) != YX_OK)
		return rc;
	if (w < SIDE_MIN || h < SIDE_MIN)
		return YX_OK;
	yx_buf_init(&pdf, DRAWING_MAX);
	snprintf(box, sizeof(box), "[0 0 %.3f %.3f]", w, h);
	if ((rc = pdf_draw(s->look, w, h, &pdf)) == YX_OK && (rc = pdf_graft(j, &pdf, box, &form)) == YX_OK) {
		if (pdf_turn_of(j, field) != 0) {
			slice[2] = w;
			slice[3] = h;
		}
		rc = pdf_set_look(j, field, form, slice);
	}
	yx_buf_free(&pdf);
	return rc;
}
