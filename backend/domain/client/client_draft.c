#include "backend/domain/client/client_contract.h"

/* A list of codes or accounts, and what of the database they name. */
struct naming { const char *field, *sql; const char *const *words; size_t n; };

/* Ids in the order of the words. */
static int
ids_of(struct act *act, const struct naming *x, const char *const **out)
{
	const char **ids = yx_arena_alloc(act->arena, (x->n + 1) * sizeof(*ids));
	struct yx_rows *r = NULL;
	int rc = ids == NULL ? YX_NO_MEMORY : YX_OK;

	for (size_t i = 0; rc == YX_OK && i < x->n; i++) {
		rc = yx_db_one(act->db, act->arena, x->sql, YX_P(yx_p_str(act->who.organization_id), yx_p_str(x->words[i]),
		    yx_p_str(x->words[i])), &r);
		if (rc == YX_OK)
			ids[i] = yx_row_str(r, 0);
	}
	*out = ids;
	return rc == YX_NOT_FOUND ? act_field(act, x->field, YX_BAD_FIELD) : rc;
}

#define OF_AGENCY "SELECT id FROM member WHERE organization_id = ? AND account = ? AND ? <> '' AND NOT disabled"
#define OF_VENDORS \
	"SELECT id FROM organization WHERE ? <> '' AND kind = 'vendor' AND code = ? AND ? <> '' AND closed_at IS NULL"
#define OF_UNITS \
	"SELECT u.id FROM unit u JOIN organization o ON o.id = u.organization_id WHERE u.organization_id = ?" \
	" AND u.closed_at IS NULL AND (u.code = ? OR CONCAT(o.code, u.code) = ?)"

int
client_draft_create(struct act *act, const struct client_draft *d, char id[YX_ID_SIZE])
{
	const char *const *units = NULL;
	struct contract_basics b = { .number = d->number, .title = d->title, .case_number = d->case_number,
		.officers_n = d->officers_n };
	struct contract_signers s = { .emails = d->emails, .vendors_n = d->vendors_n, .sealers_n = d->sealers_n,
		.emails_n = d->emails_n, .rules = { .in_order = d->in_order, .seal = "any", .needed = 1 },
		.subject = d->subject != NULL ? d->subject : "", .body = d->body != NULL ? d->body : "" };
	int64_t version = 0;
	int rc = ids_of(act, &(struct naming){ "unit", OF_UNITS, &d->unit, 1 }, &units);

	if (rc != YX_OK || (rc = ids_of(act, &(struct naming){ "officers", OF_AGENCY, d->officers, d->officers_n },
	    &b.officers)) != YX_OK ||
	    (rc = ids_of(act, &(struct naming){ "vendors", OF_VENDORS, d->vendors, d->vendors_n }, &s.vendors)) != YX_OK ||
	    (rc = ids_of(act, &(struct naming){ "sealers", OF_AGENCY, d->sealers, d->sealers_n }, &s.sealers)) != YX_OK)
		return rc;
	b.unit_id = units[0];
	return (rc = contract_create(act, &b, id)) != YX_OK ? rc : contract_signers(act, id, &s, &version);
}
