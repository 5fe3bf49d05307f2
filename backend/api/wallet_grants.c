/* 授權: who else may read one document of a wallet. */
#include <string.h>
#include <time.h>

#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/api/wallet.h"
#include "backend/domain/wallet/grant.h"
#include "common/codec.h"

#define CODE YX_TOKEN_SIZE - 1

static void
write_grant(struct http_request *rq, const struct grant *g)
{
	struct yx_jw *w = &rq->json;

	yx_jw_str(w, "id", g->id);
	yx_jw_str(w, "itemId", g->item_id);
	yx_jw_str(w, "name", g->item_name);
	yx_jw_str(w, "other", g->other);
	yx_jw_str(w, "purpose", g->purpose);
	yx_jw_bool(w, "link", g->link);
	yx_jw_bool(w, "original", g->original);
	yx_jw_str(w, "state", g->state);
	yx_jw_str(w, "format", g->format);
	yx_jw_str(w, "verdict", g->verdict);
	yx_jw_int(w, "signatures", g->signatures);
	yx_jw_int(w, "size", g->size);
	http_time(rq, "createdAt", g->created_at);
	http_time(rq, "until", g->until);
	http_time(rq, "revokedAt", g->revoked_at);
	yx_jw_int(w, "uses", g->uses);
	http_time(rq, "usedAt", g->used_at);
}

static int
list(struct http_request *rq, int received, const char *item_id)
{
	const struct grant_filter f = { .received = received, .item_id = item_id, .after = http_str(rq, "after"),
		.size = http_int(rq, "size", 20) };
	struct grant_page page;
	int rc = grant_list(&rq->act, &f, &page);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < page.n; i++) {
		yx_jw_object(&rq->json, NULL);
		write_grant(rq, &page.grants[i]);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	yx_jw_str(&rq->json, "next", page.next);
	return YX_OK;
}

static int
given(struct http_request *rq)
{
	return list(rq, 0, NULL);
}

static int
received(struct http_request *rq)
{
	return list(rq, 1, NULL);
}

static int
of_item(struct http_request *rq)
{
	struct item i;
	int rc = item_get(&rq->act, http_str(rq, "id"), &i);

	return rc != YX_OK ? rc : list(rq, 0, http_str(rq, "id"));
}

static int
recipients(struct http_request *rq)
{
	struct grant_choice *c = NULL;
	size_t n = 0;
	int rc = grant_choices(&rq->act, http_str(rq, "q"), &c, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", c[i].id);
		yx_jw_str(&rq->json, "name", c[i].name);
		yx_jw_str(&rq->json, "organization", c[i].organization);
		yx_jw_str(&rq->json, "unit", c[i].unit);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

/* ---- giving ---- */

struct adding { struct act *act; const uint8_t *secret; struct grant_new *grant; };

static int
add(struct yx_db *db, void *ctx)
{
	struct adding *a = ctx;

	(void)db;
	return grant_add(a->act, a->secret, a->grant);
}

/* Not within http_tx: the code of a link is told once, and kept nowhere. */
static int
give(struct http_request *rq)
{
	uint8_t secret[WALLET_KEY];
	struct grant_new g = { .item_id = http_str(rq, "id"), .recipient_id = http_str(rq, "recipientId"),
		.to_name = http_str(rq, "toName"), .purpose = http_str(rq, "purpose"), .days = http_int(rq, "days", 1),
		.original = http_bool(rq, "original", 0) };
	struct adding a = { &rq->act, secret, &g };
	struct item i;
	int rc = item_get(&rq->act, g.item_id, &i);

	if (rc != YX_OK)
		return rc;
	if (g.recipient_id == NULL && g.to_name == NULL)
		return act_field(&rq->act, "toName", YX_FIELD_REQUIRED);
	if ((rc = wallet_key_of(rq, secret)) == YX_OK)
		rc = yx_db_tx(rq->act.db, add, &a);
	explicit_bzero(secret, sizeof(secret));
	if (rc != YX_OK)
		return rc;
	rq->status = 201;
	yx_jw_str(&rq->json, "id", g.id);
	yx_jw_str(&rq->json, "code", g.recipient_id == NULL ? g.code : NULL);
	explicit_bzero(g.code, sizeof(g.code));
	return YX_OK;
}

static int
revoke(struct http_request *rq)
{
	return grant_revoke(&rq->act, http_str(rq, "id"));
}

static int
uses(struct http_request *rq)
{
	struct grant_use *u = NULL;
	size_t n = 0;
	int rc = grant_uses(&rq->act, http_str(rq, "id"), &u, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		http_time(rq, "at", u[i].at);
		yx_jw_str(&rq->json, "who", u[i].who);
		yx_jw_str(&rq->json, "what", u[i].what);
		yx_jw_str(&rq->json, "ip", u[i].ip);
		yx_jw_str(&rq->json, "agent", u[i].agent);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

/* ---- use ---- */

struct using { struct act *act; const struct grant_opened *grant; int original; };

static int
note(struct yx_db *db, void *ctx)
{
	struct using *u = ctx;

	(void)db;
	return grant_note(u->act, u->grant, u->original);
}

/* "2026-11-30 16:05" in Taipei. */
static void
taipei(int64_t ms, char out[20])
{
	time_t t = (time_t)(ms / 1000) + 8 * 3600;
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(out, 20, "%Y-%m-%d %H:%M", &tm);
}

static int
send_marked(struct http_request *rq, const struct grant_opened *g, struct item_content *c, const char *file_name)
{
	struct yx_arena *a = rq->act.arena;
	char when[20];
	const char *across, *below, *name;

	taipei(act_now(&rq->act), when);
	across = yx_arena_printf(a, "僅供「%s」使用", g->grant.purpose);
	below = yx_arena_printf(a, "%s　於 %s 依授權查看　用途：%s　複製無效", g->reader, when, g->grant.purpose);
	name = yx_arena_printf(a, "（僅供查看）%s", file_name);
	if (across == NULL || below == NULL || name == NULL)
		return YX_NO_MEMORY;
	return wallet_send_marked(rq, c, name, across, below);
}

/* The receipt is written before the first byte goes out, and after the file was found whole. */
static int
send(struct http_request *rq, const struct grant_opened *g)
{
	struct using u = { &rq->act, g, http_bool(rq, "original", 0) };
	struct item_content c;
	struct item_facts f;
	int rc = item_open_key(&rq->act, g->item_id, g->key, &c);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_GRANT_OVER : rc;
	if ((rc = item_facts(&rq->act, g->item_id, g->key, &f)) == YX_OK)
		rc = u.original ? wallet_send(rq, &c, f.file_name) : send_marked(rq, g, &c, f.file_name);
	if (rc == YX_OK && (rc = yx_db_tx(rq->act.db, note, &u)) != YX_OK)
		wallet_unsend(rq);
	else if (rc != YX_OK)
		item_close(&c);
	return rc;
}

static int
open_received(struct http_request *rq, struct grant_opened *g)
{
	uint8_t secret[WALLET_KEY];
	int rc = grant_look(&rq->act, http_str(rq, "id"));

	if (rc == YX_OK && (rc = wallet_key_of(rq, secret)) == YX_OK)
		rc = grant_open(&rq->act, secret, http_str(rq, "id"), g);
	explicit_bzero(secret, sizeof(secret));
	return rc;
}

static int
read_received(struct http_request *rq)
{
	struct grant_opened g = { .reader = NULL };
	int rc = open_received(rq, &g);

	if (rc == YX_OK)
		rc = send(rq, &g);
	explicit_bzero(g.key, sizeof(g.key));
	return rc;
}

static int
look_at_link(struct http_request *rq)
{
	struct grant_opened g = { .reader = NULL };
	struct item_facts f;
	char hex[65];
	int rc = grant_open_link(&rq->act, http_str(rq, "id"), http_str(rq, "code"), &g);

	if (rc == YX_OK && (rc = item_facts(&rq->act, g.item_id, g.key, &f)) == YX_OK) {
		write_grant(rq, &g.grant);
		yx_hex(hex, f.sha256, 32);
		yx_jw_str(&rq->json, "sha256", hex);
		yx_jw_str(&rq->json, "fileName", f.file_name);
		yx_jw_str(&rq->json, "reader", g.reader);
	}
	explicit_bzero(g.key, sizeof(g.key));
	return rc;
}

static int
read_link(struct http_request *rq)
{
	struct grant_opened g = { .reader = NULL };
	int rc = grant_open_link(&rq->act, http_str(rq, "id"), http_str(rq, "code"), &g);

	if (rc == YX_OK)
		rc = send(rq, &g);
	explicit_bzero(g.key, sizeof(g.key));
	return rc;
}

static int
look_at_received(struct http_request *rq)
{
	struct grant_opened g = { .reader = NULL };
	struct item_facts f;
	char hex[65];
	int rc = open_received(rq, &g);

	if (rc == YX_OK && (rc = item_facts(&rq->act, g.item_id, g.key, &f)) == YX_OK) {
		write_grant(rq, &g.grant);
		yx_hex(hex, f.sha256, 32);
		yx_jw_str(&rq->json, "sha256", hex);
		yx_jw_str(&rq->json, "fileName", f.file_name);
	}
	explicit_bzero(g.key, sizeof(g.key));
	return rc;
}

#define PAGE { "after", IN_QUERY, T_STRING, OPTIONAL, 0, 60, NULL }, \
	{ "size", IN_QUERY, T_INT, OPTIONAL, 1, 100, NULL }
#define ORIGINAL { "original", IN_BODY, T_BOOL, OPTIONAL, 0, 0, NULL }
static const struct http_param P_LIST[] = { PAGE, END };
static const struct http_param P_OF_ITEM[] = { ID("id"), PAGE, END };
static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_CHOICES[] = { { "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL }, END };
static const struct http_param P_GIVE[] = { ID("id"),
	{ "recipientId", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "toName", IN_BODY, T_STRING, OPTIONAL, 1, 100, NULL },
	{ "purpose", IN_BODY, T_STRING, 0, 1, 100, NULL },
	{ "days", IN_BODY, T_INT, 0, 1, GRANT_DAYS, NULL }, ORIGINAL, END };
static const struct http_param P_READ[] = { ID("id"), ORIGINAL, END };
static const struct http_param P_LINK[] = { ID("id"), { "code", IN_BODY, T_STRING, 0, CODE, CODE, NULL }, END };
static const struct http_param P_READ_LINK[] = { ID("id"), { "code", IN_BODY, T_STRING, 0, CODE, CODE, NULL },
	ORIGINAL, END };

const struct http_route WALLET_GRANT_ROUTES[] = {
	{ "GET", V1 "/wallet/items/{id}/grants", WHO_MEMBER, 0, P_OF_ITEM, of_item, "Who may read a document" },
	{ "POST", V1 "/wallet/items/{id}/grants", WHO_MEMBER, 0, P_GIVE, give, "Let somebody read it" },
	{ "GET", V1 "/wallet/recipients", WHO_MEMBER, 0, P_CHOICES, recipients, "Whom one can name" },
	{ "GET", V1 "/wallet/grants", WHO_MEMBER, 0, P_LIST, given, "What I let others read" },
	{ "DELETE", V1 "/wallet/grants/{id}", WHO_MEMBER, F_TX, P_ID, revoke, "Revoke it" },
	{ "GET", V1 "/wallet/grants/{id}/uses", WHO_MEMBER, 0, P_ID, uses, "Each time it was read" },
	{ "GET", V1 "/wallet/received", WHO_MEMBER, 0, P_LIST, received, "What others let me read" },
	{ "GET", V1 "/wallet/received/{id}", WHO_MEMBER, 0, P_ID, look_at_received, "One of these, with its digest" },
	{ "POST", V1 "/wallet/received/{id}/content", WHO_MEMBER, F_SLOW, P_READ, read_received,
	    "Its file; leaves a receipt" },
	/* Nobody has to be logged in: the code in the link's fragment proves it; the Origin is looked at. */
	{ "POST", V1 "/wallet/links/{id}", WHO_ANYONE, F_NO_CSRF | F_NO_TOUCH, P_LINK, look_at_link, "What a link opens" },
	{ "POST", V1 "/wallet/links/{id}/content", WHO_ANYONE, F_NO_CSRF | F_SLOW | F_NO_TOUCH, P_READ_LINK, read_link,
	    "Its file; leaves a receipt" },
	LAST_ROW,
};
