#include "backend/domain/list/list.h"

#include <string.h>

#include "backend/domain/list/list_facets.h"
#include "common/buf.h"
#include "common/log.h"

/* Entries that are not what their message, tasks or contract say; or lack, or have none. */
static const struct { const char *what, *sql; } CHECKS[] = {
	{ "received messages", "SELECT COUNT(*) FROM message_recipient r JOIN message m ON m.id = r.message_id"
	    " LEFT JOIN contract c ON c.id = m.contract_id"
	    " LEFT JOIN list_entry e ON e.ref = r.message_id AND e.kind = 'R' AND e.position = r.position"
	    " WHERE e.ref IS NULL OR e.owner <> r.organization_id OR e.member <> COALESCE(r.member_id, '') OR e.at"
	    " <> m.sent_at"
	    " OR e.unread <> (r.read_at IS NULL) OR e.party <> m.sender_organization_id OR e.sealing <> (m.kind ="
	    " 'sealing')"
	    " OR e.text <> CONCAT(m.subject, '\n', COALESCE(c.title, ''))" },
	{ "signatures that are owed", "SELECT COUNT(*) FROM list_entry e WHERE e.kind = 'R' AND (e.owed, e.undone) <>"
	    " (SELECT COALESCE(SUM(t.state IN ('ready', 'read', 'prepared')), 0), COALESCE(SUM(t.state <> 'signed'), 0)"
	    " FROM sign_task t FORCE INDEX (task_message) WHERE t.message_id = e.ref AND t.organization_id = e.owner AND"
	    " COALESCE(t.member_id, '') = e.member)" },
	{ "sent messages", "SELECT COUNT(*) FROM message_recipient r JOIN message m ON m.id = r.message_id"
	    " LEFT JOIN list_entry e ON e.ref = r.message_id AND e.kind = 'S' AND e.position = r.position"
	    " WHERE e.ref IS NULL OR e.owner <> m.sender_organization_id OR e.member <> COALESCE(m.sender_id, '')"
	    " OR e.party <> r.organization_id OR e.at <> m.sent_at" },
	{ "contracts", "SELECT COUNT(*) FROM contract c LEFT JOIN list_entry e ON e.ref = c.id AND e.kind = 'C'"
	    " AND e.position = 0"
	    " WHERE e.ref IS NULL OR e.owner <> c.organization_id OR e.member <> c.handler_id OR e.state <> c.state + 0"
	    " OR e.at <> c.created_at OR e.text <> CONCAT(c.number, '\n', c.title) OR e.extra <> c.case_number" },
	{ "entries of nothing", "SELECT (SELECT COUNT(*) FROM list_entry) - 2 * (SELECT COUNT(*) FROM message_recipient)"
	    " - (SELECT COUNT(*) FROM contract)" },
	{ "filters' choices", "SELECT COUNT(*) FROM list_entry e LEFT JOIN list_choice x ON x.kind = e.kind AND"
	    " x.owner = e.owner"
	    " AND x.member = e.member AND x.party = e.party WHERE e.kind <> 'C' AND x.kind IS NULL" },
};

static int
check_entries(struct yx_db *db, int64_t *entries, int64_t *wrong)
{
	struct yx_arena *a = yx_arena_new(1 << 20);
	struct yx_rows *row = NULL;
	int rc = a == NULL ? YX_NO_MEMORY : yx_db_one(db, a, "SELECT COUNT(*) FROM list_entry", YX_P_NONE, &row);

	if (rc == YX_OK)
		*entries = yx_row_int(row, 0);
	for (size_t i = 0; rc == YX_OK && i < sizeof(CHECKS) / sizeof(CHECKS[0]); i++) {
		if ((rc = yx_db_one(db, a, CHECKS[i].sql, YX_P_NONE, &row)) != YX_OK)
			break;
		if (yx_row_int(row, 0) != 0) {
			yx_error("lists: %s: %lld", CHECKS[i].what, (long long)yx_row_int(row, 0));
			*wrong += yx_row_int(row, 0);
		}
	}
	yx_arena_free(&a);
	return rc;
}

/* The facets of a segment as they are stored, in the form that list_facets gives. */
static int
stored_facets(struct yx_db *db, struct yx_arena *a, int64_t box, int64_t segment, struct yx_buf *b)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(db, a, "SELECT facet, LOWER(HEX(bits)) FROM list_facet WHERE box = ? AND segment = ?"
	    " ORDER BY facet",
	    YX_P(yx_p_int(box), yx_p_int(segment)), &r);

	yx_buf_adds(b, "[");
	while (rc == YX_OK && yx_rows_next(r))
		yx_buf_addf(b, "%s[%lld,\"%s\"]", b->len > 1 ? "," : "", (long long)yx_row_int(r, 0), yx_row_str(r, 1));
	yx_buf_adds(b, "]");
	return rc == YX_OK ? yx_buf_status(b) : rc;
}

/* A list whose facets are looked at. */
struct box { struct yx_db *db; struct list_of of; int64_t id, *wrong; };

static int
keep_json(void *ctx, const char *json)
{
	yx_buf_adds(ctx, json);
	return yx_buf_status(ctx);
}

static int
check_segment(const struct box *x, int64_t segment)
{
	struct yx_arena *a = yx_arena_new(512u << 20);
	struct yx_buf is, should;
	int rc = a == NULL ? YX_NO_MEMORY : YX_OK;

	yx_buf_init(&is, 64 << 20);
	yx_buf_init(&should, 64 << 20);
	if (rc == YX_OK && (rc = stored_facets(x->db, a, x->id, segment, &is)) == YX_OK &&
	    (rc = list_facets(x->db, a, &x->of, (struct list_segment){ segment, 1 },
	    &(struct list_facet_sink){ keep_json, &should, SIZE_MAX })) == YX_OK &&
	    strcmp(yx_buf_str(&is), yx_buf_str(&should)) != 0) {
		yx_error("lists: %c of %s: segment %lld", x->of.kind, x->of.owner, (long long)segment);
		++*x->wrong;
	}
	yx_buf_free(&is);
	yx_buf_free(&should);
	yx_arena_free(&a);
	return rc;
}

/* Segments in which nothing waits for the worker. */
static int
check_box(const struct box *x, struct yx_arena *a)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(x->db, a,
	    "SELECT s.segment FROM list_segment s WHERE s.box = ? AND NOT EXISTS (SELECT 1 FROM list_change x"
	    " WHERE x.kind = ?"
	    " AND x.owner = ? AND x.place DIV ? = s.segment)",
	    YX_P(yx_p_int(x->id), yx_p_chars(&x->of.kind, 1), yx_p_str(x->of.owner), yx_p_int(LIST_SEGMENT)), &r);

	while (rc == YX_OK && yx_rows_next(r))
		rc = check_segment(x, yx_row_int(r, 0));
	return rc;
}

int
list_verify(struct yx_db *db, int64_t *entries, int64_t *wrong)
{
	struct yx_arena *a = yx_arena_new(64u << 20);
	struct yx_rows *r = NULL;
	int rc;

	*entries = *wrong = 0;
	if (a == NULL)
		return YX_NO_MEMORY;
	if ((rc = check_entries(db, entries, wrong)) == YX_OK)
		rc = yx_db_query(db, a, "SELECT kind, owner, id FROM list_box", YX_P_NONE, &r);
	while (rc == YX_OK && yx_rows_next(r)) {
		struct box x = { db, { *yx_row_str(r, 0), yx_row_str(r, 1) }, yx_row_int(r, 2), wrong };

		rc = check_box(&x, a);
	}
	yx_arena_free(&a);
	return rc;
}
