/* internal.h - floor 2: what the files of this folder share. */
#ifndef YX_DB_INTERNAL_H
#define YX_DB_INTERNAL_H

#include <mariadb/mysql.h>
#include "backend/db/db.h"

/* Statements that a connection keeps prepared. SQL is always a constant, so its
 * address finds it again; in a full table the one used longest ago makes room. */
#define DB_STATEMENTS 256

struct db_statement {
	const char *sql;
	MYSQL_STMT *stmt;
	uint64_t    used;    /* the connection's clock when it was asked for last */
};

struct yx_db {
	struct yx_db_conf   conf;      /* strings are borrowed from the configuration */
	MYSQL              *my;
	struct db_statement cache[DB_STATEMENTS];
	size_t              cached;
	uint64_t            clock;     /* counts the statements asked for */
	int                 in_tx;
	struct yx_db_serial serial;
	void              (*after_commit)(void *ctx);
	void               *after_commit_ctx;
	int                 soft;      /* the last failure may pass: run the transaction again */
	int                 lost;      /* the connection is gone */
	char                duplicate[65];
};

struct yx_rows {
	size_t             columns, count, at; /* at: the row stepped onto, counted from 1; 0 before the first */
	struct db_cell    *cells;              /* count × columns */
};

struct db_cell {
	enum yx_db_type type;
	const char     *p;
	size_t          n;
	int64_t         i;
};

/* connection.c */
int db_connect(struct yx_db *db) YX_MUST_USE;
void db_disconnect(struct yx_db *db);
/* Sorts a server error into our codes and notes soft, lost and duplicate. */
int db_failed(struct yx_db *db, unsigned number, const char *text, const char *sql);
/* statement.c: the prepared statement of a constant SQL text. */
int db_prepare(struct yx_db *db, const char *sql, MYSQL_STMT **out) YX_MUST_USE;
/* time.c */
void db_time_out(MYSQL_TIME *t, int64_t ms);
int64_t db_time_in(const MYSQL_TIME *t);

#endif
