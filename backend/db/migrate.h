/* migrate.h - floor 2: brings a database to the newest schema. */
#ifndef YX_DB_MIGRATE_H
#define YX_DB_MIGRATE_H

#include "backend/db/db.h"

/* Creates the database if it is missing and runs the files NNNN_name.sql of dir that
 * it has not seen, in order. DDL commits by itself, so every statement is counted:
 * an interrupted run goes on where it stopped. A number may be left out, for work that
 * goes on elsewhere, but none is there twice. *applied: files run now.
 * Errors: YX_CONFIG (files), YX_UNAVAILABLE, YX_INTERNAL; the log names file and statement. */
int yx_db_migrate(const struct yx_db_conf *conf, const char *dir, int *applied) YX_MUST_USE;

#endif
