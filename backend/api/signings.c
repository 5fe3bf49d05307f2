#include <stdio.h>

#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/api/write.h"
#include "backend/domain/signing/signing.h"
#include "common/codec.h"
#include "common/crash.h"

#define SIGNATURE_MAX  2048
#define SIGNATURES_MAX 50
#define MESSAGES_MAX   100

static int
write_asked(struct http_request *rq, const struct signing_asked *a)
{
	struct yx_jw *w = &rq->json;
	int rc;

	yx_jw_object(w, NULL);
	yx_jw_str(w, "messageId", a->message_id);
	yx_jw_str(w, "messageNumber", a->message_number);
	yx_jw_str(w, "subject", a->subject);
	http_time(rq, "sentAt", a->sent_at);
	yx_jw_str(w, "contractNumber", a->contract_number);
	yx_jw_str(w, "contractTitle", a->contract_title);
	yx_jw_str(w, "contractState", a->contract_state);
	yx_jw_str(w, "taskId", a->task_id);
	yx_jw_str(w, "state", a->task_state);
	yx_jw_str(w, "kind", a->kind);
	http_time(rq, "signedAt", a->signed_at);
	yx_jw_object(w, "document");
	write_document_name(rq, a->document_id, a->document_number, a->document_name);
	yx_jw_int(w, "size", a->size);
	yx_jw_int(w, "revision", a->revision);
	rc = write_withheld(rq, a->document_id);
	yx_jw_end_object(w);
	yx_jw_end_object(w);
	return rc;
}

static int
asked(struct http_request *rq)
{
	size_t n, k = 0;
	const char *const *messages = http_list(rq, "messages", &n);
	struct signing_asked *rows = NULL;
	int rc = signing_asked_list(&rq->act, messages, n, &rows, &k);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; rc == YX_OK && i < k; i++)
		rc = write_asked(rq, &rows[i]);
	yx_jw_end_array(&rq->json);
	return rc;
}

static void
write_item(struct http_request *rq, const struct signing *s, const struct signing_item *it)
{
	struct yx_jw *w = &rq->json;
	char url[128];

	snprintf(url, sizeof(url), V1 "/prepared/%s", it->token);
	yx_jw_object(w, NULL);
	yx_jw_str(w, "taskId", it->task_id);
	yx_jw_str(w, "documentId", it->document_id);
	yx_jw_str(w, "name", it->name);
	yx_jw_str(w, "number", it->number);
	yx_jw_int(w, "size", it->hole.total);
	yx_jw_str(w, "digestAlgorithm", s->md);
	yx_jw_base64(w, "messageDigest", it->digest, it->digest_n);
	yx_jw_base64(w, "signedAttributes", it->attributes.data, it->attributes.len);
	yx_jw_str(w, "url", url);
	/* A file that is no PDF is signed whole. */
	yx_jw_array(w, "byteRange");
	yx_jw_int(w, NULL, 0);
	yx_jw_int(w, NULL, it->hole.start);
	if (!it->apart) {
		yx_jw_int(w, NULL, it->hole.end);
		yx_jw_int(w, NULL, it->hole.total - it->hole.end);
	}
	yx_jw_end_array(w);
	yx_jw_end_object(w);
}

static int
put(struct http_request *rq, void *ctx)
{
	struct signing *s = ctx;
	struct yx_jw *w = &rq->json;
	int rc = signing_put(&rq->act, s);

	if (rc != YX_OK)
		return rc;
	rq->status = 201;
	yx_jw_str(w, "id", s->id);
	http_time(rq, "expiresAt", s->expires_at);
	yx_jw_base64(w, "certificate", s->certificate.der, s->certificate.der_n);
	yx_jw_array(w, "documents");
	for (size_t i = 0; i < s->n; i++)
		write_item(rq, s, &s->items[i]);
	yx_jw_end_array(w);
	yx_crash_point("sign.prepare.before_commit");
	return YX_OK;
}

static int
prepare(struct http_request *rq)
{
	size_t n;
	const char *const *tasks = http_list(rq, "tasks", &n);
	struct signing s;
	const struct signing_with with = { http_str(rq, "certificateId"), http_str(rq, "sealId") };
	int rc = signing_prepare(&rq->act, tasks, n, &with, &s);

	if (rc != YX_OK)
		return rc;
	if ((rc = http_tx(rq, put, &s)) == YX_OK)
		yx_crash_point("sign.prepare.committed");
	signing_close(&rq->act, &s, rc == YX_OK);
	return rc;
}

static int
cancel(struct http_request *rq)
{
	return signing_cancel(&rq->act, http_str(rq, "id"));
}

/* The one list that params.c has no type for: base64 strings. */
static int
signatures_of(struct http_request *rq, struct signing_signature **out, size_t *n)
{
	const struct yx_json *list = yx_json_get(rq->body, "signatures");
	struct signing_signature *s;

	*n = 0;
	if (list == NULL || list->type != YX_JSON_ARRAY || list->len < 1 || list->len > SIGNATURES_MAX)
		return act_field(&rq->act, "signatures", YX_BAD_FIELD);
	if ((*out = s = yx_arena_alloc(rq->act.arena, list->len * sizeof(*s))) == NULL)
		return YX_NO_MEMORY;
	for (const struct yx_json *m = list->child; m != NULL; m = m->next) {
		struct yx_buf b;
		int rc;

		if (m->type != YX_JSON_STRING)
			return act_field(&rq->act, "signatures", YX_BAD_FIELD);
		yx_buf_init(&b, SIGNATURE_MAX);
		rc = yx_unbase64(&b, m->str, m->len);
		s[*n].p = rc == YX_OK ? (const uint8_t *)yx_arena_strndup(rq->act.arena, b.data, b.len) : NULL;
		s[(*n)++].n = b.len;
		yx_buf_free(&b);
		if (rc != YX_OK)
			return act_field(&rq->act, "signatures", YX_BAD_FIELD);
	}
	return YX_OK;
}

static int
commit(struct http_request *rq, void *ctx)
{
	struct signing_result result = { .contract_state = NULL };
	int rc = signing_commit(&rq->act, ctx, &result);

	if (rc != YX_OK)
		return rc;
	yx_jw_str(&rq->json, "messageNumber", result.message.number[0] != '\0' ? result.message.number : NULL);
	yx_jw_str(&rq->json, "contractState", result.contract_state);
	yx_jw_int(&rq->json, "left", result.left);
	yx_crash_point("sign.tx.before_commit");
	return YX_OK;
}

static int
complete(struct http_request *rq)
{
	struct signing_reply reply = { .id = http_str(rq, "id"), .body = http_str(rq, "body") };
	struct signing_signature *signatures = NULL;
	struct signing_done *done = NULL;
	int rc = signatures_of(rq, &signatures, &reply.n);

	if (rc != YX_OK)
		return rc;
	reply.signatures = signatures;
	if ((rc = signing_embed(&rq->act, &reply, &done)) == YX_OK &&
	    (rc = http_tx(rq, commit, done)) == YX_OK)
		yx_crash_point("sign.committed");
	signing_done_close(&rq->act, done, rc == YX_OK);
	return rc;
}

static int
prepared(struct http_request *rq)
{
	struct signing_prepared p;
	int rc = signing_prepared_file(&rq->act, http_str(rq, "token"), &p);

	if (rc != YX_OK)
		return rc;
	rq->accel = p.id != NULL ? yx_store_prepared_accel(rq->app->store, rq->act.arena, p.id)
	    : yx_store_accel(rq->app->store, rq->act.arena, p.object);
	rq->content_type = p.id != NULL ? "application/pdf" : "application/octet-stream";
	if (p.id == NULL) {
		rq->download = 1;
		rq->file_name = "prepared.bin";
	}
	return rq->accel == NULL ? YX_NO_MEMORY : YX_OK;
}

static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_ASKED[] = {
	{ "messages", IN_BODY, T_IDS, 0, 1, MESSAGES_MAX, NULL }, END };
static const struct http_param P_PREPARE[] = {
	{ "tasks", IN_BODY, T_IDS, 0, 1, SIGNATURES_MAX, NULL },
	{ "certificateId", IN_BODY, T_ID, 0, 0, 0, NULL },
	{ "sealId", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL }, END };
static const struct http_param P_COMPLETE[] = { ID("id"),
	{ "signatures", IN_BODY, T_JSON, 0, 0, 0, NULL },
	{ "body", IN_BODY, T_TEXT, OPTIONAL, 1, 4000, NULL }, END };
static const struct http_param P_TOKEN[] = {
	{ "token", IN_PATH, T_STRING, 0, 64, 64, NULL }, END };

/* Letters are signed by officers too. */
#define SIGNERS (ROLE_VENDOR_SIGNER | ROLE_SEALER | ROLE_OFFICER | ROLE_REGISTRY)

const struct http_route SIGNING_ROUTES[] = {
	/* Reads only; a hundred ids are too long for an address. */
	{ "POST", V1 "/signings/asked", SIGNERS, 0, P_ASKED, asked, "What messages ask me to sign" },
	{ "POST", V1 "/signings", SIGNERS, F_SLOW, P_PREPARE, prepare, "Prepare signatures" },
	{ "DELETE", V1 "/signings/{id}", SIGNERS, F_TX, P_ID, cancel, "Give a preparation up" },
	{ "POST", V1 "/signings/{id}/complete", SIGNERS, F_SLOW, P_COMPLETE, complete, "Hand in the signatures" },
	/* A capability: the extension reads the bytes without the member's cookie. */
	{ "GET", V1 "/prepared/{token}", WHO_ANYONE, F_NO_TOUCH, P_TOKEN, prepared, "Prepared bytes" },
	LAST_ROW,
};
