#include "backend/domain/signing/signing.h"

#include <openssl/sha.h>
#include <string.h>

#include "backend/domain/base/audit.h"

int
signing_give_up(struct yx_db *db, const char *id)
{
	int rc = yx_db_exec(db, "UPDATE signing SET state = 'cancelled' WHERE id = ? AND state = 'prepared'", YX_P(yx_p_str(id)), NULL);

	if (rc != YX_OK)
		return rc;
	return yx_db_exec(db,
	    "UPDATE sign_task t JOIN signing_item i ON i.task_id = t.id SET t.state = 'read', t.version = t.version + 1"
	    " WHERE i.signing_id = ? AND t.state = 'prepared'", YX_P(yx_p_str(id)), NULL);
}

int
signing_cancel(struct http_request *rq, const char *id)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena, "SELECT id FROM signing WHERE id = ? AND member_id = ? AND state = 'prepared'",
	    YX_P(yx_p_str(id), yx_p_str(rq->who.member_id)), &r);

	if (rc != YX_OK || !yx_rows_next(r))
		return rc != YX_OK ? rc : YX_NOT_FOUND;
	rc = signing_give_up(rq->db, id);
	return rc != YX_OK ? rc : audit_request(rq, "signing.cancel", "signing", id, NULL, NULL);
}

int
signing_prepared_file(struct http_request *rq, const char *token, const char **prepared_id)
{
	struct yx_rows *r = NULL;
	uint8_t hash[32];
	int rc;

	SHA256((const uint8_t *)token, strlen(token), hash);
	rc = yx_db_query(rq->db, rq->arena,
	    "SELECT i.prepared_id FROM signing_item i JOIN signing s ON s.id = i.signing_id"
	    " WHERE i.read_token_sha256 = ? AND s.state = 'prepared' AND s.expires_at > ?",
	    YX_P(yx_p_bytes(hash, 32), yx_p_time(yx_now_ms())), &r);
	if (rc != YX_OK || !yx_rows_next(r))
		return rc != YX_OK ? rc : YX_NOT_FOUND;
	*prepared_id = yx_row_str(r, 0);
	return YX_OK;
}

struct expiry { struct yx_arena *arena; const char *id; int64_t now; };

static int
expire(struct yx_db *db, void *ctx)
{
	struct expiry *x = ctx;
	struct audit_event e = { .action = "signing.expire", .object_kind = "signing", .object_id = x->id, .at = x->now };
	int rc = signing_give_up(db, x->id);

	return rc != YX_OK ? rc : audit_add(db, x->arena, &e);
}

/* Files go when the row says that nobody can need them: a done or given-up signing. */
static int
drop_files(struct yx_db *db, struct yx_arena *a, struct yx_store *store, int64_t now_ms)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(db, a,
	    "SELECT i.prepared_id FROM signing_item i JOIN signing s ON s.id = i.signing_id"
	    " WHERE s.state <> 'prepared' AND s.expires_at BETWEEN ? AND ? LIMIT 1000",
	    YX_P(yx_p_time(now_ms - 6 * SIGNING_MS), yx_p_time(now_ms)), &r);

	while (rc == YX_OK && yx_rows_next(r))
		yx_store_drop_prepared(store, yx_row_str(r, 0));
	return rc;
}

int
signing_sweep(struct yx_db *db, struct yx_store *store, int64_t now_ms)
{
	struct yx_arena *a = yx_arena_new(1 << 20);
	struct yx_rows *r = NULL;
	int rc;

	if (a == NULL)
		return YX_NO_MEMORY;
	/* A minute of grace: an answer that came in time may still be at work. */
	rc = yx_db_query(db, a, "SELECT id FROM signing WHERE state = 'prepared' AND expires_at < ? LIMIT 1000",
	    YX_P(yx_p_time(now_ms - 60000)), &r);
	while (rc == YX_OK && yx_rows_next(r)) {
		struct expiry x = { a, yx_row_str(r, 0), now_ms };

		rc = yx_db_tx(db, expire, &x);
	}
	if (rc == YX_OK)
		rc = drop_files(db, a, store, now_ms);
	yx_arena_free(&a);
	return rc;
}
