/* client_contract.h - floor 4: contracts as a client reads and makes them. An agency's client sees
 * those that it made and still handles and, with contracts:all, every one that the agency has sent;
 * a company's those that the company was asked to sign. */
#ifndef YX_CLIENT_CONTRACT_H
#define YX_CLIENT_CONTRACT_H

#include "backend/domain/contract/contract.h"

/* SQL: row c of contract is one that the client act->who sees. Parameters: CLIENT_SEES_P. */
#define CLIENT_SEES \
	" ((" CONTRACT_MINE ") OR (? AND c.organization_id = ? AND c.sent_at IS NOT NULL) OR EXISTS" \
	" (SELECT 1 FROM document d JOIN sign_task t ON t.document_id = d.id WHERE d.contract_id = c.id" \
	" AND t.message_id IS NOT NULL AND" TASK_MINE "))"
#define CLIENT_SEES_P(act) CONTRACT_MINE_P(act), yx_p_int(((act)->who.scopes & SCOPE_CONTRACTS_ALL) != 0), \
	yx_p_str((act)->who.organization_id), MINE_P(act)

struct client_contract_row {
	const char *id, *number, *title, *case_number, *state;
	int64_t     created_at, sent_at, completed_at;
};
/* Where a page ended; id "" for the beginning. */
struct client_cursor { int64_t at; char id[YX_ID_SIZE]; };
struct client_contract_filter {
	const char          *number;      /* exactly; NULL: any */
	struct client_cursor from;
	int64_t              most;
};
/* An agency's the newest first, a company's by id: an order that stays while a client reads on. */
int client_contract_list(struct act *act, const struct client_contract_filter *f, struct client_contract_row **rows,
    size_t *n) YX_MUST_USE;
/* YX_NOT_FOUND: none that the client sees. */
int client_contract_get(struct act *act, const char *id, struct contract *out) YX_MUST_USE;

/* ---- client_draft.c: what people choose from lists, a client names by the codes that it knows ---- */
struct client_draft {
	const char *number, *title, *case_number;
	const char *unit;                 /* code, with or without the agency's: 6300, 379730000A6300 */
	const char *const *officers;      /* accounts of people of the agency */
	const char *const *vendors;       /* 統一編號, in the order in which they sign */
	const char *const *sealers;       /* accounts; none: every sealer of the agency */
	const char *const *emails;
	size_t      officers_n, vendors_n, sealers_n, emails_n;
	const char *subject, *body;       /* NULL: as pages propose it */
	int         in_order;
};
/* In a transaction: a draft with its parties. YX_BAD_FIELD with the field that names something
 * unknown; the errors of contract_create. */
int client_draft_create(struct act *act, const struct client_draft *d, char id[YX_ID_SIZE]) YX_MUST_USE;

#endif
