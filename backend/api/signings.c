#include "backend/api/api.h"

#include <string.h>

#include "backend/domain/signing/signing.h"
#include "common/codec.h"

#define SIGNATURE_MAX 2048

int
api_signing_prepare(struct http_request *rq)
{
	size_t n;
	const char *const *tasks = http_list(rq, "tasks", &n);

	return signing_prepare(rq, tasks, n, http_str(rq, "certificateId"));
}

static int
cancel(struct http_request *rq, void *ctx)
{
	(void)ctx;
	return signing_cancel(rq, http_str(rq, "id"));
}

int
api_signing_cancel(struct http_request *rq)
{
	return http_tx(rq, cancel, NULL);
}

/* The one list that params.c has no type for: base64 strings. */
static int
signatures_of(struct http_request *rq, struct signing_signature **out, size_t *n)
{
	const struct yx_json *list = yx_json_get(rq->body, "signatures");
	struct signing_signature *s;

	*n = 0;
	if (list == NULL || list->type != YX_JSON_ARRAY || list->len < 1 || list->len > 50)
		return http_field(rq, "signatures", YX_BAD_FIELD);
	if ((*out = s = yx_arena_alloc(rq->arena, list->len * sizeof(*s))) == NULL)
		return YX_NO_MEMORY;
	for (const struct yx_json *m = list->child; m != NULL; m = m->next) {
		struct yx_buf b;
		int rc;

		if (m->type != YX_JSON_STRING)
			return http_field(rq, "signatures", YX_BAD_FIELD);
		yx_buf_init(&b, SIGNATURE_MAX);
		rc = yx_unbase64(&b, m->str, m->len);
		s[*n].p = rc == YX_OK ? (const uint8_t *)yx_arena_strndup(rq->arena, b.data, b.len) : NULL;
		s[(*n)++].n = b.len;
		yx_buf_free(&b);
		if (rc != YX_OK)
			return http_field(rq, "signatures", YX_BAD_FIELD);
	}
	return YX_OK;
}

int
api_signing_complete(struct http_request *rq)
{
	struct signing_signature *signatures = NULL;
	size_t n;
	int rc = signatures_of(rq, &signatures, &n);

	return rc != YX_OK ? rc : signing_complete(rq, http_str(rq, "id"), signatures, n, http_str(rq, "body"));
}

int
api_prepared(struct http_request *rq)
{
	const char *prepared_id = NULL;
	int rc = signing_prepared_file(rq, http_str(rq, "token"), &prepared_id);

	if (rc != YX_OK)
		return rc;
	rq->accel = yx_store_prepared_accel(rq->app->store, rq->arena, prepared_id);
	rq->content_type = "application/pdf";
	return rq->accel == NULL ? YX_NO_MEMORY : YX_OK;
}
