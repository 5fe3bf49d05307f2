/* session.h - floor 4: sessions: who is in, and for how long; the one writer of the table
 * session.
 *
 * A session is a random token that only the browser holds; the database keeps its
 * SHA-256. It ends when it is idle, after session_hours whatever happens, when its member
 * ends it, and when the member's roles, unit or password change. The token is another one
 * after each proof of who one is, so that none from before is good for more. */
#ifndef YX_SESSION_H
#define YX_SESSION_H

#include "backend/act.h"

#define SESSION_PROOF_MS (10 * 60 * (int64_t)1000) /* for which a proof allows dangerous acts */

struct session_new {
	const char *member_id, *account;   /* account NULL: the member's own */
	const char *method;                /* "password", "totp", "recovery", "card", "link" */
	const char *action;                /* what the audit trail calls it */
};
/* Opens a session for a member of whom one has proof: act->who is filled, token (64 hex
 * digits) is for the browser. A session that the request came with is over. Runs its own
 * transaction. YX_NOT_LOGGED_IN: no such active member. */
int session_open(struct act *act, const struct session_new *s, char token[YX_TOKEN_SIZE]) YX_MUST_USE;
/* The same member has proved it again, by that method (NULL: as before): the session goes on
 * with another token. In a transaction. */
int session_renew(struct act *act, const char *method, char token[YX_TOKEN_SIZE]) YX_MUST_USE;
/* The router's hook: who a session token belongs to. YX_NOT_LOGGED_IN. */
int session_authenticate(struct act *act, const char *token, int touch);
/* In a transaction: session.idle_minutes has changed somewhere, which counts for open sessions too. */
int session_idle_changed(struct act *act) YX_MUST_USE;
/* In a transaction: from the next request on the session plays that member of a practice (實機演練), or
 * (NULL) is its own member's again. Its CSRF token is another one then. */
int session_plays(struct act *act, const char *member_id) YX_MUST_USE;
/* Ends the request's session. */
int session_logout(struct act *act) YX_MUST_USE;

struct session_row {
	const char *id, *ip, *agent, *method;
	int64_t     created_at, seen_at;
	int         mine;                  /* the one that asks */
};
/* Those of act->who, the last used first. */
int session_list(struct act *act, struct session_row **rows, size_t *n) YX_MUST_USE;
/* Ends one of act->who's, or (id NULL) all but the one that asks. In a transaction. YX_NOT_FOUND. */
int session_end(struct act *act, const char *id) YX_MUST_USE;

/* What a member sees of the own account besides act->who. */
struct session_profile {
	const char *account, *email, *organization_code, *organization_short_name, *language, *years;
};
int session_profile(struct act *act, struct session_profile *out) YX_MUST_USE;
/* Removes what has expired (worker). */
int session_sweep(struct yx_db *db, int64_t now_ms) YX_MUST_USE;

#endif
