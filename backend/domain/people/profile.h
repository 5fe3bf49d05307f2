/* profile.h - floor 4: what members change of their own account. */
#ifndef YX_PROFILE_H
#define YX_PROFILE_H

#include "backend/domain/people/member.h"
#include "backend/domain/people/notice.h"

/* In a transaction: name, phone, language, years. YX_BAD_FIELD (phone), YX_CONFLICT (version). */
int profile_put(struct act *act, const struct member_profile *p) YX_MUST_USE;
/* In a transaction: mails a link to the address that shall be the member's. YX_BAD_FIELD:
 * it is already. */
int profile_ask_email(struct act *act, const char *email) YX_MUST_USE;
/* Another password. `current` is the one that is good now; the session goes on under another
 * token, all others end. Runs its own transaction. YX_PROOF_WRONG, YX_LOCKED, and those of
 * password_prepare(). */
struct profile_password { const char *current, *password; };
int profile_password(struct act *act, const struct profile_password *p, char token[YX_TOKEN_SIZE]) YX_MUST_USE;
/* In a transaction: how to hear of what, and the hours without mail (-1: none). YX_BAD_FIELD. */
struct profile_notices { const char *channel[NOTICE_EVENTS]; int64_t quiet_from, quiet_to; };
int profile_put_notices(struct act *act, const struct profile_notices *n) YX_MUST_USE;

#endif
