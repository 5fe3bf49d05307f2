#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/domain/home/kept.h"

static int
form(struct http_request *rq)
{
	const char *content = NULL;
	int64_t at = 0;
	int rc = kept_form_get(&rq->act, http_str(rq, "form"), &content, &at);

	if (rc != YX_OK && rc != YX_NOT_FOUND)
		return rc;
	yx_jw_str(&rq->json, "content", content);
	http_time(rq, "savedAt", at);
	return YX_OK;
}

static int
put_form(struct http_request *rq)
{
	return kept_form_put(&rq->act, http_str(rq, "form"), http_str(rq, "content"));
}

static int
drop_form(struct http_request *rq)
{
	return kept_form_drop(&rq->act, http_str(rq, "form"));
}

static int
filters(struct http_request *rq)
{
	struct kept_filter *f = NULL;
	size_t n = 0;
	int rc = kept_filter_list(&rq->act, http_str(rq, "list"), &f, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "name", f[i].name);
		yx_jw_str(&rq->json, "query", f[i].query);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
put_filter(struct http_request *rq)
{
	const struct kept_filter f = { http_str(rq, "name"), http_str(rq, "query") };

	return kept_filter_put(&rq->act, http_str(rq, "list"), &f);
}

static int
drop_filter(struct http_request *rq)
{
	return kept_filter_drop(&rq->act, http_str(rq, "list"), http_str(rq, "name"));
}

#define FORM { "form", IN_PATH, T_WORD, 0, 0, 0, "contract|message" }
#define LISTS "contracts|received|sent|sealing|registry"
static const struct http_param P_FORM[] = { FORM, END };
static const struct http_param P_PUT_FORM[] = { FORM,
	{ "content", IN_BODY, T_TEXT, 0, 1, 60000, NULL }, END };
static const struct http_param P_FILTERS[] = {
	{ "list", IN_QUERY, T_WORD, 0, 0, 0, LISTS }, END };
static const struct http_param P_PUT_FILTER[] = {
	{ "list", IN_BODY, T_WORD, 0, 0, 0, LISTS },
	{ "name", IN_BODY, T_STRING, 0, 1, 50, NULL },
	{ "query", IN_BODY, T_STRING, 0, 1, 1000, NULL }, END };
static const struct http_param P_DROP_FILTER[] = {
	{ "list", IN_QUERY, T_WORD, 0, 0, 0, LISTS },
	{ "name", IN_QUERY, T_STRING, 0, 1, 50, NULL }, END };

const struct http_route KEPT_ROUTES[] = {
	{ "GET", V1 "/kept/{form}", WHO_MEMBER, 0, P_FORM, form, "What I have not finished" },
	{ "PUT", V1 "/kept/{form}", WHO_MEMBER, F_TX, P_PUT_FORM, put_form, "Keep what I have not finished" },
	{ "DELETE", V1 "/kept/{form}", WHO_MEMBER, F_TX, P_FORM, drop_form, "It is finished, or thrown away" },
	{ "GET", V1 "/filters", WHO_MEMBER, 0, P_FILTERS, filters, "My filters of a list" },
	{ "PUT", V1 "/filters", WHO_MEMBER, F_TX, P_PUT_FILTER, put_filter, "Keep a filter under a name" },
	{ "DELETE", V1 "/filters", WHO_MEMBER, F_TX, P_DROP_FILTER, drop_filter, "Forget a filter" },
	LAST_ROW,
};
