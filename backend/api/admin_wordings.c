/* 通知文字: what mails and messages say. */
#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/domain/admin/wording_set.h"

static int
place(struct http_request *rq, struct setting_place *out)
{
	struct parameter_place asked = { .organization_id = http_str(rq, "organizationId") };

	return setting_place(&rq->act, &asked, out);
}

static void
write_texts(struct http_request *rq, const char *key, const struct wording_texts *t)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, key);
	yx_jw_str(w, "zhSubject", t->zh_subject);
	yx_jw_str(w, "enSubject", t->en_subject);
	yx_jw_str(w, "zhBody", t->zh_body);
	yx_jw_str(w, "enBody", t->en_body);
	yx_jw_end_object(w);
}

static void
write_fields(struct http_request *rq, const struct wording *about)
{
	struct yx_jw *w = &rq->json;

	yx_jw_array(w, "fields");
	for (size_t i = 0; i < WORDING_FIELDS; i++) {
		if (!(about->fields & 1u << i))
			continue;
		yx_jw_object(w, NULL);
		yx_jw_str(w, "name", WORDING_FIELD[i].zh);
		yx_jw_str(w, "en", WORDING_FIELD[i].en);
		yx_jw_bool(w, "needed", (about->needed & 1u << i) != 0);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

static int
list(struct http_request *rq)
{
	struct yx_jw *w = &rq->json;
	struct wording_row *x = NULL;
	struct setting_place at;
	size_t n = 0;
	int rc = place(rq, &at);

	if (rc != YX_OK || (rc = wording_rows(&rq->act, &at, &x, &n)) != YX_OK)
		return rc;
	yx_jw_str(w, "place", at.name);
	yx_jw_array(w, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "name", x[i].wording->name);
		yx_jw_str(w, "zh", x[i].wording->zh);
		yx_jw_str(w, "en", x[i].wording->en);
		write_fields(rq, x[i].wording);
		write_texts(rq, "texts", &x[i].texts);
		yx_jw_bool(w, "own", x[i].own);
		yx_jw_str(w, "from", x[i].from);
		yx_jw_str(w, "by", x[i].by);
		http_time(rq, "at", x[i].at);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	return YX_OK;
}

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

static struct wording_texts
texts_of(struct http_request *rq)
{
	return (struct wording_texts){ or_empty(http_str(rq, "zhSubject")), or_empty(http_str(rq, "enSubject")),
		or_empty(http_str(rq, "zhBody")), or_empty(http_str(rq, "enBody")) };
}

static int
put(struct http_request *rq)
{
	struct wording_texts t = texts_of(rq);
	struct setting_place at;
	int rc = place(rq, &at);

	return rc != YX_OK ? rc : wording_put(&rq->act, &at, http_str(rq, "name"), &t);
}

static int
reset(struct http_request *rq)
{
	struct setting_place at;
	int rc = place(rq, &at);

	return rc != YX_OK ? rc : wording_reset(&rq->act, &at, http_str(rq, "name"));
}

static int
preview(struct http_request *rq)
{
	struct wording_texts t = texts_of(rq);
	struct wording_out out;
	int rc = wording_preview(&rq->act, http_str(rq, "name"), &t, &out);

	if (rc != YX_OK)
		return rc;
	yx_jw_str(&rq->json, "subject", out.subject);
	yx_jw_str(&rq->json, "body", out.body);
	return YX_OK;
}

static int
try(struct http_request *rq)
{
	struct wording_texts t = texts_of(rq);

	return wording_try(&rq->act, http_str(rq, "name"), &t);
}

#define NAME { "name", IN_PATH, T_STRING, 0, 1, 40, NULL }
#define AGENCY(where) { "organizationId", where, T_ID, OPTIONAL, 0, 0, NULL }
#define TEXTS \
	{ "zhSubject", IN_BODY, T_STRING, 0, 1, 150, NULL }, \
	{ "enSubject", IN_BODY, T_STRING, OPTIONAL, 0, 150, NULL }, \
	{ "zhBody", IN_BODY, T_TEXT, 0, 1, WORDING_BODY_MAX, NULL }, \
	{ "enBody", IN_BODY, T_TEXT, OPTIONAL, 0, WORDING_BODY_MAX, NULL }

static const struct http_param P_LIST[] = { AGENCY(IN_QUERY), END };
static const struct http_param P_PUT[] = { NAME, TEXTS, AGENCY(IN_BODY), END };
static const struct http_param P_LOOK[] = { NAME, TEXTS, END };
static const struct http_param P_RESET[] = { NAME, AGENCY(IN_QUERY), END };

#define ADMINS (ROLE_AGENCY_ADMIN | ROLE_PLATFORM_ADMIN)

const struct http_route WORDING_ROUTES[] = {
	{ "GET", V1 "/admin/wordings", ADMINS, 0, P_LIST, list, "What mails and messages say" },
	{ "PUT", V1 "/admin/wordings/{name}", ADMINS, F_TX, P_PUT, put, "Word it anew" },
	{ "DELETE", V1 "/admin/wordings/{name}", ADMINS, F_TX, P_RESET, reset, "What counts above counts again" },
	{ "POST", V1 "/admin/wordings/{name}/preview", ADMINS, 0, P_LOOK, preview, "What a mail would say" },
	{ "POST", V1 "/admin/wordings/{name}/try", ADMINS, F_TX, P_LOOK, try, "The same as a mail to oneself" },
	LAST_ROW,
};
