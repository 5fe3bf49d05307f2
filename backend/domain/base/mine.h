/* mine.h - floor 4: what is whose, as conditions for WHERE clauses: lists, counters and
 * single rows ask with the same words, so they can't disagree. */
#ifndef YX_MINE_H
#define YX_MINE_H

#include "backend/act.h"

/* "I am a recipient" for row r of message_recipient: the person, or any signer of a
 * whole vendor. Parameters: MINE_P. */
#define RECIPIENT_ME \
	" (r.member_id = ? OR (r.member_id IS NULL AND r.organization_id = ? AND ?))"
/* "Task t is mine" for row t of sign_task. Parameters: MINE_P. */
#define TASK_MINE \
	" (t.member_id = ? OR (t.member_id IS NULL AND t.organization_id = ? AND ?))"
#define MINE_P(act) \
	yx_p_str((act)->who.member_id), yx_p_str((act)->who.organization_id), \
	yx_p_int(((act)->who.roles & ROLE_VENDOR_SIGNER) != 0)

/* "Contract c is mine": I am its handler or one of its officers. */
#define CONTRACT_MINE \
	" c.organization_id = ? AND (c.handler_id = ? OR EXISTS" \
	" (SELECT 1 FROM contract_officer mine WHERE mine.contract_id = c.id AND mine.member_id = ?))"
#define CONTRACT_MINE_P(act) \
	yx_p_str((act)->who.organization_id), yx_p_str((act)->who.member_id), yx_p_str((act)->who.member_id)

#endif
