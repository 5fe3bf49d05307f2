#include "backend/domain/list/list.h"

#include "backend/domain/list/list_facets.h"

/* Lines of a list in order, oldest first, with n = 0, 1, 2 …; one parameter: the owner. */
#define RECEIVED \
	"(SELECT r.message_id AS ref, r.position, m.sent_at AS at," \
	" ROW_NUMBER() OVER (ORDER BY m.sent_at, SUBSTR(m.number, 10) + 0, r.position DESC, r.message_id DESC) - 1 AS n" \
	" FROM message_recipient r JOIN message m ON m.id = r.message_id WHERE r.organization_id = ?) x"
#define SENT \
	"(SELECT r.message_id AS ref, r.position, m.sent_at AS at," \
	" ROW_NUMBER() OVER (ORDER BY m.sent_at, SUBSTR(m.number, 10) + 0, r.position DESC, r.message_id DESC) - 1 AS n" \
	" FROM message_recipient r JOIN message m ON m.id = r.message_id WHERE m.sender_organization_id = ?) x"
#define CONTRACTS \
	"(SELECT c.id AS ref, 0 AS position, ROW_NUMBER() OVER (ORDER BY c.created_at, c.id DESC) - 1 AS n" \
	" FROM contract c WHERE c.organization_id = ?) x"
#define PLACE "IF(x.n < ?, x.n, 4294967295)"
#define MESSAGE_JOINS \
	" STRAIGHT_JOIN message m ON m.id = x.ref" \
	" STRAIGHT_JOIN message_recipient r ON r.message_id = x.ref AND r.position = x.position" \
	" LEFT JOIN contract c ON c.id = m.contract_id"
#define OWED(what) \
	"(SELECT COALESCE(SUM(" what "), 0) FROM sign_task t FORCE INDEX (task_message) WHERE t.message_id = m.id" \
	" AND t.organization_id = r.organization_id AND t.member_id <=> r.member_id)"

/* How many lines a list has, and the statement that writes them: places below its first
 * parameter, for the owner that is its second. */
static const struct { char kind; const char *count, *fill; } LISTS[] = {
	{ 'R', "SELECT COUNT(*) FROM message_recipient WHERE organization_id = ?",
	    "INSERT INTO list_entry (kind, owner, place, ref, position, at, turn, member, party, sealing, unread, owed,"
	    " undone, text) SELECT 'R', r.organization_id, " PLACE ", m.id, r.position, m.sent_at, SUBSTR(m.number, 10),"
	    " COALESCE(r.member_id, ''), m.sender_organization_id, m.kind = 'sealing', r.read_at IS NULL,"
	    " " OWED("t.state IN ('ready', 'read', 'prepared')") ", " OWED("t.state <> 'signed'") ","
	    " CONCAT(m.subject, '\n', COALESCE(c.title, '')) FROM " RECEIVED MESSAGE_JOINS },
	{ 'S', "SELECT COUNT(*) FROM message_recipient r JOIN message m ON m.id = r.message_id"
	    " WHERE m.sender_organization_id = ?",
	    "INSERT INTO list_entry (kind, owner, place, ref, position, at, turn, member, party, text)"
	    " SELECT 'S', m.sender_organization_id, " PLACE ", m.id, r.position, m.sent_at, SUBSTR(m.number, 10),"
	    " COALESCE(m.sender_id, ''), r.organization_id, CONCAT(m.subject, '\n', COALESCE(c.title, '')) FROM "
	    SENT MESSAGE_JOINS },
	{ 'C', "SELECT COUNT(*) FROM contract WHERE organization_id = ?",
	    "INSERT INTO list_entry (kind, owner, place, ref, at, member, state, text, extra)"
	    " SELECT 'C', c.organization_id, " PLACE ", c.id, c.created_at, c.handler_id, c.state + 0,"
	    " CONCAT(c.number, '\n', c.title), c.case_number FROM " CONTRACTS " STRAIGHT_JOIN contract c ON c.id = x.ref" },
};

struct rebuilding { size_t list; const char *owner; };

static int
choices(struct yx_db *db, const struct list_of *l)
{
	int rc = yx_db_exec(db,
	    "INSERT IGNORE INTO list_choice (kind, owner, member, party) SELECT DISTINCT kind, owner, member, party"
	    " FROM list_entry WHERE kind = ? AND owner = ?", YX_P(yx_p_chars(&l->kind, 1), yx_p_str(l->owner)), NULL);

	return rc != YX_OK || l->kind != 'R' ? rc : yx_db_exec(db,
	    "INSERT IGNORE INTO list_choice (kind, owner, member, party) SELECT DISTINCT 'K', owner, member, party"
	    " FROM list_entry WHERE kind = 'R' AND owner = ? AND sealing", YX_P(yx_p_str(l->owner)), NULL);
}

static int
rebuild_tx(struct yx_db *db, void *ctx)
{
	const struct rebuilding *b = ctx;
	const struct list_of l = { LISTS[b->list].kind, b->owner };
	struct yx_arena *a = yx_arena_new(1 << 20);
	struct yx_rows *row = NULL;
	int64_t ranked = 0;
	int rc = a == NULL ? YX_NO_MEMORY : yx_db_exec(db, "DELETE FROM list_entry WHERE kind = ? AND owner = ?",
	    YX_P(yx_p_chars(&l.kind, 1), yx_p_str(l.owner)), NULL);

	if (rc == YX_OK)
		rc = yx_db_one(db, a, LISTS[b->list].count, YX_P(yx_p_str(l.owner)), &row);
	if (rc == YX_OK && yx_row_int(row, 0) > LIST_FRESH)
		ranked = (yx_row_int(row, 0) - LIST_FRESH) / LIST_STEP * LIST_STEP;
	if (rc == YX_OK)
		rc = yx_db_exec(db, LISTS[b->list].fill, YX_P(yx_p_int(ranked), yx_p_str(l.owner)), NULL);
	if (rc == YX_OK)
		rc = list_places(db, &l, ranked);
	if (rc == YX_OK && l.kind != 'C')
		rc = choices(db, &l);
	yx_arena_free(&a);
	return rc;
}

int
list_bulk(struct yx_db *db, int on)
{
	return yx_db_exec(db, "SET @list_bulk = IF(?, 1, NULL)", YX_P(yx_p_int(on)), NULL);
}

static int
rebuild_all(struct yx_db *db, struct yx_arena *a)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(db, a, "SELECT id FROM organization", YX_P_NONE, &r);

	while (rc == YX_OK && yx_rows_next(r)) {
		struct rebuilding b = { 0, yx_row_str(r, 0) };

		for (; rc == YX_OK && b.list < sizeof(LISTS) / sizeof(LISTS[0]); b.list++)
			rc = yx_db_tx(db, rebuild_tx, &b);
	}
	return rc;
}

int
list_rebuild(struct yx_db *db)
{
	struct yx_arena *a = yx_arena_new(16 << 20);
	int rc = a == NULL ? YX_NO_MEMORY : list_bulk(db, 1), off;

	if (rc == YX_OK)
		rc = rebuild_all(db, a);
	off = a == NULL ? YX_OK : list_bulk(db, 0);
	yx_arena_free(&a);
	return rc != YX_OK ? rc : off;
}

/* ---- an agency becomes part of another ---- */

/* Lines of others that name the one name the other; the trigger notes each for the worker. In the order of
 * messages, so that it costs what the agency has and not what the others have. */
static int
rename_party(struct yx_db *db, const char *from, const char *into)
{
	int rc = yx_db_exec(db,
	    "UPDATE list_entry e FORCE INDEX (list_entry_of) JOIN message m ON m.id = e.ref AND e.kind = 'R'"
	    " SET e.party = ? WHERE m.sender_organization_id = ? AND e.party = ? AND e.owner NOT IN (?, ?)",
	    YX_P(yx_p_str(into), yx_p_str(from), yx_p_str(from), yx_p_str(from), yx_p_str(into)), NULL);

	return rc != YX_OK ? rc : yx_db_exec(db,
	    "UPDATE list_entry e FORCE INDEX (list_entry_of) JOIN message_recipient r ON r.message_id = e.ref"
	    " AND e.kind = 'S' AND r.position = e.position SET e.party = ?"
	    " WHERE r.organization_id = ? AND e.party = ? AND e.owner NOT IN (?, ?)",
	    YX_P(yx_p_str(into), yx_p_str(from), yx_p_str(from), yx_p_str(from), yx_p_str(into)), NULL);
}

int
list_succeed_others(struct yx_db *db, const char *from, const char *into)
{
	int rc = rename_party(db, from, into);

	if (rc == YX_OK)
		rc = yx_db_exec(db, "INSERT IGNORE INTO list_choice (kind, owner, member, party)"
		    " SELECT kind, owner, member, ? FROM list_choice WHERE party = ?",
		    YX_P(yx_p_str(into), yx_p_str(from)), NULL);
	return rc != YX_OK ? rc : yx_db_exec(db, "DELETE FROM list_choice WHERE party = ? OR owner = ?",
	    YX_P(yx_p_str(from), yx_p_str(from)), NULL);
}

/* The old one's are empty first: a line is in one list only. */
static int
rebuild_both(struct yx_db *db, const char *from, const char *into)
{
	const char *const owners[] = { from, into };
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < 2; i++)
		for (size_t k = 0; rc == YX_OK && k < sizeof(LISTS) / sizeof(LISTS[0]); k++) {
			struct rebuilding b = { k, owners[i] };

			rc = rebuild_tx(db, &b);
		}
	return rc;
}

int
list_succeed(struct yx_db *db, const char *from, const char *into)
{
	int rc = list_bulk(db, 1), off;

	if (rc == YX_OK)
		rc = rebuild_both(db, from, into);
	off = list_bulk(db, 0);
	return rc != YX_OK ? rc : off;
}
