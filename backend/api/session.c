#include "backend/api/api.h"

#include "backend/domain/people/member.h"
#include "backend/domain/people/session.h"

void
api_write_unit(struct http_request *rq, const char *key, const struct member_unit *u)
{
	if (u->id == NULL) {
		yx_jw_null(&rq->json, key);
		return;
	}
	yx_jw_object(&rq->json, key);
	yx_jw_str(&rq->json, "id", u->id);
	yx_jw_str(&rq->json, "code", u->code);
	yx_jw_str(&rq->json, "name", u->name);
	yx_jw_end_object(&rq->json);
}

static int
write_member(struct http_request *rq)
{
	const char *roles[5];
	size_t n = session_roles(rq->who.roles, roles);
	struct member_unit unit;
	struct session_profile me;
	int rc = session_profile(rq, &me);

	if (rc != YX_OK ||
	    (rc = member_unit_get(rq->db, rq->arena, rq->who.organization_id, rq->who.unit_id, &unit)) != YX_OK)
		return rc;
	yx_jw_object(&rq->json, "member");
	yx_jw_str(&rq->json, "id", rq->who.member_id);
	yx_jw_str(&rq->json, "account", me.account);
	yx_jw_str(&rq->json, "name", rq->who.name);
	yx_jw_str(&rq->json, "email", me.email);
	yx_jw_array(&rq->json, "roles");
	for (size_t i = 0; i < n; i++)
		yx_jw_str(&rq->json, NULL, roles[i]);
	yx_jw_end_array(&rq->json);
	yx_jw_object(&rq->json, "organization");
	yx_jw_str(&rq->json, "id", rq->who.organization_id);
	yx_jw_str(&rq->json, "name", rq->who.organization_name);
	yx_jw_str(&rq->json, "kind", rq->who.organization_kind);
	yx_jw_str(&rq->json, "code", me.organization_code);
	yx_jw_str(&rq->json, "shortName", me.organization_short_name);
	yx_jw_end_object(&rq->json);
	api_write_unit(rq, "unit", &unit);
	yx_jw_end_object(&rq->json);
	return YX_OK;
}

int
api_session(struct http_request *rq)
{
	yx_jw_str(&rq->json, "csrf", rq->who.csrf);
	yx_jw_int(&rq->json, "uploadLimit", rq->app->conf->upload_limit);
	yx_jw_str(&rq->json, "platformName", rq->app->conf->platform_name);
	return write_member(rq);
}

int
api_login(struct http_request *rq)
{
	int rc = session_login(rq, http_str(rq, "account"), http_str(rq, "password"), &rq->set_cookie);

	return rc != YX_OK ? rc : api_session(rq);
}

int
api_logout(struct http_request *rq)
{
	rq->set_cookie = HTTP_SESSION_COOKIE "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0";
	return session_logout(rq);
}
