#include "backend/pades/appearance.h"

#include <stdio.h>

int
pdf_turn_of(struct pdf_job *j, const struct pdf_change *field)
{
	struct pdf_object page;
	struct pdf_place place = { .turn = 0 };

	/* A field without a page, or of a page that can't be read, is drawn as it lies. */
	if (pdf_follow(&j->d, 0, pdf_change_span(field), "P", &page) != YX_OK || pdf_type(page.value) != PDF_DICT ||
	    pdf_place_of(&j->d, &page, &place) != YX_OK)
		return 0;
	return place.turn;
}

/* A reader fits the turned box into /Rect by itself (12.5.5); only the turn is ours. */
static int
wrap(struct pdf_job *j, int64_t form, const double slice[4], int turn, int64_t *id)
{
	static const char *const turned[] = { "1 0 0 1 0 0", "0 1 -1 0 0 0", "-1 0 0 -1 0 0", "0 -1 1 0 0 0" };
	struct pdf_change *c = pdf_update_new(&j->u);

	if (c == NULL)
		return YX_PDF_TOO_COMPLEX;
	*id = c->id;
	yx_buf_addf(&c->body, "<< /Type /XObject /Subtype /Form /BBox [%.3f %.3f %.3f %.3f] /Matrix [%s]"
	    " /Resources << /XObject << /Seal %lld 0 R >> >> /Length 8 >>\nstream\n/Seal Do\nendstream", slice[0], slice[1],
	    slice[2], slice[3], turned[turn / 90], (long long)form);
	return yx_buf_status(&c->body);
}

int
pdf_set_look(struct pdf_job *j, struct pdf_change *field, int64_t form, const double slice[4])
{
	const int turn = pdf_turn_of(j, field);
	char value[PDF_REF_SIZE + 16];
	int rc = YX_OK;

	if ((turn != 0 || slice[0] > 0 || slice[2] > 0) && (rc = wrap(j, form, slice, turn, &form)) != YX_OK)
		return rc;
	snprintf(value, sizeof(value), "<< /N %lld 0 R >>", (long long)form);
	return pdf_change_set(field, "AP", value);
}
