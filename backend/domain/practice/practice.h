/* practice.h - floor 4: 實機演練: each member's own agency and vendor to practise with, played by turns;
 * the one writer of the table practice.
 *
 * All of it are ordinary rows that the ordinary rules work on. What keeps it apart: the organizations have a
 * practice_id (SAME_WORLD in act.h), the session says whom it plays (practice_play.h), the seal and
 * the cards are a CA's that nobody trusts (practice_pki.h), numbers have letters of their own, and
 * nothing is mailed or comes into the audit trail. */
#ifndef YX_PRACTICE_H
#define YX_PRACTICE_H

#include "backend/act.h"

#define PRACTICE_PEOPLE 3

struct practice_person {
	const char *role, *member_id, *name, *organization;
	int         card;
	int64_t     tries;
};
struct practice_steps { int vendor_certificate, sealer_certificate, contract, file, sent, signed_, completed; };
struct practice {
	int64_t                started_at;     /* 0: there is none yet */
	const char            *plays;          /* role that act->who plays; NULL: none */
	struct practice_person people[PRACTICE_PEOPLE];
	size_t                 n;
	struct practice_steps  steps;
};
/* The practice of act->who, or of who plays. */
int practice_get(struct act *act, struct practice *out) YX_MUST_USE;

/* All in a transaction. The session plays that role from now on ("officer", "vendor", "sealer"); the practice
 * begins if there is none yet. */
int practice_enter(struct act *act, const char *role) YX_MUST_USE;
/* The session is its member's own again. */
int practice_leave(struct act *act) YX_MUST_USE;
/* Begins anew; what was done is nowhere seen any more, and the worker wipes it. Who was in
 * it is in the new one, as officer. */
int practice_reset(struct act *act) YX_MUST_USE;

/* Worker: wipes those that were reset, or that nobody entered for 90 days; some at a time. */
int practice_wipe(struct yx_db *db, int64_t now_ms) YX_MUST_USE;

#endif
