#include "backend/domain/list/list.h"

#include <pthread.h>

#include "backend/domain/list/list_prints.h"
#include "common/log.h"

/* ---- entries: as they are, and as what they are made from says ---- */

#define TEXT "CONCAT(m.subject, '\n', COALESCE(c.title, ''))"
#define OPEN "t.state IN ('ready', 'read', 'prepared')"
/* A line as a number; what is owed counts once for each task, so that tasks can be summed alone. */
#define SUM_OF(columns) "CRC32(CONCAT_WS('|', " columns "))"
#define WEIGHT_OF(columns) "CAST(CRC32(CONCAT(" columns ")) AS SIGNED)"

/* Which first two digits of ids have lines of which the entries tell something else than
 * messages, tasks and contracts: both sides are summed, each in the order in which it lies. */
static const char DIFFERENT[] =
    "SELECT digits FROM ("
    "SELECT LEFT(ref, 2) AS digits, COUNT(*) AS n,"
    " SUM(" SUM_OF("kind, ref, position, owner, member, party, at, unread, sealing, state, text, extra")
    " + IF(owed = 0 AND undone = 0, 0, (7 * owed + undone) * " WEIGHT_OF("ref, owner, member") ")) AS x"
    " FROM list_entry GROUP BY digits"
    " UNION ALL SELECT LEFT(r.message_id, 2) AS digits, -2 * COUNT(*),"
    " -SUM(" SUM_OF("'R', r.message_id, r.position, r.organization_id, COALESCE(r.member_id, ''),"
    " m.sender_organization_id, m.sent_at, r.read_at IS NULL, m.kind = 'sealing', 0, " TEXT ", ''")
    " + " SUM_OF("'S', r.message_id, r.position, m.sender_organization_id, COALESCE(m.sender_id, ''),"
    " r.organization_id, m.sent_at, 0, 0, 0, " TEXT ", ''") ")"
    " FROM message m STRAIGHT_JOIN message_recipient r ON r.message_id = m.id"
    " LEFT JOIN contract c ON c.id = m.contract_id GROUP BY digits"
    " UNION ALL SELECT LEFT(id, 2) AS digits, -COUNT(*),"
    " -SUM(" SUM_OF("'C', id, 0, organization_id, handler_id, '', created_at, 0, 0, state + 0,"
    " CONCAT(number, '\n', title), case_number") ") FROM contract GROUP BY digits"
    " UNION ALL SELECT LEFT(t.message_id, 2) AS digits, 0,"
    " -SUM((7 * (" OPEN ") + 1) * " WEIGHT_OF("r.message_id, r.organization_id, COALESCE(r.member_id, '')") ")"
    " FROM sign_task t STRAIGHT_JOIN message_recipient r ON r.message_id = t.message_id"
    " AND r.organization_id = t.organization_id AND r.member_id <=> t.member_id WHERE t.state <> 'signed'"
    " GROUP BY digits"
    ") u GROUP BY digits HAVING SUM(n) <> 0 OR SUM(x) <> 0";

/* What is the matter there, one by one; a pattern of ids. */
static const struct { const char *what, *sql; } DETAILS[] = {
	{ "received messages", "SELECT COUNT(*) FROM message_recipient r JOIN message m ON m.id = r.message_id"
	    " LEFT JOIN contract c ON c.id = m.contract_id"
	    " LEFT JOIN list_entry e ON e.ref = r.message_id AND e.kind = 'R' AND e.position = r.position"
	    " WHERE r.message_id LIKE ? AND (e.ref IS NULL OR e.owner <> r.organization_id"
	    " OR e.member <> COALESCE(r.member_id, '') OR e.at <> m.sent_at OR e.unread <> (r.read_at IS NULL)"
	    " OR e.party <> m.sender_organization_id OR e.sealing <> (m.kind = 'sealing') OR e.text <> " TEXT ")" },
	{ "signatures that are owed", "SELECT COUNT(*) FROM list_entry e WHERE e.ref LIKE ? AND e.kind = 'R' AND"
	    " (e.owed, e.undone) <> (SELECT COALESCE(SUM(" OPEN "), 0), COALESCE(SUM(t.state <> 'signed'), 0)"
	    " FROM sign_task t FORCE INDEX (task_message) WHERE t.message_id = e.ref AND t.organization_id = e.owner"
	    " AND COALESCE(t.member_id, '') = e.member)" },
	{ "sent messages", "SELECT COUNT(*) FROM message_recipient r JOIN message m ON m.id = r.message_id"
	    " LEFT JOIN contract c ON c.id = m.contract_id"
	    " LEFT JOIN list_entry e ON e.ref = r.message_id AND e.kind = 'S' AND e.position = r.position"
	    " WHERE r.message_id LIKE ? AND (e.ref IS NULL OR e.owner <> m.sender_organization_id"
	    " OR e.member <> COALESCE(m.sender_id, '') OR e.party <> r.organization_id OR e.at <> m.sent_at"
	    " OR e.text <> " TEXT ")" },
	{ "contracts", "SELECT COUNT(*) FROM contract c LEFT JOIN list_entry e ON e.ref = c.id AND e.kind = 'C'"
	    " AND e.position = 0 WHERE c.id LIKE ? AND (e.ref IS NULL OR e.owner <> c.organization_id"
	    " OR e.member <> c.handler_id OR e.state <> c.state + 0 OR e.at <> c.created_at"
	    " OR e.text <> CONCAT(c.number, '\n', c.title) OR e.extra <> c.case_number)" },
	{ "entries of nothing", "SELECT COUNT(*) FROM list_entry e LEFT JOIN message_recipient r ON e.kind <> 'C'"
	    " AND r.message_id = e.ref AND r.position = e.position LEFT JOIN contract c ON e.kind = 'C' AND c.id = e.ref"
	    " WHERE e.ref LIKE ? AND r.message_id IS NULL AND c.id IS NULL" },
};

/* Threads that share the boxes, beside the one that sums lines. */
#define SHARES 2

/* A part of the check: a thread with a connection and a transaction of its own, which reads
 * all of one moment and locks nothing. */
struct verifying {
	const struct yx_db_conf *conf;
	int                    (*check)(struct verifying *v, struct yx_arena *a);
	size_t                   share;    /* of the boxes: which of SHARES */
	struct yx_db            *db;
	int64_t                  entries, wrong;
	int                      rc;
};

static void
found(struct verifying *v, const char *what, int64_t n)
{
	if (n == 0)
		return;
	yx_error("lists: %s: %lld", what, (long long)n);
	v->wrong += n;
}

static int
check_digits(struct verifying *v, struct yx_arena *a, const char *digits)
{
	const char *pattern = yx_arena_printf(a, "%s%%", digits);
	const int64_t before = v->wrong;
	struct yx_rows *row = NULL;
	int rc = pattern == NULL ? YX_NO_MEMORY : YX_OK;

	for (size_t i = 0; rc == YX_OK && i < sizeof(DETAILS) / sizeof(DETAILS[0]); i++)
		if ((rc = yx_db_one(v->db, a, DETAILS[i].sql, YX_P(yx_p_str(pattern)), &row)) == YX_OK)
			found(v, DETAILS[i].what, yx_row_int(row, 0));
	/* Odd in a way that no detail knows, such as a flag where none belongs. */
	if (rc == YX_OK && v->wrong == before)
		found(v, "odd entries", 1);
	return rc;
}

static int
check_entries(struct verifying *v, struct yx_arena *a)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(v->db, a, "SELECT COUNT(*) FROM list_entry", YX_P_NONE, &r);

	if (rc == YX_OK)
		v->entries = yx_row_int(r, 0);
	if (rc == YX_OK)
		rc = yx_db_query(v->db, a, DIFFERENT, YX_P_NONE, &r);
	while (rc == YX_OK && yx_rows_next(r))
		rc = check_digits(v, a, yx_row_str(r, 0));
	return rc;
}

static int
check_choices(struct verifying *v, struct yx_arena *a)
{
	struct yx_rows *row = NULL;
	int rc = yx_db_one(v->db, a,
	    "SELECT COUNT(*) FROM (SELECT DISTINCT kind, owner, member, party, sealing FROM list_entry WHERE kind <> 'C') e"
	    " WHERE (e.kind, e.owner, e.member, e.party) NOT IN (SELECT kind, owner, member, party FROM list_choice)"
	    " OR (e.sealing AND ('K', e.owner, e.member, e.party) NOT IN (SELECT kind, owner, member, party"
	    " FROM list_choice))", YX_P_NONE, &row);

	if (rc == YX_OK)
		found(v, "filters' choices", yx_row_int(row, 0));
	return rc;
}

/* ---- facets ---- */

struct box { struct list_of of; int64_t id; };

static int
check_segment(struct verifying *v, const struct box *x, int64_t segment, uint64_t stored)
{
	uint64_t print = 0;
	int rc = list_entry_print(v->db, &x->of, segment, &print);

	if (rc == YX_OK && print != stored) {
		yx_error("lists: %c of %s: segment %lld", x->of.kind, x->of.owner, (long long)segment);
		v->wrong++;
	}
	return rc;
}

/* Segments in which nothing waits for the worker; and facets of segments that there are not. */
static int
check_box(struct verifying *v, struct yx_arena *a, const struct box *x)
{
	struct list_prints stored;
	struct yx_rows *r = NULL;
	int rc = list_stored_prints(v->db, a, x->id, &stored);

	if (rc == YX_OK)
		rc = yx_db_query(v->db, a,
		    "SELECT s.segment, EXISTS (SELECT 1 FROM list_change x WHERE x.kind = ? AND x.owner = ?"
		    " AND x.place DIV ? = s.segment) FROM list_segment s WHERE s.box = ?",
		    YX_P(yx_p_chars(&x->of.kind, 1), yx_p_str(x->of.owner), yx_p_int(LIST_SEGMENT), yx_p_int(x->id)), &r);
	while (rc == YX_OK && yx_rows_next(r)) {
		int64_t segment = yx_row_int(r, 0);

		if (!yx_row_int(r, 1))
			rc = check_segment(v, x, segment, stored.of[segment]);
		stored.of[segment] = 0;
	}
	for (size_t i = 0; rc == YX_OK && i < stored.n; i++)
		found(v, "facets of no segment", stored.of[i] != 0);
	return rc;
}

static int
check_boxes(struct verifying *v, struct yx_arena *a)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(v->db, a, "SELECT kind, owner, id FROM list_box ORDER BY ranked DESC, id", YX_P_NONE, &r);

	for (size_t i = 0; rc == YX_OK && yx_rows_next(r); i++)
		if (i % SHARES == v->share)
			rc = check_box(v, a, &(struct box){ { *yx_row_str(r, 0), yx_row_str(r, 1) }, yx_row_int(r, 2) });
	return rc;
}

/* ---- all of it ---- */

static int
check_lines(struct verifying *v, struct yx_arena *a)
{
	int rc = check_entries(v, a);

	return rc == YX_OK ? check_choices(v, a) : rc;
}

static int
verify_tx(struct yx_db *db, void *ctx)
{
	struct verifying *v = ctx;
	struct yx_arena *a = yx_arena_new(64u << 20);
	int rc;

	v->db = db;
	v->entries = v->wrong = 0;
	rc = a == NULL ? YX_NO_MEMORY : v->check(v, a);
	yx_arena_free(&a);
	return rc;
}

static void *
verify_part(void *ctx)
{
	struct verifying *v = ctx;
	struct yx_db *db = NULL;

	if ((v->rc = yx_db_open(v->conf, &db)) == YX_OK &&
	    (v->rc = yx_db_exec(db, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", YX_P_NONE, NULL)) == YX_OK)
		v->rc = yx_db_tx(db, verify_tx, v);
	yx_db_close(&db);
	return NULL;
}

int
list_verify(const struct yx_db_conf *conf, int64_t *entries, int64_t *wrong)
{
	struct verifying parts[1 + SHARES] = { { .conf = conf, .check = check_lines } };
	pthread_t threads[SHARES];
	int rc, started = 0;

	*entries = *wrong = 0;
	for (size_t i = 0; i < SHARES; i++) {
		parts[1 + i] = (struct verifying){ .conf = conf, .check = check_boxes, .share = i };
		if (pthread_create(&threads[i], NULL, verify_part, &parts[1 + i]) != 0)
			break;
		started++;
	}
	verify_part(&parts[0]);
	rc = started == SHARES ? parts[0].rc : YX_INTERNAL;
	*entries = parts[0].entries;
	*wrong = parts[0].wrong;
	for (int i = 0; i < started; i++) {
		pthread_join(threads[i], NULL);
		*wrong += parts[1 + i].wrong;
		rc = rc == YX_OK ? parts[1 + i].rc : rc;
	}
	return rc;
}
