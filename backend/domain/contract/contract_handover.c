#include "backend/domain/contract/contract_handover.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/contract/contract_change.h"
#include "backend/domain/contract/contract_parties.h"
#include "backend/domain/contract/contract_row.h"

struct work { const char *id; int handles; };

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct work *)item = (struct work){ yx_row_str(r, 0), yx_row_int(r, 1) != 0 };
}

static int
one(struct act *act, const struct work *w, const char *from, const char *to)
{
	struct contract was, is;
	int rc = contract_row_touch(act->db, w->id);

	if (rc != YX_OK || (rc = contract_get_any(act, w->id, &was)) != YX_OK ||
	    (rc = contract_replace_officer(act->db, w->id, from, to)) != YX_OK ||
	    (w->handles && (rc = contract_row_handler(act->db, w->id, to)) != YX_OK))
		return rc;
	if (!contract_state_is_sent(was.state))
		return audit_act(act, "contract.hand_over", w->id, "to", to);
	if ((rc = contract_get_any(act, w->id, &is)) != YX_OK || (rc = contract_change_note(act, &was, &is)) != YX_OK)
		return rc;
	return audit_act(act, "contract.hand_over", w->id, "to", to);
}

int
contract_hand_over(struct act *act, const char *from, const char *to, int64_t *n)
{
	struct yx_db_items l = { .size = sizeof(struct work), .fill = fill };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT c.id, c.handler_id = ? FROM contract c WHERE c.state + 0 NOT IN (?, ?) AND (c.handler_id = ? OR c.id IN"
	    " (SELECT f.contract_id FROM contract_officer f WHERE f.member_id = ?)) ORDER BY c.id",
	    YX_P(yx_p_str(from), yx_p_int(CONTRACT_COMPLETED), yx_p_int(CONTRACT_VOIDED), yx_p_str(from), yx_p_str(from)),
	    &l);

	*n = (int64_t)l.count;
	if (rc != YX_OK || (l.count > 0 && to == NULL))
		return rc != YX_OK ? rc : YX_NOT_EMPTY;
	for (size_t i = 0; rc == YX_OK && i < l.count; i++)
		rc = one(act, (const struct work *)l.items + i, from, to);
	return rc != YX_OK ? rc : contract_forget_sealer(act->db, from);
}
