/* 緊急調閱: a contract read by an administrator, when two agree. */
#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/domain/admin/glass.h"

static int
list(struct http_request *rq)
{
	struct yx_jw *w = &rq->json;
	struct glass *g = NULL;
	size_t n = 0;
	int rc = glass_list(&rq->act, &g, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(w, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "id", g[i].id);
		yx_jw_str(w, "number", g[i].number);
		yx_jw_str(w, "organization", g[i].organization);
		yx_jw_str(w, "reason", g[i].reason);
		yx_jw_str(w, "state", g[i].state);
		yx_jw_str(w, "askedBy", g[i].asked_by);
		http_time(rq, "askedAt", g[i].asked_at);
		yx_jw_str(w, "decidedBy", g[i].decided_by);
		http_time(rq, "decidedAt", g[i].decided_at);
		http_time(rq, "until", g[i].until);
		yx_jw_bool(w, "mine", g[i].mine);
		yx_jw_bool(w, "may", g[i].may);
		yx_jw_bool(w, "readable", g[i].readable);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	return YX_OK;
}

static int
ask(struct http_request *rq)
{
	char id[YX_ID_SIZE];
	int rc = glass_ask(&rq->act, http_str(rq, "organizationId"), http_str(rq, "number"), http_str(rq, "reason"), id);

	return http_made(rq, rc, id);
}

static int
approve(struct http_request *rq)
{
	return glass_approve(&rq->act, http_str(rq, "id"));
}

static int
refuse(struct http_request *rq)
{
	return glass_refuse(&rq->act, http_str(rq, "id"));
}

static int
documents(struct http_request *rq)
{
	struct glass_document *d = NULL;
	struct yx_jw *w = &rq->json;
	size_t n = 0;
	int rc = glass_documents(&rq->act, http_str(rq, "id"), &d, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(w, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "id", d[i].id);
		yx_jw_str(w, "name", d[i].name);
		yx_jw_str(w, "number", d[i].number);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	return YX_OK;
}

static int
file(struct http_request *rq)
{
	struct glass_document d;
	int rc = glass_read(&rq->act, http_str(rq, "id"), http_str(rq, "documentId"), &d);

	if (rc != YX_OK)
		return rc;
	rq->accel = yx_store_accel(rq->app->store, rq->act.arena, d.sha256);
	rq->content_type = "application/pdf";
	rq->file_name = yx_arena_printf(rq->act.arena, "%s（緊急調閱）.pdf", d.name);
	return rq->accel == NULL || rq->file_name == NULL ? YX_NO_MEMORY : YX_OK;
}

static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_ASK[] = {
	{ "organizationId", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "number", IN_BODY, T_STRING, 0, 1, 50, NULL },
	{ "reason", IN_BODY, T_TEXT, 0, 1, 500, NULL }, END };
static const struct http_param P_FILE[] = { ID("id"), ID("documentId"), END };

#define ADMINS (ROLE_AGENCY_ADMIN | ROLE_PLATFORM_ADMIN)

const struct http_route GLASS_ROUTES[] = {
	{ "GET", V1 "/admin/glass", ADMINS, 0, NULL, list, "Break-glass requests" },
	{ "POST", V1 "/admin/glass", ADMINS, F_PROVED | F_TX, P_ASK, ask, "Ask to read a contract" },
	{ "POST", V1 "/admin/glass/{id}/approve", ADMINS, F_PROVED | F_TX, P_ID, approve, "The second person agrees" },
	{ "POST", V1 "/admin/glass/{id}/refuse", ADMINS, F_TX, P_ID, refuse, "The second person refuses" },
	{ "GET", V1 "/admin/glass/{id}/documents", ADMINS, 0, P_ID, documents, "What may be read for an hour" },
	{ "GET", V1 "/admin/glass/{id}/documents/{documentId}/file", ADMINS, 0, P_FILE, file, "A document of it" },
	LAST_ROW,
};
