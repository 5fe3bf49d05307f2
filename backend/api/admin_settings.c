/* Parameters: what counts where, what a change would do, changes and their undoing. */
#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/domain/admin/setting.h"

static const char *const LEVEL_WORD[LEVELS + 1] = { "platform", "agency", "unit", "contract", "superior" };
static const char *const TYPE_WORD[] = { "int", "bool", "word", "days", "text" };

static const char *
level_word(int level)
{
	return level < 0 ? "default" : LEVEL_WORD[level];
}

/* {id} of /contracts/{id}/…; else what the query or the body names. */
static int
place(struct http_request *rq, struct setting_place *out)
{
	struct parameter_place asked = { .contract_id = http_str(rq, "id") };

	if (asked.contract_id == NULL) {
		asked.organization_id = http_str(rq, "organizationId");
		asked.unit_id = http_str(rq, "unitId");
	}
	return setting_place(&rq->act, &asked, out);
}

static void
write_both(struct http_request *rq, const char *key, const char *zh, const char *en)
{
	yx_jw_object(&rq->json, key);
	yx_jw_str(&rq->json, "zh", zh);
	yx_jw_str(&rq->json, "en", en);
	yx_jw_end_object(&rq->json);
}

static void
write_type(struct http_request *rq, const struct setting *s)
{
	const struct parameter *p = s->parameter;
	struct yx_jw *w = &rq->json;

	yx_jw_str(w, "name", p->name);
	yx_jw_str(w, "type", TYPE_WORD[p->type]);
	yx_jw_int(w, "min", p->min);
	yx_jw_int(w, "max", s->most);
	yx_jw_str(w, "words", p->words);
	yx_jw_str(w, "unit", p->unit);
	write_both(rq, "title", p->zh, p->en);
	write_both(rq, "hint", p->zh_hint, p->en_hint);
	yx_jw_array(w, "levels");
	for (int i = 0; i < LEVELS; i++)
		if (p->levels & 1u << i)
			yx_jw_str(w, NULL, LEVEL_WORD[i]);
	yx_jw_end_array(w);
}

static int
list(struct http_request *rq)
{
	struct yx_jw *w = &rq->json;
	struct setting_place at;
	struct setting *s = NULL;
	size_t n = 0;
	int rc = place(rq, &at);

	if (rc != YX_OK || (rc = setting_list(&rq->act, &at, &s, &n)) != YX_OK)
		return rc;
	yx_jw_str(w, "level", LEVEL_WORD[at.level]);
	yx_jw_str(w, "place", at.name);
	yx_jw_array(w, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(w, NULL);
		write_type(rq, &s[i]);
		yx_jw_str(w, "value", s[i].value);
		yx_jw_str(w, "from", level_word(s[i].from));
		yx_jw_bool(w, "locked", s[i].locked);
		yx_jw_bool(w, "settable", s[i].settable);
		yx_jw_str(w, "own", s[i].own);
		yx_jw_bool(w, "ownLocked", s[i].own_locked);
		yx_jw_str(w, "above", s[i].above);
		yx_jw_str(w, "aboveFrom", level_word(s[i].above_from));
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	return YX_OK;
}

static struct setting_change
change_of(struct http_request *rq)
{
	return (struct setting_change){ http_str(rq, "name"), http_str(rq, "value"), http_bool(rq, "lock", 0) };
}

static int
preview(struct http_request *rq)
{
	struct setting_change c = change_of(rq);
	struct yx_jw *w = &rq->json;
	struct setting_effect e;
	struct setting_place at;
	int rc = place(rq, &at);

	if (rc != YX_OK || (rc = setting_preview(&rq->act, &at, &c, &e)) != YX_OK)
		return rc;
	yx_jw_str(w, "before", e.before);
	yx_jw_str(w, "after", e.after);
	yx_jw_int(w, "agencies", e.agencies);
	yx_jw_int(w, "units", e.units);
	yx_jw_int(w, "contracts", e.contracts);
	yx_jw_int(w, "sessions", e.sessions);
	yx_jw_int(w, "belowAll", e.below_all);
	yx_jw_array(w, "below");
	for (size_t i = 0; i < e.below_n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "name", e.below[i].name);
		yx_jw_str(w, "level", LEVEL_WORD[e.below[i].level]);
		yx_jw_str(w, "value", e.below[i].value);
		yx_jw_bool(w, "ignored", e.below[i].ignored);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	return YX_OK;
}

static int
put(struct http_request *rq)
{
	struct setting_change c = change_of(rq);
	struct setting_place at;
	int rc = place(rq, &at);

	return rc != YX_OK ? rc : setting_put(&rq->act, &at, &c);
}

static int
history(struct http_request *rq)
{
	struct yx_jw *w = &rq->json;
	struct setting_event *e = NULL;
	struct setting_place at;
	size_t n = 0;
	int rc = place(rq, &at);

	if (rc != YX_OK || (rc = setting_events(&rq->act, &at, &e, &n)) != YX_OK)
		return rc;
	yx_jw_array(w, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "id", e[i].id);
		yx_jw_str(w, "name", e[i].name);
		yx_jw_str(w, "by", e[i].by);
		http_time(rq, "at", e[i].at);
		yx_jw_str(w, "before", e[i].before);
		yx_jw_bool(w, "beforeLocked", e[i].before_locked);
		yx_jw_str(w, "after", e[i].after);
		yx_jw_bool(w, "afterLocked", e[i].after_locked);
		yx_jw_bool(w, "undone", e[i].undone);
		yx_jw_bool(w, "mayUndo", e[i].may_undo);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	return YX_OK;
}

static int
undo(struct http_request *rq)
{
	return setting_undo(&rq->act, http_str(rq, "changeId"));
}

#define PLACE(where) \
	{ "organizationId", where, T_ID, OPTIONAL, 0, 0, NULL }, \
	{ "unitId", where, T_ID, OPTIONAL, 0, 0, NULL }
#define NAME { "name", IN_BODY, T_STRING, 0, 1, 40, NULL }
#define CHANGE \
	{ "value", IN_BODY, T_TEXT, OPTIONAL, 0, 1000, NULL }, \
	{ "lock", IN_BODY, T_BOOL, OPTIONAL, 0, 0, NULL }

static const struct http_param P_LIST[] = { PLACE(IN_QUERY), END };
static const struct http_param P_CHANGE[] = { NAME, CHANGE, PLACE(IN_BODY), END };
static const struct http_param P_UNDO[] = { ID("changeId"), END };
static const struct http_param P_CONTRACT[] = { ID("id"), END };
static const struct http_param P_CONTRACT_CHANGE[] = { ID("id"), NAME, CHANGE, END };
static const struct http_param P_CONTRACT_UNDO[] = { ID("id"), ID("changeId"), END };

#define ADMINS (ROLE_AGENCY_ADMIN | ROLE_PLATFORM_ADMIN)

const struct http_route SETTING_ROUTES[] = {
	{ "GET", V1 "/admin/parameters", ADMINS, 0, P_LIST, list, "Parameters and what counts here" },
	{ "POST", V1 "/admin/parameters/preview", ADMINS, 0, P_CHANGE, preview, "What a change would do" },
	{ "PUT", V1 "/admin/parameters", ADMINS, F_PROVED | F_TX, P_CHANGE, put, "Set a parameter, or no longer" },
	{ "GET", V1 "/admin/parameters/history", ADMINS, 0, P_LIST, history, "What was changed here" },
	{ "POST", V1 "/admin/parameters/history/{changeId}/undo", ADMINS, F_PROVED | F_TX, P_UNDO, undo,
	    "What was set before is set again" },
	{ "GET", V1 "/contracts/{id}/parameters", ROLE_OFFICER, 0, P_CONTRACT, list, "What counts for a contract" },
	{ "POST", V1 "/contracts/{id}/parameters/preview", ROLE_OFFICER, 0, P_CONTRACT_CHANGE, preview,
	    "What a change would do" },
	{ "PUT", V1 "/contracts/{id}/parameters", ROLE_OFFICER, F_TX, P_CONTRACT_CHANGE, put, "Set it for a contract" },
	{ "GET", V1 "/contracts/{id}/parameters/history", ROLE_OFFICER, 0, P_CONTRACT, history, "What was changed here" },
	{ "POST", V1 "/contracts/{id}/parameters/history/{changeId}/undo", ROLE_OFFICER, F_TX, P_CONTRACT_UNDO, undo,
	    "What was set before is set again" },
	LAST_ROW,
};
