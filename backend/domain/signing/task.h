/* task.h - floor 4: signatures that somebody is asked for; the one writer of the table
 * sign_task, and the words of its states. */
#ifndef YX_TASK_H
#define YX_TASK_H

#include "backend/act.h"

struct task_new {
	const char *document_id, *kind;   /* "vendor" or "sealer" */
	const char *organization_id;
	const char *member_id;            /* NULL: any signer of the organization */
	const char *field;                /* in the PDF */
	const char *message_id;           /* NULL: it waits until the message that asks for it */
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
/* A task is signed; others that share its field are superseded. */
int task_signed(struct yx_db *db, const char *task_id, const char *member_id, int64_t now_ms) YX_MUST_USE;
/* The contract goes no further: its tasks that were not signed end as `state`
 * ("cancelled", "expired"); mine that were open as "rejected" if `mine`. */
int task_end(struct act *act, const char *contract_id, const char *state, int mine) YX_MUST_USE;
/* What had expired is as it was before, except that preparations are gone. */
int task_resume(struct yx_db *db, const char *contract_id) YX_MUST_USE;
/* Who has to sign a contract now, for a mail: address and the message that asks. Fill
 * takes them from columns 0 and 1. */
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

#endif
