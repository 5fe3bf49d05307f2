#include "backend/domain/contract/contract_life.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/mine.h"
#include "backend/domain/contract/contract_event.h"
#include "backend/domain/contract/contract_letter.h"
#include "backend/domain/contract/contract_row.h"
#include "backend/domain/signing/task.h"

/* May confirm a void of contract c: its officers, and who administrates the agency.
 * Parameters: VOID_MINE_P. */
#define VOID_MINE " (c.organization_id = ? AND ? OR (" CONTRACT_MINE "))"
#define VOID_MINE_P(act) yx_p_str((act)->who.organization_id), \
	yx_p_int(((act)->who.roles & ROLE_AGENCY_ADMIN) != 0), CONTRACT_MINE_P(act)

static int
letter(struct act *act, const struct contract *c, const char *kind, const char *reason, struct message_sent *out)
{
	int asks = strcmp(kind, "void_asked") == 0;
	struct contract_letter l = { .contract_id = c->id, .kind = kind, .body = reason, .not_sender = 1,
		.sender_id = act->who.member_id, .sender_organization_id = act->who.organization_id, .at = act_now(act),
		.to = asks ? LETTER_OFFICERS | LETTER_ADMINS : LETTER_VENDORS | LETTER_OFFICERS | LETTER_ASKED,
		.subject = yx_arena_printf(act->arena, "%s：%s", asks ? "請確認作廢" : "作廢", c->subject) };

	return l.subject == NULL ? YX_NO_MEMORY : contract_letter_send(act, &l, out);
}

static int
do_void(struct act *act, const struct contract *c, const char *reason, struct contract_outcome *out)
{
	int rc = contract_apply(act, c->id, CONTRACT_VOID, act_now(act), &out->state);

	/* The letter first: it goes to those whose turn it was. */
	if (rc != YX_OK || (rc = letter(act, c, "void", reason, &out->message)) != YX_OK ||
	    (rc = task_end(act, c->id, "cancelled", 0)) != YX_OK ||
	    (rc = contract_event_add(act, c->id, "void", NULL, reason)) != YX_OK)
		return rc;
	return audit_act(act, "contract.void", c->id, "reason", reason);
}

/* Has a party signed, in whatever round? */
static int
anybody_signed(struct act *act, const char *id, int *yes)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*) FROM document d JOIN sign_history h ON h.document_id = d.id AND h.member_id IS NOT NULL"
	    " WHERE d.contract_id = ?", YX_P(yx_p_str(id)), &r);

	*yes = rc == YX_OK && yx_row_int(r, 0) > 0;
	return rc;
}

static int
ask(struct act *act, const struct contract *c, const char *reason, struct contract_outcome *out)
{
	int rc = yx_db_exec(act->db, "INSERT INTO contract_void (contract_id, member_id, reason, asked_at)"
	    " VALUES (?, ?, ?, ?)",
	    YX_P(yx_p_str(c->id), yx_p_str(act->who.member_id), yx_p_str(reason), yx_p_time(act_now(act))), NULL);

	out->asked = 1;
	out->state = c->state;
	if (rc != YX_OK)
		return rc == YX_CONFLICT ? YX_STATE : rc;
	if ((rc = letter(act, c, "void_asked", reason, &out->message)) != YX_OK ||
	    (rc = contract_event_add(act, c->id, "void_asked", NULL, reason)) != YX_OK)
		return rc;
	return audit_act(act, "contract.void_ask", c->id, "reason", reason);
}

int
contract_void(struct act *act, const char *id, const char *reason, struct contract_outcome *out)
{
	const char *state = NULL;
	struct contract c;
	int64_t version;
	int rc = contract_row_take(act, id, &state, &version), signed_by_party = 0;

	if (rc != YX_OK || (rc = contract_get_any(act, id, &c)) != YX_OK ||
	    (rc = anybody_signed(act, id, &signed_by_party)) != YX_OK)
		return rc;
	if (!contract_state_may(c.state, CONTRACT_VOID) || (contract_state_is_draft(c.state) && c.round == 1))
		return contract_state_why(c.state);
	return signed_by_party ? ask(act, &c, reason, out) : do_void(act, &c, reason, out);
}

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	struct act *act = ctx;

	*(struct contract_void_row *)item = (struct contract_void_row){ .id = yx_row_str(r, 0), .number = yx_row_str(r, 1),
		.title = yx_row_str(r, 2), .by = member_mask(act, yx_row_str(r, 3)), .reason = yx_row_str(r, 4),
		.at = yx_row_time(r, 5), .mine = strcmp(yx_row_str(r, 6), act->who.member_id) == 0 };
}

#define ASKED \
	"SELECT c.id, c.number, c.title, m.name, v.reason, v.asked_at, v.member_id FROM contract_void v" \
	" JOIN contract c ON c.id = v.contract_id JOIN member m ON m.id = v.member_id"

int
contract_void_list(struct act *act, struct contract_void_row **rows, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill, .ctx = act };
	int rc = yx_db_list(act->db, act->arena, ASKED " WHERE" VOID_MINE " ORDER BY v.asked_at LIMIT 200",
	    YX_P(VOID_MINE_P(act)), &l);

	*rows = l.items;
	*n = l.count;
	return rc;
}

int
contract_void_get(struct act *act, const char *id, struct contract_void_row *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, ASKED " WHERE v.contract_id = ? AND" VOID_MINE,
	    YX_P(yx_p_str(id), VOID_MINE_P(act)), &r);

	if (rc == YX_OK)
		fill(out, r, act);
	return rc;
}

static int
forget(struct act *act, const char *id)
{
	return yx_db_change(act->db, "DELETE FROM contract_void WHERE contract_id = ?", YX_P(yx_p_str(id)), YX_NOT_FOUND);
}

int
contract_void_confirm(struct act *act, const char *id, struct contract_outcome *out)
{
	struct contract_void_row v;
	struct contract c;
	int rc = contract_row_touch(act->db, id);

	if (rc != YX_OK || (rc = contract_void_get(act, id, &v)) != YX_OK)
		return rc;
	if (v.mine)
		return YX_SECOND_PERSON;
	if ((rc = contract_get_any(act, id, &c)) != YX_OK || (rc = forget(act, id)) != YX_OK)
		return rc;
	return do_void(act, &c, v.reason, out);
}

int
contract_void_lapse(struct act *act, const char *id)
{
	struct act platform = *act;
	int rc = forget(act, id);

	if (rc == YX_NOT_FOUND)
		return YX_OK;
	memset(&platform.who, 0, sizeof(platform.who));
	return rc != YX_OK ? rc : contract_event_add(&platform, id, "void_withdrawn", NULL, NULL);
}

int
contract_void_withdraw(struct act *act, const char *id)
{
	struct contract_void_row v;
	int rc = contract_row_touch(act->db, id);

	if (rc != YX_OK || (rc = contract_void_get(act, id, &v)) != YX_OK || (rc = forget(act, id)) != YX_OK ||
	    (rc = contract_event_add(act, id, "void_withdrawn", NULL, NULL)) != YX_OK)
		return rc;
	return audit_act(act, "contract.void_withdraw", id, NULL, NULL);
}
