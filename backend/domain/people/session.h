/* session.h - floor 4: who may come in, and for how long.
 *
 * Passwords are argon2id (RFC 9106, libsodium's PHC form). Five failures in a row
 * lock an account for fifteen minutes. A session is a random token that only the
 * browser holds; the database keeps its SHA-256. */
#ifndef YX_SESSION_H
#define YX_SESSION_H

#include "backend/act.h"

/* Hash of a password for a new account; in the arena. */
int session_hash_password(struct yx_arena *a, const char *password, const char **hash) YX_MUST_USE;
/* Checks account and password, opens a session (act->who is filled) and gives its
 * token: 64 hex digits that only the browser keeps. YX_LOGIN_FAILED, YX_LOCKED. Runs
 * its own transaction. An unknown account costs the same hash and the same statements. */
int session_login(struct act *act, const char *account, const char *password, char token[YX_TOKEN_SIZE]) YX_MUST_USE;
/* Opens a session for a member whom something else than a password has told (act->who is
 * filled); `action` is what the audit trail calls it. Runs its own transaction. */
int session_open(struct act *act, const char *member_id, const char *action, char token[YX_TOKEN_SIZE]) YX_MUST_USE;
/* The router's hook: who a session token belongs to. YX_NOT_LOGGED_IN. */
int session_authenticate(struct act *act, const char *token, int touch);
/* Ends the request's session. */
int session_logout(struct act *act) YX_MUST_USE;
/* What a member sees of the own account besides act->who. */
struct session_profile {
	const char *account, *email, *organization_code, *organization_short_name;
};
int session_profile(struct act *act, struct session_profile *out) YX_MUST_USE;
/* Removes what has expired (worker). */
int session_sweep(struct yx_db *db, int64_t now_ms) YX_MUST_USE;

#endif
