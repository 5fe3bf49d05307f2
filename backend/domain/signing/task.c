#include "backend/domain/signing/task.h"

#include "common/random.h"

int
task_create(struct yx_db *db, const char *document_id, const char *kind, const char *organization_id,
    const char *member_id, const char *field, const char *message_id, const char *state)
{
	char id[YX_ID_SIZE];

	yx_random_id(id);
	return yx_db_exec(db,
	    "INSERT INTO sign_task (id, document_id, kind, organization_id, member_id, field, message_id, state)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(document_id), yx_p_str(kind), yx_p_str(organization_id), yx_p_str(member_id),
	    yx_p_str(field), yx_p_str(message_id), yx_p_str(state)), NULL);
}

int
task_wake_sealers(struct yx_db *db, const char *contract_id, const char *message_id)
{
	return yx_db_exec(db,
	    "UPDATE sign_task t JOIN document d ON d.id = t.document_id SET t.state = 'ready', t.message_id = ?,"
	    " t.version = t.version + 1 WHERE d.contract_id = ? AND t.kind = 'sealer' AND t.state = 'waiting'",
	    YX_P(yx_p_str(message_id), yx_p_str(contract_id)), NULL);
}

int
task_signed(struct yx_db *db, const char *task_id, const char *member_id, int64_t now_ms)
{
	uint64_t changed = 0;
	int rc = yx_db_exec(db,
	    "UPDATE sign_task SET state = 'signed', signed_by = ?, signed_at = ?, version = version + 1"
	    " WHERE id = ? AND state = 'prepared'",
	    YX_P(yx_p_str(member_id), yx_p_time(now_ms), yx_p_str(task_id)), &changed);

	if (rc != YX_OK || changed != 1)
		return rc != YX_OK ? rc : YX_CONFLICT;
	return yx_db_exec(db,
	    "UPDATE sign_task s JOIN sign_task t ON t.document_id = s.document_id AND t.field = s.field AND t.id <> s.id"
	    " SET t.state = 'superseded', t.version = t.version + 1"
	    " WHERE s.id = ? AND t.state IN ('waiting', 'ready', 'read', 'prepared')",
	    YX_P(yx_p_str(task_id)), NULL);
}

int
task_open(struct yx_db *db, const char *contract_id, const char *kind, int64_t *open)
{
	struct yx_arena *a = yx_arena_new(4096);
	struct yx_rows *r = NULL;
	int rc = a == NULL ? YX_NO_MEMORY : yx_db_query(db, a,
	    "SELECT COUNT(*) FROM sign_task t JOIN document d ON d.id = t.document_id"
	    " WHERE d.contract_id = ? AND t.kind = ? AND t.state IN ('waiting', 'ready', 'read', 'prepared')",
	    YX_P(yx_p_str(contract_id), yx_p_str(kind)), &r);

	*open = 0;
	if (rc == YX_OK && yx_rows_next(r))
		*open = yx_row_int(r, 0);
	yx_arena_free(&a);
	return rc;
}
