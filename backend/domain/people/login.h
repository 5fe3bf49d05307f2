/* login.h - floor 4: coming in with a password, and with a second factor where there is
 * one; the one writer of the table login_ticket. */
#ifndef YX_LOGIN_H
#define YX_LOGIN_H

#include "backend/act.h"

#define LOGIN_TICKET_SECONDS 300

/* The password was right. second: a code is asked for, and token is a ticket for
 * login_second(); else token is a session's (act->who is filled). */
struct login {
	int  second;
	char token[YX_TOKEN_SIZE];
};
/* YX_LOGIN_FAILED, YX_LOCKED, YX_RATE (sign_in.h). An account that does not exist costs the
 * same hash and the same statements. */
int login_password(struct act *act, const char *account, const char *password, struct login *out) YX_MUST_USE;
/* The second step: a code of six digits, or one for recovery. A ticket is good for
 * LOGIN_TICKET_SECONDS, and once. YX_CODE_WRONG, YX_LOCKED; YX_LINK_EXPIRED: log in anew. */
int login_second(struct act *act, const char *ticket, const char *code, char token[YX_TOKEN_SIZE]) YX_MUST_USE;

/* Is it the password of act->who? A failure counts as one of a login. YX_PROOF_WRONG with
 * `field`, YX_LOCKED. */
int login_check(struct act *act, const char *field, const char *password) YX_MUST_USE;
/* act->who proves again who it is: password, and a code if there is a second factor. The
 * session goes on under another token. YX_PROOF_WRONG (the field tells which), YX_LOCKED. */
int login_prove(struct act *act, const char *password, const char *code, char token[YX_TOKEN_SIZE]) YX_MUST_USE;
/* Removes tickets that expired (worker). */
int login_sweep(struct yx_db *db, int64_t now_ms) YX_MUST_USE;

#endif
