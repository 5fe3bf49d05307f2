/* contract_life.h - floor 4: the other ways that a contract can go. Each runs in the
 * caller's transaction, takes effect for everybody at once, and is told to all who have
 * to do with it. Which step is possible, contract_state.c says; of two racing events one
 * wins and the other learns what happened (contract_state_why). */
#ifndef YX_CONTRACT_LIFE_H
#define YX_CONTRACT_LIFE_H

#include "backend/domain/contract/contract.h"
#include "backend/domain/message/message.h"

struct contract_outcome {
	const char         *state;     /* of the contract, afterwards */
	struct message_sent message;   /* what was told; .number "" if nobody had to be */
	int                 asked;     /* a void: waits for a second person */
};

/* contract_return.c: whom a message asks for a signature gives the contract back.
 * reason: content, amount, party, attachment, authority, other (with a text). */
struct contract_return { const char *message_id, *reason, *text; };
int contract_return(struct act *act, const struct contract_return *in, struct contract_outcome *out) YX_MUST_USE;
/* A returned contract becomes a draft again: its uploads as new documents, the old ones
 * kept and readable. */
int contract_revise(struct act *act, const char *id, struct contract_outcome *out) YX_MUST_USE;

/* contract_void.c: voids what is under way. Where a party has signed, a second person
 * (another officer, or an administrator of the agency) has to confirm: then only asked.
 * YX_SECOND_PERSON from confirm for the one who asked. */
int contract_void(struct act *act, const char *id, const char *reason, struct contract_outcome *out) YX_MUST_USE;
int contract_void_confirm(struct act *act, const char *id, struct contract_outcome *out) YX_MUST_USE;
int contract_void_withdraw(struct act *act, const char *id) YX_MUST_USE;
/* All have signed meanwhile: a void that still waits is withdrawn, by nobody. */
int contract_void_lapse(struct act *act, const char *id) YX_MUST_USE;
struct contract_void_row { const char *id, *number, *title, *by, *reason; int64_t at; int mine; };
/* What waits for a second person and act->who may confirm or has asked, oldest first. */
int contract_void_list(struct act *act, struct contract_void_row **rows, size_t *n) YX_MUST_USE;
/* Of one contract, for who may see it. YX_NOT_FOUND. */
int contract_void_get(struct act *act, const char *id, struct contract_void_row *out) YX_MUST_USE;

/* contract_deadline.c: the last day to sign (YYYY-MM-DD in Taipei; NULL: none). hard:
 * when it is over the contract expires, else it is only marked. A later day brings an
 * expired contract back. YX_BAD_FIELD "date" for a hard day that is over. */
int contract_deadline(struct act *act, const char *id, const char *date, int hard,
    struct contract_outcome *out) YX_MUST_USE;
/* In a transaction, when it is sent: a contract without a last day gets the one that its agency
 * or unit has as a default (contract.deadline_days, contract.deadline_hard). */
int contract_deadline_default(struct act *act, const struct contract *c) YX_MUST_USE;
/* For the worker: lets expire what is over, and reminds of what is due in so many days
 * (contract.remind_days). *done: how many contracts; each in a transaction of its own. */
int contract_deadlines(struct act *act, size_t *done) YX_MUST_USE;

/* contract_remind.c: reminds by mail whoever has to sign now; YX_REMINDED within an hour.
 * No reminder arrives outside the agency's hours for them: *when (ms UTC) is when it goes. */
int contract_remind(struct act *act, const char *id, size_t *mails, int64_t *when) YX_MUST_USE;
/* The same whoever asks, without that limit, in a transaction. */
int contract_remind_now(struct act *act, const char *id, size_t *mails, int64_t *when) YX_MUST_USE;
/* The newest notice once more, to `email`, which takes the place of `instead` (NULL: of
 * none) among the further addresses. */
int contract_resend(struct act *act, const char *id, const char *email, const char *instead) YX_MUST_USE;

/* contract_copy.c: a new draft of act->who like another contract of mine, with its
 * parties and uploads; or, amend, its next 契約變更 (of a completed one, without uploads). */
struct contract_copy { const char *id, *number, *title; int amend; };
int contract_copy(struct act *act, const struct contract_copy *in, char id[YX_ID_SIZE]) YX_MUST_USE;

#endif
