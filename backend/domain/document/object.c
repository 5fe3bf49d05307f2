#include "backend/domain/document/object.h"

#include <string.h>

#include "backend/domain/document/document.h"
#include "common/crash.h"
#include "common/random.h"

#define LOOKED_AT 1000   /* a round */
#define GONE_MAX  200
#define FOLDERS   256    /* of objects */
#define STRAY_MS  (INT64_C(24) * 3600 * 1000)  /* longer than any request takes between file and row */

/* Every column that names an object. Of documents: those that LIVE says. */
#define UNNAMED(LIVE) \
	" NOT EXISTS (SELECT 1 FROM document_revision r JOIN document d ON d.id = r.document_id" \
	"  WHERE r.sha256 = x.sha256" LIVE ")" \
	" AND NOT EXISTS (SELECT 1 FROM document_revision r JOIN document d ON d.id = r.document_id" \
	"  WHERE r.kept = x.sha256" LIVE ")" \
	" AND NOT EXISTS (SELECT 1 FROM document d WHERE d.original = x.sha256" LIVE ")" \
	" AND NOT EXISTS (SELECT 1 FROM proof_file f JOIN document d ON d.id = f.document_id" \
	"  WHERE f.sha256 = x.sha256" LIVE ")" \
	" AND NOT EXISTS (SELECT 1 FROM evidence e JOIN document d ON d.id = e.document_id" \
	"  WHERE e.sheet_sha256 = x.sha256" LIVE ")" \
	" AND NOT EXISTS (SELECT 1 FROM seal_version v WHERE v.sha256 = x.sha256)" \
	" AND NOT EXISTS (SELECT 1 FROM signing_authority a WHERE a.letter_sha256 = x.sha256)"
/* A document that was destroyed (銷毀) keeps its rows and digests, and needs no file. */
#define UNUSED UNNAMED(" AND d.destroyed_at IS NULL")

int
document_add_object(struct yx_db *db, const uint8_t *sha256, int64_t size, int64_t at)
{
	return yx_db_exec(db, "INSERT INTO object (sha256, size, created_at) VALUES (?, ?, ?)"
	    " ON DUPLICATE KEY UPDATE unused_at = NULL, gone_at = NULL",
	    YX_P(yx_p_bytes(sha256, 32), yx_p_int(size), yx_p_time(at)), NULL);
}

int
object_leave(struct yx_db *db, const char *contract_id, int64_t at)
{
	return yx_db_exec(db,
	    "UPDATE object x JOIN (SELECT v.sha256 FROM document d JOIN document_revision v ON v.document_id = d.id"
	    " WHERE d.contract_id = ? UNION SELECT v.kept FROM document d"
	    " JOIN document_revision v ON v.document_id = d.id"
	    " WHERE d.contract_id = ? UNION SELECT d.original FROM document d WHERE d.contract_id = ?"
	    " UNION SELECT f.sha256 FROM document d JOIN proof_file f ON f.document_id = d.id WHERE d.contract_id = ?"
	    " UNION SELECT e.sheet_sha256 FROM document d JOIN evidence e ON e.document_id = d.id"
	    " WHERE d.contract_id = ?) y"
	    " ON y.sha256 = x.sha256 SET x.unused_at = ? WHERE x.gone_at IS NULL AND" UNUSED,
	    YX_P(yx_p_str(contract_id), yx_p_str(contract_id), yx_p_str(contract_id), yx_p_str(contract_id),
	    yx_p_str(contract_id), yx_p_time(at)), NULL);
}

struct sweep { struct yx_store *store; int64_t now; uint8_t sha256[32]; int64_t gone; };

/* The row goes, or tells that the file is gone, if a destroyed document still names its digest. */
static int
end_row(struct yx_db *db, const struct sweep *s)
{
	int rc = yx_db_change(db, "DELETE x FROM object x WHERE x.sha256 = ? AND x.unused_at < ? AND" UNNAMED(""),
	    YX_P(yx_p_bytes(s->sha256, 32), yx_p_time(s->now - OBJECT_KEPT_MS)), YX_CONFLICT);

	if (rc != YX_CONFLICT)
		return rc;
	return yx_db_change(db,
	    "UPDATE object x SET x.gone_at = ?, x.unused_at = NULL WHERE x.sha256 = ? AND x.unused_at < ? AND" UNUSED,
	    YX_P(yx_p_time(s->now), yx_p_bytes(s->sha256, 32), yx_p_time(s->now - OBJECT_KEPT_MS)), YX_CONFLICT);
}

static int
end_tx(struct yx_db *db, void *ctx)
{
	struct sweep *s = ctx;
	int rc = end_row(db, s);

	if (rc != YX_OK)
		return rc;
	rc = yx_store_set_aside(s->store, s->sha256, OBJECT_KEPT_MS / 1000);
	yx_crash_point("object.aside");
	return rc;
}

/* Those that were marked long enough ago; one that is wanted again stays. */
static int
end_marked(struct yx_db *db, struct yx_arena *a, struct sweep *s)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(db, a, "SELECT sha256 FROM object WHERE unused_at < ? ORDER BY unused_at LIMIT ?",
	    YX_P(yx_p_time(s->now - OBJECT_KEPT_MS), yx_p_int(GONE_MAX)), &r);

	while (rc == YX_OK && yx_rows_next(r)) {
		size_t n = 0;
		const void *sha256 = yx_row_bytes(r, 0, &n);

		memcpy(s->sha256, sha256, n == 32 ? 32 : 0);
		if ((rc = yx_db_tx(db, end_tx, s)) == YX_OK) {
			yx_crash_point("object.committed");
			yx_store_drop_aside(s->store, s->sha256);
			s->gone++;
		} else if (rc == YX_CONFLICT) {
			rc = yx_db_exec(db, "UPDATE object SET unused_at = NULL WHERE sha256 = ?",
			    YX_P(yx_p_bytes(s->sha256, 32)), NULL);
		}
	}
	return rc;
}

/* The next objects, from where the last round ended; a process begins somewhere. */
static int
mark_next(struct yx_db *db, struct yx_arena *a, int64_t now_ms)
{
	static uint8_t from[32];
	static int begun;
	struct yx_rows *r = NULL;
	size_t n = 0;
	int rc;

	if (!begun)
		yx_random(from, sizeof(from));
	begun = 1;
	rc = yx_db_query(db, a, "SELECT sha256 FROM object WHERE sha256 > ? ORDER BY sha256 LIMIT ?",
	    YX_P(yx_p_bytes(from, 32), yx_p_int(LOOKED_AT)), &r);
	if (rc == YX_OK)
		rc = yx_db_exec(db, "UPDATE object x JOIN (SELECT sha256 FROM object WHERE sha256 > ? ORDER BY sha256"
		    " LIMIT ?) y ON y.sha256 = x.sha256 SET x.unused_at = ? WHERE x.unused_at IS NULL AND x.gone_at IS NULL"
		    " AND" UNUSED,
		    YX_P(yx_p_bytes(from, 32), yx_p_int(LOOKED_AT), yx_p_time(now_ms)), NULL);
	if (rc != YX_OK)
		return rc;
	if (yx_rows_count(r) < LOOKED_AT)
		memset(from, 0, sizeof(from));
	else
		while (yx_rows_next(r))
			memcpy(from, yx_row_bytes(r, 0, &n), 32);
	return YX_OK;
}

/* ---- files without a row: put, and then the power went off ---- */

struct stray { struct yx_db *db; struct yx_store *store; int64_t gone; };

static int
end_stray(void *ctx, const uint8_t sha256[32])
{
	struct stray *x = ctx;
	struct yx_arena *a = yx_arena_new(4096);
	struct yx_rows *row = NULL;
	int rc = a == NULL ? YX_NO_MEMORY : yx_db_one(x->db, a, "SELECT 1 FROM object WHERE sha256 = ?",
	    YX_P(yx_p_bytes(sha256, 32)), &row);

	yx_arena_free(&a);
	if (rc != YX_NOT_FOUND)
		return rc;
	/* (put again since it was told: it stays) */
	if ((rc = yx_store_set_aside(x->store, sha256, STRAY_MS / 1000)) != YX_OK)
		return rc == YX_CONFLICT ? YX_OK : rc;
	yx_store_drop_aside(x->store, sha256);
	x->gone++;
	return YX_OK;
}

/* Folder after folder, until enough files were looked at. */
static int
end_strays(struct stray *x)
{
	static unsigned folder;
	size_t seen = 0;
	int rc = YX_OK;

	for (unsigned i = 0; rc == YX_OK && i < FOLDERS && seen < LOOKED_AT; i++, folder = (folder + 1) % FOLDERS)
		rc = yx_store_each(x->store, folder, STRAY_MS / 1000, &(struct yx_store_teller){ end_stray, x }, &seen);
	return rc;
}

int
object_sweep(struct yx_db *db, struct yx_store *store, int64_t now_ms, int64_t *gone)
{
	struct yx_arena *a = yx_arena_new(4 << 20);
	struct sweep s = { .store = store, .now = now_ms };
	struct stray x = { db, store, 0 };
	int rc = a == NULL ? YX_NO_MEMORY : mark_next(db, a, now_ms);

	if (rc == YX_OK)
		rc = end_marked(db, a, &s);
	if (rc == YX_OK)
		rc = end_strays(&x);
	*gone = s.gone + x.gone;
	yx_arena_free(&a);
	return rc;
}
