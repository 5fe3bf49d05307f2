#include "backend/domain/retention/retention.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/contract/contract_row.h"

int
retention_scope(struct act *act, const char *asked, struct retention_scope *out)
{
	struct yx_rows *r = NULL;

	out->organization_id = asked != NULL || (act->who.roles & RETENTION_ALL) ? asked : act->who.organization_id;
	if (out->organization_id == NULL)
		return YX_OK;
	return yx_db_one(act->db, act->arena, "SELECT o.id FROM organization o WHERE o.id = ? AND" RETENTION_SEEN,
	    YX_P(yx_p_str(out->organization_id), RETENTION_SEEN_P(act)), &r);
}

int
retention_get(struct act *act, const char *contract_id, struct retention *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT IF(c.ended_at IS NULL, NULL, IF(c.completed_at IS NOT NULL, 'completed', 'ended')), "
	    CONTRACT_PERIOD ", " CONTRACT_KEEP_UNTIL
	    ", c.ended_at, c.destroyed_at, c.held, c.listed FROM contract c WHERE c.id = ?",
	    YX_P(CONTRACT_PERIOD_P, CONTRACT_KEEP_P, yx_p_str(contract_id)), &r);

	if (rc == YX_OK)
		*out = (struct retention){ .kind = yx_row_str(r, 0), .period = yx_row_str(r, 1),
			.keep_until = yx_row_str(r, 2), .ended_at = yx_row_time(r, 3), .destroyed_at = yx_row_time(r, 4),
			.held = yx_row_int(r, 5) != 0, .listed = yx_row_int(r, 6) != 0 };
	return rc;
}

/* ---- a period changes ---- */

int
retention_changed(struct act *act, const char *name, const struct parameter_place *at)
{
	if (strcmp(name, PARAMETER[RETAIN_COMPLETED].name) != 0 && strcmp(name, PARAMETER[RETAIN_ENDED].name) != 0)
		return YX_OK;
	if (at->contract_id != NULL)
		return contract_row_keep_stale(act->db, at->contract_id);
	return yx_db_exec(act->db,
	    "INSERT INTO retention_recount (organization_id) SELECT ? UNION SELECT x.organization_id"
	    " FROM organization_above x WHERE x.above_id = ? ON DUPLICATE KEY UPDATE after_id = ''",
	    YX_P(yx_p_str(at->organization_id != NULL ? at->organization_id : ""), yx_p_str(at->organization_id)), NULL);
}

struct recount { struct act *act; int64_t most; size_t done; };

/* Up to which id the next part goes; "g": behind all of them. */
static int
part(struct act *act, struct contract_range *x, int64_t most)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, *x->organization_id == '\0'
	    ? "SELECT c.id FROM contract c WHERE ? = '' AND c.id > ? ORDER BY c.id LIMIT 1 OFFSET ?"
	    : "SELECT c.id FROM contract c WHERE c.organization_id = ? AND c.id > ? ORDER BY c.id LIMIT 1 OFFSET ?",
	    YX_P(yx_p_str(x->organization_id), yx_p_str(x->after), yx_p_int(most - 1)), &r);

	x->upto = rc == YX_OK ? yx_row_str(r, 0) : "g";
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}

static int
recount(struct yx_db *db, void *ctx)
{
	struct recount *k = ctx;
	struct contract_range x = { NULL, NULL, NULL };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(db, k->act->arena,
	    "SELECT organization_id, after_id FROM retention_recount ORDER BY organization_id LIMIT 1 FOR UPDATE",
	    YX_P_NONE, &r);

	k->done = 0;
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	x.organization_id = yx_row_str(r, 0);
	x.after = yx_row_str(r, 1);
	if ((rc = part(k->act, &x, k->most)) != YX_OK || (rc = contract_row_keep_range(db, &x)) != YX_OK)
		return rc;
	k->done = (size_t)k->most;
	if (*x.upto == 'g')
		return yx_db_exec(db, "DELETE FROM retention_recount WHERE organization_id = ?",
		    YX_P(yx_p_str(x.organization_id)), NULL);
	return yx_db_exec(db, "UPDATE retention_recount SET after_id = ? WHERE organization_id = ?",
	    YX_P(yx_p_str(x.upto), yx_p_str(x.organization_id)), NULL);
}

int
retention_work(struct act *act, int64_t most, size_t *done)
{
	struct recount k = { act, most, 0 };
	uint64_t some = 0;
	int rc = yx_db_tx(act->db, recount, &k);

	if (rc == YX_OK)
		rc = contract_row_keep_some(act->db, most, &some);
	*done = k.done + (size_t)some;
	return rc;
}

/* ---- drafts that nobody wants ---- */

struct draft { struct act *act; const char *id; int64_t days; };

static int
discard(struct yx_db *db, void *ctx)
{
	const struct draft *x = ctx;
	struct yx_rows *r = NULL;
	int rc = yx_db_one(db, x->act->arena,
	    "SELECT c.id FROM contract c WHERE c.id = ? AND c.state = ? AND c.round = 1 AND NOT c.held"
	    " AND c.touched_at < ? - INTERVAL ? DAY FOR UPDATE",
	    YX_P(yx_p_str(x->id), yx_p_str(contract_state_word(CONTRACT_DRAFT)), yx_p_time(act_now(x->act)),
	    yx_p_int(x->days)), &r);

	if (rc != YX_OK || (rc = contract_row_remove(db, x->id)) != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	return audit_act(x->act, "contract.discard", x->id, "reason", PARAMETER[RETAIN_DRAFT].name);
}

/* The oldest drafts of all are looked at, as far as the shortest time that anybody has set reaches. */
int
retention_drafts(struct act *act, int64_t most)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(act->db, act->arena,
	    "SELECT x.id, x.days FROM (SELECT c.id, c.touched_at, CAST(COALESCE("
	    PARAMETER_SQL("retention.draft_days", "c.organization_id", "'', c.organization_id, c.unit_id")
	    ", '0') AS SIGNED) AS days"
	    " FROM contract c JOIN organization o ON o.id = c.organization_id AND o.practice_id IS NULL"
	    " WHERE c.state = ? AND c.round = 1 AND NOT c.held AND c.touched_at < ? - INTERVAL (SELECT COALESCE("
	    "MIN(CAST(v.value AS SIGNED)), 36500) FROM parameter_value v WHERE v.name = 'retention.draft_days'"
	    " AND v.value <> '0') DAY ORDER BY c.touched_at) x WHERE x.days > 0 AND x.touched_at < ? - INTERVAL x.days DAY"
	    " LIMIT ?", YX_P(yx_p_str(contract_state_word(CONTRACT_DRAFT)), yx_p_time(act_now(act)),
	    yx_p_time(act_now(act)), yx_p_int(most)), &r);

	while (rc == YX_OK && yx_rows_next(r)) {
		struct draft x = { act, yx_row_str(r, 0), yx_row_int(r, 1) };

		rc = yx_db_tx(act->db, discard, &x);
	}
	return rc;
}

int
retention_succeed(struct act *act, const struct organization_pair *p)
{
	return yx_db_exec(act->db, "DELETE FROM retention_recount WHERE organization_id = ?", YX_P(yx_p_str(p->from)),
	    NULL);
}
