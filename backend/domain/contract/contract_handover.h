/* contract_handover.h - floor 4: somebody leaves, and others go on with the contracts. */
#ifndef YX_CONTRACT_HANDOVER_H
#define YX_CONTRACT_HANDOVER_H

#include "backend/act.h"

/* In the caller's transaction: every contract under way that `from` handles or is an officer
 * of goes over to `to`, a colleague who is an officer; sent ones with a note that both sides
 * see. Drafts lose `from` as a sealer. *n contracts. `to` NULL: YX_NOT_EMPTY if there is any. */
int contract_hand_over(struct act *act, const char *from, const char *to, int64_t *n) YX_MUST_USE;

#endif
