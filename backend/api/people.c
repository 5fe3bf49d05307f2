#include "backend/api/api.h"

#include <string.h>

#include "backend/domain/people/member.h"

int
api_units(struct http_request *rq)
{
	struct member_unit *units = NULL;
	size_t n = 0;
	int rc = member_units(rq->db, rq->arena, rq->who.organization_id, &units, &n);

	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		api_write_unit(rq, NULL, &units[i]);
	yx_jw_end_array(&rq->json);
	return rc;
}

int
api_members(struct http_request *rq)
{
	struct http_page page = http_page_of(rq);
	struct member_person *p = NULL;
	size_t n = 0;
	int rc = member_list(rq->db, rq->arena, rq->who.organization_id, http_str(rq, "role"), http_str(rq, "q"),
	    &page, &p, &n);

	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", p[i].id);
		yx_jw_str(&rq->json, "name", p[i].name);
		api_write_unit(rq, "unit", &p[i].unit);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return rc;
}

int
api_organizations(struct http_request *rq)
{
	const char *external = http_str(rq, "external");
	struct http_page page = http_page_of(rq);
	struct member_organization *o = NULL;
	size_t n = 0;
	int rc = member_organizations(rq->db, rq->arena, external == NULL || strcmp(external, "true") == 0,
	    http_str(rq, "q"), &page, &o, &n);

	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", o[i].id);
		yx_jw_str(&rq->json, "name", o[i].name);
		yx_jw_str(&rq->json, "code", o[i].code);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return rc;
}
