#include "backend/domain/contract/contract_row.h"

#include "backend/domain/base/mine.h"
#include "backend/domain/base/parameter.h"

#include <string.h>

/* The database's own word on a number that exists already. */
static int
number_taken(struct act *act, int rc)
{
	return rc == YX_CONFLICT && strcmp(yx_db_duplicate(act->db), "contract_number") == 0
	    ? act_field(act, "number", YX_NUMBER_TAKEN) : rc;
}

int
contract_row_add(struct act *act, const char *id, const struct contract_basics *b)
{
	const char *unit = act->who.unit_id[0] != '\0' ? act->who.unit_id : NULL;

	return number_taken(act, yx_db_exec(act->db,
	    "INSERT INTO contract (id, organization_id, number, title, case_number, unit_id, handling_unit_id,"
	    " handler_id, created_at, touched_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3))",
	    YX_P(yx_p_str(id), yx_p_str(act->who.organization_id), yx_p_str(b->number), yx_p_str(b->title),
	    yx_p_str(b->case_number), yx_p_str(b->unit_id), yx_p_str(unit), yx_p_str(act->who.member_id),
	    yx_p_time(act_now(act))), NULL));
}

int
contract_row_basics(struct act *act, const char *id, const struct contract_basics *b)
{
	return number_taken(act, yx_db_exec(act->db,
	    "UPDATE contract SET number = ?, title = ?, case_number = ?, unit_id = ?, keep_stale = 1 WHERE id = ?",
	    YX_P(yx_p_str(b->number), yx_p_str(b->title), yx_p_str(b->case_number), yx_p_str(b->unit_id),
	    yx_p_str(id)), NULL));
}

int
contract_row_notice(struct yx_db *db, const char *id, const char *subject, const char *body)
{
	return yx_db_exec(db, "UPDATE contract SET subject = ?, body = ? WHERE id = ?",
	    YX_P(yx_p_str(subject), yx_p_str(body), yx_p_str(id)), NULL);
}

int
contract_row_rules(struct yx_db *db, const char *id, const struct contract_rules *r)
{
	return yx_db_exec(db, "UPDATE contract SET vendors_in_order = ?, seal_rule = ?, seal_needed = ? WHERE id = ?",
	    YX_P(yx_p_int(r->in_order), yx_p_str(r->seal), yx_p_int(r->needed), yx_p_str(id)), NULL);
}

int
contract_row_deadline_days(struct yx_db *db, const char *id, int64_t days, int hard)
{
	return yx_db_exec(db,
	    "UPDATE contract SET deadline = NULL, deadline_days = ?, deadline_hard = ?, reminded_on = NULL WHERE id = ?",
	    YX_P(days > 0 ? yx_p_int(days) : yx_p_null(), yx_p_int(hard), yx_p_str(id)), NULL);
}

int
contract_row_template(struct yx_db *db, const char *id, const char *template_id, int64_t version)
{
	return yx_db_exec(db, "UPDATE contract SET template_id = ?, template_version = ? WHERE id = ?",
	    YX_P(yx_p_str(template_id), yx_p_int(version), yx_p_str(id)), NULL);
}

int
contract_row_handler(struct yx_db *db, const char *id, const char *member_id)
{
	return yx_db_exec(db,
	    "UPDATE contract c JOIN member m ON m.id = ? SET c.handler_id = m.id, c.handling_unit_id = m.unit_id"
	    " WHERE c.id = ?", YX_P(yx_p_str(member_id), yx_p_str(id)), NULL);
}

int
contract_row_touch(struct yx_db *db, const char *id)
{
	return yx_db_change(db,
	    "UPDATE contract SET version = version + 1, touched_at = UTC_TIMESTAMP(3) WHERE id = ?",
	    YX_P(yx_p_str(id)), YX_NOT_FOUND);
}

int
contract_row_take(struct act *act, const char *id, const char **state, int64_t *version)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_change(act->db,
	    "UPDATE contract c SET c.version = c.version + 1, c.touched_at = UTC_TIMESTAMP(3)"
	    " WHERE c.id = ? AND" CONTRACT_MINE, YX_P(yx_p_str(id), CONTRACT_MINE_P(act)), YX_NOT_FOUND);

	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena, "SELECT state, version FROM contract WHERE id = ?",
	    YX_P(yx_p_str(id)), &r)) != YX_OK)
		return rc;
	*state = yx_row_str(r, 0);
	*version = yx_row_int(r, 1);
	return YX_OK;
}

int
contract_row_state(struct yx_db *db, const char *id, const char *state, const struct contract_moments *m)
{
	return yx_db_exec(db,
	    "UPDATE contract SET state = ?, sent_at = COALESCE(?, sent_at), completed_at = COALESCE(?, completed_at),"
	    " ended_at = ?, keep_until = NULL, keep_stale = IF(ended_at IS NULL, NULL, 1) WHERE id = ?",
	    YX_P(yx_p_str(state), m->sent != 0 ? yx_p_time(m->sent) : yx_p_null(),
	    m->completed != 0 ? yx_p_time(m->completed) : yx_p_null(), m->ended != 0 ? yx_p_time(m->ended) : yx_p_null(),
	    yx_p_str(id)), NULL);
}

int
contract_row_copied(struct yx_db *db, const char *id, const char *from_id)
{
	return yx_db_exec(db, "UPDATE contract SET copied_from = ? WHERE id = ?",
	    YX_P(yx_p_str(from_id), yx_p_str(id)), NULL);
}

int
contract_row_remove(struct yx_db *db, const char *id)
{
	return yx_db_exec(db, "DELETE FROM contract WHERE id = ?", YX_P(yx_p_str(id)), NULL);
}

int
contract_row_round(struct yx_db *db, const char *id)
{
	return yx_db_exec(db, "UPDATE contract SET round = round + 1, sent_at = NULL, reminded_on = NULL WHERE id = ?",
	    YX_P(yx_p_str(id)), NULL);
}

int
contract_row_deadline(struct yx_db *db, const char *id, const char *deadline, int hard)
{
	return yx_db_exec(db,
	    "UPDATE contract SET deadline = ?, deadline_days = NULL, deadline_hard = ?, reminded_on = NULL WHERE id = ?",
	    YX_P(yx_p_str(deadline), yx_p_int(hard), yx_p_str(id)), NULL);
}

int
contract_row_reminded(struct yx_db *db, const char *id, const char *day)
{
	return yx_db_exec(db, "UPDATE contract SET reminded_on = CAST(? AS DATE) WHERE id = ?",
	    YX_P(yx_p_str(day), yx_p_str(id)), NULL);
}

int
contract_row_amends(struct yx_db *db, const char *id, const char *amends_id)
{
	return yx_db_exec(db,
	    "UPDATE contract c JOIN (SELECT COALESCE(MAX(a.amendment), 0) + 1 AS n FROM contract a WHERE a.amends_id = ?) k"
	    " SET c.amends_id = ?, c.amendment = k.n WHERE c.id = ?",
	    YX_P(yx_p_str(amends_id), yx_p_str(amends_id), yx_p_str(id)), NULL);
}

int
contract_row_succeed(struct act *act, const struct organization_pair *p)
{
	return yx_db_exec(act->db,
	    "UPDATE contract c LEFT JOIN unit u ON u.id = c.unit_id LEFT JOIN unit h ON h.id = c.handling_unit_id"
	    " SET c.organization_id = ?, c.was_id = IF(c.was_id = '', ?, c.was_id), c.unit_id = u.successor_id,"
	    " c.handling_unit_id = h.successor_id, c.version = c.version + 1,"
	    " c.keep_stale = IF(c.ended_at IS NULL, c.keep_stale, 1) WHERE c.organization_id = ?",
	    YX_P(yx_p_str(p->into), yx_p_str(p->from), yx_p_str(p->from)), NULL);
}

/* ---- how long it is kept ---- */

#define KEEP "UPDATE contract c SET c.keep_stale = NULL, c.keep_until = " CONTRACT_KEEP_UNTIL

int
contract_row_keep_some(struct yx_db *db, int64_t most, uint64_t *done)
{
	return yx_db_exec(db, KEEP " WHERE c.keep_stale = 1 ORDER BY c.id LIMIT ?",
	    YX_P(CONTRACT_KEEP_P, yx_p_int(most)), done);
}

int
contract_row_keep_range(struct yx_db *db, const struct contract_range *x)
{
	return yx_db_exec(db,
	    KEEP " WHERE c.ended_at IS NOT NULL AND (? OR c.organization_id = ?) AND c.id > ? AND c.id <= ?",
	    YX_P(CONTRACT_KEEP_P, yx_p_int(*x->organization_id == '\0'), yx_p_str(x->organization_id), yx_p_str(x->after),
	    yx_p_str(x->upto)), NULL);
}

int
contract_row_keep_stale(struct yx_db *db, const char *id)
{
	return yx_db_exec(db, "UPDATE contract SET keep_stale = 1 WHERE id = ?", YX_P(yx_p_str(id)), NULL);
}

int
contract_row_listed(struct yx_db *db, const char *id, int listed, int64_t years)
{
	return yx_db_exec(db,
	    "UPDATE contract SET listed = ?, keep_stale = 1, keep_longer = IF(? = 0, keep_longer,"
	    " DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR) + INTERVAL ? YEAR) WHERE id = ?",
	    YX_P(yx_p_int(listed), yx_p_int(years), yx_p_int(years), yx_p_str(id)), NULL);
}

int
contract_row_held(struct yx_db *db, const char *id, int held)
{
	return yx_db_exec(db, "UPDATE contract SET held = ? WHERE id = ?", YX_P(yx_p_int(held), yx_p_str(id)), NULL);
}

int
contract_row_destroyed(struct yx_db *db, const char *id, int64_t at)
{
	return yx_db_exec(db, "UPDATE contract SET destroyed_at = ?, listed = FALSE, body = '' WHERE id = ?",
	    YX_P(yx_p_time(at), yx_p_str(id)), NULL);
}
