/* contract_change.h - floor 4: what was changed about a contract after it was sent:
 * written with the change, seen by both sides in the signing history. */
#ifndef YX_CONTRACT_CHANGE_H
#define YX_CONTRACT_CHANGE_H

#include "backend/domain/contract/contract.h"

/* Notes every difference between a sent contract as it was and as it shall be (case
 * number, unit, officers, handler, notice addresses), in the caller's transaction that
 * holds the contract's row. Number and title are fixed: YX_FIXED with the field's name. */
int contract_change_note(struct act *act, const struct contract *was, const struct contract *is) YX_MUST_USE;

/* The changes of the contract that a document belongs to, oldest first; for whoever
 * may see the document. Addresses are told to the agency only; texts else as written. */
struct contract_change { int64_t at; const char *by, *field, *before, *after; };
int contract_change_list(
    struct act *act, const char *document_id, struct contract_change **rows, size_t *n) YX_MUST_USE;

#endif
