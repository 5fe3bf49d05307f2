/* Verification for everybody (驗章): a PDF, or a file and its signature, comes in, a report goes out, nothing is kept. */
#include <string.h>

#include "backend/api/api.h"
#include "backend/api/handlers.h"
#include "backend/api/rows.h"
#include "backend/api/write.h"
#include "backend/conf.h"
#include "backend/domain/evidence/known.h"
#include "backend/http/form_data.h"
#include "backend/pades/examine.h"
#include "common/codec.h"

/* A confined process read it: it answers a report, or why there is none. */
static int
write_report(struct http_request *rq, const struct yx_buf *json)
{
	const struct yx_json *report = NULL;
	const char *error;
	int rc = yx_json_parse(rq->act.arena, json->data, json->len, &report);

	if (rc != YX_OK || report->type != YX_JSON_OBJECT)
		return rc == YX_NO_MEMORY ? rc : YX_INTERNAL;
	if ((error = yx_json_str(report, "error", NULL)) != NULL)
		return yx_err_of_word(error);
	for (const struct yx_json *m = report->child; m != NULL; m = m->next)
		write_tree(&rq->json, m->key, m);
	return YX_OK;
}

static int
write_platform(struct http_request *rq, const uint8_t sha256[32])
{
	struct evidence_known k;
	int rc = evidence_known(&rq->act, sha256, &k);

	if (rc != YX_OK)
		return rc;
	yx_jw_object(&rq->json, "platform");
	yx_jw_bool(&rq->json, "known", k.known);
	yx_jw_bool(&rq->json, "newest", k.newest);
	yx_jw_str(&rq->json, "contractState", k.state);
	yx_jw_str(&rq->json, "documentNumber", k.number);
	yx_jw_end_object(&rq->json);
	return YX_OK;
}

int
examined_write(struct http_request *rq, const struct pades_exhibit *x)
{
	const struct pades_limits limits = domain_pdf_limits(rq->act.domain);
	struct yx_buf json;
	int rc;

	yx_buf_init(&json, PADES_EXAMINE_MAX);
	if ((rc = pades_examine(x, rq->app->conf->trust_dir, &limits, &json)) == YX_OK)
		rc = write_report(rq, &json);
	yx_buf_free(&json);
	return rc;
}

static int
report(struct http_request *rq, const struct pades_exhibit *x)
{
	uint8_t sha256[32];
	char hex[65];
	int64_t size = x->size;
	int rc = evidence_digest(x->path, x->from, &size, sha256);

	if (rc != YX_OK)
		return rc;
	if (size > rq->app->conf->upload_limit)
		return YX_TOO_LARGE;
	yx_hex(hex, sha256, 32);
	yx_jw_str(&rq->json, "sha256", hex);
	yx_jw_int(&rq->json, "size", size);
	rc = examined_write(rq, x);
	return rc == YX_OK ? write_platform(rq, sha256) : rc;
}

static int
verify(struct http_request *rq)
{
	const char *path = http_body_file(rq);

	return path == NULL ? YX_NOT_PDF : report(rq, &(struct pades_exhibit){ .path = path });
}

static const struct http_part *
part_of(const struct http_part *part, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(part[i].name, name) == 0)
			return &part[i];
	return NULL;
}

/* A file that is no PDF, and the signature that was made apart from it. */
static int
verify_detached(struct http_request *rq)
{
	const char *path = http_body_file(rq);
	struct http_part part[HTTP_PARTS_MAX];
	const struct http_part *file, *cms;
	size_t n = 0;
	int rc = path == NULL ? YX_BAD_REQUEST : http_form_file(http_header(rq, "Content-Type"), path, part, &n);

	if (rc != YX_OK)
		return rc;
	if ((file = part_of(part, n, "file")) == NULL)
		return act_field(&rq->act, "file", YX_BAD_FIELD);
	if ((cms = part_of(part, n, "signature")) == NULL || cms->size == 0)
		return act_field(&rq->act, "signature", YX_BAD_FIELD);
	if (cms->size > PADES_EXAMINE_CMS)
		return act_field(&rq->act, "signature", YX_TOO_LARGE);
	return report(rq, &(struct pades_exhibit){ .path = path, .from = (int64_t)file->from, .size = (int64_t)file->size,
		.cms_from = (int64_t)cms->from, .cms_size = (int64_t)cms->size });
}

const struct http_route VERIFY_ROUTES[] = {
	/* Open to all and changes nothing, so no token; the Origin is looked at. */
	{ "POST", V1 "/verify", WHO_ANYONE, F_NO_CSRF | F_BODY_FILE | F_SLOW | F_NO_TOUCH, NULL, verify,
	    "Verify a PDF; nothing is kept" },
	{ "POST", V1 "/verify/detached", WHO_ANYONE, F_NO_CSRF | F_BODY_FILE | F_SLOW | F_NO_TOUCH, NULL, verify_detached,
	    "Verify a file and its detached signature; nothing is kept" },
	LAST_ROW,
};
