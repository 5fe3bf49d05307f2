#include "backend/domain/base/mine.h"
#include "backend/domain/message/message.h"

#include "backend/domain/base/audit.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/message/letter.h"
#include "backend/domain/signing/task.h"

/* The first reading: recipient row, tasks, audit row together. */
int
message_open(struct act *act, const char *id)
{
	int first = 0, rc = message_mark_read(act, id, &first);

	if (rc != YX_OK || !first || (rc = task_read(act, id)) != YX_OK || (rc = letter_receipt(act, id)) != YX_OK)
		return rc;
	return audit_act(act, "message.read", id, NULL, NULL);
}

static int
header(struct act *act, const char *id, struct message *m)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT m.id, m.number, m.kind,"
	    " IF(so.kind = 'agency' AND sp.id IS NOT NULL, CONCAT(sp.name, '(', COALESCE(w.name, so.name), ')'),"
	    " COALESCE(w.name, so.name)),"
	    " m.subject, m.body, m.sent_at, c.id, c.number, c.title, g.id, g.number, g.sent_at,"
	    " EXISTS (SELECT 1 FROM message_recipient r WHERE r.message_id = m.id AND" RECIPIENT_ME ") AS received,"
	    " (m.sender_id = ? OR (m.sender_organization_id = ? AND ?)) AS sent, (" CONTRACT_MINE ") AS mine, c.state"
	    " FROM message m JOIN organization so ON so.id = m.sender_organization_id"
	    " LEFT JOIN organization w ON w.id = m.was_id"
	    " LEFT JOIN member sp ON sp.id = m.sender_id LEFT JOIN contract c ON c.id = m.contract_id"
	    " LEFT JOIN message g ON g.id = m.original_id WHERE m.id = ? HAVING received OR sent",
	    YX_P(MINE_P(act), MINE_P(act), CONTRACT_MINE_P(act), yx_p_str(id)), &r);

	if (rc != YX_OK)
		return rc;
	*m = (struct message){ .id = yx_row_str(r, 0), .number = yx_row_str(r, 1), .kind = yx_row_str(r, 2),
		.sender = yx_row_str(r, 3), .subject = yx_row_str(r, 4), .body = yx_row_str(r, 5),
		.sent_at = yx_row_time(r, 6), .contract_id = yx_row_int(r, 15) ? yx_row_str(r, 7) : NULL,
		.contract_number = yx_row_str(r, 8), .contract_title = yx_row_str(r, 9), .contract_state = yx_row_str(r, 16),
		.original_id = yx_row_str(r, 10), .original_number = yx_row_str(r, 11), .original_at = yx_row_time(r, 12) };
	return YX_OK;
}

static void
fill_recipient(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(const char **)item = yx_row_str(r, 0);
}

static int
recipients(struct act *act, struct message *m)
{
	struct yx_db_items l = { .size = sizeof(*m->recipients), .fill = fill_recipient };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT IF(p.id IS NOT NULL, CONCAT(COALESCE(w.name, o.name), '(', p.name, ')'), COALESCE(w.name, o.name))"
	    " FROM message_recipient r JOIN organization o ON o.id = r.organization_id"
	    " LEFT JOIN organization w ON w.id = r.was_id LEFT JOIN member p ON p.id = r.member_id"
	    " WHERE r.message_id = ? ORDER BY r.position", YX_P(yx_p_str(m->id)), &l);

	m->recipients = l.items;
	m->recipients_n = l.count;
	return rc;
}

static void
fill_file(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct message_file *)item = (struct message_file){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_int(r, 3), yx_row_int(r, 4), yx_row_str(r, 5) };
}

static int
files(struct act *act, struct message *m)
{
	struct yx_db_items l = { .size = sizeof(*m->files), .fill = fill_file };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT d.id, d.number, d.name, x.size, a.revision, d.format FROM message_document a"
	    " JOIN document d ON d.id = a.document_id"
	    " JOIN document_revision v ON v.document_id = d.id AND v.revision = IF(d.format = 'pdf', a.revision, 0)"
	    " JOIN object x ON x.sha256 = COALESCE(v.kept, v.sha256) WHERE a.message_id = ? ORDER BY d.position, d.number",
	    YX_P(yx_p_str(m->id)), &l);

	m->files = l.items;
	m->files_n = l.count;
	return rc;
}

static void
fill_task(void *item, const struct yx_rows *r, void *ctx)
{
	struct message_task *t = item;
	int *can_reply = ctx;

	*t = (struct message_task){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2), yx_row_str(r, 3),
		yx_row_time(r, 4) };
	*can_reply |= task_is_open(t->state);
}

static int
tasks(struct act *act, struct message *m)
{
	struct yx_db_items l = { .size = sizeof(*m->tasks), .fill = fill_task, .ctx = &m->can_reply };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT t.id, t.document_id, t.state, t.kind, t.signed_at FROM sign_task t "
	    "JOIN document d ON d.id = t.document_id"
	    " WHERE t.message_id = ? AND" TASK_MINE " ORDER BY d.position, d.number",
	    YX_P(yx_p_str(m->id), MINE_P(act)), &l);

	m->tasks = l.items;
	m->tasks_n = l.count;
	return rc;
}

struct reading {
	struct act *act;
	const char *id;
	struct message *out;
};

/* Marked first, read then: of a reader and a writer who recalls it, one comes too late. */
static int
open_it(struct yx_db *db, void *ctx)
{
	struct reading *x = ctx;
	int rc = message_open(x->act, x->id);

	(void)db;
	return rc != YX_OK ? rc : header(x->act, x->id, x->out);
}

int
message_read(struct act *act, const char *id, struct message *out)
{
	struct reading x = { act, id, out };
	int rc = yx_db_tx(act->db, open_it, &x);

	if (rc != YX_OK)
		return rc;
	if ((rc = recipients(act, out)) != YX_OK || (rc = files(act, out)) != YX_OK)
		return rc;
	return tasks(act, out);
}
