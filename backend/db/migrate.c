#include "backend/db/migrate.h"

#include <dirent.h>
#include <mariadb/mysql.h>
#include <mariadb/mysqld_error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"

#define FILE_MAX (1 << 20)

static int
query(MYSQL *my, const char *sql, const char *what)
{
	if (mysql_query(my, sql) == 0)
		return YX_OK;
	yx_error("%s: %s", what, mysql_error(my));
	return YX_INTERNAL;
}

static int
open_database(const struct yx_db_conf *conf, MYSQL **out)
{
	MYSQL *my = mysql_init(NULL);
	char sql[256];
	int rc = YX_UNAVAILABLE;

	if (my == NULL)
		return YX_NO_MEMORY;
	mysql_options(my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (mysql_real_connect(my, NULL, conf->user, conf->password, NULL, 0, conf->socket, 0) == NULL) {
		yx_error("database: %s", mysql_error(my));
		goto out;
	}
	snprintf(sql, sizeof(sql),
	    "CREATE DATABASE IF NOT EXISTS `%.64s` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci", conf->name);
	if (strspn(conf->name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(conf->name) ||
	    (rc = query(my, sql, "create database")) != YX_OK || mysql_select_db(my, conf->name) != 0)
		goto out;
	rc = query(my, "CREATE TABLE IF NOT EXISTS schema_migration (version INT PRIMARY KEY, name VARCHAR(100) NOT NULL,"
	    " statements INT NOT NULL DEFAULT 0, applied_at DATETIME(3) NULL)", "schema_migration");
out:
	if (rc == YX_OK)
		*out = my;
	else
		mysql_close(my);
	return rc;
}

/* Where a file stands: statements done, and whether it is finished. */
static int
standing(MYSQL *my, int version, int *statements, int *finished)
{
	char sql[128];
	MYSQL_RES *res;
	MYSQL_ROW row;

	*statements = *finished = 0;
	snprintf(sql, sizeof(sql), "SELECT statements, applied_at IS NOT NULL FROM schema_migration WHERE version = %d",
	    version);
	if (query(my, sql, "schema_migration") != YX_OK || (res = mysql_store_result(my)) == NULL)
		return YX_INTERNAL;
	if ((row = mysql_fetch_row(res)) != NULL) {
		*statements = (int)strtol(row[0], NULL, 10);
		*finished = row[1][0] == '1';
	}
	mysql_free_result(res);
	return YX_OK;
}

/* The next statement: up to a ';' at a line's end. Cuts it off with a NUL. */
static char *
next_statement(char **at)
{
	char *s = *at + strspn(*at, " \t\r\n"), *end = s;

	if (*s == '\0')
		return NULL;
	while ((end = strchr(end, ';')) != NULL && end[1] != '\n' && end[1] != '\0')
		end++;
	if (end == NULL) {
		*at = s + strlen(s);
		return s;
	}
	*at = end[1] == '\0' ? end + 1 : end + 2;
	*end = '\0';
	return s;
}

/* The one statement that may have happened before its count was written. */
static int
happened_already(unsigned error)
{
	return error == ER_TABLE_EXISTS_ERROR || error == ER_DUP_KEYNAME || error == ER_DUP_ENTRY ||
	    error == ER_TRG_ALREADY_EXISTS || error == ER_DUP_FIELDNAME;
}

static int
run_statements(MYSQL *my, int version, const char *name, char *text, int done)
{
	char *at = text, *s, sql[300];

	snprintf(
	    sql, sizeof(sql), "INSERT IGNORE INTO schema_migration (version, name) VALUES (%d, '%.90s')", version, name);
	if (query(my, sql, name) != YX_OK)
		return YX_INTERNAL;
	for (int i = 0; (s = next_statement(&at)) != NULL; i++) {
		if (i < done)
			continue;
		if (mysql_query(my, s) != 0 && !(i == done && done > 0 && happened_already(mysql_errno(my)))) {
			yx_error("%s, statement %d: %s", name, i + 1, mysql_error(my));
			return YX_INTERNAL;
		}
		snprintf(sql, sizeof(sql), "UPDATE schema_migration SET statements = %d WHERE version = %d", i + 1, version);
		if (query(my, sql, name) != YX_OK)
			return YX_INTERNAL;
	}
	snprintf(sql, sizeof(sql), "UPDATE schema_migration SET applied_at = UTC_TIMESTAMP(3) WHERE version = %d", version);
	return query(my, sql, name);
}

static int
run_file(MYSQL *my, const char *dir, const char *name, int version, int *applied)
{
	char path[4096];
	int done = 0, finished = 0, rc = standing(my, version, &done, &finished);
	char *text = NULL;
	size_t n;
	FILE *f;

	if (rc != YX_OK || finished)
		return rc;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((f = fopen(path, "re")) == NULL || (text = calloc(1, FILE_MAX)) == NULL) {
		rc = YX_CONFIG;
		goto out;
	}
	n = fread(text, 1, FILE_MAX - 1, f);
	rc = n == 0 || n == FILE_MAX - 1 ? YX_CONFIG : run_statements(my, version, name, text, done);
	*applied += rc == YX_OK;
out:
	if (f != NULL)
		fclose(f);
	free(text);
	return rc;
}

static int
is_migration(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 9 && strspn(e->d_name, "0123456789") == 4 && e->d_name[4] == '_' &&
	    strcmp(e->d_name + n - 4, ".sql") == 0;
}

int
yx_db_migrate(const struct yx_db_conf *conf, const char *dir, int *applied)
{
	struct dirent **files = NULL;
	MYSQL *my = NULL;
	int n = scandir(dir, &files, is_migration, alphasort), last = 0, rc = YX_CONFIG;

	*applied = 0;
	if (n > 0)
		rc = open_database(conf, &my);
	for (int i = 0; i < n; i++) {
		int version = (int)strtol(files[i]->d_name, NULL, 10);

		if (rc == YX_OK && version == last) {
			yx_error("%s: number %d is there twice", dir, version);
			rc = YX_CONFIG;
		}
		if (rc == YX_OK)
			rc = run_file(my, dir, files[i]->d_name, version, applied);
		last = version;
		free(files[i]);
	}
	free(files);
	if (my != NULL)
		mysql_close(my);
	return rc;
}

int
yx_db_ready(struct yx_db *db, struct yx_arena *a)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(
	    db, a, "SELECT COUNT(*), COALESCE(SUM(applied_at IS NULL), 0) FROM schema_migration", YX_P_NONE, &r);

	if (rc != YX_OK || !yx_rows_next(r) || yx_row_int(r, 0) == 0 || yx_row_int(r, 1) != 0)
		return YX_UNAVAILABLE;
	return YX_OK;
}
