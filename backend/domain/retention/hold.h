/* hold.h - floor 4: 保全: a contract of which nothing is discarded or destroyed, whatever its time says. Asked
 * for by an administrator of its agency or an auditor, with a reason and a case number, it counts at once; a
 * second person, an administrator of the agency, confirms or refuses it, and agrees to lifting it. The one
 * writer of the table legal_hold. All that change something run in the caller's transaction. */
#ifndef YX_HOLD_H
#define YX_HOLD_H

#include "backend/domain/retention/retention.h"
#include "backend/domain/people/organization.h"

struct hold_new { const char *agency_code, *number, *case_number, *reason; };
/* A contract of the agency with that code (NULL: the own). YX_BAD_FIELD ("number"), YX_DESTROYED. */
int hold_ask(struct act *act, const struct hold_new *h, char id[YX_ID_SIZE]) YX_MUST_USE;

struct hold {
	const char *id, *contract_id, *number, *organization, *case_number, *reason, *state;
	const char *asked_by, *decided_by, *lift_reason, *lift_asked_by, *lifted_by;
	int64_t     asked_at, decided_at, lift_asked_at, lifted_at;
	int         may_decide;        /* what waits is act->who's to confirm or refuse */
	int         may_refuse;        /* to take back: who asked */
	int         may_lift;
};
int hold_list(struct act *act, const struct retention_scope *s, const struct retention_page *p, struct hold **list,
    size_t *n) YX_MUST_USE;
/* Those of one contract that count, the oldest first, 20 at most; the caller has looked whether it may be seen. */
int hold_of(struct act *act, const char *contract_id, struct hold **list, size_t *n) YX_MUST_USE;

/* Agrees to what waits: the hold, or that it is lifted. YX_NOT_FOUND, YX_SECOND_APPROVER. */
int hold_agree(struct act *act, const char *id) YX_MUST_USE;
/* Refuses it: it holds no more, or still holds. Who asked may take it back so. */
int hold_refuse(struct act *act, const char *id) YX_MUST_USE;
/* Asks for lifting one that is confirmed. YX_NOT_FOUND, YX_STATE. */
int hold_lift(struct act *act, const char *id, const char *reason) YX_MUST_USE;

/* YX_HELD if the contract is held. In the transaction that has its row. */
int hold_check(struct act *act, const char *contract_id) YX_MUST_USE;

/* In a merger: holds go with their contracts. */
int hold_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;

#endif
