#include "backend/domain/contract/contract_links.h"

#include "backend/domain/base/mine.h"

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct contract_link *)item = (struct contract_link){ .relation = yx_row_str(r, 0), .number = yx_row_str(r, 1),
		.title = yx_row_str(r, 2), .state = yx_row_str(r, 3), .amendment = yx_row_int(r, 4),
		.contract_id = yx_row_str(r, 5), .message_id = yx_row_str(r, 6) };
}

/* Who is related to contract b, each by an index. Parameters: its id, five times. */
#define RELATED \
	"(SELECT 'original' AS relation, 0 AS part, b.amends_id AS id FROM contract b WHERE b.id = ?" \
	" UNION ALL SELECT 'amendment', 1, x.id FROM contract x WHERE x.amends_id = ?" \
	" UNION ALL SELECT 'sibling', 1, x.id FROM contract b JOIN contract x ON x.amends_id = b.amends_id" \
	" AND x.id <> b.id WHERE b.id = ? UNION ALL SELECT 'copied_from', 2, b.copied_from FROM contract b WHERE b.id = ?" \
	" UNION ALL SELECT 'copy', 3, x.id FROM contract x WHERE x.copied_from = ?)"

static int
list(struct act *act, const char *id, struct contract_link **rows, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill };
	const struct yx_db_param b = yx_p_str(id);
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT v.relation, v.number, v.title, v.state, v.amendment, IF(v.mine, v.id, NULL), v.message FROM"
	    " (SELECT q.relation, q.part, c.id, c.number, c.title, c.state, c.amendment, c.created_at,"
	    " (" CONTRACT_MINE ") AS mine, (SELECT m.id FROM message m WHERE m.contract_id = c.id AND EXISTS"
	    " (SELECT 1 FROM message_recipient r WHERE r.message_id = m.id AND" RECIPIENT_ME ")"
	    " ORDER BY m.number DESC LIMIT 1) AS message"
	    " FROM " RELATED " q JOIN contract c ON c.id = q.id) v WHERE v.mine OR v.message IS NOT NULL"
	    " ORDER BY v.part, v.amendment, v.created_at, v.id LIMIT ?",
	    YX_P(CONTRACT_MINE_P(act), MINE_P(act), b, b, b, b, b, yx_p_int(CONTRACT_LINKS_MAX)), &l);

	*rows = l.items;
	*n = l.count;
	return rc;
}

int
contract_links(struct act *act, const char *id, struct contract_link **rows, size_t *n)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT c.id FROM contract c WHERE c.id = ? AND" CONTRACT_MINE,
	    YX_P(yx_p_str(id), CONTRACT_MINE_P(act)), &r);

	return rc != YX_OK ? rc : list(act, id, rows, n);
}

int
contract_links_of_message(struct act *act, const char *message_id, struct contract_link **rows, size_t *n)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT m.contract_id FROM message m WHERE m.id = ? AND (m.sender_id = ?"
	    " OR (m.sender_organization_id = ? AND ?) OR EXISTS"
	    " (SELECT 1 FROM message_recipient r WHERE r.message_id = m.id AND" RECIPIENT_ME "))",
	    YX_P(yx_p_str(message_id), MINE_P(act), MINE_P(act)), &r);

	*n = 0;
	if (rc != YX_OK || yx_row_is_null(r, 0))
		return rc;
	return list(act, yx_row_str(r, 0), rows, n);
}
