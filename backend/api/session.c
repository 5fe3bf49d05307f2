#include <string.h>

#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/api/session.h"
#include "backend/api/write.h"
#include "backend/domain/base/parameter.h"
#include "backend/domain/people/card_login.h"
#include "backend/domain/people/login.h"
#include "backend/domain/people/session.h"

static void
write_organization(struct http_request *rq, const struct session_profile *me)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, "organization");
	yx_jw_str(w, "id", rq->act.who.organization_id);
	yx_jw_str(w, "name", rq->act.who.organization_name);
	yx_jw_str(w, "kind", rq->act.who.organization_kind);
	yx_jw_str(w, "code", me->organization_code);
	yx_jw_str(w, "shortName", me->organization_short_name);
	yx_jw_end_object(w);
}

static void
write_member(struct http_request *rq, const struct session_profile *me, const struct unit *unit)
{
	struct yx_jw *w = &rq->json;
	const char *role;

	yx_jw_object(w, "member");
	yx_jw_str(w, "id", rq->act.who.member_id);
	yx_jw_str(w, "account", me->account);
	yx_jw_str(w, "name", rq->act.who.name);
	yx_jw_str(w, "email", me->email);
	yx_jw_str(w, "language", me->language);
	yx_jw_str(w, "years", me->years);
	yx_jw_array(w, "roles");
	for (size_t i = 0; (role = member_role(rq->act.who.roles, i)) != NULL; i++)
		yx_jw_str(w, NULL, role);
	yx_jw_end_array(w);
	write_organization(rq, me);
	write_unit(rq, "unit", unit);
	yx_jw_end_object(w);
}

static int
session(struct http_request *rq)
{
	struct parameter_place mine = parameter_mine(&rq->act);
	struct session_profile me;
	struct unit unit;
	int64_t upload_mb = 0, require_read = 0;
	int rc = session_profile(&rq->act, &me);

	if (rc != YX_OK || (rc = unit_get(&rq->act, rq->act.who.organization_id, rq->act.who.unit_id, &unit)) != YX_OK ||
	    (rc = parameter_int(&rq->act, UPLOAD_MB, &mine, &upload_mb)) != YX_OK ||
	    (rc = parameter_int(&rq->act, REQUIRE_READ, &mine, &require_read)) != YX_OK)
		return rc;
	yx_jw_str(&rq->json, "csrf", rq->act.who.csrf);
	yx_jw_int(&rq->json, "uploadLimit", upload_mb * 1024 * 1024);
	yx_jw_str(&rq->json, "platformName", rq->app->conf->platform_name);
	yx_jw_bool(&rq->json, "requireRead", require_read != 0);
	yx_jw_bool(&rq->json, "factorNeeded", rq->act.who.lacks_factor);
	yx_jw_bool(&rq->json, "practice", act_practises(&rq->act));
	write_member(rq, &me, &unit);
	return YX_OK;
}

int
api_come_in(struct http_request *rq, char token[YX_TOKEN_SIZE])
{
	rq->set_cookie = yx_arena_printf(rq->act.arena,
	    HTTP_SESSION_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict", token);
	explicit_bzero(token, YX_TOKEN_SIZE);
	return rq->set_cookie == NULL ? YX_NO_MEMORY : session(rq);
}

static int
login(struct http_request *rq)
{
	struct login in = { .second = 0 };
	int rc = login_password(&rq->act, http_str(rq, "account"), http_str(rq, "password"), &in);

	if (rc != YX_OK)
		return rc;
	if (!in.second)
		return api_come_in(rq, in.token);
	yx_jw_bool(&rq->json, "second", 1);
	yx_jw_str(&rq->json, "ticket", in.token);
	explicit_bzero(in.token, sizeof(in.token));
	return YX_OK;
}

static int
login_by_code(struct http_request *rq)
{
	char token[YX_TOKEN_SIZE];
	int rc = login_second(&rq->act, http_str(rq, "ticket"), http_str(rq, "code"), token);

	return rc != YX_OK ? rc : api_come_in(rq, token);
}

static int
prove(struct http_request *rq)
{
	char token[YX_TOKEN_SIZE];
	int rc = login_prove(&rq->act, http_str(rq, "password"), http_str(rq, "code"), token);

	return rc != YX_OK ? rc : api_come_in(rq, token);
}

static int
card_challenge(struct http_request *rq)
{
	struct card_login_challenge c;
	int rc = card_login_challenge(&rq->act, &c);

	if (rc != YX_OK)
		return rc;
	yx_jw_str(&rq->json, "challengeId", c.id);
	yx_jw_base64(&rq->json, "nonce", c.nonce, sizeof(c.nonce));
	yx_jw_int(&rq->json, "seconds", CARD_LOGIN_SECONDS);
	return YX_OK;
}

static int
by_card(struct http_request *rq, int (*rule)(struct act *, const struct card_login *, char[YX_TOKEN_SIZE]))
{
	struct card_login in = { .challenge_id = http_str(rq, "challengeId"), .account = http_str(rq, "account"),
		.time = http_int(rq, "time", 0) };
	char token[YX_TOKEN_SIZE];
	int rc;

	in.der = http_bytes(rq, "certificate", &in.der_n);
	in.signature = http_bytes(rq, "signature", &in.signature_n);
	rc = rule(&rq->act, &in, token);
	return rc != YX_OK ? rc : api_come_in(rq, token);
}

static int
login_by_card(struct http_request *rq)
{
	return by_card(rq, card_login);
}

static int
prove_by_card(struct http_request *rq)
{
	return by_card(rq, card_prove);
}

static int
logout(struct http_request *rq)
{
	rq->set_cookie = HTTP_SESSION_COOKIE "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0";
	return session_logout(&rq->act);
}

static const struct http_param P_LOGIN[] = {
	{ "account", IN_BODY, T_STRING, 0, 1, 64, NULL },
	{ "password", IN_BODY, T_STRING, 0, 1, 256, NULL }, END };
static const struct http_param P_SECOND[] = {
	{ "ticket", IN_BODY, T_STRING, 0, 64, 64, NULL },
	{ "code", IN_BODY, T_STRING, 0, 1, 30, NULL }, END };
static const struct http_param P_PROOF[] = {
	{ "password", IN_BODY, T_STRING, 0, 1, 256, NULL },
	{ "code", IN_BODY, T_STRING, OPTIONAL, 1, 30, NULL }, END };
static const struct http_param P_CARD[] = {
	{ "challengeId", IN_BODY, T_ID, 0, 0, 0, NULL },
	{ "certificate", IN_BODY, T_BASE64, 0, 1, 16384, NULL },
	{ "signature", IN_BODY, T_BASE64, 0, 1, 2048, NULL },
	{ "time", IN_BODY, T_INT, 0, 0, INT64_MAX / 1000, NULL },
	{ "account", IN_BODY, T_STRING, OPTIONAL, 1, 64, NULL }, END };

const struct http_route SESSION_ROUTES[] = {
	/* No CSRF token yet at login; SameSite=Strict and the Origin check guard it. */
	{ "POST", V1 "/session", WHO_ANYONE, F_NO_CSRF | F_SLOW, P_LOGIN, login, "Log in" },
	{ "POST", V1 "/session/card/challenge", WHO_ANYONE, F_NO_CSRF, NULL, card_challenge, "A nonce for a card" },
	{ "POST", V1 "/session/card", WHO_ANYONE, F_NO_CSRF | F_SLOW, P_CARD, login_by_card, "Log in by card" },
	{ "POST", V1 "/session/second", WHO_ANYONE, F_NO_CSRF, P_SECOND, login_by_code, "Log in: the second step" },
	{ "POST", V1 "/session/proof", WHO_MEMBER, F_SLOW | F_BARE, P_PROOF, prove, "Prove again who one is" },
	{ "POST", V1 "/session/proof/card", WHO_MEMBER, F_SLOW | F_BARE, P_CARD, prove_by_card, "The same by card" },
	{ "GET", V1 "/session", WHO_MEMBER, F_BARE, NULL, session, "Who am I" },
	{ "DELETE", V1 "/session", WHO_MEMBER, F_BARE, NULL, logout, "Log out" },
	LAST_ROW,
};
