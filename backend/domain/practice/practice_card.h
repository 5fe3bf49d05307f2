/* practice_card.h - floor 4: who can be played in a practice (實機演練), and their software cards (軟體卡):
 * keys that the server keeps, with a PIN that everybody is told; the one writer of the table
 * practice_person. */
#ifndef YX_PRACTICE_CARD_H
#define YX_PRACTICE_CARD_H

#include "backend/act.h"
#include "backend/domain/practice/practice_pki.h"

#define PRACTICE_PIN   "123456"
#define PRACTICE_TRIES 3

struct practice_person_new {
	const char *practice_id, *role, *member_id; /* role: "officer", "vendor" or "sealer" */
	const struct practice_card *card;           /* NULL: none */
};
/* In a transaction. */
int practice_person_add(struct act *act, const struct practice_person_new *p) YX_MUST_USE;

/* The card of whom act->who plays. YX_NOT_FOUND: nobody is played, or this one has no card. */
struct practice_holder { const uint8_t *cert; size_t n; int64_t tries; };
int practice_card_get(struct act *act, struct practice_holder *out) YX_MUST_USE;

struct practice_bytes { const uint8_t *p; size_t n; };
struct practice_use {
	const char                  *pin;
	const struct practice_bytes *messages; /* to sign, each whole */
	size_t                       n;
	int64_t                      tries;      /* out: that are left */
	int                          outcome;    /* out: YX_OK, YX_PIN_WRONG or YX_PIN_BLOCKED */
	struct practice_bytes       *signatures; /* out, in the arena: ECDSA, DER, with SHA-256 */
};
/* In a transaction: what a card does. A wrong PIN is no failure of the act: the try that it costs has
 * to stay. YX_NOT_FOUND as above. */
int practice_card_use(struct act *act, struct practice_use *u) YX_MUST_USE;
/* In a transaction: as many tries as in the beginning. YX_NOT_FOUND. */
int practice_card_unblock(struct act *act) YX_MUST_USE;

#endif
