/* home.h - floor 4: what waits for a member, and what happened to the member's things.
 * Every count is the total of the list that the tile leads to: that list makes it. */
#ifndef YX_HOME_H
#define YX_HOME_H

#include "backend/domain/base/domain.h"

#define HOME_EVENTS 10
#define HOME_DUE    10
#define HOME_DAYS   7    /* what is due within so many days, or over */

struct home_tile { const char *code; int64_t count; };
struct home_counts { struct home_tile tiles[10]; size_t n; };  /* eight are the most */
struct home_event { int64_t at; const char *action, *object_kind, *object_id, *text; };

/* mine: what I must do (sign, seal, read, finish drafts); others: my cases in which
 * somebody else has the turn, or nobody. */
int home_tiles(struct act *act, struct home_counts *mine, struct home_counts *others) YX_MUST_USE;
/* The last HOME_EVENTS, newest first: contracts and certificates that I changed, and what
 * came to me (action "message.notice", ".reply", ".sealing", ".completed"). */
int home_recent(struct act *act, struct home_event **events, size_t *n) YX_MUST_USE;

struct home_due_row {
	const char *role;          /* "officer" (my case), "vendor" or "sealer" (I have to sign) */
	const char *contract_id;   /* for "officer" */
	const char *message_id;    /* for the others */
	const char *number, *title, *deadline;   /* YYYY-MM-DD, the last day in Taipei */
	int         hard, overdue;
};
/* What is due within HOME_DAYS or over, by its day: what I have to sign, else my cases; once each, at
 * most HOME_DUE. */
int home_due(struct act *act, struct home_due_row **rows, size_t *n) YX_MUST_USE;

#endif
