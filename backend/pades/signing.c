#include "backend/pades/part.h"

#include <stdio.h>
#include <string.h>

#include "backend/pades/appearance.h"
#include "common/codec.h"

static int
check_text(const char *s)
{
	if (s == NULL)
		return YX_OK;
	return strlen(s) <= PDF_TEXT_MAX && yx_utf8_valid(s, strlen(s)) ? YX_OK : YX_BAD_FIELD;
}

static int
add_text(struct yx_buf *b, const char *key, const char *text)
{
	int rc = check_text(text);

	if (rc != YX_OK || text == NULL)
		return rc;
	yx_buf_addf(b, " /%s ", key);
	return pdf_add_text(b, text);
}

static int
add_time(struct yx_buf *b, time_t when)
{
	struct tm tm;
	char text[32];

	if (gmtime_r(&when, &tm) == NULL || tm.tm_year < 0 || tm.tm_year > 8099)
		return YX_BAD_FIELD;
	strftime(text, sizeof(text), "D:%Y%m%d%H%M%SZ", &tm);
	yx_buf_addf(b, "\n/M (%s)", text);
	return YX_OK;
}

/* What the signature forbids from now on: as a certification, and because its field
 * came with a wish to lock others (ISO 32000-2, 12.7.5.5). */
static int
add_references(struct pdf_job *j, struct yx_buf *b, int certify, const struct pdf_object *lock)
{
	struct pdf_span action, fields, p;
	int rc;

	if (!certify && lock->value.p == NULL)
		return YX_OK;
	yx_buf_adds(b, " /Reference [");
	if (certify)
		yx_buf_adds(b, "<< /Type /SigRef /TransformMethod /DocMDP /TransformParams "
		    "<< /Type /TransformParams /P 2 /V /1.2 >> >>");
	if (lock->value.p != NULL) {
		if ((rc = pdf_get(lock->value, "Action", &action)) != YX_OK ||
		    (rc = pdf_get(lock->value, "Fields", &fields)) != YX_OK ||
		    (rc = pdf_get(lock->value, "P", &p)) != YX_OK)
			return rc;
		if (pdf_type(action) != PDF_NAME || p.p != NULL)
			return YX_PDF_UNSUPPORTED; /* a wish that we do not fulfil */
		yx_buf_addf(b, "<< /Type /SigRef /TransformMethod /FieldMDP /Data %lld 0 R /TransformParams "
		    "<< /Type /TransformParams /V /1.2 /Action ", (long long)j->form.root.id);
		yx_buf_add(b, action.p, action.n);
		if (fields.p != NULL) {
			yx_buf_adds(b, " /Fields ");
			yx_buf_add(b, fields.p, fields.n);
		}
		yx_buf_adds(b, " >> >>");
	}
	yx_buf_adds(b, "]");
	return yx_buf_status(b);
}

/* Usage rights (/UR3) end with the first foreign change anyway. */
static int
set_permissions(struct pdf_job *j, int64_t signature)
{
	char value[PDF_REF_SIZE + 20];

	snprintf(value, sizeof(value), "<< /DocMDP %lld 0 R >>", (long long)signature);
	return pdf_job_catalog(j, "Perms", value);
}

int
pdf_part_timestamp(struct pdf_job *j, const struct pades_signing *s)
{
	struct pdf_change *c;
	struct pdf_object lock;
	int rc;

	if (s->field == NULL || s->certify)
		return YX_BAD_FIELD;
	if ((rc = pdf_job_hole(j, "/Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161", s->room,
	    &c)) != YX_OK || (rc = pdf_fill_field(j, s->field, c->id, &lock)) != YX_OK)
		return rc;
	yx_buf_adds(&c->body, " >>");
	return yx_buf_status(&c->body);
}

int
pdf_part_sign(struct pdf_job *j, const struct pades_signing *s)
{
	struct pdf_change *c;
	struct pdf_object lock;
	struct yx_buf *b;
	int rc;

	if (s->field == NULL)
		return YX_BAD_FIELD;
	if ((rc = pdf_job_hole(j, "/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached",
	    s->room, &c)) != YX_OK || (rc = pdf_fill_field(j, s->field, c->id, &lock)) != YX_OK)
		return rc;
	b = &c->body;
	if ((rc = add_time(b, s->when)) != YX_OK || (rc = add_text(b, "Name", s->name)) != YX_OK ||
	    (rc = add_text(b, "Reason", s->reason)) != YX_OK ||
	    (rc = add_text(b, "Location", s->location)) != YX_OK ||
	    (rc = add_references(j, b, s->certify, &lock)) != YX_OK)
		return rc;
	yx_buf_adds(b, " >>");
	if ((rc = yx_buf_status(b)) != YX_OK || (rc = pdf_part_look(j, s)) != YX_OK)
		return rc;
	return s->certify ? set_permissions(j, c->id) : YX_OK;
}
