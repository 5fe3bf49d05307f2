/* 機關整併: an agency becomes part of another: what that would do, who asks, who agrees. */
#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/domain/admin/agency_merge.h"

/* ---- what it would do ---- */

static void
write_units(struct http_request *rq, const struct merge_preview *p)
{
	struct yx_jw *w = &rq->json;

	yx_jw_array(w, "units");
	for (size_t i = 0; i < p->units_n; i++) {
		const struct merge_unit *u = &p->units[i];

		yx_jw_object(w, NULL);
		yx_jw_str(w, "id", u->id);
		yx_jw_str(w, "code", u->code);
		yx_jw_str(w, "name", u->name);
		yx_jw_int(w, "people", u->people);
		yx_jw_str(w, "newCode", u->new_code);
		yx_jw_str(w, "newName", u->new_name);
		yx_jw_str(w, "intoId", u->into_id);
		yx_jw_str(w, "into", u->into_name);
		yx_jw_str(w, "takenBy", u->taken_by);
		yx_jw_bool(w, "solved", u->solved);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

static void
write_parameters(struct http_request *rq, const struct merge_preview *p)
{
	struct yx_jw *w = &rq->json;

	yx_jw_array(w, "parameters");
	for (size_t i = 0; i < p->parameters_n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "name", p->parameters[i].name);
		yx_jw_str(w, "own", p->parameters[i].own);
		yx_jw_str(w, "then", p->parameters[i].then);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

static void
write_preview(struct http_request *rq, const struct merge_preview *p)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, "preview");
	yx_jw_object(w, "counts");
	for (size_t i = 0; i < p->counts_n; i++)
		yx_jw_int(w, p->counts[i].word, p->counts[i].n);
	yx_jw_end_object(w);
	write_units(rq, p);
	write_parameters(rq, p);
	yx_jw_array(w, "blocks");
	for (size_t i = 0; i < p->blocks_n; i++)
		yx_jw_str(w, NULL, p->blocks[i]);
	yx_jw_end_array(w);
	yx_jw_end_object(w);
}

static int
plan_of(struct http_request *rq, struct merge_plan *out)
{
	size_t n = 0;
	const char *const *units = http_list(rq, "units", &n);

	*out = (struct merge_plan){ .of = { http_str(rq, "id"), http_str(rq, "intoId") } };
	return merge_choices(&rq->act, units, n, out);
}

static int
preview(struct http_request *rq)
{
	struct merge_preview p = { .counts_n = 0 };
	struct merge_plan plan;
	int rc = plan_of(rq, &plan);

	if (rc == YX_OK && (rc = merge_look(&rq->act, &plan, &p)) == YX_OK)
		write_preview(rq, &p);
	return rc;
}

static int
ask(struct http_request *rq)
{
	char id[YX_ID_SIZE];
	struct merge_plan plan;
	int rc = plan_of(rq, &plan);

	if (rc == YX_OK)
		rc = merge_ask(&rq->act, &plan, http_str(rq, "reason"), id);
	return http_made(rq, rc, id);
}

/* ---- what there is ---- */

static void
write_merge(struct http_request *rq, const char *key, const struct merge *m)
{
	struct yx_jw *w = &rq->json;
	const struct { const char *name, *text; } texts[] = { { "id", m->id }, { "state", m->state }, { "waits", m->waits },
		{ "reason", m->reason }, { "fromId", m->from_id }, { "fromName", m->from_name }, { "fromCode", m->from_code },
		{ "intoId", m->into_id }, { "intoName", m->into_name }, { "intoCode", m->into_code },
		{ "askedBy", m->asked_by }, { "decidedBy", m->decided_by } };

	yx_jw_object(w, key);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		yx_jw_str(w, texts[i].name, texts[i].text);
	http_time(rq, "askedAt", m->asked_at);
	http_time(rq, "decidedAt", m->decided_at);
	http_time(rq, "doneAt", m->done_at);
	yx_jw_bool(w, "mine", m->mine);
	yx_jw_bool(w, "may", m->may);
	yx_jw_end_object(w);
}

static int
list(struct http_request *rq)
{
	struct merge *m = NULL;
	size_t n = 0;
	int rc = merge_list(&rq->act, &m, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		write_merge(rq, NULL, &m[i]);
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

/* With what it would do now, as long as it is open; null if that can't be said any more. */
static int
one(struct http_request *rq)
{
	struct merge_preview p = { .counts_n = 0 };
	struct merge_plan plan;
	struct merge m;
	int rc = merge_get(&rq->act, http_str(rq, "id"), &m, &plan);

	if (rc != YX_OK)
		return rc;
	write_merge(rq, "merge", &m);
	if (m.decided_at == 0 && (rc = merge_look(&rq->act, &plan, &p)) == YX_OK)
		write_preview(rq, &p);
	return rc == YX_STATE || rc == YX_BAD_FIELD ? YX_OK : rc;
}

static int
agree(struct http_request *rq)
{
	return merge_agree(&rq->act, http_str(rq, "id"));
}

static int
refuse(struct http_request *rq)
{
	return merge_refuse(&rq->act, http_str(rq, "id"));
}

/* ---- rows ---- */

#define PLAN { "intoId", IN_BODY, T_ID, 0, 0, 0, NULL }, { "units", IN_BODY, T_STRINGS, OPTIONAL, 0, 1000, NULL }
static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_PREVIEW[] = { ID("id"), PLAN, END };
static const struct http_param P_ASK[] = { ID("id"), PLAN, { "reason", IN_BODY, T_TEXT, 0, 1, 500, NULL }, END };

const struct http_route MERGE_ROUTES[] = {
	{ "POST", V1 "/admin/agencies/{id}/merge/preview", ROLE_PLATFORM_ADMIN, 0, P_PREVIEW, preview,
	    "What it would do to merge an agency into another" },
	{ "POST", V1 "/admin/agencies/{id}/merge", ROLE_PLATFORM_ADMIN, F_PROVED | F_TX, P_ASK, ask,
	    "Ask a second administrator to agree to a merger" },
	{ "GET", V1 "/admin/merges", ROLE_PLATFORM_ADMIN, 0, NULL, list, "Mergers of agencies" },
	{ "GET", V1 "/admin/merges/{id}", ROLE_PLATFORM_ADMIN, 0, P_ID, one, "One merger, and what it will do" },
	{ "POST", V1 "/admin/merges/{id}/agree", ROLE_PLATFORM_ADMIN, F_PROVED | F_TX, P_ID, agree,
	    "The second administrator agrees" },
	{ "POST", V1 "/admin/merges/{id}/refuse", ROLE_PLATFORM_ADMIN, F_TX, P_ID, refuse,
	    "The second administrator refuses, or who asked takes it back" },
	LAST_ROW,
};
