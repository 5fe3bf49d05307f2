#include "backend/domain/contract/contract_life.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/contract/contract_event.h"
#include "backend/domain/contract/contract_letter.h"
#include "backend/domain/contract/contract_row.h"
#include "backend/domain/document/document.h"
#include "backend/domain/seal/place.h"
#include "backend/domain/signing/task.h"
#include "common/crash.h"

/* The words of the reasons in letters; the pages have their own, by the word. */
static const struct { const char *word, *text; } REASONS[] = {
	{ "content", "內容有誤 The content is wrong" }, { "amount", "金額有誤 The amount is wrong" },
	{ "party", "當事人資料有誤 A party's data are wrong" }, { "attachment", "附件不全 Attachments are missing" },
	{ "authority", "非本單位權責 Not for us to sign" }, { "other", "其他 Another reason" },
};

static const char *
reason_text(const char *word)
{
	for (size_t i = 0; i < sizeof(REASONS) / sizeof(REASONS[0]); i++)
		if (strcmp(REASONS[i].word, word) == 0)
			return REASONS[i].text;
	return NULL;
}

/* To all who know of the contract, the sealers only if it was their turn. */
static int
tell(struct act *act, const struct contract_return *in, const char *contract_id, struct message_sent *out)
{
	struct contract c;
	struct contract_letter l = { .contract_id = contract_id, .kind = "returned", .sender_id = act->who.member_id,
		.sender_organization_id = act->who.organization_id, .original_id = in->message_id, .not_sender = 1,
		.to = LETTER_VENDORS | LETTER_OFFICERS | LETTER_ASKED, .at = act_now(act) };
	int rc = contract_get_any(act, contract_id, &c);

	if (rc != YX_OK)
		return rc;
	l.subject = yx_arena_printf(act->arena, "退回：%s", c.subject);
	l.body = yx_arena_printf(act->arena, "%s\n%s", reason_text(in->reason), in->text != NULL ? in->text : "");
	return l.subject == NULL || l.body == NULL ? YX_NO_MEMORY : contract_letter_send(act, &l, out);
}

int
contract_return(struct act *act, const struct contract_return *in, struct contract_outcome *out)
{
	struct task_asked asked;
	int rc = task_asked(act, in->message_id, &asked), vendor;

	if (rc != YX_OK)
		return rc;
	if (reason_text(in->reason) == NULL)
		return act_field(act, "reason", YX_BAD_FIELD);
	if (strcmp(in->reason, "other") == 0 && (in->text == NULL || *in->text == '\0'))
		return act_field(act, "text", YX_FIELD_REQUIRED);
	vendor = strcmp(asked.kind, "vendor") == 0;
	if ((rc = contract_apply(act, asked.contract_id, vendor ? CONTRACT_VENDOR_RETURNS : CONTRACT_AGENCY_RETURNS,
	    act_now(act), &out->state)) != YX_OK)
		return rc;
	if (asked.open == 0)
		return YX_STATE;
	if ((rc = tell(act, in, asked.contract_id, &out->message)) != YX_OK ||
	    (rc = task_end(act, asked.contract_id, "cancelled", 1)) != YX_OK ||
	    (rc = message_replied(act, in->message_id)) != YX_OK ||
	    (rc = contract_event_add(act, asked.contract_id, "returned", in->reason, in->text)) != YX_OK)
		return rc;
	yx_crash_point("life.tx.before_audit");
	return audit_act(act, vendor ? "contract.return" : "contract.return_agency", asked.contract_id, "reason",
	    in->reason);
}

int
contract_revise(struct act *act, const char *id, struct contract_outcome *out)
{
	const char *state = NULL;
	int64_t version;
	int rc = contract_row_take(act, id, &state, &version);

	if (rc != YX_OK || (rc = contract_apply(act, id, CONTRACT_REVISE, act_now(act), &out->state)) != YX_OK ||
	    (rc = contract_row_round(act->db, id)) != YX_OK || (rc = document_restart(act, id)) != YX_OK ||
	    (rc = place_carry(act, id, id)) != YX_OK ||
	    (rc = contract_event_add(act, id, "revised", NULL, NULL)) != YX_OK)
		return rc;
	return audit_act(act, "contract.revise", id, NULL, NULL);
}
