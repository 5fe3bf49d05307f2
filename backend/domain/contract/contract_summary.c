#include <string.h>

#include "backend/domain/contract/contract_send.h"

static void
fill_email(void *item, const struct yx_rows *r, void *ctx)
{
	*(const char **)item = member_mask_email(ctx, yx_row_str(r, 0));
}

static int
signers_of(struct act *act, const struct contract_party *party, struct contract_summary_vendor *out)
{
	struct yx_db_items l = { .size = sizeof(*out->emails), .fill = fill_email, .ctx = act };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT m.email FROM member m WHERE m.organization_id = ? AND" MEMBER_SIGNS("m") " ORDER BY m.email",
	    YX_P(yx_p_str(party->id)), &l);

	*out = (struct contract_summary_vendor){ party, l.items, l.count };
	return rc;
}

int
contract_summary(struct act *act, const char *id, struct contract_summary *out)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = contract_get(act, id, &out->c)) != YX_OK)
		return rc;
	if (!contract_state_is_draft(out->c.state))
		return YX_STATE;
	if ((rc = contract_last_day(act, &out->c, act_now(act), &out->deadline)) != YX_OK)
		return rc;
	/* (a text that can't go out yet is shown as it stands) */
	if ((rc = contract_fill(act, &out->c, act_now(act))) != YX_OK && rc != YX_TEXT_FIELD_EMPTY)
		return rc;
	out->empty = rc == YX_OK ? NULL : act->bad_field;
	rc = YX_OK;
	if ((out->vendors = yx_arena_alloc(act->arena, (out->c.vendors_n + 1) * sizeof(*out->vendors))) == NULL)
		return YX_NO_MEMORY;
	for (size_t i = 0; rc == YX_OK && i < out->c.vendors_n; i++)
		rc = signers_of(act, &out->c.vendors[i], &out->vendors[i]);
	return rc;
}
