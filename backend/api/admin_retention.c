/* 保存年限, 銷毀清冊 and 保全. */
#include "backend/api/api.h"
#include "backend/api/client_api.h"
#include "backend/api/retention.h"
#include "backend/domain/retention/destroy.h"
#include "backend/domain/retention/destruction.h"
#include "backend/domain/retention/hold.h"
#include "common/codec.h"

static void
write_hex(struct yx_jw *w, const char *key, const uint8_t *sha256)
{
	char hex[65];

	if (sha256 == NULL) {
		yx_jw_null(w, key);
		return;
	}
	yx_hex(hex, sha256, 32);
	yx_jw_str(w, key, hex);
}

/* Whose, and which page; one row more than is shown says whether there is another. */
static int
asked(struct http_request *rq, struct retention_scope *s, struct client_cursor *c, struct retention_page *p)
{
	int rc = retention_scope(&rq->act, http_str(rq, "organizationId"), s);

	if (rc != YX_OK || (rc = client_cursor_of(rq, c)) != YX_OK)
		return rc;
	*p = (struct retention_page){ .at = c->at != 0 ? c->at : RETENTION_NEWEST, .id = c->id,
		.size = http_int(rq, "limit", CURSOR_LIMIT) + 1 };
	return YX_OK;
}

/* ---- holds ---- */

static void
write_hold(struct http_request *rq, const struct hold *h)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, NULL);
	yx_jw_str(w, "id", h->id);
	yx_jw_str(w, "number", h->number);
	yx_jw_str(w, "organization", h->organization);
	yx_jw_str(w, "caseNumber", h->case_number);
	yx_jw_str(w, "reason", h->reason);
	yx_jw_str(w, "state", h->state);
	yx_jw_str(w, "askedBy", h->asked_by);
	http_time(rq, "askedAt", h->asked_at);
	yx_jw_str(w, "decidedBy", h->decided_by);
	http_time(rq, "decidedAt", h->decided_at);
	yx_jw_str(w, "liftReason", h->lift_reason);
	yx_jw_str(w, "liftAskedBy", h->lift_asked_by);
	http_time(rq, "liftAskedAt", h->lift_asked_at);
	yx_jw_str(w, "liftedBy", h->lifted_by);
	http_time(rq, "liftedAt", h->lifted_at);
	yx_jw_bool(w, "mayDecide", h->may_decide);
	yx_jw_bool(w, "mayRefuse", h->may_refuse);
	yx_jw_bool(w, "mayLift", h->may_lift);
	yx_jw_end_object(w);
}

static int
holds(struct http_request *rq)
{
	struct retention_scope s;
	struct retention_page p;
	struct client_cursor c;
	struct hold *h = NULL;
	size_t n = 0, shown;
	int rc = asked(rq, &s, &c, &p);

	if (rc != YX_OK || (rc = hold_list(&rq->act, &s, &p, &h, &n)) != YX_OK)
		return rc;
	shown = (int64_t)n == p.size ? n - 1 : n;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < shown; i++)
		write_hold(rq, &h[i]);
	yx_jw_end_array(&rq->json);
	return client_cursor_write(rq, shown < n ? h[shown - 1].asked_at : 0, shown < n ? h[shown - 1].id : NULL);
}

static int
ask(struct http_request *rq)
{
	const struct hold_new h = { http_str(rq, "agencyCode"), http_str(rq, "number"), http_str(rq, "caseNumber"),
		http_str(rq, "reason") };
	char id[YX_ID_SIZE];
	int rc = hold_ask(&rq->act, &h, id);

	return http_made(rq, rc, id);
}

static int
agree(struct http_request *rq)
{
	return hold_agree(&rq->act, http_str(rq, "id"));
}

static int
refuse_hold(struct http_request *rq)
{
	return hold_refuse(&rq->act, http_str(rq, "id"));
}

static int
lift(struct http_request *rq)
{
	return hold_lift(&rq->act, http_str(rq, "id"), http_str(rq, "reason"));
}

int
write_retention(struct http_request *rq, const char *contract_id)
{
	struct yx_jw *w = &rq->json;
	struct retention k;
	struct hold *h = NULL;
	size_t n = 0;
	int rc = retention_get(&rq->act, contract_id, &k);

	if (rc != YX_OK || (rc = hold_of(&rq->act, contract_id, &h, &n)) != YX_OK)
		return rc;
	yx_jw_object(w, "retention");
	yx_jw_str(w, "kind", k.kind);
	yx_jw_str(w, "period", k.kind != NULL ? k.period : NULL);
	yx_jw_str(w, "keepUntil", k.keep_until);
	http_time(rq, "endedAt", k.ended_at);
	http_time(rq, "destroyedAt", k.destroyed_at);
	yx_jw_bool(w, "listed", k.listed);
	yx_jw_array(w, "holds");
	for (size_t i = 0; i < n; i++)
		write_hold(rq, &h[i]);
	yx_jw_end_array(w);
	yx_jw_end_object(w);
	return YX_OK;
}

/* ---- lists ---- */

static void
write_list(struct http_request *rq, const struct destruction *d)
{
	struct yx_jw *w = &rq->json;

	yx_jw_str(w, "id", d->id);
	yx_jw_str(w, "organization", d->organization);
	yx_jw_str(w, "state", d->state);
	http_time(rq, "madeAt", d->made_at);
	yx_jw_str(w, "reason", d->reason);
	yx_jw_str(w, "proposedBy", d->proposed_by);
	http_time(rq, "proposedAt", d->proposed_at);
	yx_jw_str(w, "approvedBy", d->approved_by);
	http_time(rq, "approvedAt", d->approved_at);
	yx_jw_str(w, "refusedBy", d->refused_by);
	yx_jw_str(w, "refusal", d->refusal);
	http_time(rq, "doneAt", d->done_at);
	yx_jw_int(w, "listed", d->listed);
	yx_jw_int(w, "kept", d->kept);
	yx_jw_int(w, "held", d->held);
	yx_jw_int(w, "destroyed", d->destroyed);
	yx_jw_bool(w, "mayPropose", d->may_propose);
	yx_jw_bool(w, "mayApprove", d->may_approve);
	yx_jw_bool(w, "mayRefuse", d->may_refuse);
}

static int
lists(struct http_request *rq)
{
	struct retention_scope s;
	struct retention_page p;
	struct client_cursor c;
	struct destruction *d = NULL;
	size_t n = 0, shown;
	int rc = asked(rq, &s, &c, &p);

	if (rc != YX_OK || (rc = destruction_lists(&rq->act, &s, &p, &d, &n)) != YX_OK)
		return rc;
	shown = (int64_t)n == p.size ? n - 1 : n;
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < shown; i++) {
		yx_jw_object(&rq->json, NULL);
		write_list(rq, &d[i]);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return client_cursor_write(rq, shown < n ? d[shown - 1].made_at : 0, shown < n ? d[shown - 1].id : NULL);
}

static void
write_item(struct http_request *rq, const struct destruction_item *i)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, NULL);
	yx_jw_int(w, "position", i->position);
	yx_jw_str(w, "number", i->number);
	yx_jw_str(w, "title", i->title);
	yx_jw_str(w, "parties", i->parties);
	yx_jw_str(w, "kind", i->kind);
	yx_jw_str(w, "endedOn", i->ended_on);
	yx_jw_str(w, "period", i->period);
	yx_jw_str(w, "keepUntil", i->keep_until);
	yx_jw_str(w, "state", i->state);
	yx_jw_str(w, "note", i->note);
	yx_jw_str(w, "decidedBy", i->decided_by);
	yx_jw_bool(w, "heldNow", i->held_now);
	yx_jw_int(w, "files", i->files);
	yx_jw_int(w, "bytes", i->bytes);
	http_time(rq, "destroyedAt", i->destroyed_at);
	write_hex(w, "digest", i->digest);
	yx_jw_end_object(w);
}

static int
list(struct http_request *rq)
{
	const struct destruction_part p = { http_int(rq, "after", 0), http_int(rq, "limit", CURSOR_LIMIT) + 1 };
	struct destruction_item *items = NULL;
	struct destruction d;
	size_t n = 0, shown;
	int rc = destruction_get(&rq->act, http_str(rq, "id"), &d);

	if (rc != YX_OK || (rc = destruction_items(&rq->act, &d, &p, &items, &n)) != YX_OK)
		return rc;
	shown = (int64_t)n == p.most ? n - 1 : n;
	write_list(rq, &d);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < shown; i++)
		write_item(rq, &items[i]);
	yx_jw_end_array(&rq->json);
	if (shown < n)
		yx_jw_int(&rq->json, "next", items[shown - 1].position);
	else
		yx_jw_null(&rq->json, "next");
	return YX_OK;
}

static int
files(struct http_request *rq)
{
	struct yx_jw *w = &rq->json;
	struct destroyed_file *f = NULL;
	struct destruction d;
	size_t n = 0;
	int names, rc = destruction_get(&rq->act, http_str(rq, "id"), &d);

	if (rc != YX_OK || (rc = destroyed_files(&rq->act, d.id, http_int(rq, "position", 1), &f, &n)) != YX_OK)
		return rc;
	names = destruction_names(&rq->act, &d);
	yx_jw_array(w, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "number", f[i].number);
		yx_jw_str(w, "name", names ? f[i].name : NULL);
		yx_jw_str(w, "what", f[i].what);
		yx_jw_int(w, "revision", f[i].revision);
		yx_jw_int(w, "size", f[i].size);
		write_hex(w, "sha256", f[i].sha256);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	return YX_OK;
}

static int
keep(struct http_request *rq)
{
	const struct destruction_keeping k = { http_int(rq, "position", 0), http_int(rq, "years", 1),
		http_str(rq, "reason") };

	return destruction_keep(&rq->act, http_str(rq, "id"), &k);
}

static int
propose(struct http_request *rq)
{
	return destruction_propose(&rq->act, http_str(rq, "id"), http_str(rq, "reason"));
}

static int
approve(struct http_request *rq)
{
	return destruction_approve(&rq->act, http_str(rq, "id"));
}

static int
refuse(struct http_request *rq)
{
	return destruction_refuse(&rq->act, http_str(rq, "id"), http_str(rq, "reason"));
}

#define REASON { "reason", IN_BODY, T_TEXT, 0, 1, 500, NULL }
static const struct http_param P_LIST[] = { { "organizationId", IN_QUERY, T_ID, OPTIONAL, 0, 0, NULL },
	CURSOR_PARAMS, END };
static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_ASK[] = {
	{ "agencyCode", IN_BODY, T_STRING, OPTIONAL, 1, 10, NULL },
	{ "number", IN_BODY, T_STRING, 0, 1, 50, NULL },
	{ "caseNumber", IN_BODY, T_STRING, 0, 1, 100, NULL }, REASON, END };
static const struct http_param P_REASON[] = { ID("id"), REASON, END };
static const struct http_param P_ITEMS[] = { ID("id"),
	{ "after", IN_QUERY, T_INT, OPTIONAL, 0, 1000000000, NULL },
	{ "limit", IN_QUERY, T_INT, OPTIONAL, 1, 100, NULL }, END };
static const struct http_param P_FILES[] = { ID("id"), { "position", IN_QUERY, T_INT, OPTIONAL, 1, 1000000000, NULL },
	END };
static const struct http_param P_KEEP[] = { ID("id"), { "position", IN_BODY, T_INT, 0, 1, 1000000000, NULL },
	{ "years", IN_BODY, T_INT, 0, 1, 100, NULL }, REASON, END };

#define SEE (RETENTION_MINE | RETENTION_ALL)
#define ASKERS (ROLE_AGENCY_ADMIN | ROLE_AUDITOR)

const struct http_route RETENTION_ROUTES[] = {
	{ "GET", V1 "/admin/holds", SEE, 0, P_LIST, holds, "Legal holds" },
	{ "POST", V1 "/admin/holds", ASKERS, F_TX, P_ASK, ask, "Hold a contract; counts at once" },
	{ "POST", V1 "/admin/holds/{id}/agree", ROLE_AGENCY_ADMIN, F_PROVED | F_TX, P_ID, agree,
	    "The second person agrees to a hold, or to lifting it" },
	{ "POST", V1 "/admin/holds/{id}/refuse", ASKERS, F_TX, P_ID, refuse_hold, "Refuse it, or take it back" },
	{ "POST", V1 "/admin/holds/{id}/lift", ASKERS, F_PROVED | F_TX, P_REASON, lift, "Ask for lifting a hold" },
	{ "GET", V1 "/admin/destructions", SEE, 0, P_LIST, lists, "Destruction lists" },
	{ "GET", V1 "/admin/destructions/{id}", SEE, 0, P_ITEMS, list, "One of them and its lines" },
	{ "GET", V1 "/admin/destructions/{id}/files", SEE, 0, P_FILES, files, "Digests of what a line had" },
	{ "POST", V1 "/admin/destructions/{id}/keep", RETENTION_MINE, F_TX, P_KEEP, keep, "Keep one of it longer" },
	{ "POST", V1 "/admin/destructions/{id}/propose", RETENTION_MINE, F_PROVED | F_TX, P_REASON, propose,
	    "Propose that it is destroyed" },
	{ "POST", V1 "/admin/destructions/{id}/approve", RETENTION_MINE, F_PROVED | F_TX, P_ID, approve,
	    "The second person agrees" },
	{ "POST", V1 "/admin/destructions/{id}/refuse", RETENTION_MINE, F_TX, P_REASON, refuse, "Give it back" },
	LAST_ROW,
};
