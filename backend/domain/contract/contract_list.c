#include "backend/domain/contract/contract.h"

/* List and counter share this. Parameters: CONTRACT_MINE, state four times, like twice. */
#define LIST_FROM \
	" FROM contract c JOIN member h ON h.id = c.handler_id WHERE" CONTRACT_MINE \
	" AND (? IS NULL OR c.state = ? OR (? = 'open' AND c.state NOT IN ('completed', 'voided')))" \
	" AND (REPLACE(c.number, '台', '臺') LIKE ? OR REPLACE(c.title, '台', '臺') LIKE ?)"
#define LIST_P(rq, state, like) \
	CONTRACT_MINE_P(rq), yx_p_str(state), yx_p_str(state), yx_p_str(state), yx_p_str(like), yx_p_str(like)

int
contract_count(struct http_request *rq, const char *q, const char *state, int64_t *total)
{
	const char *like = member_like(rq->arena, q);
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena, "SELECT COUNT(*)" LIST_FROM, YX_P(LIST_P(rq, state, like)), &r);

	*total = 0;
	if (rc == YX_OK && yx_rows_next(r))
		*total = yx_row_int(r, 0);
	return rc;
}

int
contract_list(struct http_request *rq, const char *q, const char *state, struct http_page *page,
    struct contract_row **rows, size_t *n)
{
	const char *like = member_like(rq->arena, q);
	struct yx_rows *r = NULL;
	struct contract_row *c;
	int rc = contract_count(rq, q, state, &page->total);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	rc = yx_db_query(rq->db, rq->arena,
	    "SELECT c.id, c.number, c.title, h.name, c.state, c.sent_at, c.created_at" LIST_FROM
	    " ORDER BY c.created_at DESC, c.id LIMIT ? OFFSET ?",
	    YX_P(LIST_P(rq, state, like), yx_p_int(page->size), yx_p_int(page->offset)), &r);
	if (rc != YX_OK)
		return rc;
	if ((*rows = c = yx_arena_alloc(rq->arena, (yx_rows_count(r) + 1) * sizeof(*c))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		c[(*n)++] = (struct contract_row){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
			member_mask(rq->arena, yx_row_str(r, 3)), yx_row_str(r, 4), yx_row_time(r, 5), yx_row_time(r, 6) };
	return YX_OK;
}
