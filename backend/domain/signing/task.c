#include "backend/domain/signing/task.h"

#include <string.h>

#include "backend/domain/base/mine.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/people/member.h"

#define OPEN_STATES TASK_OPEN_STATES

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
	    "INSERT INTO sign_task (id, document_id, kind, organization_id, member_id, field, message_id, state, for_id,"
	    " due_on)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?,"
	    " (SELECT c.deadline FROM document d JOIN contract c ON c.id = d.contract_id WHERE d.id = ?))",
	    YX_P(yx_p_str(id), yx_p_str(t->document_id), yx_p_str(t->kind), yx_p_str(t->organization_id),
	    yx_p_str(t->member_id), yx_p_str(t->field), yx_p_str(t->message_id),
	    yx_p_str(t->message_id != NULL || t->now ? "ready" : "waiting"), yx_p_str(t->for_id),
	    yx_p_str(t->document_id)), NULL);
}

int
task_due(struct yx_db *db, const char *contract_id)
{
	return yx_db_exec(db,
	    "UPDATE sign_task t JOIN document d ON d.id = t.document_id JOIN contract c ON c.id = d.contract_id"
	    " SET t.due_on = c.deadline WHERE c.id = ? AND d.retired_at IS NULL", YX_P(yx_p_str(contract_id)), NULL);
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
task_next_vendor(struct act *act, const char *contract_id, const char **organization_id)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT t.organization_id FROM document d JOIN sign_task t ON t.document_id = d.id AND t.kind = 'vendor'"
	    " JOIN contract_vendor v ON v.contract_id = d.contract_id AND v.organization_id = t.organization_id"
	    " WHERE d.contract_id = ? AND d.retired_at IS NULL AND t.state = 'waiting' ORDER BY v.position LIMIT 1",
	    YX_P(yx_p_str(contract_id)), &r);

	if (rc == YX_OK)
		*organization_id = yx_row_str(r, 0);
	return rc;
}

int
task_wake_vendor(struct yx_db *db, const char *contract_id, const char *organization_id, const char *message_id)
{
	return yx_db_exec(db,
	    "UPDATE sign_task t JOIN document d ON d.id = t.document_id SET t.state = 'ready', t.message_id = ?,"
	    " t.version = t.version + 1 WHERE d.contract_id = ? AND d.retired_at IS NULL AND t.kind = 'vendor'"
	    " AND t.organization_id = ? AND t.state = 'waiting'",
	    YX_P(yx_p_str(message_id), yx_p_str(contract_id), yx_p_str(organization_id)), NULL);
}

/* How many have sealed the task's document, and how many have to. */
static int
seals(struct act *act, const char *task_id, int64_t *have, int64_t *needed)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT COALESCE(c.seal_needed, 0), (SELECT COUNT(*) FROM sign_task t"
	    " WHERE t.document_id = d.id AND t.kind = 'sealer' AND t.state = 'signed')"
	    " FROM sign_task s JOIN document d ON d.id = s.document_id"
	    " LEFT JOIN contract c ON c.id = d.contract_id WHERE s.id = ?", YX_P(yx_p_str(task_id)), &r);

	if (rc == YX_OK) {
		*needed = yx_row_int(r, 0);
		*have = yx_row_int(r, 1);
	}
	return rc;
}

/* Of the document's other sealers: if it is done nobody need seal; else who is the same
 * person's deputy or principal need not, and the rest go on with the next field. */
static int
settle_sealers(struct act *act, const char *task_id, int done, const char *field)
{
	int rc = yx_db_exec(act->db,
	    "UPDATE sign_task s JOIN sign_task t ON t.document_id = s.document_id AND t.kind = 'sealer' AND t.id <> s.id"
	    " SET t.state = 'superseded', t.version = t.version + 1"
	    " WHERE s.id = ? AND s.kind = 'sealer' AND t.state IN ('waiting', " OPEN_STATES ")"
	    " AND (? OR COALESCE(t.for_id, t.member_id) = COALESCE(s.for_id, s.member_id))",
	    YX_P(yx_p_str(task_id), yx_p_int(done)), NULL);

	if (rc != YX_OK || done)
		return rc;
	return yx_db_exec(act->db,
	    "UPDATE sign_task s JOIN sign_task t ON t.document_id = s.document_id AND t.kind = 'sealer' AND t.id <> s.id"
	    " SET t.field = ?, t.version = t.version + 1 WHERE s.id = ? AND t.state IN ('waiting', " OPEN_STATES ")",
	    YX_P(yx_p_str(field), yx_p_str(task_id)), NULL);
}

int
task_signed(struct act *act, const char *task_id, int64_t now_ms)
{
	int64_t have = 0, needed = 0;
	const char *field;
	int rc = yx_db_change(act->db,
	    "UPDATE sign_task SET state = 'signed', signed_by = ?, signed_at = ?, version = version + 1"
	    " WHERE id = ? AND state = 'prepared'",
	    YX_P(yx_p_str(act->who.member_id), yx_p_time(now_ms), yx_p_str(task_id)), YX_CONFLICT);

	if (rc != YX_OK || (rc = seals(act, task_id, &have, &needed)) != YX_OK)
		return rc;
	field = yx_arena_printf(act->arena, FIELD_AGENCY, (int)have + 1);
	return field == NULL ? YX_NO_MEMORY : settle_sealers(act, task_id, have >= needed, field);
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
task_leave(struct act *act, const char *member_id, int64_t *ended)
{
	struct yx_rows *r = NULL;
	uint64_t n = 0;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*) FROM sign_task t WHERE t.member_id = ? AND t.state IN ('waiting', " OPEN_STATES ")"
	    " AND NOT EXISTS (SELECT 1 FROM sign_task s JOIN member m ON m.id = s.member_id WHERE"
	    "  s.document_id = t.document_id AND s.field = t.field AND s.id <> t.id AND NOT m.disabled"
	    "  AND s.state IN ('waiting', " OPEN_STATES "))", YX_P(yx_p_str(member_id)), &r);

	*ended = 0;
	if (rc != YX_OK || yx_row_int(r, 0) > 0)
		return rc != YX_OK ? rc : YX_NOT_EMPTY;
	rc = yx_db_exec(act->db,
	    "UPDATE sign_task SET state = 'cancelled', version = version + 1 WHERE member_id = ?"
	    " AND state IN ('waiting', " OPEN_STATES ")", YX_P(yx_p_str(member_id)), &n);
	*ended = (int64_t)n;
	return rc;
}

int
task_letter_end(struct yx_db *db, const char *letter_id)
{
	return yx_db_exec(db,
	    "UPDATE sign_task t JOIN document d ON d.id = t.document_id SET t.state = 'cancelled',"
	    " t.version = t.version + 1 WHERE d.letter_id = ? AND t.state IN ('waiting', " OPEN_STATES ")",
	    YX_P(yx_p_str(letter_id)), NULL);
}

int
task_document_end(struct yx_db *db, const char *document_id)
{
	return yx_db_exec(db,
	    "UPDATE sign_task SET state = 'cancelled', version = version + 1"
	    " WHERE document_id = ? AND state IN ('waiting', " OPEN_STATES ")", YX_P(yx_p_str(document_id)), NULL);
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
	    "SELECT MIN(p.id), MAX(t.message_id) FROM document d JOIN sign_task t ON t.document_id = d.id"
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

/* ---- sealers who change while it is under way ---- */

void
task_fill_id(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(const char **)item = yx_row_str(r, 0);
}

static void
fill_new(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct task_new *)item = (struct task_new){ .document_id = yx_row_str(r, 0), .kind = "sealer",
		.organization_id = yx_row_str(r, 1), .field = yx_row_str(r, 2) };
}

/* One more for each row. */
static int
create_each(struct act *act, const struct yx_db_items *l, const struct task_new *as)
{
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < l->count; i++) {
		struct task_new *t = (struct task_new *)l->items + i;

		t->member_id = as->member_id;
		t->message_id = as->message_id;
		t->for_id = as->for_id;
		rc = task_create(act->db, t);
	}
	return rc;
}

int
task_stand_in(struct act *act, const struct task_stand_in *in, const char *message_id)
{
	const struct task_new as = { .member_id = in->deputy_id, .message_id = message_id, .for_id = in->member_id };
	struct yx_db_items l = { .size = sizeof(struct task_new), .fill = fill_new };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT t.document_id, t.organization_id, t.field FROM document d JOIN sign_task t ON t.document_id = d.id"
	    " WHERE d.contract_id = ? AND d.retired_at IS NULL AND t.kind = 'sealer' AND t.member_id = ?"
	    " AND t.for_id IS NULL AND t.state IN (" OPEN_STATES ") ORDER BY d.position, d.id",
	    YX_P(yx_p_str(in->contract_id), yx_p_str(in->member_id)), &l);

	return rc != YX_OK ? rc : create_each(act, &l, &as);
}

int
task_dismiss(struct yx_db *db, const char *task_id)
{
	return yx_db_exec(db,
	    "UPDATE sign_task SET state = 'cancelled', version = version + 1 WHERE id = ? AND state IN ('ready', 'read')",
	    YX_P(yx_p_str(task_id)), NULL);
}

int
task_delegate(struct yx_db *db, const char *contract_id, const char *members)
{
	return yx_db_exec(db,
	    "UPDATE sign_task t JOIN document d ON d.id = t.document_id SET t.state = 'delegated',"
	    " t.version = t.version + 1 WHERE d.contract_id = ? AND d.retired_at IS NULL AND t.kind = 'sealer'"
	    " AND t.state IN ('waiting', " OPEN_STATES ") AND NOT FIND_IN_SET(COALESCE(t.for_id, t.member_id), ?)",
	    YX_P(yx_p_str(contract_id), yx_p_str(members)), NULL);
}

int
task_assign(struct act *act, const char *contract_id, const char *member_id, const char *message_id)
{
	const struct task_new as = { .member_id = member_id, .message_id = message_id };
	struct yx_db_items l = { .size = sizeof(struct task_new), .fill = fill_new };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT d.id, c.organization_id, CONCAT('" FIELD_AGENCY_PREFIX "', COUNT(s.id) + 1) FROM document d"
	    " JOIN contract c ON c.id = d.contract_id"
	    " LEFT JOIN sign_task s ON s.document_id = d.id AND s.kind = 'sealer' AND s.state = 'signed'"
	    " WHERE d.contract_id = ? AND d.retired_at IS NULL AND NOT EXISTS (SELECT 1 FROM sign_task t"
	    " WHERE t.document_id = d.id AND t.kind = 'sealer' AND t.member_id = ?"
	    " AND t.state IN (" TASK_LIVE_STATES "))"
	    " GROUP BY d.id HAVING COUNT(s.id) < MAX(c.seal_needed) ORDER BY d.position, d.id",
	    YX_P(yx_p_str(contract_id), yx_p_str(member_id)), &l);

	return rc != YX_OK ? rc : create_each(act, &l, &as);
}

int
task_has_sealer(struct act *act, const char *contract_id, const char *member_id)
{
	struct yx_rows *r = NULL;

	return yx_db_one(act->db, act->arena,
	    "SELECT t.id FROM document d JOIN sign_task t ON t.document_id = d.id WHERE d.contract_id = ?"
	    " AND d.retired_at IS NULL AND t.kind = 'sealer' AND t.member_id = ?"
	    " AND t.state IN (" TASK_LIVE_STATES ") LIMIT 1",
	    YX_P(yx_p_str(contract_id), yx_p_str(member_id)), &r);
}

int
task_sealed_by(struct act *act, const char *contract_id, const char *member_id)
{
	struct yx_rows *r = NULL;

	return yx_db_one(act->db, act->arena,
	    "SELECT MIN(k.n) FROM (SELECT COUNT(t.id) AS n FROM document d LEFT JOIN sign_task t ON t.document_id = d.id"
	    " AND t.kind = 'sealer' AND t.member_id = ? AND t.state = 'signed' WHERE d.contract_id = ?"
	    " AND d.retired_at IS NULL GROUP BY d.id) k HAVING MIN(k.n) > 0",
	    YX_P(yx_p_str(member_id), yx_p_str(contract_id)), &r);
}

int
task_succeed(struct act *act, const struct organization_pair *p)
{
	return yx_db_exec(act->db,
	    "UPDATE sign_task SET organization_id = ? WHERE organization_id = ?",
	    YX_P(yx_p_str(p->into), yx_p_str(p->from)), NULL);
}
