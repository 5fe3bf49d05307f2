#include "backend/domain/base/mine.h"
#include "backend/domain/contract/contract.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/client/client_event.h"
#include "backend/domain/contract/contract_change.h"
#include "backend/domain/contract/contract_parties.h"
#include "backend/domain/contract/contract_row.h"
#include "backend/domain/retention/hold.h"

static int
take_draft(struct act *act, const char *id, int64_t *version)
{
	const char *state = NULL;
	int rc = contract_row_take(act, id, &state, version);

	return rc != YX_OK ? rc : contract_state_is_draft(state) ? YX_OK : YX_STATE;
}

int
contract_is_my_draft(struct act *act, const char *id)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT state FROM contract c WHERE c.id = ? AND" CONTRACT_MINE,
	    YX_P(yx_p_str(id), CONTRACT_MINE_P(act)), &r);

	return rc != YX_OK ? rc : contract_state_is_draft(yx_row_str(r, 0)) ? YX_OK : YX_STATE;
}

int
contract_draft_touch(struct act *act, const char *id)
{
	int64_t version;

	return take_draft(act, id, &version);
}

static int
check_unit(struct act *act, const char *unit_id)
{
	struct unit unit;
	int rc = unit_get(act, act->who.organization_id, unit_id, &unit);

	if (rc == YX_OK && unit.id == NULL)
		rc = act_field(act, "unitId", YX_BAD_FIELD);
	return rc;
}

int
contract_create(struct act *act, const struct contract_basics *b, char id[YX_ID_SIZE])
{
	int rc = check_unit(act, b->unit_id);

	if (rc != YX_OK)
		return rc;
	yx_random_id(id);
	if ((rc = contract_row_add(act, id, b)) != YX_OK ||
	    (rc = contract_add_officers(act, id, b->officers, b->officers_n)) != YX_OK ||
	    (rc = client_event_contract(act, &(struct client_event_new){ id, "contract.created",
	    contract_state_word(CONTRACT_DRAFT), 0 })) != YX_OK)
		return rc;
	return audit_act(act, "contract.create", id, "number", b->number);
}

static int
hand_over(struct act *act, const char *id, const char *handler_id)
{
	int rc = contract_is_colleague(act, handler_id, "officer", "handlerId");

	return rc != YX_OK ? rc : contract_row_handler(act->db, id, handler_id);
}

static int
put_basics(struct act *act, const char *id, const struct contract_basics *b)
{
	int rc = check_unit(act, b->unit_id);

	if (rc != YX_OK || (rc = contract_row_basics(act, id, b)) != YX_OK ||
	    (rc = contract_put_officers(act, id, b->officers, b->officers_n)) != YX_OK ||
	    (b->emails != NULL && (rc = contract_put_emails(act, id, b->emails, b->emails_n)) != YX_OK))
		return rc;
	return b->handler_id == NULL ? YX_OK : hand_over(act, id, b->handler_id);
}

/* After sending, every change is noted where both sides see it. */
static int
put_change(struct act *act, const char *id, const struct contract_basics *b)
{
	struct contract was, is;
	int rc = contract_get_any(act, id, &was);

	if (rc != YX_OK || (rc = put_basics(act, id, b)) != YX_OK || (rc = contract_get_any(act, id, &is)) != YX_OK)
		return rc;
	return contract_change_note(act, &was, &is);
}

int
contract_update(struct act *act, const char *id, const struct contract_basics *b, int64_t *version)
{
	const char *state = NULL;
	int rc = contract_row_take(act, id, &state, version);

	if (rc != YX_OK)
		return rc;
	if (b->version != 0 && b->version != *version - 1)
		return YX_CONFLICT;
	if (contract_state_is_draft(state))
		rc = put_basics(act, id, b);
	else
		rc = contract_state_is_sent(state) ? put_change(act, id, b) : YX_STATE;
	return rc != YX_OK ? rc : audit_act(act, "contract.update", id, "number", b->number);
}

int
contract_discard(struct act *act, const char *id)
{
	int64_t version;
	struct contract c;
	int rc = take_draft(act, id, &version);

	if (rc != YX_OK || (rc = contract_get(act, id, &c)) != YX_OK)
		return rc;
	/* What was sent once is voided, not thrown away. */
	if (c.round > 1)
		return YX_STATE;
	if ((rc = hold_check(act, id)) != YX_OK || (rc = contract_row_remove(act->db, id)) != YX_OK)
		return rc;
	return audit_act(act, "contract.discard", id, NULL, NULL);
}

int64_t
contract_seals(const struct contract_rules *r, size_t sealers)
{
	if (strcmp(r->seal, "all") == 0)
		return (int64_t)sealers;
	return strcmp(r->seal, "some") == 0 ? r->needed : 1;
}

/* The rules fit those who are named. */
static int
put_rules(struct act *act, const char *id, const struct contract_signers *s)
{
	int rc;

	if (strcmp(s->rules.seal, "some") == 0 && s->sealers_n > 0 && s->rules.needed > (int64_t)s->sealers_n)
		return act_field(act, "sealNeeded", YX_BAD_FIELD);
	rc = contract_row_rules(act->db, id, &s->rules);
	return rc != YX_OK ? rc : contract_put_representative(act, id, s->rules.representative);
}

int
contract_signers(struct act *act, const char *id, const struct contract_signers *s, int64_t *version)
{
	int rc = take_draft(act, id, version);

	if (rc != YX_OK)
		return rc;
	if (s->version != 0 && s->version != *version - 1)
		return YX_CONFLICT;
	if ((rc = contract_row_notice(act->db, id, s->subject, s->body)) != YX_OK ||
	    (rc = contract_put_vendors(act, id, s->vendors, s->vendors_n)) != YX_OK ||
	    (rc = contract_put_sealers(act, id, s->sealers, s->sealers_n)) != YX_OK ||
	    (rc = contract_put_emails(act, id, s->emails, s->emails_n)) != YX_OK ||
	    (rc = put_rules(act, id, s)) != YX_OK ||
	    (s->deadline_days >= 0 &&
	    (rc = contract_row_deadline_days(act->db, id, s->deadline_days, s->deadline_hard)) != YX_OK))
		return rc;
	return audit_act(act, "contract.signers", id, NULL, NULL);
}
