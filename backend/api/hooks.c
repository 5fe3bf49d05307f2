/* Webhooks of a client, as administrators look after them, and what was sent. */
#include <string.h>

#include "backend/api/api.h"
#include "backend/api/client_json.h"
#include "backend/api/rows.h"
#include "backend/domain/client/hook.h"
#include "backend/domain/client/hook_delivery.h"

#define LOOKERS (ROLE_AGENCY_ADMIN | ROLE_VENDOR_ADMIN | ROLE_PLATFORM_ADMIN)
#define OWNERS  (ROLE_AGENCY_ADMIN | ROLE_VENDOR_ADMIN)

static struct hook_key
key_of(struct http_request *rq)
{
	return (struct hook_key){ http_str(rq, "id"), http_str(rq, "hookId") };
}

static void
write_hook(struct http_request *rq, const struct hook *h)
{
	struct yx_jw *w = &rq->json;

	yx_jw_str(w, "id", h->id);
	yx_jw_str(w, "url", h->url);
	yx_jw_array(w, "kinds");
	for (const char *k = strcmp(h->kinds, "*") == 0 ? "" : h->kinds; *k != '\0'; k += strspn(k, " ")) {
		size_t n = strcspn(k, " ");

		yx_jw_strn(w, NULL, k, n);
		k += n;
	}
	yx_jw_end_array(w);
	yx_jw_bool(w, "allKinds", strcmp(h->kinds, "*") == 0);
	yx_jw_str(w, "state", h->state);
	http_time(rq, "failingSince", h->failing_since);
	http_time(rq, "toldAt", h->told_at);
	http_time(rq, "secretBeforeUntil", h->before_until > act_now(&rq->act) ? h->before_until : 0);
	http_time(rq, "createdAt", h->created_at);
	yx_jw_bool(w, "mine", h->mine);
	yx_jw_int(w, "version", h->version);
}

static int
list(struct http_request *rq)
{
	struct hook *h = NULL;
	size_t n = 0;
	int rc = hook_list(&rq->act, http_str(rq, "id"), &h, &n);

	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; rc == YX_OK && i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		write_hook(rq, &h[i]);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return rc;
}

static int
one(struct http_request *rq)
{
	const struct hook_key k = key_of(rq);
	struct hook h;
	int rc = hook_get(&rq->act, &k, &h);

	if (rc == YX_OK)
		write_hook(rq, &h);
	return rc;
}

/* No kind named: all of them. */
static int
body_of(struct http_request *rq, struct hook_new *n)
{
	size_t k = 0;
	const char *const *words = http_list(rq, "kinds", &k);

	*n = (struct hook_new){ http_str(rq, "url"), k == 0 ? "*" : "" };
	for (size_t i = 0; i < k && n->kinds != NULL; i++)
		n->kinds = yx_arena_printf(rq->act.arena, "%s%s%s", n->kinds, i > 0 ? " " : "", words[i]);
	return n->kinds == NULL ? YX_NO_MEMORY : YX_OK;
}

/* What answers a secret keeps no answer: its transactions are its own. */
static int
add_in_tx(struct yx_db *db, void *ctx)
{
	struct http_request *rq = ctx;
	char id[YX_ID_SIZE], secret[HOOK_SECRET_SIZE];
	struct hook_new n;
	int rc = body_of(rq, &n);

	(void)db;
	http_restart(rq);
	if (rc == YX_OK && (rc = hook_add(&rq->act, http_str(rq, "id"), &n, id, secret)) == YX_OK) {
		yx_jw_str(&rq->json, "id", id);
		yx_jw_str(&rq->json, "secret", secret);
	}
	explicit_bzero(secret, sizeof(secret));
	return rc;
}

static int
add(struct http_request *rq)
{
	int rc = yx_db_tx(rq->act.db, add_in_tx, rq);

	if (rc == YX_OK)
		rq->status = 201;
	return rc;
}

static int
rotate_in_tx(struct yx_db *db, void *ctx)
{
	struct http_request *rq = ctx;
	const struct hook_key k = key_of(rq);
	char secret[HOOK_SECRET_SIZE];
	int rc;

	(void)db;
	http_restart(rq);
	if ((rc = hook_rotate(&rq->act, &k, secret)) == YX_OK)
		yx_jw_str(&rq->json, "secret", secret);
	explicit_bzero(secret, sizeof(secret));
	return rc;
}

static int
rotate(struct http_request *rq)
{
	return yx_db_tx(rq->act.db, rotate_in_tx, rq);
}

static int
change(struct http_request *rq)
{
	const struct hook_key k = key_of(rq);
	struct hook_new n;
	int rc = body_of(rq, &n);

	return rc != YX_OK ? rc : hook_change(&rq->act, &k, &n, http_int(rq, "version", 0));
}

static int
drop(struct http_request *rq)
{
	const struct hook_key k = key_of(rq);

	return hook_remove(&rq->act, &k);
}

static int
pause_it(struct http_request *rq)
{
	const struct hook_key k = key_of(rq);

	return hook_switch(&rq->act, &k, 0);
}

static int
resume(struct http_request *rq)
{
	const struct hook_key k = key_of(rq);

	return hook_switch(&rq->act, &k, 1);
}

/* ---- deliveries ---- */

/* The hook, for who looks after it. */
static int
my_hook(struct http_request *rq)
{
	const struct hook_key k = key_of(rq);
	struct hook h;
	int rc = hook_get(&rq->act, &k, &h);

	return rc == YX_OK && !h.mine ? YX_NOT_FOUND : rc;
}

static int
test(struct http_request *rq)
{
	char id[YX_ID_SIZE];
	int rc = my_hook(rq);

	if (rc == YX_OK && (rc = delivery_test(&rq->act, http_str(rq, "hookId"), id)) == YX_OK)
		yx_jw_str(&rq->json, "id", id);
	return rc;
}

static int
again(struct http_request *rq)
{
	int rc = my_hook(rq);

	return rc != YX_OK ? rc : delivery_again(&rq->act, http_str(rq, "hookId"), http_str(rq, "deliveryId"));
}

static void
write_delivery(struct http_request *rq, const struct hook_delivery *d)
{
	struct yx_jw *w = &rq->json;

	yx_jw_str(w, "id", d->id);
	yx_jw_str(w, "eventId", d->event_id);
	yx_jw_str(w, "kind", d->kind);
	yx_jw_str(w, "state", d->state);
	yx_jw_int(w, "attempts", d->attempts);
	if (d->status != 0)
		yx_jw_int(w, "status", d->status);
	else
		yx_jw_null(w, "status");
	yx_jw_str(w, "error", d->error);
	http_time(rq, "createdAt", d->created_at);
	http_time(rq, "nextAt", strcmp(d->state, "pending") == 0 ? d->next_at : 0);
	http_time(rq, "doneAt", d->done_at);
}

static int
deliveries(struct http_request *rq)
{
	const struct hook_key k = key_of(rq);
	const struct delivery_page page = { http_int(rq, "before", 0), http_int(rq, "size", 20) };
	struct hook_delivery *d = NULL;
	struct hook h;
	size_t n = 0;
	int rc = hook_get(&rq->act, &k, &h);

	if (rc != YX_OK || (rc = delivery_list(&rq->act, h.id, &page, &d, &n)) != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		write_delivery(rq, &d[i]);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	if ((int64_t)n == page.most)
		yx_jw_int(&rq->json, "next", d[n - 1].created_at);
	else
		yx_jw_null(&rq->json, "next");
	return YX_OK;
}

static int
write_event(struct http_request *rq, const struct hook_delivery *d)
{
	struct client_event e;
	int rc;

	if (d->event_id == NULL)
		return YX_OK;
	if ((rc = client_event_get(rq->act.db, rq->act.arena, d->event_id, &e)) != YX_OK)
		return rc;
	yx_jw_object(&rq->json, "event");
	client_event_json(&rq->json, &e);
	yx_jw_end_object(&rq->json);
	return YX_OK;
}

static int
delivery(struct http_request *rq)
{
	const struct hook_key k = key_of(rq);
	struct hook_attempt *t = NULL;
	struct hook_delivery d;
	struct hook h;
	size_t n = 0;
	int rc = hook_get(&rq->act, &k, &h);

	if (rc != YX_OK || (rc = delivery_get(&rq->act, h.id, http_str(rq, "deliveryId"), &d)) != YX_OK ||
	    (rc = delivery_tries(&rq->act, d.id, &t, &n)) != YX_OK)
		return rc;
	write_delivery(rq, &d);
	yx_jw_array(&rq->json, "tries");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		http_time(rq, "at", t[i].at);
		yx_jw_int(&rq->json, "millis", t[i].millis);
		yx_jw_int(&rq->json, "status", t[i].status);
		yx_jw_str(&rq->json, "error", t[i].error);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return write_event(rq, &d);
}

#define HOOK_BODY \
	{ "url", IN_BODY, T_STRING, 0, 1, 500, NULL }, \
	{ "kinds", IN_BODY, T_STRINGS, 0, 0, 20, NULL }
static const struct http_param P_CLIENT[] = { ID("id"), END };
static const struct http_param P_HOOK[] = { ID("id"), ID("hookId"), END };
static const struct http_param P_ADD[] = { ID("id"), HOOK_BODY, END };
static const struct http_param P_CHANGE[] = { ID("id"), ID("hookId"), HOOK_BODY,
	{ "version", IN_BODY, T_INT, 0, 1, 2147483647, NULL }, END };
static const struct http_param P_DELIVERIES[] = { ID("id"), ID("hookId"),
	{ "before", IN_QUERY, T_INT, OPTIONAL, 1, INT64_MAX / 2000, NULL },
	{ "size", IN_QUERY, T_INT, OPTIONAL, 1, 100, NULL }, END };
static const struct http_param P_DELIVERY[] = { ID("id"), ID("hookId"), ID("deliveryId"), END };

#define HOOKS V1 "/clients/{id}/hooks"
#define HOOK  HOOKS "/{hookId}"
const struct http_route HOOK_ROUTES[] = {
	{ "GET", HOOKS, LOOKERS, 0, P_CLIENT, list, "Where a client is told what happened" },
	{ "POST", HOOKS, OWNERS, F_PROVED, P_ADD, add, "A further address; its secret, shown once" },
	{ "GET", HOOK, LOOKERS, 0, P_HOOK, one, "One address" },
	{ "PUT", HOOK, OWNERS, F_TX | F_PROVED, P_CHANGE, change, "Another address, other kinds of events" },
	{ "DELETE", HOOK, OWNERS, F_TX, P_HOOK, drop, "It is told no more" },
	{ "POST", HOOK "/rotate", OWNERS, F_PROVED, P_HOOK, rotate, "A new secret; the old one signs for a day more" },
	{ "POST", HOOK "/pause", OWNERS, F_TX, P_HOOK, pause_it, "What comes waits" },
	{ "POST", HOOK "/resume", OWNERS, F_TX, P_HOOK, resume, "It goes on" },
	{ "POST", HOOK "/test", OWNERS, F_TX, P_HOOK, test, "An event to try it with" },
	{ "GET", HOOK "/deliveries", LOOKERS, 0, P_DELIVERIES, deliveries, "What was sent there" },
	{ "GET", HOOK "/deliveries/{deliveryId}", LOOKERS, 0, P_DELIVERY, delivery, "One of it, with its tries" },
	{ "POST", HOOK "/deliveries/{deliveryId}/again", OWNERS, F_TX, P_DELIVERY, again, "It goes out again" },
	LAST_ROW,
};
