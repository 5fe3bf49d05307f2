/* task.h - floor 4: signatures that somebody is asked for; the one writer of the table
 * sign_task, and the words of its states. */
#ifndef YX_TASK_H
#define YX_TASK_H

#include "backend/act.h"
#include "backend/domain/people/organization.h"

struct task_new {
	const char *document_id, *kind;   /* "vendor", "sealer" or "letter" */
	const char *organization_id;
	const char *member_id;            /* NULL: any signer of the organization */
	const char *field;                /* in the PDF */
	const char *message_id;           /* NULL: it waits until the message that asks for it */
	const char *for_id;               /* whose deputy member_id is, or NULL */
	int         now;                  /* it does not wait: the writer's own signature */
};
/* All that change something run in the caller's transaction. */
int task_create(struct yx_db *db, const struct task_new *t) YX_MUST_USE;
/* The sealers' turn: waiting tasks of the contract become ready, asked by a message. */
int task_wake_sealers(struct yx_db *db, const char *contract_id, const char *message_id) YX_MUST_USE;
/* I have read the message that asks for them. */
int task_read(struct act *act, const char *message_id) YX_MUST_USE;
/* A preparation begins. YX_STATE if it may not be signed now. */
int task_prepared(struct yx_db *db, const char *task_id) YX_MUST_USE;
/* A preparation was given up: its tasks are open again. */
int task_released(struct yx_db *db, const char *signing_id) YX_MUST_USE;
/* The next vendor's turn, where they sign one after the other: YX_NOT_FOUND if none waits. */
int task_next_vendor(struct act *act, const char *contract_id, const char **organization_id) YX_MUST_USE;
int task_wake_vendor(struct yx_db *db, const char *contract_id, const char *organization_id,
    const char *message_id) YX_MUST_USE;
/* A task is signed. Whoever shares it (a deputy and whom he stands for) need not any more;
 * of the sealers, the others go on with the next field until as many as the contract
 * needs have sealed the document: then nobody need. */
int task_signed(struct act *act, const char *task_id, int64_t now_ms) YX_MUST_USE;
/* The contract goes no further: its tasks that were not signed end as `state`
 * ("cancelled", "expired"); mine that were open as "rejected" if `mine`. */
int task_end(struct act *act, const char *contract_id, const char *state, int mine) YX_MUST_USE;
/* A sealer leaves: the open tasks end, others seal instead. YX_NOT_EMPTY: nobody else who is
 * there was asked for one of them. */
int task_leave(struct act *act, const char *member_id, int64_t *ended) YX_MUST_USE;
/* No signature is wanted any more on the attachments of a letter, or on one of them. */
int task_letter_end(struct yx_db *db, const char *letter_id) YX_MUST_USE;
int task_document_end(struct yx_db *db, const char *document_id) YX_MUST_USE;
/* What had expired is as it was before, except that preparations are gone. */
int task_resume(struct yx_db *db, const char *contract_id) YX_MUST_USE;
/* Who has to sign a contract now, for a mail: member and the message that asks; of those who
 * share an address one. Fill takes them from columns 0 and 1. */
int task_addresses(struct act *act, const char *contract_id, struct yx_db_items *out) YX_MUST_USE;
/* What a message asks of me: the kind of task and the contract, open or not. YX_NOT_FOUND. */
struct task_asked { const char *kind, *contract_id; int64_t open; };
int task_asked(struct act *act, const char *message_id, struct task_asked *out) YX_MUST_USE;
/* How many documents of the contract still lack a signature of that kind. */
int task_open(struct act *act, const char *contract_id, const char *kind, int64_t *open) YX_MUST_USE;
/* Open tasks of mine in a contract, with the message that asked for each. */
struct task { const char *id, *document_id, *message_id; };
int task_list(struct act *act, const char *contract_id, struct task **tasks, size_t *n) YX_MUST_USE;
/* How many signatures of mine that message still asks for. */
int task_left(struct act *act, const char *message_id, int64_t *left) YX_MUST_USE;
/* May a task in that state be signed? */
int task_is_open(const char *state);
/* The contract's deadline beside each of its tasks: home lists what is due in its order. */
int task_due(struct yx_db *db, const char *contract_id) YX_MUST_USE;

/* ---- sealers who change while it is under way: all in the caller's transaction ---- */
/* The states of a task that may be signed, for SQL. */
#define TASK_OPEN_STATES "'ready', 'read', 'prepared'"
/* The same, and those that wait or are done: whose task lives. */
#define TASK_LIVE_STATES "'waiting', 'signed', " TASK_OPEN_STATES
/* A deputy gets a task beside each open one of whom he stands for. */
struct task_stand_in { const char *contract_id, *member_id, *deputy_id; };
int task_stand_in(struct act *act, const struct task_stand_in *in, const char *message_id) YX_MUST_USE;
/* A deputy's task ends: his days are over. Not in the middle of a signature. */
int task_dismiss(struct yx_db *db, const char *task_id) YX_MUST_USE;
/* Open and waiting tasks of sealers who are none of `members` (ids with commas between),
 * nor deputies of one, are another's now. */
int task_delegate(struct yx_db *db, const char *contract_id, const char *members) YX_MUST_USE;
/* A sealer who has no living task gets one on each document that lacks seals, asked by a
 * message; NULL: it waits for the vendors. */
int task_assign(struct act *act, const char *contract_id, const char *member_id, const char *message_id) YX_MUST_USE;
/* Is the member asked already, or has he sealed? YX_NOT_FOUND if not. */
int task_has_sealer(struct act *act, const char *contract_id, const char *member_id) YX_MUST_USE;
/* Has the member sealed each document? YX_NOT_FOUND if not. */
int task_sealed_by(struct act *act, const char *contract_id, const char *member_id) YX_MUST_USE;
/* Takes an id from column 0. */
void task_fill_id(void *item, const struct yx_rows *r, void *ctx);

/* In a merger: the agency's tasks. */
int task_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;

#endif
