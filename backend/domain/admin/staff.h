/* staff.h - floor 4: the people of an agency, or of the platform, as their administrators
 * see and change them: with full names, and with what they still have to do. */
#ifndef YX_STAFF_H
#define YX_STAFF_H

#include "backend/domain/people/organization.h"

struct staff {
	const char *id, *account, *name, *email;
	const char *organization_id, *organization_name, *organization_kind;
	struct unit unit;                 /* id NULL: none */
	unsigned    roles;                /* bits of enum role */
	int         away;                 /* has left */
	int         invited;              /* has no password yet */
	int64_t     created_at, seen_at;  /* seen_at: of the newest session; 0: none is open */
};
struct staff_filter {
	const char *organization_id;      /* NULL: that of act->who */
	const char *unit_id, *role, *q;   /* NULL: any */
	int         away;                 /* those who have left, instead of those who work */
};
/* By name. page->total is filled. YX_NOT_FOUND: no organization that act->who administrates. */
int staff_list(struct act *act, const struct staff_filter *f, struct page *page, struct staff **list,
    size_t *n) YX_MUST_USE;
/* YX_NOT_FOUND: not one of an organization that act->who administrates. */
int staff_get(struct act *act, const char *id, struct staff *out) YX_MUST_USE;

/* What the member has to do, as numbers: nothing of what it is about. */
struct staff_work {
	int64_t handles;                  /* contracts under way that are the member's */
	int64_t officer;                  /* … that the member is an officer of */
	int64_t seals;                    /* open sealing tasks */
};
int staff_work(struct act *act, const char *id, struct staff_work *out) YX_MUST_USE;

/* All that follow run in the caller's transaction and write the audit row; they answer
 * YX_NOT_FOUND for whom act->who does not administrate. */

struct staff_new {
	const char *organization_id;      /* NULL: that of act->who */
	const char *unit_id;              /* NULL: none */
	const char *account, *name, *email;
};
/* A new member without a role, who gets a link by mail to set a password.
 * YX_ACCOUNT_TAKEN, YX_BAD_FIELD (unit). */
int staff_invite(struct act *act, const struct staff_new *n, char id[YX_ID_SIZE]) YX_MUST_USE;
/* For the operator: a platform administrator, invited by mail, with the platform's own
 * organization if it is not there yet. In a transaction. YX_STATE: there are two already, who
 * make all others; YX_ACCOUNT_TAKEN. */
int staff_first_admin(struct act *act, const struct staff_new *n, char id[YX_ID_SIZE]) YX_MUST_USE;
/* The link again, another one. */
int staff_invite_again(struct act *act, const char *id) YX_MUST_USE;
/* Another unit; NULL: none. */
int staff_move(struct act *act, const char *id, const char *unit_id) YX_MUST_USE;
/* Leaves: what was open goes over to `to` (NULL: there must be nothing, YX_NOT_EMPTY).
 * *done: what went. YX_NOT_YOURSELF, YX_LAST_ADMIN, YX_BAD_FIELD ("to": not of the same
 * agency, or without the roles that the work needs). */
int staff_leave(struct act *act, const char *id, const char *to, struct staff_work *done) YX_MUST_USE;
/* Comes back, without roles. */
int staff_return(struct act *act, const char *id) YX_MUST_USE;

#endif
