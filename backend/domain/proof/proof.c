#include "backend/domain/proof/proof.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/document/document.h"

#define LEASE_MS  (3 * 60 * 1000)
#define MINUTE_MS (60 * 1000)

int
proof_ask_time(struct yx_db *db, const char *document_id, int64_t at)
{
	return yx_db_exec(db,
	    "INSERT INTO proof (document_id, wanted, next_at) VALUES (?, 'time', ?)"
	    " ON DUPLICATE KEY UPDATE state = 'owed', tries = 0, next_at = VALUES(next_at)",
	    YX_P(yx_p_str(document_id), yx_p_time(at)), NULL);
}

int
proof_ask_archive(struct yx_db *db, const char *contract_id, int64_t at)
{
	return yx_db_exec(db,
	    "INSERT INTO proof (document_id, wanted, next_at)"
	    " SELECT id, 'archive', ? FROM document WHERE contract_id = ? AND retired_at IS NULL"
	    " ON DUPLICATE KEY UPDATE state = 'owed', wanted = 'archive', tries = 0, next_at = VALUES(next_at)",
	    YX_P(yx_p_time(at), yx_p_str(contract_id)), NULL);
}

static int
lease(struct act *act, const char *owner, int64_t now)
{
	return yx_db_change(act->db,
	    "UPDATE proof SET lease_owner = ?, lease_until = ?"
	    " WHERE next_at <= ? AND (lease_until IS NULL OR lease_until < ?) ORDER BY next_at LIMIT 1",
	    YX_P(yx_p_str(owner), yx_p_time(now + LEASE_MS), yx_p_time(now), yx_p_time(now)), YX_NOT_FOUND);
}

int
proof_claim(struct act *act, const char *owner, struct proof_work *out)
{
	const int64_t now = act_now(act);
	struct yx_rows *r = NULL;
	const void *sha256;
	size_t n = 0;
	int rc = lease(act, owner, now);

	memset(out, 0, sizeof(*out));
	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena,
	    "SELECT p.document_id, p.wanted, p.state, p.tries, d.revision, COALESCE(v.kept, v.sha256),"
	    " d.format <> 'pdf', f.sha256 FROM proof p JOIN document d ON d.id = p.document_id"
	    " JOIN document_revision v ON v.document_id = d.id AND v.revision = d.revision"
	    " LEFT JOIN document_revision f ON f.document_id = d.id AND f.revision = 0 AND d.format <> 'pdf'"
	    " WHERE p.lease_owner = ? AND p.lease_until >= ? ORDER BY p.next_at LIMIT 1",
	    YX_P(yx_p_str(owner), yx_p_time(now)), &r)) != YX_OK)
		return rc;
	*out = (struct proof_work){ .document_id = yx_row_str(r, 0), .owner = owner, .now_ms = now,
		.archive = strcmp(yx_row_str(r, 1), "archive") == 0, .kept = strcmp(yx_row_str(r, 2), "kept") == 0,
		.tries = yx_row_int(r, 3), .revision = yx_row_int(r, 4), .apart = yx_row_int(r, 6) != 0 };
	if ((sha256 = yx_row_bytes(r, 5, &n)) == NULL || n != sizeof(out->sha256))
		return YX_INTERNAL;
	memcpy(out->sha256, sha256, n);
	if (out->apart && ((sha256 = yx_row_bytes(r, 7, &n)) == NULL || n != sizeof(out->file)))
		return YX_INTERNAL;
	if (out->apart)
		memcpy(out->file, sha256, n);
	return YX_OK;
}

static int
add_file(struct act *act, const struct proof_work *w, const struct proof_result *r, const struct proof_object *file)
{
	struct document_revision next = { .document_id = w->document_id, .revision = w->revision, .sha256 = file->sha256,
		.size = file->size, .at = act_now(act) };
	int rc = document_keep(act->db, &next);

	if (rc != YX_OK)
		return rc;
	return yx_db_exec(act->db,
	    "INSERT INTO proof_file (document_id, position, revision, sha256, level, stamped_at, made_at)"
	    " SELECT ?, COALESCE(MAX(position), 0) + 1, ?, ?, ?, ?, ? FROM proof_file WHERE document_id = ?",
	    YX_P(yx_p_str(w->document_id), yx_p_int(w->revision), yx_p_bytes(file->sha256, 32),
	    yx_p_str(pades_level_word(r->level)), yx_p_time(r->stamped_at), yx_p_time(next.at), yx_p_str(w->document_id)),
	    NULL);
}

static struct yx_db_param
time_or_null(int64_t ms)
{
	return ms == 0 ? yx_p_null() : yx_p_time(ms);
}

int
proof_done(struct act *act, const struct proof_work *w, const struct proof_result *r, const struct proof_object *file)
{
	/* The row first: of two who think that they have the lease one finds it gone. */
	int rc = yx_db_change(act->db,
	    "UPDATE proof SET state = ?, level = ?, stamped_at = ?, good_until = ?, why = '', tries = 0, next_at = ?,"
	    " lease_owner = NULL, lease_until = NULL WHERE document_id = ? AND lease_owner = ?",
	    YX_P(yx_p_str(r->kept ? "kept" : "owed"), yx_p_str(pades_level_word(r->level)), time_or_null(r->stamped_at),
	    time_or_null(r->good_until), time_or_null(r->next_at), yx_p_str(w->document_id), yx_p_str(w->owner)),
	    YX_CONFLICT);

	if (rc != YX_OK || file == NULL || (rc = add_file(act, w, r, file)) != YX_OK)
		return rc;
	return audit_act(act, w->kept ? "document.renew" : "document.timestamp", w->document_id, "level",
	    pades_level_word(r->level));
}

int
proof_failed(struct act *act, const struct proof_work *w, const char *why)
{
	static const int64_t minutes[] = { 1, 2, 5, 15, 60, 180, 360, 720 };
	const int64_t last = sizeof(minutes) / sizeof(minutes[0]) - 1;
	int64_t wait = minutes[w->tries < last ? w->tries : last] * MINUTE_MS;

	return yx_db_exec(act->db,
	    "UPDATE proof SET why = LEFT(?, 40), tries = tries + 1, next_at = ?, lease_owner = NULL, lease_until = NULL"
	    " WHERE document_id = ? AND lease_owner = ?",
	    YX_P(yx_p_str(why), yx_p_time(act_now(act) + wait), yx_p_str(w->document_id), yx_p_str(w->owner)), NULL);
}

int
proof_get(struct act *act, const char *document_id, struct proof_row *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT " PROOF_COLUMNS " FROM proof p WHERE p.document_id = ?",
	    YX_P(yx_p_str(document_id)), &r);

	*out = (struct proof_row){ 0 };
	if (rc == YX_OK)
		*out = proof_of_row(r, 0);
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}

int
proof_end(struct yx_db *db, const char *contract_id)
{
	return yx_db_exec(db,
	    "UPDATE proof p JOIN document d ON d.id = p.document_id SET p.next_at = NULL, p.lease_owner = NULL,"
	    " p.lease_until = NULL WHERE d.contract_id = ?", YX_P(yx_p_str(contract_id)), NULL);
}
