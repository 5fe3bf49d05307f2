#include "backend/pades/part.h"

#include <stdio.h>
#include <string.h>

void
pdf_ref_text(char out[PDF_REF_SIZE], int64_t id, int64_t gen)
{
	snprintf(out, PDF_REF_SIZE, "%lld %lld R", (long long)id, (long long)gen);
}

struct pdf_change *
pdf_job_change(struct pdf_job *j, int64_t id)
{
	for (size_t i = 0; i < j->u.n; i++)
		if (j->u.items[i].id == id)
			return &j->u.items[i];
	return NULL;
}

int
pdf_job_catalog(struct pdf_job *j, const char *key, const char *value)
{
	struct pdf_change *c;
	int rc = pdf_update_edit(&j->u, &j->form.root, &c);

	return rc == YX_OK ? pdf_change_set(c, key, value) : rc;
}

/* /Contents comes before everything that could look like it. */
int
pdf_job_hole(struct pdf_job *j, const char *head, size_t room, struct pdf_change **out)
{
	uint8_t *zeros;

	if (j->hole_id != 0)
		return YX_BAD_FIELD;
	j->room = room == 0 ? PADES_HOLE_DER : room;
	if (j->room > PADES_HOLE_MAX)
		return YX_HOLE_TOO_SMALL;
	if ((*out = pdf_update_new(&j->u)) == NULL)
		return YX_PDF_TOO_COMPLEX;
	j->hole_id = (*out)->id;
	yx_buf_addf(&(*out)->body, "<< %s\n" PDF_BYTE_RANGE "\n/Contents <", head);
	if ((zeros = yx_buf_room(&(*out)->body, 2 * j->room)) == NULL)
		return YX_NO_MEMORY;
	memset(zeros, '0', 2 * j->room);
	(*out)->body.len += 2 * j->room;
	yx_buf_adds(&(*out)->body, ">");
	return yx_buf_status(&(*out)->body);
}
