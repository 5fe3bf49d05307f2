#include "backend/domain/contract/contract_event.h"

int
contract_event_add(struct act *act, const char *id, const char *kind, const char *reason, const char *text)
{
	return yx_db_exec(act->db,
	    "INSERT INTO contract_event (contract_id, position, at, member_id, kind, reason, text)"
	    " SELECT ?, COALESCE(MAX(position), 0) + 1, ?, ?, ?, ?, LEFT(?, 2000) FROM contract_event"
	    " WHERE contract_id = ?",
	    YX_P(yx_p_str(id), yx_p_time(act_now(act)),
	    yx_p_str(act->who.member_id[0] != '\0' ? act->who.member_id : NULL), yx_p_str(kind), yx_p_str(reason),
	    yx_p_str(text != NULL ? text : ""), yx_p_str(id)), NULL);
}

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	struct act *act = ctx;

	*(struct contract_event_row *)item = (struct contract_event_row){ .at = yx_row_time(r, 0),
		.by = yx_row_is_null(r, 1) ? NULL
		    : yx_arena_printf(act->arena, "%s(%s)", member_mask(act, yx_row_str(r, 1)), yx_row_str(r, 2)),
		.kind = yx_row_str(r, 3), .reason = yx_row_str(r, 4), .text = yx_row_str(r, 5) };
}

#define EVENTS \
	"SELECT e.at, m.name, o.name, e.kind, e.reason, e.text FROM contract_event e" \
	" LEFT JOIN member m ON m.id = e.member_id LEFT JOIN organization o ON o.id = m.organization_id"

static int
list(struct act *act, const char *sql, const char *id, struct contract_event_row **rows, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill, .ctx = act };
	int rc = yx_db_list(act->db, act->arena, sql, YX_P(yx_p_str(id)), &l);

	*rows = l.items;
	*n = l.count;
	return rc;
}

int
contract_event_all(struct act *act, const char *id, struct contract_event_row **rows, size_t *n)
{
	return list(act, EVENTS " WHERE e.contract_id = ? ORDER BY e.position", id, rows, n);
}

int
contract_event_list(struct act *act, const char *document_id, struct contract_event_row **rows, size_t *n)
{
	return list(act, EVENTS " JOIN document d ON d.contract_id = e.contract_id WHERE d.id = ? ORDER BY e.position",
	    document_id, rows, n);
}

int
contract_event_since(struct act *act, const char *id, const char *kind, int64_t since)
{
	struct yx_rows *r = NULL;

	return yx_db_one(act->db, act->arena,
	    "SELECT position FROM contract_event WHERE contract_id = ? AND kind = ? AND at > ? LIMIT 1",
	    YX_P(yx_p_str(id), yx_p_str(kind), yx_p_time(since)), &r);
}

int
contract_event_succeed(struct act *act, const struct organization_pair *p)
{
	return yx_db_exec(act->db,
	    "INSERT INTO contract_event (contract_id, position, at, kind, text)"
	    " SELECT c.id, COALESCE((SELECT MAX(e.position) FROM contract_event e WHERE e.contract_id = c.id), 0) + 1, ?,"
	    " 'merged', CONCAT(f.name, ' → ', i.name) FROM contract c JOIN organization f ON f.id = ?"
	    " JOIN organization i ON i.id = ? WHERE c.organization_id = f.id AND c.sent_at IS NOT NULL",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(p->from), yx_p_str(p->into)), NULL);
}
