#include "backend/db/internal.h"

#include <mariadb/errmsg.h>
#include <mariadb/mysqld_error.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"

/* Numbers for yx_db_serial. */
static atomic_uint_fast64_t connections;

static int
open_once(struct yx_db *db)
{
	unsigned timeout = 5;

	if ((db->my = mysql_init(NULL)) == NULL)
		return YX_NO_MEMORY;
	mysql_options(db->my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options(db->my, MYSQL_OPT_CONNECT_TIMEOUT, &timeout);
	if (mysql_real_connect(db->my, NULL, db->conf.user, db->conf.password, db->conf.name, 0,
	    db->conf.socket, CLIENT_FOUND_ROWS) == NULL)
		return YX_UNAVAILABLE;
	/* READ COMMITTED: fewer gap locks, hence fewer deadlocks; whatever must hold at
	 * commit is a key, a CHECK or a row that the transaction raises. */
	if (mysql_query(db->my, "SET time_zone = '+00:00', sql_mode = 'TRADITIONAL'") != 0 ||
	    mysql_query(db->my, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED") != 0)
		return YX_UNAVAILABLE;
	return YX_OK;
}

void
db_disconnect(struct yx_db *db)
{
	for (size_t i = 0; i < db->cached; i++)
		mysql_stmt_close(db->cache[i].stmt);
	db->cached = 0;
	if (db->my != NULL)
		mysql_close(db->my);
	db->my = NULL;
	db->in_tx = 0;
}

int
db_connect(struct yx_db *db)
{
	int rc = YX_UNAVAILABLE;

	/* Ten seconds: a database that is being restarted is back by then. */
	for (int i = 0; i < 50; i++) {
		db_disconnect(db);
		if ((rc = open_once(db)) == YX_OK)
			break;
		if (i == 0)
			yx_warn("database: %s", db->my != NULL ? mysql_error(db->my) : "no memory");
		usleep(200000);
	}
	db->lost = rc != YX_OK;
	db->serial.connection = atomic_fetch_add(&connections, 1) + 1;
	return rc;
}

int
yx_db_open(const struct yx_db_conf *conf, struct yx_db **out)
{
	struct yx_db *db = calloc(1, sizeof(*db));
	int rc;

	*out = NULL;
	if (db == NULL)
		return YX_NO_MEMORY;
	db->conf = *conf;
	if ((rc = db_connect(db)) != YX_OK)
		yx_db_close(&db);
	*out = db;
	return rc;
}

void
yx_db_close(struct yx_db **db)
{
	if (*db == NULL)
		return;
	db_disconnect(*db);
	free(*db);
	*db = NULL;
}

/* "Duplicate entry 'x' for key 'contract_number'" → contract_number */
static void
note_duplicate(struct yx_db *db, const char *text)
{
	const char *key = strstr(text, "for key '");
	size_t n;

	db->duplicate[0] = '\0';
	if (key == NULL)
		return;
	key += strlen("for key '");
	n = strcspn(key, "'");
	if (n >= sizeof(db->duplicate))
		n = sizeof(db->duplicate) - 1;
	memcpy(db->duplicate, key, n);
	db->duplicate[n] = '\0';
}

int
db_failed(struct yx_db *db, unsigned number, const char *text, const char *sql)
{
	db->soft = 0;
	db->duplicate[0] = '\0';
	switch (number) {
	case ER_DUP_ENTRY:
		note_duplicate(db, text);
		return YX_CONFLICT;
	case ER_LOCK_DEADLOCK:
	case ER_LOCK_WAIT_TIMEOUT:
		db->soft = 1;
		return YX_UNAVAILABLE;
	case CR_SERVER_GONE_ERROR:
	case CR_SERVER_LOST:
	case CR_CONNECTION_ERROR:
	case 1047: /* Galera: this node is not ready */
	case 1927: /* connection was killed */
		db->soft = 1;
		db->lost = 1;
		yx_warn("database lost: %s", text);
		return YX_UNAVAILABLE;
	case 4025: /* CHECK constraint */
	case ER_NO_REFERENCED_ROW_2:
	case ER_ROW_IS_REFERENCED_2:
	case ER_DATA_TOO_LONG:
		yx_warn("database refused: %s", text);
		return YX_BAD_FIELD;
	default:
		yx_error("database: %u %s in: %.200s", number, text, sql);
		return YX_INTERNAL;
	}
}

const char *
yx_db_duplicate(const struct yx_db *db)
{
	return db->duplicate;
}
