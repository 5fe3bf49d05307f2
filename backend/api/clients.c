/* 介接程式: the clients of the public API, as administrators look after them. */
#include <string.h>

#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/domain/client/client.h"

#define LOOKERS (ROLE_AGENCY_ADMIN | ROLE_VENDOR_ADMIN | ROLE_PLATFORM_ADMIN)
#define OWNERS  (ROLE_AGENCY_ADMIN | ROLE_VENDOR_ADMIN)
#define AGREERS (ROLE_AGENCY_ADMIN | ROLE_PLATFORM_ADMIN)

/* Words with blanks between as an array; NULL is null. */
static void
write_words(struct http_request *rq, const char *key, const char *words)
{
	if (words == NULL) {
		yx_jw_null(&rq->json, key);
		return;
	}
	yx_jw_array(&rq->json, key);
	while (*(words += strspn(words, " ")) != '\0') {
		size_t n = strcspn(words, " ");

		yx_jw_strn(&rq->json, NULL, words, n);
		words += n;
	}
	yx_jw_end_array(&rq->json);
}

/* Members of the open object. */
static void
write_client(struct http_request *rq, const struct client *c)
{
	struct yx_jw *w = &rq->json;

	yx_jw_str(w, "id", c->id);
	yx_jw_str(w, "name", c->name);
	yx_jw_str(w, "purpose", c->purpose);
	yx_jw_str(w, "contact", c->contact);
	yx_jw_object(w, "organization");
	yx_jw_str(w, "id", c->organization_id);
	yx_jw_str(w, "name", c->organization_name);
	yx_jw_str(w, "kind", c->organization_kind);
	yx_jw_end_object(w);
	write_words(rq, "scopes", c->scopes);
	write_words(rq, "askedScopes", c->asked_scopes);
	yx_jw_str(w, "askedBy", c->asked_by);
	http_time(rq, "askedAt", c->asked_at);
	yx_jw_bool(w, "mayAgree", c->may_agree);
	yx_jw_bool(w, "mine", c->mine);
	yx_jw_int(w, "perMinute", c->per_minute);
	yx_jw_str(w, "createdBy", c->created_by);
	http_time(rq, "createdAt", c->created_at);
	http_time(rq, "seenAt", c->seen_at);
	http_time(rq, "stoppedAt", c->disabled_at);
	yx_jw_int(w, "version", c->version);
}

static int
list(struct http_request *rq)
{
	struct client_filter f = { .organization_id = http_str(rq, "organization"), .after = http_str(rq, "after"),
		.asked = http_bool(rq, "asked", 0), .most = http_int(rq, "size", 20) };
	struct client *c = NULL;
	size_t n = 0;
	int rc = client_list(&rq->act, &f, &c, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		write_client(rq, &c[i]);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	if ((int64_t)n == f.most)
		yx_jw_str(&rq->json, "next", c[n - 1].id);
	else
		yx_jw_null(&rq->json, "next");
	return YX_OK;
}

static int
one(struct http_request *rq)
{
	struct client c;
	int rc = client_get(&rq->act, http_str(rq, "id"), &c);

	if (rc != YX_OK)
		return rc;
	write_client(rq, &c);
	yx_jw_array(&rq->json, "secrets");
	for (size_t i = 0; i < c.secrets_n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", c.secrets[i].id);
		yx_jw_str(&rq->json, "tail", c.secrets[i].tail);
		yx_jw_str(&rq->json, "by", c.secrets[i].by);
		http_time(rq, "createdAt", c.secrets[i].created_at);
		http_time(rq, "usedAt", c.secrets[i].used_at);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

/* The body's scopes, an array, as words. */
static int
body_of(struct http_request *rq, struct client_new *n)
{
	size_t k = 0;
	const char *const *words = http_list(rq, "scopes", &k);

	*n = (struct client_new){ .name = http_str(rq, "name"), .purpose = http_str(rq, "purpose"),
		.contact = http_str(rq, "contact"), .scopes = "" };
	for (size_t i = 0; i < k && n->scopes != NULL; i++)
		n->scopes = yx_arena_printf(rq->act.arena, "%s%s%s", n->scopes, i > 0 ? " " : "", words[i]);
	return n->scopes == NULL ? YX_NO_MEMORY : YX_OK;
}

static int
create(struct http_request *rq)
{
	struct client_new n;
	char id[YX_ID_SIZE];
	int rc = body_of(rq, &n);

	if (rc != YX_OK || (rc = client_create(&rq->act, &n, id)) != YX_OK)
		return rc;
	return http_made(rq, rc, id);
}

static int
change(struct http_request *rq)
{
	struct client_new n;
	int rc = body_of(rq, &n);

	return rc != YX_OK ? rc : client_change(&rq->act, http_str(rq, "id"), &n, http_int(rq, "version", 0));
}

static int
agree(struct http_request *rq)
{
	return client_agree(&rq->act, http_str(rq, "id"));
}

static int
refuse(struct http_request *rq)
{
	return client_refuse(&rq->act, http_str(rq, "id"));
}

static int
stop(struct http_request *rq)
{
	return client_switch(&rq->act, http_str(rq, "id"), 0);
}

static int
resume(struct http_request *rq)
{
	return client_switch(&rq->act, http_str(rq, "id"), 1);
}

static int
put_rate(struct http_request *rq)
{
	return client_put_rate(&rq->act, http_str(rq, "id"), http_int(rq, "perMinute", 0));
}

/* The secret must not lie in the kept answers of requests: this row runs a transaction of its own. */
static int
add_in_tx(struct yx_db *db, void *ctx)
{
	struct http_request *rq = ctx;
	char secret[YX_TOKEN_SIZE];
	int rc;

	(void)db;
	http_restart(rq);
	if ((rc = client_secret_add(&rq->act, http_str(rq, "id"), secret)) == YX_OK)
		yx_jw_str(&rq->json, "secret", secret);
	explicit_bzero(secret, sizeof(secret));
	return rc;
}

static int
add_secret(struct http_request *rq)
{
	int rc = yx_db_tx(rq->act.db, add_in_tx, rq);

	if (rc == YX_OK)
		rq->status = 201;
	return rc;
}

static int
revoke_secret(struct http_request *rq)
{
	return client_secret_revoke(&rq->act, http_str(rq, "id"), http_str(rq, "secretId"));
}

#define CLIENT_BODY \
	{ "name", IN_BODY, T_STRING, 0, 1, 40, NULL }, \
	{ "purpose", IN_BODY, T_TEXT, 0, 1, 500, NULL }, \
	{ "contact", IN_BODY, T_EMAIL, 0, 0, 0, NULL }, \
	{ "scopes", IN_BODY, T_STRINGS, 0, 1, 10, NULL }
static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_LIST[] = {
	{ "organization", IN_QUERY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "after", IN_QUERY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "asked", IN_QUERY, T_BOOL, OPTIONAL, 0, 0, NULL },
	{ "size", IN_QUERY, T_INT, OPTIONAL, 1, 100, NULL }, END };
static const struct http_param P_CREATE[] = { CLIENT_BODY, END };
static const struct http_param P_CHANGE[] = { ID("id"), CLIENT_BODY,
	{ "version", IN_BODY, T_INT, 0, 1, 2147483647, NULL }, END };
static const struct http_param P_RATE[] = { ID("id"),
	{ "perMinute", IN_BODY, T_INT, 0, 1, 100000, NULL }, END };
static const struct http_param P_SECRET[] = { ID("id"), ID("secretId"), END };

const struct http_route CLIENT_ROUTES[] = {
	{ "GET", V1 "/clients", LOOKERS, 0, P_LIST, list, "Clients of the public API" },
	{ "POST", V1 "/clients", OWNERS, F_TX | F_PROVED, P_CREATE, create, "A new client" },
	{ "GET", V1 "/clients/{id}", LOOKERS, 0, P_ID, one, "One client, its scopes and secrets" },
	{ "PUT", V1 "/clients/{id}", OWNERS, F_TX | F_PROVED, P_CHANGE, change, "What it is for and may do" },
	{ "POST", V1 "/clients/{id}/agree", AGREERS, F_TX | F_PROVED, P_ID, agree, "The second person agrees" },
	{ "POST", V1 "/clients/{id}/refuse", AGREERS, F_TX, P_ID, refuse, "They are refused, or taken back" },
	{ "PUT", V1 "/clients/{id}/rate", ROLE_PLATFORM_ADMIN, F_TX | F_PROVED, P_RATE, put_rate,
	    "How many requests a minute it may make" },
	{ "POST", V1 "/clients/{id}/stop", LOOKERS, F_TX, P_ID, stop, "It is let in no more" },
	{ "POST", V1 "/clients/{id}/resume", OWNERS, F_TX | F_PROVED, P_ID, resume, "It is let in again" },
	{ "POST", V1 "/clients/{id}/secrets", OWNERS, F_PROVED, P_ID, add_secret, "A further secret, shown once" },
	{ "DELETE", V1 "/clients/{id}/secrets/{secretId}", OWNERS, F_TX, P_SECRET, revoke_secret, "A secret ends" },
	LAST_ROW,
};
