#include "backend/domain/signing/task.h"

#include <string.h>

#include "backend/domain/base/mine.h"
#include "backend/domain/people/member.h"

/* The states of a task that may be signed, for SQL and for C. */
#define OPEN_STATES "'ready', 'read', 'prepared'"

int
task_is_open(const char *state)
{
	return strcmp(state, "ready") == 0 || strcmp(state, "read") == 0 || strcmp(state, "prepared") == 0;
}

int
task_create(struct yx_db *db, const struct task_new *t)
{
	char id[YX_ID_SIZE];

	yx_random_id(id);
	return yx_db_exec(db,
	    "INSERT INTO sign_task (id, document_id, kind, organization_id, member_id, field, message_id, state)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(t->document_id), yx_p_str(t->kind), yx_p_str(t->organization_id),
	    yx_p_str(t->member_id), yx_p_str(t->field), yx_p_str(t->message_id),
	    yx_p_str(t->message_id != NULL ? "ready" : "waiting")), NULL);
}

int
task_wake_sealers(struct yx_db *db, const char *contract_id, const char *message_id)
{
	return yx_db_exec(db,
	    "UPDATE sign_task t JOIN document d ON d.id = t.document_id SET t.state = 'ready', t.message_id = ?,"
	    " t.version = t.version + 1 WHERE d.contract_id = ? AND d.retired_at IS NULL AND t.kind = 'sealer'"
	    " AND t.state = 'waiting'",
	    YX_P(yx_p_str(message_id), yx_p_str(contract_id)), NULL);
}

int
task_read(struct act *act, const char *message_id)
{
	return yx_db_exec(act->db,
	    "UPDATE sign_task t SET t.state = 'read', t.version = t.version + 1"
	    " WHERE t.message_id = ? AND t.state = 'ready' AND" TASK_MINE,
	    YX_P(yx_p_str(message_id), MINE_P(act)), NULL);
}

int
task_prepared(struct yx_db *db, const char *task_id)
{
	return yx_db_change(db,
	    "UPDATE sign_task SET state = 'prepared', version = version + 1 WHERE id = ? AND state IN (" OPEN_STATES ")",
	    YX_P(yx_p_str(task_id)), YX_STATE);
}

int
task_released(struct yx_db *db, const char *signing_id)
{
	return yx_db_exec(db,
	    "UPDATE sign_task t JOIN signing_item i ON i.task_id = t.id SET t.state = 'read', t.version = t.version + 1"
	    " WHERE i.signing_id = ? AND t.state = 'prepared'", YX_P(yx_p_str(signing_id)), NULL);
}

int
task_signed(struct yx_db *db, const char *task_id, const char *member_id, int64_t now_ms)
{
	int rc = yx_db_change(db,
	    "UPDATE sign_task SET state = 'signed', signed_by = ?, signed_at = ?, version = version + 1"
	    " WHERE id = ? AND state = 'prepared'",
	    YX_P(yx_p_str(member_id), yx_p_time(now_ms), yx_p_str(task_id)), YX_CONFLICT);

	if (rc != YX_OK)
		return rc;
	return yx_db_exec(db,
	    "UPDATE sign_task s JOIN sign_task t ON t.document_id = s.document_id AND t.field = s.field AND t.id <> s.id"
	    " SET t.state = 'superseded', t.version = t.version + 1"
	    " WHERE s.id = ? AND t.state IN ('waiting', " OPEN_STATES ")",
	    YX_P(yx_p_str(task_id)), NULL);
}

int
task_end(struct act *act, const char *contract_id, const char *state, int mine)
{
	return yx_db_exec(act->db,
	    "UPDATE sign_task t JOIN document d ON d.id = t.document_id"
	    " SET t.state = IF(? AND t.state <> 'waiting' AND" TASK_MINE ", 'rejected', ?), t.version = t.version + 1"
	    " WHERE d.contract_id = ? AND d.retired_at IS NULL AND t.state IN ('waiting', " OPEN_STATES ")",
	    YX_P(yx_p_int(mine), MINE_P(act), yx_p_str(state), yx_p_str(contract_id)), NULL);
}

int
task_resume(struct yx_db *db, const char *contract_id)
{
	return yx_db_exec(db,
	    "UPDATE sign_task t JOIN document d ON d.id = t.document_id"
	    " SET t.state = IF(t.message_id IS NULL, 'waiting', 'read'), t.version = t.version + 1"
	    " WHERE d.contract_id = ? AND d.retired_at IS NULL AND t.state = 'expired'", YX_P(yx_p_str(contract_id)), NULL);
}

int
task_asked(struct act *act, const char *message_id, struct task_asked *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT t.kind, d.contract_id, SUM(t.state IN (" OPEN_STATES ")) FROM sign_task t"
	    " JOIN document d ON d.id = t.document_id WHERE t.message_id = ? AND" TASK_MINE ""
	    " GROUP BY t.kind, d.contract_id",
	    YX_P(yx_p_str(message_id), MINE_P(act)), &r);

	if (rc == YX_OK)
		*out = (struct task_asked){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_int(r, 2) };
	return rc;
}

int
task_addresses(struct act *act, const char *contract_id, struct yx_db_items *out)
{
	return yx_db_list(act->db, act->arena,
	    "SELECT p.email, MAX(t.message_id) FROM document d JOIN sign_task t ON t.document_id = d.id"
	    " JOIN member p ON p.id = t.member_id OR (t.member_id IS NULL AND p.organization_id = t.organization_id AND"
	    MEMBER_SIGNS("p") ") WHERE d.contract_id = ? AND d.retired_at IS NULL AND t.state IN (" OPEN_STATES ")"
	    " AND NOT p.disabled GROUP BY p.email ORDER BY p.email", YX_P(yx_p_str(contract_id)), out);
}

int
task_open(struct act *act, const char *contract_id, const char *kind, int64_t *open)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT COUNT(DISTINCT t.document_id, t.field) FROM sign_task t JOIN document d ON d.id = t.document_id"
	    " WHERE d.contract_id = ? AND d.retired_at IS NULL AND t.kind = ? AND t.state IN ('waiting', " OPEN_STATES ")",
	    YX_P(yx_p_str(contract_id), yx_p_str(kind)), &r);

	*open = rc == YX_OK ? yx_row_int(r, 0) : 0;
	return rc;
}

int
task_left(struct act *act, const char *message_id, int64_t *left)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*) FROM sign_task t WHERE t.message_id = ? AND t.state IN (" OPEN_STATES ") AND" TASK_MINE,
	    YX_P(yx_p_str(message_id), MINE_P(act)), &r);

	*left = rc == YX_OK ? yx_row_int(r, 0) : 0;
	return rc;
}

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct task *)item = (struct task){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2) };
}

int
task_list(struct act *act, const char *contract_id, struct task **tasks, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**tasks), .fill = fill };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT t.id, t.document_id, t.message_id FROM document d JOIN sign_task t ON t.document_id = d.id"
	    " WHERE d.contract_id = ? AND t.state IN (" OPEN_STATES ") AND" TASK_MINE " ORDER BY d.position, d.number",
	    YX_P(yx_p_str(contract_id), MINE_P(act)), &l);

	*tasks = l.items;
	*n = l.count;
	return rc;
}
