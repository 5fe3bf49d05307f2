#include "backend/domain/list/list.h"

#include <stdio.h>

#include "backend/domain/list/list_facets.h"
#include "common/buf.h"

#define ARENA_MAX   (16u << 20)
#define SEGMENT_MAX (128u << 20)
#define JSON_MAX    (4u << 20)  /* of facets in a statement */
#define CHANGES   500   /* at a time, */
#define ANEW      8     /* in at most so many segments */
#define SEGMENTS  16    /* filled at a time */

/* Which list: two parameters. */
#define LIST_P(w) yx_p_chars(&(w)->of.kind, 1), yx_p_str((w)->of.owner)

struct work {
	struct yx_db  *db;
	struct list_of of;
	int64_t        box, ranked;
	int            moved;    /* something was done */
};

/* ---- in a transaction that holds the box ---- */

/* Raises the version, which is the lock, and makes the box if it is the first time. */
static int
take_box(struct work *w, struct yx_arena *a)
{
	struct yx_rows *row = NULL;
	int rc = yx_db_exec(w->db,
	    "INSERT INTO list_box (kind, owner, version) VALUES (?, ?, 1) ON DUPLICATE KEY UPDATE version = version + 1",
	    YX_P(LIST_P(w)), NULL);

	if (rc != YX_OK || (rc = yx_db_one(w->db, a, "SELECT id, ranked FROM list_box WHERE kind = ? AND owner = ?",
	    YX_P(LIST_P(w)), &row)) != YX_OK)
		return rc;
	w->box = yx_row_int(row, 0);
	w->ranked = yx_row_int(row, 1);
	return YX_OK;
}

struct into { struct work *w; int64_t segment; };

static int
put_facets(void *ctx, const char *json)
{
	const struct into *to = ctx;

	return yx_db_exec(to->w->db,
	    "INSERT INTO list_facet (box, facet, segment, bits) SELECT ?, j.facet, ?, UNHEX(j.bits) FROM"
	    " JSON_TABLE(?, '$[*]' COLUMNS (facet BIGINT PATH '$[0]', bits VARCHAR(512) CHARACTER SET ascii"
	    " PATH '$[1]')) j",
	    YX_P(yx_p_int(to->w->box), yx_p_int(to->segment), yx_p_str(json)), NULL);
}

static int
put_segment(struct work *w, struct list_segment segment)
{
	struct yx_arena *a = yx_arena_new(SEGMENT_MAX);
	struct into to = { w, segment.number };
	int rc = a == NULL ? YX_NO_MEMORY : yx_db_exec(w->db,
	    "DELETE FROM list_facet WHERE box = ? AND segment = ? AND facet < ?",
	    YX_P(yx_p_int(w->box), yx_p_int(segment.number),
	    yx_p_int(segment.deep ? INT64_MAX : list_facet_number(FACET_MEMBER, 0))), NULL);

	if (rc == YX_OK)
		rc = list_facets(w->db, a, &w->of, segment, &(struct list_facet_sink){ put_facets, &to, JSON_MAX });
	yx_arena_free(&a);
	return rc;
}

/* How many of the oldest that have no place get one: whole steps, of SEGMENTS at most. */
static int
segments_due(struct work *w, struct yx_arena *a, int64_t *due)
{
	struct yx_rows *row = NULL;
	int rc = yx_db_one(w->db, a,
	    "SELECT COUNT(*) FROM (SELECT 1 FROM list_entry WHERE kind = ? AND owner = ? AND place = 4294967295 LIMIT ?) x",
	    YX_P(LIST_P(w), yx_p_int(SEGMENTS * LIST_SEGMENT + LIST_FRESH)), &row);

	*due = 0;
	if (rc == YX_OK && yx_row_int(row, 0) > LIST_FRESH)
		*due = (yx_row_int(row, 0) - LIST_FRESH) / LIST_STEP * LIST_STEP;
	return rc;
}

/* A segment with new places, the first of it or more. */
static int
put_grown_segment(struct work *w, int64_t segment)
{
	int rc = put_segment(w, (struct list_segment){ segment, 1 });

	return rc != YX_OK ? rc : yx_db_exec(w->db,
	    "REPLACE INTO list_segment (box, segment, min_at, max_at) SELECT ?, ?, MIN(at), MAX(at) FROM list_entry"
	    " WHERE kind = ? AND owner = ? AND place BETWEEN ? AND ?",
	    YX_P(yx_p_int(w->box), yx_p_int(segment), SEGMENT_P(&w->of, segment)), NULL);
}

static int
place_next(struct work *w, struct yx_arena *a)
{
	int64_t due = 0;
	int rc = segments_due(w, a, &due);

	if (rc != YX_OK || due == 0)
		return rc;
	rc = yx_db_exec(w->db,
	    "UPDATE (SELECT ref, position, ROW_NUMBER() OVER (ORDER BY at, turn, position DESC, ref DESC) - 1 AS n"
	    " FROM list_entry WHERE kind = ? AND owner = ? AND place = 4294967295"
	    " ORDER BY at, turn, position DESC, ref DESC LIMIT ?) x"
	    " STRAIGHT_JOIN list_entry e ON e.kind = ? AND e.ref = x.ref AND e.position = x.position SET e.place = ? + x.n",
	    YX_P(LIST_P(w), yx_p_int(due), yx_p_chars(&w->of.kind, 1), yx_p_int(w->ranked)), NULL);
	for (int64_t i = w->ranked / LIST_SEGMENT; rc == YX_OK && i < LIST_SEGMENTS(w->ranked + due); i++)
		rc = put_grown_segment(w, i);
	if (rc == YX_OK)
		rc = yx_db_exec(w->db, "UPDATE list_box SET ranked = ranked + ? WHERE id = ?",
		    YX_P(yx_p_int(due), yx_p_int(w->box)), NULL);
	w->moved = rc == YX_OK;
	return rc;
}

int
list_places(struct yx_db *db, const struct list_of *l, int64_t ranked)
{
	struct work w = { .db = db, .of = *l };
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	int rc = a == NULL ? YX_NO_MEMORY : take_box(&w, a);

	if (rc == YX_OK)
		rc = yx_db_exec(db, "DELETE FROM list_facet WHERE box = ?", YX_P(yx_p_int(w.box)), NULL);
	if (rc == YX_OK)
		rc = yx_db_exec(db, "DELETE FROM list_segment WHERE box = ?", YX_P(yx_p_int(w.box)), NULL);
	if (rc == YX_OK)
		rc = yx_db_exec(db, "DELETE FROM list_change WHERE kind = ? AND owner = ?", YX_P(LIST_P(&w)), NULL);
	for (int64_t i = 0; rc == YX_OK && i < LIST_SEGMENTS(ranked); i++)
		rc = put_grown_segment(&w, i);
	if (rc == YX_OK)
		rc = yx_db_exec(db, "UPDATE list_box SET ranked = ? WHERE id = ?",
		    YX_P(yx_p_int(ranked), yx_p_int(w.box)), NULL);
	yx_arena_free(&a);
	return rc;
}

/* One step of the work on a box that is taken first, with an arena of its own. */
static int
in_box(struct work *w, int (*step)(struct work *w, struct yx_arena *a))
{
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	int rc = a == NULL ? YX_NO_MEMORY : take_box(w, a);

	w->moved = 0;
	if (rc == YX_OK)
		rc = step(w, a);
	yx_arena_free(&a);
	return rc;
}

static int
place_tx(struct yx_db *db, void *ctx)
{
	(void)db;
	return in_box(ctx, place_next);
}

/* Facets anew for every segment in which something changed, of flags alone if it was no
 * more than that. Exactly the changes that
 * were read are taken off: one that is written meanwhile comes next time. */
static int
apply_changes(struct work *w, struct yx_arena *a)
{
	struct yx_rows *r = NULL;
	int64_t segment = -1;
	int anew = 0;
	struct yx_buf b;
	int rc = yx_db_query(w->db, a,
	    "SELECT id, place DIV ? AS segment, deep FROM list_change WHERE kind = ? AND owner = ?"
	    " ORDER BY segment, deep DESC LIMIT ?",
	    YX_P(yx_p_int(LIST_SEGMENT), LIST_P(w), yx_p_int(CHANGES)), &r);

	yx_buf_init(&b, 1 << 20);
	yx_buf_adds(&b, "[");
	while (rc == YX_OK && yx_rows_next(r) && (yx_row_int(r, 1) == segment || anew++ < ANEW)) {
		yx_buf_addf(&b, "%s%lld", b.len > 1 ? "," : "", (long long)yx_row_int(r, 0));
		if (yx_row_int(r, 1) != segment)
			rc = put_segment(w, (struct list_segment){ segment = yx_row_int(r, 1), (int)yx_row_int(r, 2) });
		w->moved = 1;
	}
	yx_buf_adds(&b, "]");
	if (rc == YX_OK && (rc = yx_buf_status(&b)) == YX_OK)
		rc = yx_db_exec(w->db,
		    "DELETE c FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j"
		    " STRAIGHT_JOIN list_change c ON c.id = j.id",
		    YX_P(yx_p_str(yx_buf_str(&b))), NULL);
	yx_buf_free(&b);
	return rc;
}

static int
change_tx(struct yx_db *db, void *ctx)
{
	(void)db;
	return in_box(ctx, apply_changes);
}

/* ---- outside ---- */

int
list_renamed(struct yx_db *db, const char *organization_id)
{
	return yx_db_exec(db,
	    "INSERT INTO list_change (kind, owner, place, deep)"
	    " SELECT DISTINCT b.kind, b.owner, f.segment * ?, TRUE FROM list_choice x"
	    " JOIN list_box b ON b.kind = x.kind AND b.owner = x.owner"
	    " JOIN list_facet f ON f.box = b.id AND f.facet = ? WHERE x.party = ?"
	    " UNION ALL SELECT e.kind, e.owner, MIN(e.place), TRUE FROM contract_vendor v"
	    " JOIN list_entry e ON e.ref = v.contract_id AND e.kind = 'C' AND e.position = 0 AND e.place <> 4294967295"
	    " WHERE v.organization_id = ? GROUP BY e.owner, e.place DIV ?"
	    " UNION ALL SELECT b.kind, b.owner, s.segment * ?, TRUE FROM list_box b JOIN list_segment s ON s.box = b.id"
	    " WHERE b.kind = 'C' AND b.owner = ?",
	    YX_P(yx_p_int(LIST_SEGMENT), yx_p_int(list_facet_str(FACET_PARTY, organization_id)),
	    yx_p_str(organization_id), yx_p_str(organization_id), yx_p_int(LIST_SEGMENT), yx_p_int(LIST_SEGMENT),
	    yx_p_str(organization_id)), NULL);
}

int
list_hint(struct yx_db *db, char kind, const char *owner)
{
	return yx_db_exec(db, "INSERT IGNORE INTO list_hint (kind, owner) VALUES (?, ?)",
	    YX_P(yx_p_chars(&kind, 1), yx_p_str(owner)), NULL);
}

/* What is done to each list that a query names; until_done: as long as something moves. */
struct job {
	int       (*fn)(struct yx_db *db, void *work);
	const char *sql;
	int         until_done;
};

static int
each_list(struct yx_db *db, const struct job *job, int *done)
{
	struct yx_arena *a = yx_arena_new(16 << 20);
	struct yx_rows *r = NULL;
	int rc = a == NULL ? YX_NO_MEMORY : yx_db_query(db, a, job->sql, YX_P_NONE, &r);

	while (rc == YX_OK && yx_rows_next(r)) {
		struct work w = { .db = db, .of = { *yx_row_str(r, 0), yx_row_str(r, 1) } };

		do {
			rc = yx_db_tx(db, job->fn, &w);
			*done |= rc == YX_OK && w.moved;
		} while (rc == YX_OK && w.moved && job->until_done);
		if (rc == YX_OK && !w.moved)
			rc = yx_db_exec(db, "DELETE FROM list_hint WHERE kind = ? AND owner = ?",
			    YX_P(LIST_P(&w)), NULL);
	}
	yx_arena_free(&a);
	return rc;
}

int
list_work(struct yx_db *db, int *done)
{
	const struct job place = { place_tx, "SELECT kind, owner FROM list_hint LIMIT 100", 0 };
	const struct job change = { change_tx, "SELECT DISTINCT kind, owner FROM list_change LIMIT 100", 0 };
	int rc;

	*done = 0;
	rc = each_list(db, &place, done);
	return rc != YX_OK ? rc : each_list(db, &change, done);
}
