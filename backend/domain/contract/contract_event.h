/* contract_event.h - floor 4: what happened to a contract besides signatures and changes
 * of its data; the one writer of the table contract_event. */
#ifndef YX_CONTRACT_EVENT_H
#define YX_CONTRACT_EVENT_H

#include "backend/domain/contract/contract.h"

struct contract_event_row {
	int64_t     at;
	const char *by;        /* masked name and organization; NULL: the platform */
	const char *kind;      /* "returned", "revised", "void", … (sql/) */
	const char *reason;    /* a word of the list of reasons, or NULL */
	const char *text;
};
/* In a transaction, by act->who (nobody: the platform). reason may be NULL. */
int contract_event_add(struct act *act, const char *id, const char *kind, const char *reason,
    const char *text) YX_MUST_USE;
/* Oldest first, of the contract that a document belongs to, for whoever may see that. */
int contract_event_list(struct act *act, const char *document_id, struct contract_event_row **rows,
    size_t *n) YX_MUST_USE;
/* The same of a contract, for whoever may see it. */
int contract_event_all(struct act *act, const char *id, struct contract_event_row **rows, size_t *n) YX_MUST_USE;
/* YX_OK if there was one of that kind since then (ms UTC), else YX_NOT_FOUND. */
int contract_event_since(struct act *act, const char *id, const char *kind, int64_t since) YX_MUST_USE;

/* In a merger, before the contracts go over: each that was sent tells both sides. */
int contract_event_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;

#endif
