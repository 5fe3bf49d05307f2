/* Vendors look after themselves: members, who may sign, letters of authority, registration. */
#include <string.h>

#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/api/session.h"
#include "backend/api/write.h"
#include "backend/domain/people/authority.h"
#include "backend/domain/people/company.h"
#include "backend/domain/people/session.h"
#include "common/codec.h"

static void
write_member(struct http_request *rq, const struct company_member *m)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, NULL);
	yx_jw_str(w, "id", m->id);
	yx_jw_str(w, "account", m->account);
	yx_jw_str(w, "name", m->name);
	yx_jw_str(w, "email", m->email);
	yx_jw_str(w, "phone", m->phone);
	yx_jw_bool(w, "signer", (m->roles & ROLE_VENDOR_SIGNER) != 0);
	yx_jw_bool(w, "admin", (m->roles & ROLE_VENDOR_ADMIN) != 0);
	yx_jw_str(w, "state", m->state);
	http_time(rq, "since", m->since);
	http_time(rq, "seenAt", m->seen_at);
	http_time(rq, "leftAt", m->left_at);
	yx_jw_bool(w, "me", m->me);
	yx_jw_end_object(w);
}

static int
members(struct http_request *rq)
{
	struct page page = http_page_of(rq);
	struct company_member *m = NULL;
	struct company_work work;
	size_t n = 0;
	int rc = company_members(&rq->act, &page, &m, &n);

	if (rc != YX_OK || (rc = company_work(&rq->act, &work)) != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_int(&rq->json, "signers", work.signers);
	yx_jw_int(&rq->json, "openTasks", work.open);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		write_member(rq, &m[i]);
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
invite(struct http_request *rq)
{
	const struct company_invitation i = { http_str(rq, "account"), http_str(rq, "name"), http_str(rq, "email"),
		http_bool(rq, "signer", 0), http_bool(rq, "admin", 0) };
	char id[YX_ID_SIZE];
	int rc = company_invite(&rq->act, &i, id);

	return http_made(rq, rc, id);
}

static int
invite_again(struct http_request *rq)
{
	return company_invite_again(&rq->act, http_str(rq, "id"));
}

static int
put_roles(struct http_request *rq)
{
	return company_set_roles(&rq->act, http_str(rq, "id"), http_bool(rq, "signer", 0), http_bool(rq, "admin", 0));
}

static int
dismiss(struct http_request *rq)
{
	return company_dismiss(&rq->act, http_str(rq, "id"));
}

/* ---- letters of authority ---- */

static int
authorities(struct http_request *rq)
{
	struct page page = http_page_of(rq);
	struct yx_jw *w = &rq->json;
	struct authority *a = NULL;
	size_t n = 0;
	int rc = authority_list(&rq->act, &page, &a, &n);

	if (rc != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_array(w, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "id", a[i].id);
		yx_jw_str(w, "member", a[i].member);
		yx_jw_str(w, "account", a[i].account);
		yx_jw_str(w, "letter", a[i].letter_name);
		yx_jw_int(w, "size", a[i].letter_bytes);
		yx_jw_str(w, "firstDay", a[i].first_day);
		yx_jw_str(w, "lastDay", a[i].last_day);
		yx_jw_str(w, "grantedBy", a[i].granted_by);
		http_time(rq, "grantedAt", a[i].granted_at);
		yx_jw_str(w, "revokedBy", a[i].revoked_by);
		http_time(rq, "revokedAt", a[i].revoked_at);
		yx_jw_str(w, "state", a[i].state);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	return YX_OK;
}

static int
grant(struct http_request *rq, void *ctx)
{
	char id[YX_ID_SIZE];
	int rc = authority_grant(&rq->act, ctx, id);

	return http_made(rq, rc, id);
}

static int
grant_it(struct http_request *rq)
{
	const char *path = http_body_file(rq), *header = http_header(rq, "X-File-Name");
	struct authority_new a = { .member_id = http_str(rq, "member"), .first_day = http_str(rq, "firstDay"),
		.last_day = http_str(rq, "lastDay") };
	struct yx_buf name;
	int rc = YX_OK;

	if (!rq->act.who.by_card)
		return YX_CARD_PROOF;
	if (path == NULL)
		return YX_NOT_PDF;
	yx_buf_init(&name, 1024);
	if (header == NULL || yx_unpercent(&name, header, strlen(header), 0) != YX_OK || name.len == 0 ||
	    !yx_utf8_valid(yx_buf_str(&name), name.len))
		rc = act_field(&rq->act, "name", YX_BAD_FIELD);
	a.letter_name = yx_buf_str(&name);
	if (rc == YX_OK && (rc = authority_take(&rq->act, path, &a)) == YX_OK)
		rc = http_tx(rq, grant, &a);
	yx_buf_free(&name);
	return rc;
}

static int
revoke(struct http_request *rq)
{
	return authority_revoke(&rq->act, http_str(rq, "id"));
}

static int
letter(struct http_request *rq)
{
	const char *name = NULL;
	uint8_t sha256[32];
	int rc = authority_letter(&rq->act, http_str(rq, "id"), sha256, &name);

	if (rc != YX_OK)
		return rc;
	rq->accel = yx_store_accel(rq->app->store, rq->act.arena, sha256);
	rq->content_type = "application/pdf";
	rq->file_name = name;
	rq->download = 1;
	return rq->accel == NULL ? YX_NO_MEMORY : YX_OK;
}

/* ---- registration ---- */

static int
enrol(struct http_request *rq)
{
	struct company_registration r = { .card = { .challenge_id = http_str(rq, "challengeId"),
		.time = http_int(rq, "time", 0) }, .account = http_str(rq, "account"), .name = http_str(rq, "name"),
		.email = http_str(rq, "email") };
	char token[YX_TOKEN_SIZE];
	int rc;

	r.card.der = http_bytes(rq, "certificate", &r.card.der_n);
	r.card.signature = http_bytes(rq, "signature", &r.card.signature_n);
	rc = company_register(&rq->act, &r, token);
	return rc != YX_OK ? rc : api_come_in(rq, token);
}

#define ROLES_OF { "signer", IN_BODY, T_BOOL, 0, 0, 0, NULL }, { "admin", IN_BODY, T_BOOL, 0, 0, 0, NULL }
#define PERSON \
	{ "account", IN_BODY, T_STRING, 0, 1, 64, NULL }, \
	{ "name", IN_BODY, T_STRING, 0, 1, 50, NULL }, \
	{ "email", IN_BODY, T_EMAIL, 0, 0, 0, NULL }
static const struct http_param P_PAGE[] = { HTTP_PAGE_PARAMS, END };
static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_INVITE[] = { PERSON, ROLES_OF, END };
static const struct http_param P_ROLES[] = { ID("id"), ROLES_OF, END };
static const struct http_param P_GRANT[] = {
	{ "member", IN_QUERY, T_ID, 0, 0, 0, NULL },
	{ "firstDay", IN_QUERY, T_DATE, 0, 0, 0, NULL },
	{ "lastDay", IN_QUERY, T_DATE, 0, 0, 0, NULL }, END };
static const struct http_param P_REGISTER[] = {
	{ "challengeId", IN_BODY, T_ID, 0, 0, 0, NULL },
	{ "certificate", IN_BODY, T_BASE64, 0, 1, 16384, NULL },
	{ "signature", IN_BODY, T_BASE64, 0, 1, 2048, NULL },
	{ "time", IN_BODY, T_INT, 0, 0, INT64_MAX / 1000, NULL }, PERSON, END };

const struct http_route COMPANY_ROUTES[] = {
	/* Nobody is logged in yet; the card's signature is bound to this site. */
	{ "POST", V1 "/company", WHO_ANYONE, F_NO_CSRF | F_SLOW, P_REGISTER, enrol, "A company comes in by its card" },
	{ "GET", V1 "/company/members", ROLE_VENDOR_ADMIN, 0, P_PAGE, members, "Members of my company" },
	{ "POST", V1 "/company/members", ROLE_VENDOR_ADMIN, F_PROVED | F_TX, P_INVITE, invite, "Invite a member" },
	{ "POST", V1 "/company/members/{id}/invite", ROLE_VENDOR_ADMIN, F_TX, P_ID, invite_again, "The mail once more" },
	{ "PUT", V1 "/company/members/{id}/roles", ROLE_VENDOR_ADMIN, F_PROVED | F_TX, P_ROLES, put_roles,
	    "A member's roles" },
	{ "DELETE", V1 "/company/members/{id}", ROLE_VENDOR_ADMIN, F_PROVED | F_TX, P_ID, dismiss, "A member leaves" },
	{ "GET", V1 "/company/authorities", ROLE_VENDOR_ADMIN, 0, P_PAGE, authorities, "Letters of authority" },
	{ "POST", V1 "/company/authorities", ROLE_VENDOR_ADMIN, F_PROVED | F_BODY_FILE | F_SLOW, P_GRANT, grant_it,
	    "Let a member sign with a card of their own" },
	{ "DELETE", V1 "/company/authorities/{id}", ROLE_VENDOR_ADMIN, F_PROVED | F_TX, P_ID, revoke, "Not any more" },
	{ "GET", V1 "/company/authorities/{id}/letter", ROLE_VENDOR_ADMIN, 0, P_ID, letter, "The letter" },
	LAST_ROW,
};
