#include "backend/domain/signing/signing.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/signing/task.h"
#include "common/random.h"

int
signing_add(struct act *act, const struct signing *s)
{
	return yx_db_exec(act->db,
	    "INSERT INTO signing (id, member_id, certificate_id, created_at, expires_at, seal_id, seal_version)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(s->id), yx_p_str(act->who.member_id), yx_p_str(s->certificate.id), yx_p_time(s->now),
	    yx_p_time(s->expires_at), yx_p_str(s->seal.id),
	    s->seal.id == NULL ? yx_p_null() : yx_p_int(s->seal.version)), NULL);
}

int
signing_add_item(struct act *act, const struct signing *s, size_t i)
{
	const struct signing_item *it = &s->items[i];
	uint8_t token[32];

	yx_token_hash(it->token, token);
	return yx_db_exec(act->db,
	    "INSERT INTO signing_item (signing_id, position, task_id, document_id, base_revision, base_sha256, prepared_id,"
	    " read_token_sha256, hole_start, hole_end, total, md, digest, signed_attributes, partial_cms)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(s->id), yx_p_int((int64_t)i), yx_p_str(it->task_id), yx_p_str(it->document_id),
	    yx_p_int(it->revision), yx_p_bytes(it->base, 32), yx_p_str(it->prepared_id), yx_p_bytes(token, 32),
	    yx_p_int(it->hole.start), yx_p_int(it->hole.end), yx_p_int(it->hole.total), yx_p_str(s->md),
	    yx_p_bytes(it->digest, it->digest_n), yx_p_bytes(it->attributes.data, it->attributes.len),
	    yx_p_bytes(it->partial.data, it->partial.len)), NULL);
}

int
signing_give_up(struct yx_db *db, const char *id)
{
	int rc = yx_db_exec(
	    db, "UPDATE signing SET state = 'cancelled' WHERE id = ? AND state = 'prepared'", YX_P(yx_p_str(id)), NULL);

	return rc != YX_OK ? rc : task_released(db, id);
}

int
signing_mark_done(struct yx_db *db, const char *id)
{
	return yx_db_change(db, "UPDATE signing SET state = 'done' WHERE id = ? AND state = 'prepared'",
	    YX_P(yx_p_str(id)), YX_SIGNING_EXPIRED);
}

int
signing_cancel(struct act *act, const char *id)
{
	struct yx_rows *r = NULL;
	int rc =
	    yx_db_one(act->db, act->arena, "SELECT id FROM signing WHERE id = ? AND member_id = ? AND state = 'prepared'",
	        YX_P(yx_p_str(id), yx_p_str(act->who.member_id)), &r);

	if (rc != YX_OK || (rc = signing_give_up(act->db, id)) != YX_OK)
		return rc;
	return audit_act(act, "signing.cancel", id, NULL, NULL);
}

int
signing_prepared_file(struct act *act, const char *token, struct signing_prepared *out)
{
	struct yx_rows *r = NULL;
	const void *object;
	uint8_t hash[32];
	size_t n = 0;
	int rc;

	yx_token_hash(token, hash);
	rc = yx_db_one(act->db, act->arena,
	    "SELECT IF(i.hole_start < i.total, i.prepared_id, NULL), i.base_sha256 FROM signing_item i"
	    " JOIN signing s ON s.id = i.signing_id"
	    " WHERE i.read_token_sha256 = ? AND s.state = 'prepared' AND s.expires_at > ?",
	    YX_P(yx_p_bytes(hash, 32), yx_p_time(yx_now_ms())), &r);
	if (rc != YX_OK)
		return rc;
	if ((object = yx_row_bytes(r, 1, &n)) == NULL || n != 32)
		return YX_INTERNAL;
	out->id = yx_row_str(r, 0);
	memcpy(out->object, object, 32);
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
