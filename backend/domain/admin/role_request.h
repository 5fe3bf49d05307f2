/* role_request.h - floor 4: who gives which role to whom. A role that seals for the agency,
 * that administrates or that audits needs a second administrator; the one writer of the
 * table role_request. All that change something run in the caller's transaction. */
#ifndef YX_ROLE_REQUEST_H
#define YX_ROLE_REQUEST_H

#include "backend/act.h"

/* Gives the member a role, or (*asked 1) asks a second administrator to agree. `why` may
 * be NULL for a role that needs nobody else. YX_NOT_FOUND: not a member, or not a role, of
 * act->who's; YX_ROLE_CONFLICT: it cannot go together with another role; YX_ASKED_ALREADY;
 * YX_STATE: the member has it; YX_NOT_YOURSELF. */
int role_give(struct act *act, const char *member_id, const char *role, const char *why, int *asked) YX_MUST_USE;
/* Takes it away, at once. YX_NOT_FOUND, YX_NOT_YOURSELF, YX_LAST_ADMIN. */
int role_take(struct act *act, const char *member_id, const char *role) YX_MUST_USE;

struct role_request {
	const char *id, *role, *reason, *state;
	const char *member_id, *member, *account, *organization, *unit;
	const char *asked_by, *decided_by;
	int64_t     asked_at, decided_at;   /* 0: open */
	int         mine, may;              /* I asked for it; I may agree to it */
};
/* Open ones, the oldest first, or (closed 1) the newest 100 that are decided. */
int role_request_list(struct act *act, int closed, struct role_request **list, size_t *n) YX_MUST_USE;
/* How many wait for act->who to agree. */
int role_request_count(struct act *act, int64_t *n) YX_MUST_USE;
/* Agrees: the member has the role. YX_SECOND_APPROVER, YX_ROLE_CONFLICT, YX_NOT_FOUND. */
int role_approve(struct act *act, const char *id) YX_MUST_USE;
/* Refuses, or (who asked) takes it back. */
int role_refuse(struct act *act, const char *id) YX_MUST_USE;

#endif
