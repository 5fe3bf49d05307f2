/* 平台金鑰: the platform's keys, and how one takes over from another. */
#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/domain/admin/key_make.h"
#include "backend/domain/admin/platform_key.h"

#define PEM_MAX 65536

static void
write_key(struct http_request *rq, const struct platform_key *k)
{
	struct yx_jw *w = &rq->json;
	const struct { const char *name; const char *text; } texts[] = { { "id", k->id }, { "state", k->state },
		{ "place", k->place }, { "reason", k->reason }, { "subject", k->subject }, { "issuer", k->issuer },
		{ "serial", k->serial }, { "keyType", k->key_type }, { "sha256", k->sha256 }, { "createdBy", k->created_by },
		{ "askedBy", k->asked_by }, { "decidedBy", k->decided_by },
		{ "endAskedBy", k->end_asked_by }, { "endReason", k->end_reason } };
	const struct { const char *name; int64_t at; } times[] = { { "notBefore", k->not_before },
		{ "notAfter", k->not_after }, { "createdAt", k->created_at }, { "testedAt", k->tested_at },
		{ "askedAt", k->asked_at }, { "decidedAt", k->decided_at }, { "fromAt", k->from_at }, { "overAt", k->over_at },
		{ "endedAt", k->ended_at }, { "endAskedAt", k->end_asked_at } };

	yx_jw_object(w, NULL);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		yx_jw_str(w, texts[i].name, texts[i].text);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		http_time(rq, times[i].name, times[i].at);
	yx_jw_int(w, "overlapDays", k->overlap_days);
	yx_jw_bool(w, "sample", k->sample != NULL);
	yx_jw_bool(w, "sealing", k->sealing);
	yx_jw_bool(w, "may", k->may);
	yx_jw_bool(w, "mayEnd", k->may_end);
	yx_jw_end_object(w);
}

static int
list(struct http_request *rq)
{
	const struct yx_conf *c = rq->app->conf;
	struct platform_key *k = NULL;
	size_t n = 0;
	int rc = platform_key_list(&rq->act, &k, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_str(&rq->json, "keyDir", c->key_dir);
	yx_jw_bool(&rq->json, "module", *c->pkcs11_module != '\0');
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		write_key(rq, &k[i]);
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
add(struct http_request *rq)
{
	const struct platform_key_new k = { http_str(rq, "place"), http_str(rq, "certificate") };
	char id[YX_ID_SIZE];
	int rc = platform_key_add(&rq->act, &k, id);

	return http_made(rq, rc, id);
}

static int
request(struct http_request *rq)
{
	const struct key_request q = { http_str(rq, "place"), http_str(rq, "kind"), http_str(rq, "subject") };
	const char *pem = NULL;
	int rc = key_request(&rq->act, &q, &pem);

	if (rc == YX_OK)
		yx_jw_str(&rq->json, "request", pem);
	return rc;
}

static int
trial(struct http_request *rq)
{
	struct platform_key_trial t;
	int rc = platform_key_test(&rq->act, http_str(rq, "id"), &t);

	if (rc != YX_OK)
		return rc;
	yx_jw_bool(&rq->json, "valid", t.valid);
	yx_jw_str(&rq->json, "level", t.level);
	yx_jw_str(&rq->json, "why", t.why);
	yx_jw_int(&rq->json, "millis", t.millis);
	return YX_OK;
}

static int
sample(struct http_request *rq)
{
	struct platform_key k;
	int rc = platform_key_get(&rq->act, http_str(rq, "id"), &k);

	if (rc != YX_OK || k.sample == NULL)
		return rc != YX_OK ? rc : YX_NOT_FOUND;
	rq->accel = yx_store_prepared_accel(rq->app->store, rq->act.arena, k.sample);
	rq->content_type = "application/pdf";
	rq->file_name = "平台金鑰試蓋.pdf";
	rq->download = 1;
	return rq->accel == NULL ? YX_NO_MEMORY : YX_OK;
}

static int
ask(struct http_request *rq)
{
	const struct platform_key_change c = { http_str(rq, "reason"), http_int(rq, "fromAt", 0),
		http_int(rq, "overlapDays", 30) };

	return platform_key_ask(&rq->act, http_str(rq, "id"), &c);
}

static int
approve(struct http_request *rq)
{
	return platform_key_approve(&rq->act, http_str(rq, "id"));
}

static int
drop(struct http_request *rq)
{
	return platform_key_drop(&rq->act, http_str(rq, "id"));
}

static int
back(struct http_request *rq)
{
	return platform_key_back(&rq->act, http_str(rq, "id"), http_str(rq, "reason"));
}

static int
end_ask(struct http_request *rq)
{
	return platform_key_end_ask(&rq->act, http_str(rq, "id"), http_str(rq, "reason"));
}

static int
end_approve(struct http_request *rq)
{
	return platform_key_end_approve(&rq->act, http_str(rq, "id"));
}

static int
end_drop(struct http_request *rq)
{
	return platform_key_end_drop(&rq->act, http_str(rq, "id"));
}

#define KEYS V1 "/admin/platform/keys"
#define ONLY ROLE_PLATFORM_ADMIN

static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_ADD[] = {
	{ "place", IN_BODY, T_STRING, 0, 1, 300, NULL },
	{ "certificate", IN_BODY, T_TEXT, 0, 1, PEM_MAX, NULL }, END };
static const struct http_param P_REQUEST[] = {
	{ "place", IN_BODY, T_STRING, 0, 1, 300, NULL },
	{ "kind", IN_BODY, T_WORD, OPTIONAL, 0, 0, "rsa3072|p256|p384" },
	{ "subject", IN_BODY, T_STRING, OPTIONAL, 1, 300, NULL }, END };
static const struct http_param P_ASK[] = {
	ID("id"),
	{ "reason", IN_BODY, T_TEXT, 0, 1, 500, NULL },
	{ "fromAt", IN_BODY, T_INT, 0, 0, INT64_C(4102444800000), NULL },
	{ "overlapDays", IN_BODY, T_INT, OPTIONAL, 1, 400, NULL }, END };
static const struct http_param P_BACK[] = {
	ID("id"),
	{ "reason", IN_BODY, T_TEXT, 0, 1, 500, NULL }, END };

const struct http_route KEY_ROUTES[] = {
	{ "GET", KEYS, ONLY, 0, NULL, list, "The platform's keys, the newest first" },
	{ "POST", KEYS, ONLY, F_PROVED | F_SLOW, P_ADD, add, "Look at a new certificate and keep it" },
	{ "POST", KEYS "/requests", ONLY, F_PROVED | F_SLOW, P_REQUEST, request,
	    "A request for a certificate (RFC 2986), with a new key or one of the token" },
	{ "POST", KEYS "/{id}/test", ONLY, F_SLOW, P_ID, trial, "Seal a page with it and verify that" },
	{ "GET", KEYS "/{id}/sample", ONLY, 0, P_ID, sample, "The page of the last test seal" },
	{ "POST", KEYS "/{id}/ask", ONLY, F_PROVED | F_TX, P_ASK, ask, "Ask to have it take over at a moment" },
	{ "POST", KEYS "/{id}/approve", ONLY, F_PROVED | F_TX, P_ID, approve, "The second administrator agrees" },
	{ "POST", KEYS "/{id}/drop", ONLY, F_TX, P_ID, drop, "It does not take over" },
	{ "POST", KEYS "/{id}/back", ONLY, F_PROVED | F_TX, P_BACK, back, "The key before it seals again" },
	{ "POST", KEYS "/{id}/end", ONLY, F_PROVED | F_TX, P_BACK, end_ask, "Ask to end the overlap before its time" },
	{ "POST", KEYS "/{id}/end/approve", ONLY, F_PROVED | F_TX, P_ID, end_approve,
	    "The second administrator agrees: the old key is retired" },
	{ "POST", KEYS "/{id}/end/drop", ONLY, F_TX, P_ID, end_drop, "The overlap goes on" },
	LAST_ROW,
};
