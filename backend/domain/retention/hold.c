#include "backend/domain/retention/hold.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/client/client_event.h"
#include "backend/domain/contract/contract_row.h"
#include "backend/domain/people/approver.h"

/* May ask, and ask for lifting: an administrator of the agency, or an auditor. */
#define ASKERS (ROLE_AGENCY_ADMIN | ROLE_AUDITOR)

#define HOLD_COLUMNS \
	"SELECT h.id, h.contract_id, h.number, o.name, h.case_number, h.reason, h.state, a.name, d.name, h.lift_reason," \
	" l.name, e.name, h.asked_at, h.decided_at, h.lift_asked_at, h.lifted_at, h.asked_by, h.lift_asked_by, o.id"
/* Of a list: which rows comes first, along one index, and whose names they bear afterwards: else the optimizer begins
 * with the names (docs/decisions/lists.md). */
#define HOLD_PAGE(where) HOLD_COLUMNS " FROM (SELECT h.id FROM legal_hold h WHERE " where " AND (h.asked_at < ?" \
	" OR h.id < ?) ORDER BY h.asked_at DESC, h.id DESC LIMIT ?) x JOIN legal_hold h ON h.id = x.id" HOLD_NAMES \
	" ORDER BY h.asked_at DESC, h.id DESC"
#define HOLD_FROM " FROM legal_hold h" HOLD_NAMES
#define HOLD_NAMES \
	" JOIN organization o ON o.id = h.organization_id" \
	" JOIN member a ON a.id = h.asked_by LEFT JOIN member d ON d.id = h.decided_by" \
	" LEFT JOIN member l ON l.id = h.lift_asked_by LEFT JOIN member e ON e.id = h.lifted_by"

static int
is(const char *state, const char *word)
{
	return strcmp(state, word) == 0;
}

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	const struct act *act = ctx;
	struct hold h = { .id = yx_row_str(r, 0), .contract_id = yx_row_str(r, 1), .number = yx_row_str(r, 2),
		.organization = yx_row_str(r, 3), .case_number = yx_row_str(r, 4), .reason = yx_row_str(r, 5),
		.state = yx_row_str(r, 6), .asked_by = yx_row_str(r, 7), .decided_by = yx_row_str(r, 8),
		.lift_reason = yx_row_str(r, 9), .lift_asked_by = yx_row_str(r, 10), .lifted_by = yx_row_str(r, 11),
		.asked_at = yx_row_time(r, 12), .decided_at = yx_row_time(r, 13), .lift_asked_at = yx_row_time(r, 14),
		.lifted_at = yx_row_time(r, 15) };
	const char *asker = is(h.state, "asked") ? yx_row_str(r, 16)
	    : is(h.state, "lift_asked") ? yx_row_str(r, 17) : NULL;
	int here = (act->who.roles & ROLE_AGENCY_ADMIN) && is(yx_row_str(r, 18), act->who.organization_id);
	int mine = asker != NULL && is(asker, act->who.member_id);

	h.may_decide = asker != NULL && !mine && here;
	h.may_refuse = asker != NULL && (mine || here);
	h.may_lift = is(h.state, "held") && (here || (act->who.roles & ROLE_AUDITOR));
	*(struct hold *)item = h;
}

int
hold_list(struct act *act, const struct retention_scope *s, const struct retention_page *p, struct hold **list,
    size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill, .ctx = act };
	int rc = s->organization_id != NULL
	    ? yx_db_list(act->db, act->arena, HOLD_PAGE("h.organization_id = ? AND h.asked_at <= ?"),
	        YX_P(yx_p_str(s->organization_id), yx_p_time(p->at), yx_p_time(p->at), yx_p_str(p->id),
	        yx_p_int(p->size)), &l)
	    : yx_db_list(act->db, act->arena, HOLD_PAGE("h.asked_at <= ?"),
	        YX_P(yx_p_time(p->at), yx_p_time(p->at), yx_p_str(p->id), yx_p_int(p->size)), &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

#define ACTIVE "h.state IN ('asked', 'held', 'lift_asked')"

int
hold_of(struct act *act, const char *contract_id, struct hold **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill, .ctx = act };
	int rc = yx_db_list(act->db, act->arena,
	    HOLD_COLUMNS HOLD_FROM " WHERE h.contract_id = ? AND " ACTIVE " ORDER BY h.asked_at LIMIT 20",
	    YX_P(yx_p_str(contract_id)), &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

int
hold_check(struct act *act, const char *contract_id)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT c.held FROM contract c WHERE c.id = ?",
	    YX_P(yx_p_str(contract_id)), &r);

	return rc != YX_OK ? rc : yx_row_int(r, 0) ? YX_HELD : YX_OK;
}

/* ---- asked for ---- */

static int
find(struct act *act, const struct hold_new *h, struct yx_rows **r)
{
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT c.id, o.id, c.destroyed_at FROM contract c JOIN organization o ON o.id = c.organization_id"
	    " WHERE o.kind = 'agency' AND (o.code = ? OR (? IS NULL AND o.id = ?)) AND c.number = ?"
	    " AND o.practice_id IS NULL AND (? OR (? AND o.id = ?))",
	    YX_P(yx_p_str(h->agency_code), yx_p_str(h->agency_code), yx_p_str(act->who.organization_id),
	        yx_p_str(h->number),
	        yx_p_int((act->who.roles & ROLE_AUDITOR) != 0), yx_p_int((act->who.roles & ROLE_AGENCY_ADMIN) != 0),
	        yx_p_str(act->who.organization_id)), r);

	return rc == YX_NOT_FOUND ? act_field(act, "number", YX_BAD_FIELD) : rc;
}

static int
tell(struct act *act, const char *organization_id, const char *subject, const char *number)
{
	const struct approver_mail m = { .organization_id = organization_id, .subject = subject,
		.text = yx_arena_printf(act->arena, "%s：%s\n\n申請人 By：%s", subject, number, act->who.name) };

	return approver_tell(act, &m);
}

/* The contract is held, or is not. The agency's other systems are told when that changes: the companies are not, as a
 * hold may be an investigation's. */
static int
put_held(struct act *act, const char *contract_id, int held)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT held FROM contract WHERE id = ?", YX_P(yx_p_str(contract_id)), &r);

	if (rc != YX_OK || (yx_row_int(r, 0) != 0) == held ||
	    (rc = contract_row_held(act->db, contract_id, held)) != YX_OK)
		return rc;
	return client_event_contract(act, &(struct client_event_new){ contract_id,
	    held ? "contract.held" : "contract.released", NULL, 0 });
}

int
hold_ask(struct act *act, const struct hold_new *h, char id[YX_ID_SIZE])
{
	struct yx_rows *r = NULL;
	const char *contract_id;
	int rc = find(act, h, &r);

	/* The contract's row first: of the worker that destroys and who holds one comes first. */
	if (rc != YX_OK || (rc = contract_row_touch(act->db, contract_id = yx_row_str(r, 0))) != YX_OK ||
	    (rc = find(act, h, &r)) != YX_OK)
		return rc;
	if (!yx_row_is_null(r, 2))
		return YX_DESTROYED;
	yx_random_id(id);
	rc = yx_db_exec(act->db,
	    "INSERT INTO legal_hold (id, contract_id, number, organization_id, case_number, reason, asked_by, asked_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(contract_id), yx_p_str(h->number), yx_p_str(yx_row_str(r, 1)),
	        yx_p_str(h->case_number),
	        yx_p_str(h->reason), yx_p_str(act->who.member_id), yx_p_time(act_now(act))), NULL);
	if (rc != YX_OK || (rc = put_held(act, contract_id, 1)) != YX_OK ||
	    (rc = tell(act, yx_row_str(r, 1), "請確認契約保全 A contract is to be held", h->number)) != YX_OK)
		return rc;
	return audit_act(act, "hold.ask", contract_id, "case", h->case_number);
}

/* ---- what becomes of it ---- */

/* It, with its contract's row held: one that act->who may decide about, or ask to lift. */
static int
take(struct act *act, const char *id, struct hold *h)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT contract_id FROM legal_hold WHERE id = ? AND contract_id IS NOT NULL", YX_P(yx_p_str(id)), &r);

	if (rc != YX_OK || (rc = contract_row_touch(act->db, yx_row_str(r, 0))) != YX_OK ||
	    (rc = yx_db_one(act->db, act->arena,
	        HOLD_COLUMNS HOLD_FROM " WHERE h.id = ? AND (? OR (? AND o.id = ?)) FOR UPDATE",
	        YX_P(yx_p_str(id), yx_p_int((act->who.roles & ROLE_AUDITOR) != 0),
	            yx_p_int((act->who.roles & ASKERS) != 0), yx_p_str(act->who.organization_id)), &r)) != YX_OK)
		return rc;
	fill(h, r, act);
	return YX_OK;
}

/* The contract is held as long as one of its holds is. */
static int
settle(struct act *act, const struct hold *h, const char *action, const char *why)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*) FROM legal_hold h WHERE h.contract_id = ? AND " ACTIVE,
	    YX_P(yx_p_str(h->contract_id)), &r);

	if (rc != YX_OK || (rc = put_held(act, h->contract_id, yx_row_int(r, 0) > 0)) != YX_OK)
		return rc;
	return audit_act(act, action, h->contract_id, "case", why);
}

int
hold_agree(struct act *act, const char *id)
{
	struct hold h;
	int rc = take(act, id, &h), lift;

	if (rc != YX_OK)
		return rc;
	if (!h.may_decide)
		return h.may_refuse ? YX_SECOND_APPROVER : YX_NOT_FOUND;
	lift = is(h.state, "lift_asked");
	rc = lift ? yx_db_change(act->db,
	        "UPDATE legal_hold SET state = 'lifted', lifted_by = ?, lifted_at = ? WHERE id = ?",
	        YX_P(yx_p_str(act->who.member_id), yx_p_time(act_now(act)), yx_p_str(id)), YX_NOT_FOUND)
	    : yx_db_change(act->db, "UPDATE legal_hold SET state = 'held', decided_by = ?, decided_at = ? WHERE id = ?",
	        YX_P(yx_p_str(act->who.member_id), yx_p_time(act_now(act)), yx_p_str(id)), YX_NOT_FOUND);
	return rc != YX_OK ? rc : settle(act, &h, lift ? "hold.lift" : "hold.set", h.case_number);
}

int
hold_refuse(struct act *act, const char *id)
{
	struct hold h;
	int rc = take(act, id, &h), lift;

	if (rc != YX_OK)
		return rc;
	if (!h.may_refuse)
		return YX_NOT_FOUND;
	lift = is(h.state, "lift_asked");
	rc = lift ? yx_db_change(act->db,
	        "UPDATE legal_hold SET state = 'held', lift_asked_by = NULL, lift_asked_at = NULL,"
	        " lift_reason = '' WHERE id = ?", YX_P(yx_p_str(id)), YX_NOT_FOUND)
	    : yx_db_change(act->db, "UPDATE legal_hold SET state = 'refused', decided_by = ?, decided_at = ? WHERE id = ?",
	        YX_P(yx_p_str(act->who.member_id), yx_p_time(act_now(act)), yx_p_str(id)), YX_NOT_FOUND);
	return rc != YX_OK ? rc : settle(act, &h, lift ? "hold.lift_refuse" : "hold.refuse", h.case_number);
}

int
hold_lift(struct act *act, const char *id, const char *reason)
{
	struct yx_rows *r = NULL;
	struct hold h;
	int rc = take(act, id, &h);

	if (rc != YX_OK)
		return rc;
	if (!h.may_lift)
		return YX_STATE;
	if ((rc = yx_db_change(act->db,
	    "UPDATE legal_hold SET state = 'lift_asked', lift_reason = ?, lift_asked_by = ?, lift_asked_at = ?"
	    " WHERE id = ?",
	    YX_P(yx_p_str(reason), yx_p_str(act->who.member_id), yx_p_time(act_now(act)), yx_p_str(id)),
	    YX_NOT_FOUND)) != YX_OK ||
	    (rc = yx_db_one(act->db, act->arena, "SELECT organization_id FROM legal_hold WHERE id = ?", YX_P(yx_p_str(id)),
	        &r)) != YX_OK ||
	    (rc = tell(act, yx_row_str(r, 0), "請確認解除契約保全 A hold is to be lifted", h.number)) != YX_OK)
		return rc;
	return audit_act(act, "hold.lift_ask", h.contract_id, "reason", reason);
}

int
hold_succeed(struct act *act, const struct organization_pair *p)
{
	return yx_db_exec(act->db,
	    "UPDATE legal_hold SET organization_id = ? WHERE organization_id = ?",
	    YX_P(yx_p_str(p->into), yx_p_str(p->from)), NULL);
}
