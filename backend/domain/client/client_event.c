#include "backend/domain/client/client_event.h"

#include "backend/domain/base/mine.h"
#include "backend/domain/client/client_contract.h"
#include "backend/domain/client/hook_delivery.h"

#define SWEPT 5000

/* Only organizations that have a client get rows. The random part makes the ids. */
#define FOR_CLIENTS \
	" WHERE EXISTS (SELECT 1 FROM client k WHERE k.organization_id = x.organization_id AND k.disabled_at IS NULL)"

int
client_event_contract(struct act *act, const struct client_event_new *e)
{
	char random[YX_ID_SIZE];

	yx_random_id(random);
	return yx_db_exec(act->db,
	    "INSERT INTO client_event (id, organization_id, kind, contract_id, state, at)"
	    " SELECT LEFT(SHA2(CONCAT(?, x.organization_id), 256), 32), x.organization_id, ?, ?,"
	    " COALESCE(?, (SELECT c.state FROM contract c WHERE c.id = ?)), ?"
	    " FROM (SELECT organization_id FROM contract WHERE id = ?"
	    " UNION SELECT organization_id FROM contract_vendor WHERE contract_id = ? AND ?) x" FOR_CLIENTS,
	    YX_P(yx_p_str(random), yx_p_str(e->kind), yx_p_str(e->contract_id), yx_p_str(e->state),
	    yx_p_str(e->contract_id), yx_p_time(act_now(act)), yx_p_str(e->contract_id), yx_p_str(e->contract_id),
	    yx_p_int(e->vendors)), NULL);
}

int
client_event_message(struct act *act, const char *message_id, const char *contract_id)
{
	char random[YX_ID_SIZE];

	yx_random_id(random);
	return yx_db_exec(act->db,
	    "INSERT INTO client_event (id, organization_id, kind, contract_id, message_id, at)"
	    " SELECT LEFT(SHA2(CONCAT(?, x.organization_id), 256), 32), x.organization_id, 'message.received', ?, ?, ?"
	    " FROM (SELECT DISTINCT organization_id FROM message_recipient WHERE message_id = ?) x" FOR_CLIENTS,
	    YX_P(yx_p_str(random), yx_p_str(contract_id), yx_p_str(message_id), yx_p_time(act_now(act)),
	    yx_p_str(message_id)), NULL);
}

#define COLUMNS "SELECT e.id, e.kind, e.contract_id, e.message_id, e.state, e.place, e.at FROM client_event e"

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct client_event *)item = (struct client_event){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_str(r, 3), yx_row_str(r, 4), yx_row_int(r, 5), yx_row_time(r, 6) };
}

/* Where one look ends: so many rows of the organization, seen or not. */
static int
window(struct act *act, int64_t after, int64_t *end)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT MAX(w.place) FROM (SELECT place FROM client_event WHERE organization_id = ? AND place > ?"
	    " ORDER BY place LIMIT 1000) w", YX_P(yx_p_str(act->who.organization_id), yx_p_int(after)), &r);

	_Static_assert(CLIENT_EVENT_LOOK == 1000, "the limit above");
	if (rc == YX_OK)
		*end = yx_row_is_null(r, 0) ? after : yx_row_int(r, 0);
	return rc;
}

int
client_event_list(struct act *act, struct client_event_page *page, struct client_event **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill };
	unsigned scopes = act->who.scopes;
	int64_t end = 0;
	int rc = window(act, page->after, &end);

	*n = 0;
	if (rc != YX_OK || (rc = yx_db_list(act->db, act->arena,
	    COLUMNS " LEFT JOIN contract c ON c.id = e.contract_id WHERE e.organization_id = ? AND e.place > ?"
	    " AND e.place <= ? AND IF(e.message_id IS NULL, ? AND" CLIENT_SEES ", ? AND EXISTS"
	    " (SELECT 1 FROM message_recipient r WHERE r.message_id = e.message_id AND" RECIPIENT_ME "))"
	    " ORDER BY e.place LIMIT ?",
	    YX_P(yx_p_str(act->who.organization_id), yx_p_int(page->after), yx_p_int(end),
	    yx_p_int((scopes & SCOPE_CONTRACTS_READ) != 0), CLIENT_SEES_P(act),
	    yx_p_int((scopes & SCOPE_MESSAGES_READ) != 0), MINE_P(act), yx_p_int(page->most)), &l)) != YX_OK)
		return rc;
	*list = l.items;
	*n = l.count;
	page->next = (int64_t)l.count == page->most ? (*list)[l.count - 1].place : end;
	return YX_OK;
}

int
client_event_get(struct yx_db *db, struct yx_arena *a, const char *id, struct client_event *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(db, a, COLUMNS " WHERE e.id = ?", YX_P(yx_p_str(id)), &r);

	if (rc == YX_OK)
		fill(out, r, NULL);
	return rc;
}

/* ---- places ---- */

struct placing { struct yx_arena *arena; int64_t now; size_t done; };

static void
fill_id(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(const char **)item = yx_row_str(r, 0);
}

#define WAITING "SELECT id FROM client_event WHERE place IS NULL ORDER BY at, id LIMIT ?"

/* The row of the last place is the lock, and its change makes it one on a cluster. Places that are not
 * used are left out. */
static int
reserve(struct yx_db *db, struct yx_arena *a, int64_t *first)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_change(db, "UPDATE client_event_last SET place = place + ?", YX_P(yx_p_int(CLIENT_EVENT_BATCH)),
	    YX_INTERNAL);

	if (rc == YX_OK && (rc = yx_db_one(db, a, "SELECT place FROM client_event_last", YX_P_NONE, &r)) == YX_OK)
		*first = yx_row_int(r, 0) - CLIENT_EVENT_BATCH + 1;
	return rc;
}

static int
place(struct yx_db *db, void *ctx)
{
	struct placing *p = ctx;
	struct yx_db_items l = { .size = sizeof(const char *), .fill = fill_id };
	int64_t first = 0;
	int rc = reserve(db, p->arena, &first);

	p->done = 0;
	if (rc != YX_OK || (rc = yx_db_list(db, p->arena, WAITING, YX_P(yx_p_int(CLIENT_EVENT_BATCH)), &l)) != YX_OK)
		return rc;
	for (size_t i = 0; rc == YX_OK && i < l.count; i++)
		rc = yx_db_change(db, "UPDATE client_event SET place = ? WHERE id = ?",
		    YX_P(yx_p_int(first + (int64_t)i), yx_p_str(((const char **)l.items)[i])), YX_CONFLICT);
	if (rc == YX_OK)
		rc = hook_spread(db, first, first + CLIENT_EVENT_BATCH - 1, p->now);
	p->done = rc == YX_OK ? l.count : 0;
	return rc;
}

int
client_event_work(struct yx_db *db, int64_t now_ms, size_t *done)
{
	struct placing p = { yx_arena_new(1 << 20), now_ms, 0 };
	struct yx_rows *r = NULL;
	int rc = p.arena == NULL ? YX_NO_MEMORY : yx_db_one(db, p.arena, WAITING, YX_P(yx_p_int(1)), &r);

	if (rc == YX_OK)
		rc = yx_db_tx(db, place, &p);
	*done = p.done;
	yx_arena_free(&p.arena);
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}

int
client_event_sweep(struct yx_db *db, int64_t before_ms)
{
	int rc = delivery_sweep(db, before_ms);

	return rc != YX_OK ? rc : yx_db_exec(db, "DELETE FROM client_event WHERE at < ? LIMIT ?",
	    YX_P(yx_p_time(before_ms), yx_p_int(SWEPT)), NULL);
}

int
client_event_succeed(struct act *act, const struct organization_pair *p)
{
	return yx_db_exec(act->db,
	    "UPDATE client_event SET organization_id = ? WHERE organization_id = ?",
	    YX_P(yx_p_str(p->into), yx_p_str(p->from)), NULL);
}
