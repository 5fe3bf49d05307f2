#include "backend/domain/contract/contract_life.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/contract/contract_event.h"
#include "backend/domain/contract/contract_parties.h"
#include "backend/domain/contract/contract_row.h"
#include "backend/domain/document/document.h"
#include "backend/domain/seal/place.h"

static const char **
ids_of(struct act *act, const struct member_person *p, size_t n)
{
	const char **ids = yx_arena_alloc(act->arena, (n + 1) * sizeof(*ids));

	for (size_t i = 0; ids != NULL && i < n; i++)
		ids[i] = p[i].id;
	return ids;
}

/* The same parties; the notice is written anew, as it names number and name. */
static int
copy_parties(struct act *act, const struct contract *from, const char *id)
{
	const char **vendors = yx_arena_alloc(act->arena, (from->vendors_n + 1) * sizeof(*vendors));
	const char **sealers = ids_of(act, from->sealers, from->sealers_n);
	int rc;

	if (vendors == NULL || sealers == NULL)
		return YX_NO_MEMORY;
	for (size_t i = 0; i < from->vendors_n; i++)
		vendors[i] = from->vendors[i].id;
	if ((rc = contract_put_vendors(act, id, vendors, from->vendors_n)) != YX_OK ||
	    (rc = contract_put_emails(act, id, from->emails, from->emails_n)) != YX_OK ||
	    (rc = contract_row_rules(act->db, id, &from->rules)) != YX_OK ||
	    (rc = contract_put_representative(act, id, from->rules.representative)) != YX_OK)
		return rc;
	/* A sealer who has left is no reason not to copy: then all are offered again. */
	rc = contract_put_sealers(act, id, sealers, from->sealers_n);
	return rc != YX_BAD_FIELD ? rc : contract_put_sealers(act, id, NULL, 0);
}

static int
amend(struct act *act, const struct contract *from, const char *id)
{
	int rc = contract_row_amends(act->db, id, from->id);

	if (rc != YX_OK || (rc = contract_event_add(act, from->id, "amended", NULL, NULL)) != YX_OK)
		return rc;
	return audit_act(act, "contract.amend", id, "amends", from->id);
}

int
contract_copy(struct act *act, const struct contract_copy *in, char id[YX_ID_SIZE])
{
	const char *me = act->who.member_id;
	struct contract from;
	struct contract_basics b = { .number = in->number, .title = in->title, .officers = &me, .officers_n = 1 };
	int rc = contract_get(act, in->id, &from);

	if (rc != YX_OK)
		return rc;
	if (in->amend && from.completed_at == 0)
		return YX_STATE;
	b.case_number = from.case_number;
	b.unit_id = from.unit.id;
	if ((rc = contract_create(act, &b, id)) != YX_OK || (rc = copy_parties(act, &from, id)) != YX_OK)
		return rc;
	if (in->amend)
		return amend(act, &from, id);
	if ((rc = contract_row_copied(act->db, id, from.id)) != YX_OK || (rc = document_copy(act, from.id, id)) != YX_OK ||
	    (rc = place_carry(act, from.id, id)) != YX_OK ||
	    (rc = contract_event_add(act, id, "copied", NULL, from.number)) != YX_OK)
		return rc;
	return audit_act(act, "contract.copy", id, "from", from.id);
}
