#include "backend/domain/base/mine.h"
#include "backend/domain/contract/contract.h"

#include "backend/domain/base/like.h"

/* List and counter share this. Parameters: CONTRACT_MINE, state four times, like twice. */
#define LIST_FROM \
	" FROM contract c JOIN member h ON h.id = c.handler_id WHERE" CONTRACT_MINE \
	" AND (? IS NULL OR c.state = ? OR (? = 'open' AND c.state NOT IN ('completed', 'voided')))" \
	" AND (REPLACE(c.number, '台', '臺') LIKE ? OR REPLACE(c.title, '台', '臺') LIKE ?)"
#define LIST_P(act, state, like) \
	CONTRACT_MINE_P(act), yx_p_str(state), yx_p_str(state), yx_p_str(state), yx_p_str(like), yx_p_str(like)

int
contract_count(struct act *act, const char *q, const char *state, int64_t *total)
{
	const char *like = like_text(act->arena, q);
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*)" LIST_FROM, YX_P(LIST_P(act, state, like)), &r);

	*total = rc == YX_OK ? yx_row_int(r, 0) : 0;
	return rc;
}

int
contract_list(struct act *act, const char *q, const char *state, struct page *page,
    struct contract_row **rows, size_t *n)
{
	const char *like = like_text(act->arena, q);
	struct yx_rows *r = NULL;
	struct contract_row *c;
	int rc = contract_count(act, q, state, &page->total);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	rc = yx_db_query(act->db, act->arena,
	    "SELECT c.id, c.number, c.title, h.name, c.state, c.sent_at, c.created_at" LIST_FROM
	    " ORDER BY c.created_at DESC, c.id LIMIT ? OFFSET ?",
	    YX_P(LIST_P(act, state, like), yx_p_int(page->size), yx_p_int(page->offset)), &r);
	if (rc != YX_OK)
		return rc;
	if ((*rows = c = yx_arena_alloc(act->arena, (yx_rows_count(r) + 1) * sizeof(*c))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		c[(*n)++] = (struct contract_row){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
			member_mask(act, yx_row_str(r, 3)), yx_row_str(r, 4), yx_row_time(r, 5), yx_row_time(r, 6) };
	return YX_OK;
}
