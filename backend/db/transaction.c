#include "backend/db/internal.h"

#include <unistd.h>

#include "common/log.h"
#include "common/random.h"

#define TRIES 5

static int
plain(struct yx_db *db, const char *sql)
{
	if (db->my == NULL)
		return YX_UNAVAILABLE;
	if (mysql_query(db->my, sql) == 0)
		return YX_OK;
	return db_failed(db, mysql_errno(db->my), mysql_error(db->my), sql);
}

static int
attempt(struct yx_db *db, int (*fn)(struct yx_db *db, void *ctx), void *ctx, int *committing)
{
	int rc;

	*committing = 0;
	if (db->lost && (rc = db_connect(db)) != YX_OK)
		return rc;
	db->soft = 0;
	if ((rc = plain(db, "START TRANSACTION")) != YX_OK)
		return rc;
	db->in_tx = 1;
	db->after_commit = NULL;
	db->serial.transaction++;
	rc = fn(db, ctx);
	if (rc == YX_OK) {
		*committing = 1;
		rc = plain(db, "COMMIT");
	}
	if (rc != YX_OK && !db->lost) {
		int soft = db->soft;

		/* Its own result does not matter: the error that led here does. */
		if (plain(db, "ROLLBACK") != YX_OK)
			yx_warn("rollback failed");
		db->soft = soft;
	}
	db->in_tx = 0;
	if (rc == YX_OK && db->after_commit != NULL)
		db->after_commit(db->after_commit_ctx);
	return rc;
}

void
yx_db_after_commit(struct yx_db *db, void (*fn)(void *ctx), void *ctx)
{
	db->after_commit = fn;
	db->after_commit_ctx = ctx;
}

struct yx_db_serial
yx_db_serial(const struct yx_db *db)
{
	return db->serial;
}

/* 10 to 20 ms, doubled each time, so that two rivals part. */
static void
pause_before(int try)
{
	unsigned char r;

	yx_random(&r, 1);
	usleep((useconds_t)((10000 + r * 40) << try));
}

int
yx_db_tx(struct yx_db *db, int (*fn)(struct yx_db *db, void *ctx), void *ctx)
{
	int rc = YX_INTERNAL, committing = 0;

	for (int try = 0; try < TRIES; try++) {
		rc = attempt(db, fn, ctx, &committing);
		/* Lost at COMMIT: it may have happened, so nobody may run it again
		 * blindly; the caller's idempotency key tells. */
		if (rc != YX_UNAVAILABLE || !db->soft || (committing && db->lost))
			return rc;
		pause_before(try);
	}
	return rc;
}

int
yx_db_in_tx(const struct yx_db *db)
{
	return db->in_tx;
}

void
yx_db_abandon(struct yx_db *db)
{
	if (db->in_tx && plain(db, "ROLLBACK") != YX_OK)
		db->lost = 1;
	db->in_tx = 0;
}
