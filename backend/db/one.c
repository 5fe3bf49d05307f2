#include "backend/db/internal.h"

int
yx_db_one(struct yx_db *db, struct yx_arena *a, const char *sql, struct yx_db_params p,
    struct yx_rows **row)
{
	int rc = yx_db_query(db, a, sql, p, row);

	if (rc == YX_OK && !yx_rows_next(*row))
		rc = YX_NOT_FOUND;
	if (rc != YX_OK)
		*row = NULL;
	return rc;
}

int
yx_db_list(struct yx_db *db, struct yx_arena *a, const char *sql, struct yx_db_params p,
    struct yx_db_items *out)
{
	struct yx_rows *r = NULL;
	char *items;
	int rc;

	out->items = NULL;
	out->count = 0;
	if ((rc = yx_db_query(db, a, sql, p, &r)) != YX_OK)
		return rc;
	/* One more than needed: an empty list is an address as well. */
	if (out->size == 0 || r->count >= SIZE_MAX / out->size ||
	    (items = yx_arena_alloc(a, (r->count + 1) * out->size)) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		out->fill(items + (r->at - 1) * out->size, r, out->ctx);
	out->items = items;
	out->count = r->count;
	return YX_OK;
}

int
yx_db_change(struct yx_db *db, const char *sql, struct yx_db_params p, int if_none)
{
	uint64_t changed = 0;
	int rc = yx_db_exec(db, sql, p, &changed);

	return rc == YX_OK && changed == 0 ? if_none : rc;
}
