#include <string.h>

#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/api/write.h"

static int
units(struct http_request *rq)
{
	struct unit *u = NULL;
	size_t n = 0;
	int rc = unit_list(&rq->act, rq->act.who.organization_id, &u, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		write_unit(rq, NULL, &u[i]);
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
members(struct http_request *rq)
{
	struct page page = http_page_of(rq);
	struct member_person *p = NULL;
	size_t n = 0;
	struct member_filter f = { .role = http_str(rq, "role"), .q = http_str(rq, "q") };
	int rc = member_list(&rq->act, &f, &page, &p, &n);

	if (rc != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", p[i].id);
		yx_jw_str(&rq->json, "name", p[i].name);
		yx_jw_str(&rq->json, "account", p[i].account);
		write_unit(rq, "unit", &p[i].unit);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
organizations(struct http_request *rq)
{
	const char *external = http_str(rq, "external");
	struct page page = http_page_of(rq);
	struct organization *o = NULL;
	size_t n = 0;
	struct organization_filter f = { external == NULL || strcmp(external, "true") == 0, http_str(rq, "q") };
	int rc = organization_list(&rq->act, &f, &page, &o, &n);

	if (rc != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		write_named(rq, o[i].id, o[i].name, o[i].code);
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static const struct http_param P_MEMBERS[] = {
	{ "role", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "officer|sealer" },
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL }, HTTP_PAGE_PARAMS, END };
static const struct http_param P_ORGANIZATIONS[] = {
	{ "external", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "true|false" },
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL }, HTTP_PAGE_PARAMS, END };

const struct http_route PEOPLE_ROUTES[] = {
	{ "GET", V1 "/units", ROLE_OFFICER, 0, NULL, units, "Units of my agency" },
	{ "GET", V1 "/members", ROLE_OFFICER | ROLE_AGENCY_ADMIN, 0, P_MEMBERS, members, "People of my agency" },
	{ "GET", V1 "/organizations", ROLE_OFFICER | ROLE_AGENCY_ADMIN, 0, P_ORGANIZATIONS, organizations,
	    "Signing units" },
	LAST_ROW,
};
