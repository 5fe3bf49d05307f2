#include "backend/db/internal.h"

static const struct db_cell *
cell(const struct yx_rows *r, unsigned col)
{
	return &r->cells[(r->at - 1) * r->columns + col];
}

int
yx_rows_next(struct yx_rows *r)
{
	if (r->at >= r->count)
		return 0;
	r->at++;
	return 1;
}

size_t
yx_rows_count(const struct yx_rows *r)
{
	return r->count;
}

const char *
yx_row_str(const struct yx_rows *r, unsigned col)
{
	return cell(r, col)->p;
}

const void *
yx_row_bytes(const struct yx_rows *r, unsigned col, size_t *n)
{
	*n = cell(r, col)->n;
	return cell(r, col)->p;
}

int64_t
yx_row_int(const struct yx_rows *r, unsigned col)
{
	return cell(r, col)->type == YX_DB_INT ? cell(r, col)->i : 0;
}

int64_t
yx_row_time(const struct yx_rows *r, unsigned col)
{
	return cell(r, col)->type == YX_DB_TIME ? cell(r, col)->i : 0;
}

int
yx_row_is_null(const struct yx_rows *r, unsigned col)
{
	return cell(r, col)->type == YX_DB_NULL;
}
