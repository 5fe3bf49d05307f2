#include "backend/domain/client/hook_delivery.h"

#include "backend/domain/base/audit.h"

#define COLUMNS \
	"SELECT d.id, d.hook_id, d.event_id, d.kind, d.state, d.error, d.status, d.attempts, d.place, d.created_at," \
	" d.next_at, d.done_at FROM hook_delivery d"

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct hook_delivery *)item = (struct hook_delivery){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_str(r, 3), yx_row_str(r, 4), yx_row_str(r, 5), yx_row_int(r, 6), yx_row_int(r, 7), yx_row_int(r, 8),
		yx_row_time(r, 9), yx_row_time(r, 10), yx_row_time(r, 11) };
}

int
delivery_list(struct act *act, const char *hook_id, const struct delivery_page *page, struct hook_delivery **list,
    size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill };
	int64_t before = page->before != 0 ? page->before : act_now(act) + 60000;
	int rc = yx_db_list(act->db, act->arena,
	    COLUMNS " WHERE d.hook_id = ? AND d.created_at < ? ORDER BY d.created_at DESC, d.id DESC LIMIT ?",
	    YX_P(yx_p_str(hook_id), yx_p_time(before), yx_p_int(page->most)), &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

static void
fill_try(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct hook_attempt *)item = (struct hook_attempt){ yx_row_time(r, 0), yx_row_int(r, 1), yx_row_int(r, 2),
		yx_row_str(r, 3) };
}

int
delivery_get(struct act *act, const char *hook_id, const char *id, struct hook_delivery *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, COLUMNS " WHERE d.id = ? AND d.hook_id = ?",
	    YX_P(yx_p_str(id), yx_p_str(hook_id)), &r);

	if (rc == YX_OK)
		fill(out, r, NULL);
	return rc;
}

int
delivery_tries(struct act *act, const char *id, struct hook_attempt **tries, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**tries), .fill = fill_try };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT at, millis, status, error FROM hook_attempt WHERE delivery_id = ? ORDER BY position DESC LIMIT 100",
	    YX_P(yx_p_str(id)), &l);

	*tries = l.items;
	*n = l.count;
	return rc;
}

int
delivery_again(struct act *act, const char *hook_id, const char *id)
{
	struct hook_delivery d;
	int rc = delivery_get(act, hook_id, id, &d);

	if (rc != YX_OK || (rc = yx_db_change(act->db,
	    "UPDATE hook_delivery SET state = 'pending', attempts = 0, next_at = ?, done_at = NULL"
	    " WHERE id = ? AND hook_id = ? AND state <> 'pending'",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(id), yx_p_str(hook_id)), YX_STATE)) != YX_OK)
		return rc;
	return audit_act(act, "hook.again", hook_id, "delivery", id);
}

int
delivery_test(struct act *act, const char *hook_id, char id[YX_ID_SIZE])
{
	int rc;

	yx_random_id(id);
	rc = yx_db_exec(act->db,
	    "INSERT INTO hook_delivery (id, hook_id, kind, next_at, created_at) VALUES (?, ?, 'test', ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(hook_id), yx_p_time(act_now(act)), yx_p_time(act_now(act))), NULL);
	return rc != YX_OK ? rc : audit_act(act, "hook.test", hook_id, NULL, NULL);
}

/* ---- for the worker ---- */

#define HAS(word) " FIND_IN_SET('" word "', REPLACE(k.scopes, ' ', ','))"

/* What client_contract.h and mine.h say of act->who, said of client k: the two must agree, and a test
 * compares them. */
#define MAY_KNOW \
	" IF(e.message_id IS NOT NULL, " HAS("messages:read") " AND EXISTS (SELECT 1 FROM message_recipient r" \
	"  WHERE r.message_id = e.message_id AND (r.member_id = k.id OR (r.member_id IS NULL AND o.kind = 'vendor'" \
	"  AND r.organization_id = k.organization_id)))," \
	" " HAS("contracts:read") " AND c.id IS NOT NULL AND (c.handler_id = k.id" \
	"  OR (" HAS("contracts:all") " AND c.organization_id = k.organization_id AND c.sent_at IS NOT NULL)" \
	"  OR (o.kind = 'vendor' AND EXISTS (SELECT 1 FROM document y JOIN sign_task t ON t.document_id = y.id" \
	"  WHERE y.contract_id = c.id AND t.message_id IS NOT NULL AND t.member_id IS NULL" \
	"  AND t.organization_id = k.organization_id))))"

int
hook_spread(struct yx_db *db, int64_t first, int64_t last, int64_t now_ms)
{
	return yx_db_exec(db,
	    "INSERT INTO hook_delivery (id, hook_id, event_id, place, kind, next_at, created_at)"
	    " SELECT LEFT(SHA2(CONCAT(h.id, e.id), 256), 32), h.id, e.id, e.place, e.kind, ?, ? FROM client_event e"
	    " JOIN client k ON k.organization_id = e.organization_id AND k.disabled_at IS NULL"
	    " JOIN organization o ON o.id = k.organization_id"
	    " JOIN hook h ON h.client_id = k.id AND h.state <> 'disabled' AND h.removed_at IS NULL"
	    " LEFT JOIN contract c ON c.id = e.contract_id"
	    " WHERE e.place BETWEEN ? AND ? AND (h.kinds = '*' OR FIND_IN_SET(e.kind, REPLACE(h.kinds, ' ', ',')))"
	    " AND" HAS("events:read") " AND" MAY_KNOW,
	    YX_P(yx_p_time(now_ms), yx_p_time(now_ms), yx_p_int(first), yx_p_int(last)), NULL);
}

int
delivery_first(struct yx_db *db, struct yx_arena *a, const char *hook_id, int64_t now_ms, struct hook_delivery *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(db, a,
	    COLUMNS " WHERE d.hook_id = ? AND d.state = 'pending' AND d.next_at <= ?"
	    " ORDER BY d.next_at, d.place LIMIT 1",
	    YX_P(yx_p_str(hook_id), yx_p_time(now_ms)), &r);

	if (rc == YX_OK)
		fill(out, r, NULL);
	return rc;
}

static int
put_try(struct yx_db *db, const struct hook_delivery *d, const struct delivery_try *t)
{
	return yx_db_exec(db,
	    "INSERT INTO hook_attempt (delivery_id, position, at, millis, status, error)"
	    " SELECT ?, COALESCE(MAX(position), 0) + 1, ?, ?, NULLIF(?, 0), LEFT(?, 200) FROM hook_attempt"
	    " WHERE delivery_id = ?",
	    YX_P(yx_p_str(d->id), yx_p_time(t->now_ms), yx_p_int(t->millis), yx_p_int(t->status), yx_p_str(t->error),
	    yx_p_str(d->id)), NULL);
}

int
delivery_note(struct yx_db *db, const struct hook_delivery *d, const struct delivery_try *t, int64_t *next_ms)
{
	static const int64_t seconds[] = { 5, 60, 300, 1800, 7200, 18000, 36000, 50400, 72000, 72000 };
	const int64_t n = sizeof(seconds) / sizeof(seconds[0]);
	int again = !t->arrived && !t->gone && d->attempts < n;
	int rc = put_try(db, d, t);

	*next_ms = again ? t->now_ms + seconds[d->attempts] * 1000 : 0;
	if (rc == YX_OK)
		rc = yx_db_exec(db,
		    "UPDATE hook_delivery SET state = ?, attempts = attempts + 1, next_at = COALESCE(?, next_at), done_at = ?,"
		    " status = NULLIF(?, 0), error = LEFT(?, 200) WHERE id = ?",
		    YX_P(yx_p_str(t->arrived ? "delivered" : again ? "pending" : "failed"),
		    again ? yx_p_time(*next_ms) : yx_p_null(), again ? yx_p_null() : yx_p_time(t->now_ms),
		    yx_p_int(t->status), yx_p_str(t->error), yx_p_str(d->id)), NULL);
	if (rc != YX_OK || !t->arrived)
		return rc;
	return yx_db_exec(db,
	    "UPDATE hook_delivery SET next_at = ? WHERE hook_id = ? AND state = 'pending' AND next_at > ?",
	    YX_P(yx_p_time(t->now_ms), yx_p_str(d->hook_id), yx_p_time(t->now_ms)), NULL);
}

int
delivery_sweep(struct yx_db *db, int64_t before_ms)
{
	return yx_db_exec(db, "DELETE FROM hook_delivery WHERE created_at < ? LIMIT 5000",
	    YX_P(yx_p_time(before_ms)), NULL);
}
