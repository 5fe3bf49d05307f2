/* 會員設定: what members see and change of their own account; links in mails. */
#include <string.h>

#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/api/write.h"
#include "backend/domain/people/factor.h"
#include "backend/domain/people/link.h"
#include "backend/domain/people/password.h"
#include "backend/domain/people/profile.h"
#include "backend/domain/people/session.h"
#include "backend/domain/people/sign_in.h"

static void
write_notices(struct http_request *rq, const struct member_profile *me, const char *const channel[NOTICE_EVENTS])
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, "notices");
	for (size_t i = 0; i < NOTICE_EVENTS; i++)
		yx_jw_str(w, NOTICE_EVENT[i], channel[i]);
	if (me->quiet_from >= 0) {
		yx_jw_int(w, "quietFrom", me->quiet_from);
		yx_jw_int(w, "quietTo", me->quiet_to);
	} else {
		yx_jw_null(w, "quietFrom");
		yx_jw_null(w, "quietTo");
	}
	yx_jw_end_object(w);
}

static void
write_factor(struct http_request *rq, const struct factor_state *f)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, "factor");
	yx_jw_bool(w, "on", f->on);
	http_time(rq, "since", f->since);
	yx_jw_int(w, "codesLeft", f->codes_left);
	yx_jw_bool(w, "needed", (rq->act.who.roles & member_role_bits(rq->app->conf->second_factor_roles)) != 0);
	yx_jw_end_object(w);
}

static int
account(struct http_request *rq)
{
	const char *channel[NOTICE_EVENTS], *pending = NULL;
	struct member_profile me;
	struct factor_state factor;
	struct yx_jw *w = &rq->json;
	int rc = member_profile(&rq->act, &me);

	if (rc != YX_OK || (rc = factor_state(&rq->act, rq->act.who.member_id, &factor)) != YX_OK ||
	    (rc = notice_choices(&rq->act, channel)) != YX_OK || (rc = link_pending_email(&rq->act, &pending)) != YX_OK)
		return rc;
	yx_jw_str(w, "account", me.account);
	yx_jw_str(w, "name", me.name);
	yx_jw_str(w, "email", me.email);
	yx_jw_str(w, "pendingEmail", pending);
	yx_jw_str(w, "phone", me.phone);
	yx_jw_str(w, "language", me.language);
	yx_jw_str(w, "years", me.years);
	yx_jw_bool(w, "hasPassword", me.has_password);
	http_time(rq, "passwordAt", me.password_at);
	yx_jw_int(w, "version", me.version);
	write_factor(rq, &factor);
	write_notices(rq, &me, channel);
	return YX_OK;
}

static int
put_account(struct http_request *rq)
{
	const char *phone = http_str(rq, "phone");
	struct member_profile p = { .name = http_str(rq, "name"), .phone = phone != NULL ? phone : "",
		.language = http_str(rq, "language"), .years = http_str(rq, "years"), .version = http_int(rq, "version", 0) };
	int rc = profile_put(&rq->act, &p);

	return rc != YX_OK ? rc : account(rq);
}

static int
ask_email(struct http_request *rq)
{
	return profile_ask_email(&rq->act, http_str(rq, "email"));
}

/* The session goes on under another cookie. */
static int
with_token(struct http_request *rq, char token[YX_TOKEN_SIZE])
{
	rq->set_cookie = yx_arena_printf(rq->act.arena,
	    HTTP_SESSION_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict", token);
	explicit_bzero(token, YX_TOKEN_SIZE);
	return rq->set_cookie == NULL ? YX_NO_MEMORY : YX_OK;
}

static int
change_password(struct http_request *rq)
{
	struct profile_password p = { http_str(rq, "current"), http_str(rq, "password") };
	char token[YX_TOKEN_SIZE];
	int rc = profile_password(&rq->act, &p, token);

	return rc != YX_OK ? rc : with_token(rq, token);
}

static int
put_notices(struct http_request *rq)
{
	struct profile_notices n = { .quiet_from = http_int(rq, "quietFrom", -1), .quiet_to = http_int(rq, "quietTo", -1) };
	int rc;

	for (size_t i = 0; i < NOTICE_EVENTS; i++)
		n.channel[i] = http_str(rq, NOTICE_EVENT[i]);
	rc = profile_put_notices(&rq->act, &n);
	return rc != YX_OK ? rc : account(rq);
}

/* ---- sessions, and who came in ---- */

static int
sessions(struct http_request *rq)
{
	struct session_row *s = NULL;
	size_t n = 0;
	int rc = session_list(&rq->act, &s, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", s[i].id);
		yx_jw_str(&rq->json, "ip", s[i].ip);
		yx_jw_str(&rq->json, "agent", s[i].agent);
		yx_jw_str(&rq->json, "method", s[i].method);
		http_time(rq, "since", s[i].created_at);
		http_time(rq, "seenAt", s[i].seen_at);
		yx_jw_bool(&rq->json, "mine", s[i].mine);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

/* id NULL: all but the one that asks. */
static int
end_session(struct http_request *rq, void *ctx)
{
	(void)ctx;
	return session_end(&rq->act, http_str(rq, "id"));
}

static int
end_session_it(struct http_request *rq)
{
	return http_tx(rq, end_session, NULL);
}

static int
sign_ins(struct http_request *rq)
{
	struct page page = http_page_of(rq);
	struct sign_in_row *s = NULL;
	size_t n = 0;
	int rc = sign_in_list(&rq->act, &page, &s, &n);

	if (rc != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		http_time(rq, "at", s[i].at);
		yx_jw_str(&rq->json, "ip", s[i].ip);
		yx_jw_str(&rq->json, "agent", s[i].agent);
		yx_jw_str(&rq->json, "method", s[i].method);
		yx_jw_bool(&rq->json, "fits", s[i].fits);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

/* ---- the second factor: its secrets are told once, and never kept as an answer ---- */

struct factor_work { struct act *act; const char *code; struct factor_offer offer; factor_codes codes;
	char token[YX_TOKEN_SIZE]; };

static int
begin(struct yx_db *db, void *ctx)
{
	struct factor_work *f = ctx;

	(void)db;
	return factor_begin(f->act, &f->offer);
}

static int
factor_offer(struct http_request *rq)
{
	struct factor_work f = { .act = &rq->act };
	struct yx_jw *w = &rq->json;
	int rc = yx_db_tx(rq->act.db, begin, &f);

	if (rc != YX_OK)
		return rc;
	yx_jw_str(w, "secret", f.offer.secret);
	yx_jw_str(w, "uri", f.offer.uri);
	yx_jw_object(w, "qr");
	yx_jw_int(w, "size", f.offer.size);
	yx_jw_str(w, "path", f.offer.path);
	yx_jw_end_object(w);
	explicit_bzero(&f, sizeof(f));
	return YX_OK;
}

static void
write_codes(struct http_request *rq, factor_codes codes)
{
	yx_jw_array(&rq->json, "codes");
	for (size_t i = 0; i < FACTOR_RECOVERY_CODES; i++)
		yx_jw_str(&rq->json, NULL, codes[i]);
	yx_jw_end_array(&rq->json);
	explicit_bzero(codes, sizeof(factor_codes));
}

static int
confirm(struct yx_db *db, void *ctx)
{
	struct factor_work *f = ctx;
	int rc = factor_confirm(f->act, f->code, f->codes);

	(void)db;
	return rc != YX_OK ? rc : session_renew(f->act, "totp", f->token);
}

static int
confirm_factor(struct http_request *rq)
{
	struct factor_work f = { .act = &rq->act, .code = http_str(rq, "code") };
	int rc = yx_db_tx(rq->act.db, confirm, &f);

	if (rc != YX_OK || (rc = session_authenticate(&rq->act, f.token, 0)) != YX_OK)
		return rc;
	write_codes(rq, f.codes);
	yx_jw_str(&rq->json, "csrf", rq->act.who.csrf);
	return with_token(rq, f.token);
}

static int
renew_codes(struct yx_db *db, void *ctx)
{
	struct factor_work *f = ctx;

	(void)db;
	return factor_renew_codes(f->act, f->codes);
}

static int
other_codes(struct http_request *rq)
{
	struct factor_work f = { .act = &rq->act };
	int rc = yx_db_tx(rq->act.db, renew_codes, &f);

	if (rc == YX_OK)
		write_codes(rq, f.codes);
	return rc;
}

static int
remove_factor(struct http_request *rq)
{
	int needed = (rq->act.who.roles & member_role_bits(rq->app->conf->second_factor_roles)) != 0;

	return needed ? YX_FACTOR_NEEDED : factor_remove(&rq->act, rq->act.who.member_id);
}

/* ---- links in mails ---- */

static int
forgotten(struct http_request *rq)
{
	return link_forgotten(&rq->act, http_str(rq, "account"));
}

static int
look_at_link(struct http_request *rq)
{
	struct link l;
	int rc = link_look(&rq->act, http_str(rq, "token"), &l);

	if (rc != YX_OK)
		return rc;
	yx_jw_str(&rq->json, "kind", l.kind);
	yx_jw_str(&rq->json, "account", l.account);
	yx_jw_str(&rq->json, "name", l.name);
	yx_jw_str(&rq->json, "email", l.email);
	yx_jw_str(&rq->json, "organization", l.organization_name);
	return YX_OK;
}

/* Without a member there is nobody to keep an answer for: a link is good once anyway. */
static int
confirm_email(struct yx_db *db, void *ctx)
{
	struct http_request *rq = ctx;

	(void)db;
	return link_confirm_email(&rq->act, http_str(rq, "token"));
}

static int
confirm_email_it(struct http_request *rq)
{
	return yx_db_tx(rq->act.db, confirm_email, rq);
}

static int
set_password(struct http_request *rq)
{
	int rc = link_set_password(&rq->act, http_str(rq, "token"), http_str(rq, "password"));

	return rc == YX_PASSWORD_SHORT || rc == YX_PASSWORD_COMMON || rc == YX_PASSWORD_USED
	    ? act_field(&rq->act, "password", rc) : rc;
}

#define CHANNEL(event) { event, IN_BODY, T_WORD, 0, 0, 0, "mail|digest|portal" }
#define TOKEN { "token", IN_BODY, T_STRING, 0, YX_TOKEN_SIZE - 1, YX_TOKEN_SIZE - 1, NULL }
#define NEW_PASSWORD { "password", IN_BODY, T_STRING, 0, 1, PASSWORD_MAX, NULL }
static const struct http_param P_ACCOUNT[] = {
	{ "name", IN_BODY, T_STRING, 0, 1, 50, NULL },
	{ "phone", IN_BODY, T_STRING, OPTIONAL, 0, 30, NULL },
	{ "language", IN_BODY, T_WORD, 0, 0, 0, "zh|en" },
	{ "years", IN_BODY, T_WORD, 0, 0, 0, "common|minguo" },
	{ "version", IN_BODY, T_INT, 0, 1, INT32_MAX, NULL }, END };
static const struct http_param P_EMAIL[] = { { "email", IN_BODY, T_EMAIL, 0, 0, 0, NULL }, END };
static const struct http_param P_PASSWORD[] = {
	{ "current", IN_BODY, T_STRING, 0, 1, 256, NULL }, NEW_PASSWORD, END };
static const struct http_param P_NOTICES[] = { CHANNEL("task"), CHANNEL("returned"), CHANNEL("completed"),
	CHANNEL("reply"), CHANNEL("reminder"),
	{ "quietFrom", IN_BODY, T_INT, OPTIONAL, 0, 23, NULL },
	{ "quietTo", IN_BODY, T_INT, OPTIONAL, 0, 23, NULL }, END };
static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_PAGE[] = { HTTP_PAGE_PARAMS, END };
static const struct http_param P_CODE[] = { { "code", IN_BODY, T_STRING, 0, 6, 6, NULL }, END };
static const struct http_param P_FORGOTTEN[] = { { "account", IN_BODY, T_STRING, 0, 1, 254, NULL }, END };
static const struct http_param P_TOKEN[] = { TOKEN, END };
static const struct http_param P_SET[] = { TOKEN, NEW_PASSWORD, END };

const struct http_route ACCOUNT_ROUTES[] = {
	{ "GET", V1 "/account", WHO_MEMBER, F_BARE, NULL, account, "My account" },
	{ "PUT", V1 "/account", WHO_MEMBER, F_BARE | F_TX, P_ACCOUNT, put_account, "Name, phone, language, years" },
	{ "POST", V1 "/account/email", WHO_MEMBER, F_PROVED | F_TX, P_EMAIL, ask_email,
	    "Another address, to be confirmed" },
	{ "PUT", V1 "/account/password", WHO_MEMBER, F_BARE | F_SLOW, P_PASSWORD, change_password, "Another password" },
	{ "PUT", V1 "/account/notices", WHO_MEMBER, F_BARE | F_TX, P_NOTICES, put_notices, "How to hear of what" },
	{ "GET", V1 "/account/sessions", WHO_MEMBER, F_BARE, NULL, sessions, "Where I am logged in" },
	{ "DELETE", V1 "/account/sessions", WHO_MEMBER, F_BARE, NULL, end_session_it, "End all sessions but this" },
	{ "DELETE", V1 "/account/sessions/{id}", WHO_MEMBER, F_BARE, P_ID, end_session_it, "End a session" },
	{ "GET", V1 "/account/sign-ins", WHO_MEMBER, F_BARE, P_PAGE, sign_ins, "Who came in, or tried to" },
	{ "POST", V1 "/account/factor", WHO_MEMBER, F_BARE | F_PROVED, NULL, factor_offer, "A second factor to set up" },
	{ "POST", V1 "/account/factor/confirm", WHO_MEMBER, F_BARE | F_PROVED, P_CODE, confirm_factor, "Its first code" },
	{ "POST", V1 "/account/factor/codes", WHO_MEMBER, F_PROVED, NULL, other_codes, "Other recovery codes" },
	{ "DELETE", V1 "/account/factor", WHO_MEMBER, F_PROVED | F_TX, NULL, remove_factor, "No second factor any more" },
	/* Nobody is logged in: a token from a mail proves who it is, SameSite and Origin guard it. */
	{ "POST", V1 "/account/forgotten", WHO_ANYONE, F_NO_CSRF, P_FORGOTTEN, forgotten, "A forgotten password" },
	{ "POST", V1 "/account/link", WHO_ANYONE, F_NO_CSRF, P_TOKEN, look_at_link, "What a link is for" },
	{ "POST", V1 "/account/link/email", WHO_ANYONE, F_NO_CSRF, P_TOKEN, confirm_email_it, "Confirm an address" },
	{ "POST", V1 "/account/link/password", WHO_ANYONE, F_NO_CSRF | F_SLOW, P_SET, set_password, "Set a password" },
	LAST_ROW,
};
