/* db.h - floor 2: MariaDB. The only code that knows MYSQL_BIND.
 *
 * One connection a thread. Statements are prepared once a connection and found
 * again by the address of their SQL, so SQL is always a constant, and values only
 * ever go in as parameters. Times are UTC: DATETIME(3) in the
 * tables, milliseconds since 1970 here. */
#ifndef YX_DB_H
#define YX_DB_H

#include <stddef.h>
#include <stdint.h>
#include "common/arena.h"
#include "common/error.h"

struct yx_db;
struct yx_rows;

struct yx_db_conf {
	const char *socket, *name, *user, *password;
};

/* Opens a connection (retries for 10 s while the server starts). */
int yx_db_open(const struct yx_db_conf *conf, struct yx_db **db) YX_MUST_USE;
void yx_db_close(struct yx_db **db);

enum yx_db_type { YX_DB_NULL, YX_DB_STR, YX_DB_INT, YX_DB_BYTES, YX_DB_TIME };
struct yx_db_param {
	enum yx_db_type type;
	const void     *p;   /* STR, BYTES: borrowed until the call returns */
	size_t          n;
	int64_t         i;   /* INT; TIME: milliseconds since 1970 UTC */
};
/* Parameters. A NULL string or pointer goes in as NULL. */
struct yx_db_param yx_p_str(const char *s);
struct yx_db_param yx_p_int(int64_t v);
struct yx_db_param yx_p_chars(const char *s, size_t n);  /* text of n bytes */
struct yx_db_param yx_p_bytes(const void *p, size_t n);
struct yx_db_param yx_p_time(int64_t ms);
struct yx_db_param yx_p_null(void);
/* All of a statement, in the order of its question marks; lives as long as the block. */
struct yx_db_params { const struct yx_db_param *list; size_t n; };
#define YX_P(...) ((struct yx_db_params){ (const struct yx_db_param[]){ __VA_ARGS__ }, \
	sizeof((const struct yx_db_param[]){ __VA_ARGS__ }) / sizeof(struct yx_db_param) })
#define YX_P_NONE ((struct yx_db_params){ NULL, 0 })

/* Runs a statement that gives no rows: yx_db_exec(db, SQL, YX_P(a, b), &changed).
 * changed may be NULL: rows matched by the WHERE clause of an UPDATE (found, not
 * only altered), inserted or deleted. Errors: YX_CONFLICT (duplicate key; see
 * yx_db_duplicate), YX_BAD_FIELD (check or foreign key), YX_UNAVAILABLE,
 * YX_INTERNAL; soft errors (deadlock, lock wait) are YX_UNAVAILABLE and make
 * yx_db_tx try again. */
int yx_db_exec(struct yx_db *db, const char *sql, struct yx_db_params p, uint64_t *changed) YX_MUST_USE;
/* Runs a query and takes all rows into the arena. */
int yx_db_query(struct yx_db *db, struct yx_arena *a, const char *sql, struct yx_db_params p,
    struct yx_rows **rows) YX_MUST_USE;

/* The three shapes that a rule needs; each looks at what the statement found, so that
 * nobody forgets to.
 *
 * The first row, already stepped onto: read it with yx_row_*, without yx_rows_next.
 * YX_NOT_FOUND, and *row NULL, if there is none. A query that may find several says
 * ORDER BY … LIMIT 1. */
int yx_db_one(struct yx_db *db, struct yx_arena *a, const char *sql, struct yx_db_params p,
    struct yx_rows **row) YX_MUST_USE;

/* All rows, each filled into an item of an array in the arena:
 *
 *	struct yx_db_items l = { .size = sizeof(struct unit), .fill = fill_unit };
 *	rc = yx_db_list(db, a, SQL, YX_P(…), &l);
 *
 * fill is handed a zeroed item and the row, already stepped onto; strings of the row
 * live as long as the arena, so it keeps them as they are. ctx is handed on, and may
 * collect the first failure of a fill. No row: YX_OK, count 0, items not NULL.
 * On an error items is NULL and count 0. */
struct yx_db_items {
	size_t size;                                                   /* of one item, in bytes */
	void (*fill)(void *item, const struct yx_rows *row, void *ctx);
	void  *ctx;
	void  *items;                                                  /* out: array of the caller's type */
	size_t count;                                                  /* out */
};
int yx_db_list(struct yx_db *db, struct yx_arena *a, const char *sql, struct yx_db_params p,
    struct yx_db_items *out) YX_MUST_USE;

/* A statement that must change something: if_none (an error code, such as YX_NOT_FOUND
 * or YX_STATE; YX_OK if nothing is good as well) when it found no row, the code of
 * yx_db_exec if it failed. What counts is found, not altered: an UPDATE that sets the
 * values that are there already has changed a row. */
int yx_db_change(struct yx_db *db, const char *sql, struct yx_db_params p, int if_none) YX_MUST_USE;

/* Name of the unique key that the last YX_CONFLICT was about, "" otherwise. */
const char *yx_db_duplicate(const struct yx_db *db);

/* while (yx_rows_next(rows)) …: columns count from 0. */
int yx_rows_next(struct yx_rows *r);
size_t yx_rows_count(const struct yx_rows *r);
/* NULL for SQL NULL. Valid as long as the arena. */
const char *yx_row_str(const struct yx_rows *r, unsigned col);
const void *yx_row_bytes(const struct yx_rows *r, unsigned col, size_t *n);
/* 0 for SQL NULL. */
int64_t yx_row_int(const struct yx_rows *r, unsigned col);
/* Milliseconds since 1970 UTC of a DATETIME column; 0 for SQL NULL. */
int64_t yx_row_time(const struct yx_rows *r, unsigned col);
int yx_row_is_null(const struct yx_rows *r, unsigned col);

/* Runs fn inside one transaction: commits if it returns YX_OK, else rolls back.
 * On a deadlock, a lock wait or a lost connection before COMMIT the whole fn runs
 * again, at most 5 times with a growing random pause: fn must have no effect
 * outside the database. Not nestable. */
int yx_db_tx(struct yx_db *db, int (*fn)(struct yx_db *db, void *ctx), void *ctx) YX_MUST_USE;
/* 1 while a transaction is open; the router checks it after every request. */
int yx_db_in_tx(const struct yx_db *db);
/* In a transaction: fn(ctx) runs once it has committed, and not if it is rolled back or
 * nobody knows. One a connection: a second call replaces the first. fn must not use db. */
void yx_db_after_commit(struct yx_db *db, void (*fn)(void *ctx), void *ctx);
/* Numbers that never come again in this process: of the connection (another one after it
 * was lost) and of the attempt at a transaction. */
struct yx_db_serial { uint64_t connection, transaction; };
struct yx_db_serial yx_db_serial(const struct yx_db *db);
/* Rolls back whatever is open (after such a finding). */
void yx_db_abandon(struct yx_db *db);

/* YX_OK if the database answers and no migration is half done; YX_UNAVAILABLE. */
int yx_db_ready(struct yx_db *db, struct yx_arena *a) YX_MUST_USE;

/* Milliseconds since 1970 UTC, from the system clock. */
int64_t yx_now_ms(void);

#endif
