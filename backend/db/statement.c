#include "backend/db/internal.h"

#include <string.h>

#define PARAMS_MAX 48

struct yx_db_param
yx_p_str(const char *s)
{
	return yx_p_chars(s, s == NULL ? 0 : strlen(s));
}

struct yx_db_param
yx_p_chars(const char *s, size_t n)
{
	return s == NULL ? yx_p_null() : (struct yx_db_param){ .type = YX_DB_STR, .p = s, .n = n };
}

struct yx_db_param
yx_p_int(int64_t v)
{
	return (struct yx_db_param){ .type = YX_DB_INT, .i = v };
}

struct yx_db_param
yx_p_bytes(const void *p, size_t n)
{
	return p == NULL ? yx_p_null() : (struct yx_db_param){ .type = YX_DB_BYTES, .p = p, .n = n };
}

struct yx_db_param
yx_p_time(int64_t ms)
{
	return (struct yx_db_param){ .type = YX_DB_TIME, .i = ms };
}

struct yx_db_param
yx_p_null(void)
{
	return (struct yx_db_param){ .type = YX_DB_NULL };
}

/* The place of a statement that is to be prepared: a free one, or that of the one used
 * longest ago, which is closed. */
static struct db_statement *
make_room(struct yx_db *db)
{
	struct db_statement *oldest = db->cache;

	if (db->cached < DB_STATEMENTS)
		return &db->cache[db->cached++];
	for (size_t i = 1; i < db->cached; i++)
		if (db->cache[i].used < oldest->used)
			oldest = &db->cache[i];
	mysql_stmt_close(oldest->stmt);
	return oldest;
}

static int
prepare_new(struct yx_db *db, const char *sql, MYSQL_STMT **out)
{
	MYSQL_STMT *stmt = mysql_stmt_init(db->my);
	int rc;

	if (stmt == NULL)
		return YX_NO_MEMORY;
	if (mysql_stmt_prepare(stmt, sql, strlen(sql)) != 0) {
		rc = db_failed(db, mysql_stmt_errno(stmt), mysql_stmt_error(stmt), sql);
		mysql_stmt_close(stmt);
		return rc;
	}
	*out = stmt;
	return YX_OK;
}

int
db_prepare(struct yx_db *db, const char *sql, MYSQL_STMT **out)
{
	int rc;

	db->clock++;
	for (size_t i = 0; i < db->cached; i++) {
		if (db->cache[i].sql == sql) {
			db->cache[i].used = db->clock;
			*out = db->cache[i].stmt;
			return YX_OK;
		}
	}
	if ((rc = prepare_new(db, sql, out)) == YX_OK)
		*make_room(db) = (struct db_statement){ .sql = sql, .stmt = *out, .used = db->clock };
	return rc;
}

static void
bind_one(MYSQL_BIND *b, MYSQL_TIME *t, const struct yx_db_param *p)
{
	switch (p->type) {
	case YX_DB_NULL:
		b->buffer_type = MYSQL_TYPE_NULL;
		break;
	case YX_DB_STR:
	case YX_DB_BYTES:
		b->buffer_type = p->type == YX_DB_STR ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
		b->buffer = (void *)(uintptr_t)p->p;
		b->buffer_length = p->n;
		break;
	case YX_DB_INT:
		b->buffer_type = MYSQL_TYPE_LONGLONG;
		b->buffer = (void *)(uintptr_t)&p->i;
		break;
	case YX_DB_TIME:
		db_time_out(t, p->i);
		b->buffer_type = MYSQL_TYPE_DATETIME;
		b->buffer = t;
		break;
	}
}

/* Prepared (again, if the connection had to be made anew), bound and run. */
static int
run(struct yx_db *db, const char *sql, struct yx_db_params p, MYSQL_STMT **out)
{
	MYSQL_BIND bind[PARAMS_MAX];
	MYSQL_TIME times[PARAMS_MAX];
	MYSQL_STMT *stmt = NULL;
	int rc;

	if (db->lost && !db->in_tx && (rc = db_connect(db)) != YX_OK)
		return rc;
	if (p.n > PARAMS_MAX || db->my == NULL)
		return YX_INTERNAL;
	if ((rc = db_prepare(db, sql, &stmt)) != YX_OK)
		return rc;
	if (mysql_stmt_param_count(stmt) != p.n)
		return YX_INTERNAL;
	memset(bind, 0, sizeof(bind));
	for (size_t i = 0; i < p.n; i++)
		bind_one(&bind[i], &times[i], &p.list[i]);
	if ((p.n > 0 && mysql_stmt_bind_param(stmt, bind) != 0) || mysql_stmt_execute(stmt) != 0)
		return db_failed(db, mysql_stmt_errno(stmt), mysql_stmt_error(stmt), sql);
	*out = stmt;
	return YX_OK;
}

/* A read outside a transaction may simply run again on a new connection. */
static int
run_again(struct yx_db *db, const char *sql, struct yx_db_params p, MYSQL_STMT **out)
{
	int rc = run(db, sql, p, out);

	return rc == YX_UNAVAILABLE && db->lost && !db->in_tx ? run(db, sql, p, out) : rc;
}

int
yx_db_exec(struct yx_db *db, const char *sql, struct yx_db_params p, uint64_t *changed)
{
	MYSQL_STMT *stmt = NULL;
	int rc = run(db, sql, p, &stmt);

	if (rc == YX_OK && changed != NULL)
		*changed = mysql_stmt_affected_rows(stmt);
	return rc;
}

struct column {
	enum yx_db_type type;
	unsigned long   length;
	my_bool         null;
	int64_t         i;
	MYSQL_TIME      t;
};

static void
result_one(MYSQL_BIND *b, struct column *c, const MYSQL_FIELD *f)
{
	b->is_null = &c->null;
	b->length = &c->length;
	switch (f->type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
	case MYSQL_TYPE_YEAR:
	case MYSQL_TYPE_NEWDECIMAL: /* SUM() */
		c->type = YX_DB_INT;
		b->buffer_type = MYSQL_TYPE_LONGLONG;
		b->buffer = &c->i;
		break;
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP:
		c->type = YX_DB_TIME;
		b->buffer_type = MYSQL_TYPE_DATETIME;
		b->buffer = &c->t;
		break;
	default:
		/* Length first (buffer of 0 bytes), then exactly that many bytes. */
		c->type = YX_DB_STR;
		b->buffer_type = MYSQL_TYPE_BLOB;
		break;
	}
}

static int
fetch_cell(struct yx_arena *a, MYSQL_STMT *stmt, struct column *c, unsigned col, struct db_cell *out)
{
	MYSQL_BIND b;
	char *p;

	out->type = c->null ? YX_DB_NULL : c->type;
	if (c->null)
		return YX_OK;
	if (c->type == YX_DB_INT)
		out->i = c->i;
	if (c->type == YX_DB_TIME)
		out->i = db_time_in(&c->t);
	if (c->type != YX_DB_STR)
		return YX_OK;
	if ((p = yx_arena_alloc(a, c->length + 1)) == NULL)
		return YX_NO_MEMORY;
	memset(&b, 0, sizeof(b));
	b.buffer_type = MYSQL_TYPE_BLOB;
	b.buffer = p;
	b.buffer_length = c->length;
	if (c->length > 0 && mysql_stmt_fetch_column(stmt, &b, col, 0) != 0)
		return YX_INTERNAL;
	out->p = p;
	out->n = c->length;
	return YX_OK;
}

/* A statement whose rows are being taken. */
struct fetch { struct yx_db *db; MYSQL_STMT *stmt; struct column *columns; const char *sql; };

static int
fetch_rows(const struct fetch *f, struct yx_arena *a, struct yx_rows *r)
{
	int rc = YX_OK, st;

	r->count = mysql_stmt_num_rows(f->stmt);
	if ((r->cells = yx_arena_alloc(a, (r->count * r->columns + 1) * sizeof(*r->cells))) == NULL)
		return YX_NO_MEMORY;
	for (size_t row = 0; row < r->count; row++) {
		st = mysql_stmt_fetch(f->stmt);
		if (st != 0 && st != MYSQL_DATA_TRUNCATED)
			return db_failed(f->db, mysql_stmt_errno(f->stmt), mysql_stmt_error(f->stmt), f->sql);
		for (unsigned c = 0; c < r->columns; c++)
			if ((rc = fetch_cell(a, f->stmt, &f->columns[c], c, &r->cells[row * r->columns + c])) != YX_OK)
				return rc;
	}
	return rc;
}

int
yx_db_query(struct yx_db *db, struct yx_arena *a, const char *sql, struct yx_db_params p,
    struct yx_rows **out)
{
	MYSQL_STMT *stmt = NULL;
	MYSQL_RES *meta = NULL;
	MYSQL_BIND *bind = NULL;
	struct column *columns = NULL;
	struct yx_rows *r = yx_arena_alloc(a, sizeof(*r));
	int rc;

	*out = NULL;
	if (r == NULL)
		return YX_NO_MEMORY;
	if ((rc = run_again(db, sql, p, &stmt)) != YX_OK)
		return rc;
	rc = YX_INTERNAL;
	if ((meta = mysql_stmt_result_metadata(stmt)) == NULL)
		goto out;
	r->columns = mysql_num_fields(meta);
	bind = yx_arena_alloc(a, r->columns * sizeof(*bind));
	columns = yx_arena_alloc(a, r->columns * sizeof(*columns));
	if (bind == NULL || columns == NULL)
		goto out;
	for (unsigned c = 0; c < r->columns; c++)
		result_one(&bind[c], &columns[c], mysql_fetch_field_direct(meta, c));
	if (mysql_stmt_bind_result(stmt, bind) != 0 || mysql_stmt_store_result(stmt) != 0) {
		rc = db_failed(db, mysql_stmt_errno(stmt), mysql_stmt_error(stmt), sql);
		goto out;
	}
	if ((rc = fetch_rows(&(struct fetch){ db, stmt, columns, sql }, a, r)) == YX_OK)
		*out = r;
out:
	if (meta != NULL)
		mysql_free_result(meta);
	mysql_stmt_free_result(stmt);
	return rc;
}
