/* contract_links.h - floor 4: 關聯契約: the contract that another changes (契約變更), its other changes, and
 * copies, in both directions, as far as one may see them. */
#ifndef YX_CONTRACT_LINKS_H
#define YX_CONTRACT_LINKS_H

#include "backend/domain/contract/contract.h"

#define CONTRACT_LINKS_MAX 50

struct contract_link {
	const char *relation;      /* "original", "amendment", "sibling" (another change of the same),
	                            * "copied_from", "copy" */
	const char *number, *title, *state;
	int64_t     amendment;     /* the n-th change; 0: none */
	const char *contract_id;   /* of a contract of mine, else NULL: then it is read at */
	const char *message_id;    /* the newest message about it that I received */
};
/* Of a contract of mine; the original first, then changes in their order, then copies. */
int contract_links(struct act *act, const char *id, struct contract_link **rows, size_t *n) YX_MUST_USE;
/* The same of the contract that a message is about which I received or sent; none of other messages. */
int contract_links_of_message(struct act *act, const char *message_id, struct contract_link **rows,
    size_t *n) YX_MUST_USE;

#endif
