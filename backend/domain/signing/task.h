/* task.h - floor 4: signatures that somebody is asked for. */
#ifndef YX_TASK_H
#define YX_TASK_H

#include "backend/db/db.h"

/* In a transaction. kind "vendor" or "sealer"; member_id NULL: any signer of the
 * organization; message_id NULL while it waits; state "ready" or "waiting". */
int task_create(struct yx_db *db, const char *document_id, const char *kind, const char *organization_id,
    const char *member_id, const char *field, const char *message_id, const char *state) YX_MUST_USE;
/* The sealers' turn: waiting tasks of the contract become ready, asked by a message. */
int task_wake_sealers(struct yx_db *db, const char *contract_id, const char *message_id) YX_MUST_USE;
/* A task is signed; others that share its field are superseded. */
int task_signed(struct yx_db *db, const char *task_id, const char *member_id, int64_t now_ms) YX_MUST_USE;
/* How many documents of the contract still lack a signature of that kind. */
int task_open(struct yx_db *db, const char *contract_id, const char *kind, int64_t *open) YX_MUST_USE;

#endif
