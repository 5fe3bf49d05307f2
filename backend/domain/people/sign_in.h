/* sign_in.h - floor 4: who came in or tried to, and who has tried too often; the one
 * writer of the tables sign_in and login_failure.
 *
 * Nobody is locked out by what somebody else tries: five failures in a row close a name
 * for the place that they came from, for fifteen minutes. Where very many places try one
 * name, it is closed for places from which its member has never come in; where one place
 * tries very many names, it is closed for names that never came from there. A name that
 * does not exist is treated like one that does. */
#ifndef YX_SIGN_IN_H
#define YX_SIGN_IN_H

#include "backend/act.h"

#define SIGN_IN_FAILURES   5            /* of a name from a place */
#define SIGN_IN_OF_NAME    30           /* of a name from all places */
#define SIGN_IN_OF_PLACE   100          /* of all names from a place */
#define SIGN_IN_WINDOW_MS  (15 * 60 * (int64_t)1000)
#define SIGN_IN_KNOWN_MS   (90 * (int64_t)86400000) /* a place stays known for so long */

/* An attempt: whose name was given, whose account that is. */
struct sign_in {
	const char *account;               /* as it was typed */
	const char *member_id;             /* "" if nobody has that name */
	const char *method;                /* "password", "totp", "recovery", "card", "link" */
};
/* May it be tried? YX_LOCKED; YX_RATE: the place has tried too many names. */
int sign_in_allowed(struct act *act, const struct sign_in *s) YX_MUST_USE;
/* It failed: counted, and in the member's log. In a transaction. *locked: the name is closed for this place now. */
int sign_in_failed(struct act *act, const struct sign_in *s, int *locked) YX_MUST_USE;
/* It went well: in the member's log, and nothing is held against this place. In a transaction. */
int sign_in_done(struct act *act, const struct sign_in *s) YX_MUST_USE;

struct sign_in_row {
	const char *ip, *agent, *method;
	int64_t     at;
	int         fits;
};
/* The log of act->who, newest first. */
int sign_in_list(struct act *act, struct page *page, struct sign_in_row **rows, size_t *n) YX_MUST_USE;
/* Removes sign-ins older than before (ms UTC), and failures that no window counts any more: some thousands of
 * rows at a time (worker). */
int sign_in_sweep(struct yx_db *db, int64_t before_ms, int64_t now_ms) YX_MUST_USE;

/* The network that an address stands for: an IPv4 address itself, of IPv6 its first 64
 * bits; "" for anything else. */
#define SIGN_IN_PLACE 46
void sign_in_place(const char *ip, char out[SIGN_IN_PLACE]);

#endif
