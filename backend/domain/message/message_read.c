#include "backend/domain/message/message.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/contract/contract.h"

struct reading {
	struct http_request *rq;
	const char          *id;
	int                  first;
};

/* The first reading: recipient row, tasks, audit row together. */
static int
mark_read(struct yx_db *db, void *ctx)
{
	struct reading *x = ctx;
	struct http_request *rq = x->rq;
	uint64_t changed = 0;
	int rc = yx_db_exec(db,
	    "UPDATE message_recipient r SET r.read_at = ?, r.read_by = ? WHERE r.message_id = ? AND r.read_at IS NULL AND" RECIPIENT_ME,
	    YX_P(yx_p_time(yx_now_ms()), yx_p_str(rq->who.member_id), yx_p_str(x->id), RECIPIENT_ME_P(rq)), &changed);

	if (rc != YX_OK || changed == 0)
		return rc;
	rc = yx_db_exec(db,
	    "UPDATE sign_task t SET t.state = 'read', t.version = t.version + 1"
	    " WHERE t.message_id = ? AND t.state = 'ready' AND" TASK_MINE,
	    YX_P(yx_p_str(x->id), RECIPIENT_ME_P(rq)), NULL);
	return rc != YX_OK ? rc : audit_request(rq, "message.read", "message", x->id, NULL, NULL);
}

static int
header(struct http_request *rq, const char *id, struct message *m, int *recipient)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena,
	    "SELECT m.id, m.number, m.kind, IF(so.kind = 'agency' AND sp.id IS NOT NULL, CONCAT(sp.name, '(', so.name, ')'), so.name),"
	    " m.subject, m.body, m.sent_at, c.id, c.number, c.title, g.id, g.number, g.sent_at,"
	    " EXISTS (SELECT 1 FROM message_recipient r WHERE r.message_id = m.id AND" RECIPIENT_ME ") AS received,"
	    " (m.sender_id = ? OR (m.sender_organization_id = ? AND ?)) AS sent, (" CONTRACT_MINE ") AS mine"
	    " FROM message m JOIN organization so ON so.id = m.sender_organization_id"
	    " LEFT JOIN member sp ON sp.id = m.sender_id LEFT JOIN contract c ON c.id = m.contract_id"
	    " LEFT JOIN message g ON g.id = m.original_id WHERE m.id = ? HAVING received OR sent",
	    YX_P(RECIPIENT_ME_P(rq), RECIPIENT_ME_P(rq), CONTRACT_MINE_P(rq), yx_p_str(id)), &r);

	if (rc != YX_OK || !yx_rows_next(r))
		return rc != YX_OK ? rc : YX_NOT_FOUND;
	*m = (struct message){ .id = yx_row_str(r, 0), .number = yx_row_str(r, 1), .kind = yx_row_str(r, 2),
		.sender = yx_row_str(r, 3), .subject = yx_row_str(r, 4), .body = yx_row_str(r, 5),
		.sent_at = yx_row_time(r, 6), .contract_id = yx_row_int(r, 15) ? yx_row_str(r, 7) : NULL,
		.contract_number = yx_row_str(r, 8), .contract_title = yx_row_str(r, 9),
		.original_id = yx_row_str(r, 10), .original_number = yx_row_str(r, 11), .original_at = yx_row_time(r, 12) };
	*recipient = yx_row_int(r, 13) != 0;
	return YX_OK;
}

static int
recipients(struct http_request *rq, struct message *m)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena,
	    "SELECT IF(p.id IS NOT NULL, CONCAT(o.name, '(', p.name, ')'), o.name) FROM message_recipient r"
	    " JOIN organization o ON o.id = r.organization_id LEFT JOIN member p ON p.id = r.member_id"
	    " WHERE r.message_id = ? ORDER BY r.position", YX_P(yx_p_str(m->id)), &r);

	if (rc != YX_OK)
		return rc;
	if ((m->recipients = yx_arena_alloc(rq->arena, (yx_rows_count(r) + 1) * sizeof(*m->recipients))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		m->recipients[m->recipients_n++] = yx_row_str(r, 0);
	return YX_OK;
}

static int
files(struct http_request *rq, struct message *m)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena,
	    "SELECT d.id, d.number, d.name, x.size, v.revision FROM message_document a"
	    " JOIN document d ON d.id = a.document_id"
	    " JOIN document_revision v ON v.document_id = a.document_id AND v.revision = a.revision"
	    " JOIN object x ON x.sha256 = v.sha256 WHERE a.message_id = ? ORDER BY d.position, d.number",
	    YX_P(yx_p_str(m->id)), &r);

	if (rc != YX_OK)
		return rc;
	if ((m->files = yx_arena_alloc(rq->arena, (yx_rows_count(r) + 1) * sizeof(*m->files))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		m->files[m->files_n++] = (struct message_file){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
			yx_row_int(r, 3), yx_row_int(r, 4) };
	return YX_OK;
}

static int
tasks(struct http_request *rq, struct message *m)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena,
	    "SELECT t.id, t.document_id, t.state, t.kind, t.signed_at FROM sign_task t JOIN document d ON d.id = t.document_id"
	    " WHERE t.message_id = ? AND" TASK_MINE " ORDER BY d.position, d.number",
	    YX_P(yx_p_str(m->id), RECIPIENT_ME_P(rq)), &r);

	if (rc != YX_OK)
		return rc;
	if ((m->tasks = yx_arena_alloc(rq->arena, (yx_rows_count(r) + 1) * sizeof(*m->tasks))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r)) {
		const char *state = yx_row_str(r, 2);

		m->tasks[m->tasks_n++] = (struct message_task){ yx_row_str(r, 0), yx_row_str(r, 1), state,
			yx_row_str(r, 3), yx_row_time(r, 4) };
		m->can_reply |= strcmp(state, "ready") == 0 || strcmp(state, "read") == 0 || strcmp(state, "prepared") == 0;
	}
	return YX_OK;
}

int
message_read(struct http_request *rq, const char *id, struct message *out)
{
	struct reading x = { .rq = rq, .id = id };
	int recipient = 0, rc = header(rq, id, out, &recipient);

	if (rc != YX_OK || (recipient && (rc = yx_db_tx(rq->db, mark_read, &x)) != YX_OK))
		return rc;
	if ((rc = recipients(rq, out)) != YX_OK || (rc = files(rq, out)) != YX_OK)
		return rc;
	return tasks(rq, out);
}
