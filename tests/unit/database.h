/* database.h - a real MariaDB for the unit tests that need one: started by the group's
 * set-up in a directory of its own, ended and thrown away by its tear-down. */
#ifndef YX_TESTS_DATABASE_H
#define YX_TESTS_DATABASE_H

#include <stdio.h>
#include <stdlib.h>

#include "backend/db/db.h"
#include "backend/db/migrate.h"

static char database_dir[] = "/tmp/yinxin-unit-XXXXXX";
static char database_socket[64];
static struct yx_db_conf database_conf = { .socket = database_socket, .name = "yinxin",
	.user = "root", .password = "" };

static int
database_do(const char *command)
{
	char line[256];

	snprintf(line, sizeof(line), "%s %s", command, database_dir);
	return system(line);
}

/* The server with the product's own schema; *state stays untouched. */
static int
database_up(void **state)
{
	int applied = 0;

	(void)state;
	if (mkdtemp(database_dir) == NULL)
		return -1;
	snprintf(database_socket, sizeof(database_socket), "%s/db.sock", database_dir);
	if (database_do("conf/dev/database.sh start") != 0)
		return -1;
	return yx_db_migrate(&database_conf, "sql", &applied) == YX_OK ? 0 : -1;
}

static int
database_down(void **state)
{
	(void)state;
	return database_do("conf/dev/database.sh stop") != 0 || database_do("rm -rf") != 0 ? -1 : 0;
}

#endif
