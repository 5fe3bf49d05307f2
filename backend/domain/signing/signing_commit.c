#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/contract/contract_letter.h"
#include "backend/domain/contract/contract_life.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/document/history.h"
#include "backend/domain/message/letter.h"
#include "backend/domain/proof/proof.h"
#include "backend/domain/registry/deputy.h"
#include "backend/domain/registry/register.h"
#include "backend/domain/signing/signing_done.h"
#include "backend/domain/signing/task.h"
#include "common/crash.h"

static int
put_revision(struct act *act, struct signing_done *c, struct signed_item *x, const char *signed_by)
{
	struct history_entry h = { .document_id = x->document_id, .revision = x->base_revision + 1, .signed_at = c->now,
		.signed_by = signed_by, .label = c->certificate.purpose, .cert = &c->cert, .member_id = act->who.member_id,
		.certificate_id = c->certificate.id, .stamped_at = x->stamped_at };
	struct document_revision next = { .document_id = x->document_id, .revision = h.revision, .sha256 = x->sha256,
		.size = x->size, .at = c->now };
	int rc = document_add_revision(act->db, &next);

	if (rc != YX_OK || (rc = history_add(act->db, &h)) != YX_OK ||
	    (x->stamped_at == 0 && !act_practises(act) &&
	    (rc = proof_ask_time(act->db, x->document_id, c->now)) != YX_OK) ||
	    (rc = task_signed(act, x->task_id, c->now)) != YX_OK)
		return rc;
	return strcmp(x->kind, "sealer") == 0 ? register_add(act, c->agency_id, &h, x->for_id) : YX_OK;
}

/* 簽章單位 as the history shows it: the company, or the person and the agency; a deputy
 * with whom he stands for. */
static const char *
signer(struct act *act, const struct signed_item *x)
{
	if (strcmp(x->kind, "vendor") == 0)
		return act->who.organization_name;
	if (x->for_name == NULL)
		return yx_arena_printf(act->arena, "%s(%s)", act->who.name, act->who.organization_name);
	return yx_arena_printf(act->arena, "%s（代%s）(%s)", act->who.name, x->for_name, act->who.organization_name);
}

/* A message of mine about the contract, as an answer to what asked me. */
static int
answer(struct act *act, struct signing_done *c, const char *kind, unsigned to, struct message_sent *out)
{
	struct contract_letter l = { .contract_id = c->contract_id, .kind = kind, .to = to, .body = c->body, .at = c->now,
		.subject = yx_arena_printf(act->arena, "RE:%s", c->subject), .sender_id = act->who.member_id,
		.sender_organization_id = act->who.organization_id,
		.original_id = strcmp(kind, "reply") == 0 ? c->asked_by : c->notice_id };

	return l.subject == NULL ? YX_NO_MEMORY : contract_letter_send(act, &l, out);
}

/* One vendor after the other: the next one is asked, in the officer's name. */
static int
ask_next_vendor(struct act *act, struct signing_done *c)
{
	struct message_recipient to = { .organization_id = NULL };
	struct contract_letter l = { .contract_id = c->contract_id, .kind = "notice", .only = &to, .only_n = 1,
		.at = c->now, .sender_id = c->handler_id, .sender_organization_id = c->agency_id, .subject = c->subject,
		.body = c->notice_body, .original_id = c->notice_id };
	struct message_sent sent;
	int rc = task_next_vendor(act, c->contract_id, &to.organization_id);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	if ((rc = contract_letter_send(act, &l, &sent)) != YX_OK)
		return rc;
	return task_wake_vendor(act->db, c->contract_id, to.organization_id, sent.id);
}

/* Has my company signed all that it was asked for? */
static int
company_is_done(struct act *act, const struct signing_done *c, int *done)
{
	int64_t left = 0;
	int rc = task_left(act, c->asked_by, &left);

	*done = left == 0;
	return rc;
}

/* When the last vendor has signed: the hand-over to the sealing staff, in the officer's name. */
static int
ask_sealers(struct act *act, struct signing_done *c)
{
	struct contract_letter l = { .contract_id = c->contract_id, .kind = "sealing", .to = LETTER_SEALERS, .at = c->now,
		.sender_id = c->handler_id, .sender_organization_id = c->agency_id, .subject = c->subject,
		.body = c->notice_body, .original_id = c->notice_id };
	struct message_sent sent;
	int rc = contract_apply(act, c->contract_id, CONTRACT_VENDORS_SIGNED, c->now, &c->state);

	if (rc != YX_OK || (rc = contract_letter_send(act, &l, &sent)) != YX_OK)
		return rc;
	if ((rc = task_wake_sealers(act->db, c->contract_id, sent.id)) != YX_OK)
		return rc;
	return deputy_apply(act, c->contract_id);
}

/* A part that is signed is a part that is told: the officers get the reply. */
static int
vendor_signed(struct act *act, struct signing_done *c, struct signing_result *out)
{
	int64_t left = 0;
	int done = 0, rc = answer(act, c, "reply", LETTER_OFFICERS, &out->message);

	if (rc != YX_OK || (rc = task_open(act, c->contract_id, "vendor", &left)) != YX_OK)
		return rc;
	if (left == 0)
		return ask_sealers(act, c);
	if (!c->in_order || (rc = company_is_done(act, c, &done)) != YX_OK || !done)
		return rc;
	return ask_next_vendor(act, c);
}

/* When the agency has sealed all documents the contract is complete. */
static int
agency_sealed(struct act *act, struct signing_done *c, struct signing_result *out)
{
	int64_t left = 0;
	int rc = task_open(act, c->contract_id, "sealer", &left);

	if (rc != YX_OK || left > 0)
		return rc != YX_OK ? rc : answer(act, c, "reply", LETTER_OFFICERS, &out->message);
	if ((rc = contract_apply(act, c->contract_id, CONTRACT_COMPLETE, c->now, &c->state)) != YX_OK ||
	    (rc = contract_void_lapse(act, c->contract_id)) != YX_OK ||
	    (!act_practises(act) && (rc = proof_ask_archive(act->db, c->contract_id, c->now)) != YX_OK))
		return rc;
	return answer(act, c, "completed", LETTER_VENDORS | LETTER_OFFICERS, &out->message);
}

/* How the signer is named in the history. */
static const char *
signer_name(struct act *act)
{
	return strcmp(act->who.organization_kind, "vendor") == 0 ? act->who.organization_name
	    : yx_arena_printf(act->arena, "%s(%s)", act->who.name, act->who.organization_name);
}

/* The attachments of a letter: its writer signs the draft, a recipient what was sent. */
static int
commit_letter(struct act *act, struct signing_done *c, struct signing_result *out)
{
	const char *signed_by = signer_name(act);
	int rc = signed_by == NULL ? YX_NO_MEMORY : c->asked_by == NULL ? letter_draft_touch(act, c->contract_id)
	    : letter_hold_sent(act, c->contract_id);

	yx_crash_point("sign.tx.begin");
	if (rc == YX_OK)
		rc = signing_mark_done(act->db, c->id);
	for (size_t i = 0; rc == YX_OK && i < c->n; i++)
		rc = put_revision(act, c, &c->items[i], signed_by);
	if (rc == YX_OK && c->asked_by != NULL && (rc = message_replied(act, c->asked_by)) == YX_OK &&
	    (rc = letter_signed(act, c->contract_id, c->body, &out->message)) == YX_OK)
		rc = task_left(act, c->asked_by, &out->left);
	yx_crash_point("sign.tx.message");
	return rc != YX_OK ? rc : audit_act(act, "letter.sign", c->contract_id, "serial", c->cert.serial);
}

static int
commit_contract(struct act *act, struct signing_done *c, struct signing_result *out)
{
	int vendor = strcmp(c->items[0].kind, "vendor") == 0;
	const char *signed_by = signer(act, &c->items[0]);
	int rc = signed_by == NULL ? YX_NO_MEMORY : contract_hold_for_signature(act, c->contract_id, c->items[0].kind);

	yx_crash_point("sign.tx.begin");
	if (rc == YX_OK)
		rc = signing_mark_done(act->db, c->id);
	for (size_t i = 0; rc == YX_OK && i < c->n; i++)
		rc = put_revision(act, c, &c->items[i], signed_by);
	if (rc == YX_OK)
		rc = picture_used(act, c->id, c->now);
	if (rc != YX_OK || (rc = message_replied(act, c->asked_by)) != YX_OK ||
	    (rc = vendor ? vendor_signed(act, c, out) : agency_sealed(act, c, out)) != YX_OK ||
	    (rc = task_left(act, c->asked_by, &out->left)) != YX_OK)
		return rc;
	yx_crash_point("sign.tx.message");
	out->contract_state = c->state;
	return audit_act(act, vendor ? "contract.sign" : "contract.seal_agency", c->contract_id,
	    "serial", c->cert.serial);
}

int
signing_commit(struct act *act, struct signing_done *c, struct signing_result *out)
{
	return strcmp(c->items[0].kind, "letter") == 0 ? commit_letter(act, c, out) : commit_contract(act, c, out);
}
