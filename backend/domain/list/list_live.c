#include "backend/domain/list/list_reading.h"
#include "backend/domain/list/list_said.h"

/* The properties of an entry as bits; bit_of says the same of a facet. */
#define LIVE_HAS \
	"(e.sealing + 2 * e.unread + 4 * (e.owed > 0) + 8 * (e.undone > 0) + (16 << e.state))"
#define LIVE_WHERE \
	" (? IS NULL OR e.member = ? OR e.member = ?) AND (? IS NULL OR e.party = ?) AND (NOT ? OR e.sealing)" \
	" AND (? IS NULL OR e.at >= ?) AND (? IS NULL OR e.at < ?)"
#define LIVE_CONTRACT_WHERE \
	" (? IS NULL OR e.member = ? OR EXISTS (SELECT 1 FROM contract_officer o WHERE o.contract_id = e.ref AND" \
	" o.member_id = ?))" \
	" AND (? IS NULL OR EXISTS (SELECT 1 FROM contract_vendor v WHERE v.contract_id = e.ref AND" \
	" v.organization_id = ?))" \
	" AND (? IS NULL OR e.member = ? OR EXISTS (SELECT 1 FROM contract_officer o WHERE o.contract_id = e.ref" \
	" AND o.member_id = ?))" \
	" AND (? IS NULL OR e.at >= ?) AND (? IS NULL OR e.at < ?)"
#define PERIOD_P(q) \
	yx_p_str((q)->from != 0 ? "" : NULL), yx_p_time((q)->from), yx_p_str((q)->to != 0 ? "" : NULL), yx_p_time((q)->to)
#define LIVE_P(q) \
	yx_p_str((q)->member), yx_p_str((q)->member), yx_p_str((q)->member_too), \
	yx_p_str((q)->party), yx_p_str((q)->party), yx_p_int((q)->sealing), PERIOD_P(q)
#define LIVE_CONTRACT_P(q) \
	yx_p_str((q)->member), yx_p_str((q)->member), yx_p_str((q)->member), \
	yx_p_str((q)->party), yx_p_str((q)->party), \
	yx_p_str((q)->officer), yx_p_str((q)->officer), yx_p_str((q)->officer), PERIOD_P(q)
#define FRESH_FROM " FROM list_entry e WHERE e.kind = ? AND e.owner = ? AND e.place = " LIST_NOWHERE " AND"
#define NEWEST " ORDER BY e.at DESC, e.turn DESC, e.position, e.ref"
#define OLDEST " ORDER BY e.at, e.turn, e.position DESC, e.ref DESC"
/* Of a kind: the words that are searched, with their joins, and which entries. */
#define MESSAGES(part)  part(LIST_SAID_MESSAGE, LIST_JOINS_MESSAGE, LIVE_WHERE)
#define CONTRACTS(part) part(LIST_SAID_CONTRACT, LIST_JOINS_CONTRACT, LIVE_CONTRACT_WHERE)
#define CHANGED_FROM \
	" FROM (SELECT DISTINCT place FROM list_change WHERE kind = ? AND owner = ?) x" \
	" STRAIGHT_JOIN list_entry e ON e.kind = ? AND e.owner = ? AND e.place = x.place"
/* Words are read if somebody searches for some. */
#define CHANGED(said, joins, where) \
	"SELECT e.place, " LIVE_HAS ", IF(?, " said ", ''), e.extra" CHANGED_FROM joins " WHERE" where
#define SEARCH_P(r) yx_p_int((r)->text.n > 0)

/* Parts of one statement, so that all are of one instant: the box, what is counted, a page. */
enum { PART_BOX, PART_COUNT, PART_LINE };
#define BOX_PART "SELECT 0, ranked, version, id, '' FROM list_box WHERE kind = ? AND owner = ?"
#define COUNTED(where) \
	BOX_PART " UNION ALL SELECT 1, " LIVE_HAS " AS has, COUNT(*), 0, ''" FRESH_FROM where " GROUP BY has"
#define PAGED(where, order) \
	COUNTED(where) " UNION ALL (SELECT 2, 0, 0, e.position, e.ref" FRESH_FROM where \
	" AND (" LIVE_HAS " & ?) = ?" order " LIMIT ? OFFSET ?)"
#define SEARCHED_IN(order, said, joins, where) \
	"SELECT 0, ranked, version, id, '', '', '' FROM list_box WHERE kind = ? AND owner = ?" \
	" UNION ALL (SELECT 2, " LIVE_HAS ", 1, e.position, e.ref, " said ", e.extra FROM list_entry e" joins \
	" WHERE e.kind = ? AND e.owner = ? AND e.place = " LIST_NOWHERE " AND" where order " LIMIT 1000000)"
#define SEARCHED_NEWEST(said, joins, where) SEARCHED_IN(NEWEST, said, joins, where)
#define SEARCHED_OLDEST(said, joins, where) SEARCHED_IN(OLDEST, said, joins, where)

static unsigned
bit_of(int64_t facet)
{
	switch ((int)(facet >> 56)) {
	case FACET_SEALING:
		return 0;
	case FACET_UNREAD:
		return 1;
	case FACET_OWED:
		return 2;
	case FACET_UNDONE:
		return 3;
	default:    /* FACET_STATE */
		return 4 + (unsigned)(facet & 31);
	}
}

/* A tab as bits: those that are looked at, and those of them that must be set. */
static void
tab_bits(const struct list_query *q, size_t tab, uint64_t *look, uint64_t *set)
{
	*look = *set = 0;
	for (size_t i = 0; i < q->properties_n; i++) {
		uint64_t bit = (uint64_t)1 << bit_of(q->properties[i]);

		if (q->tabs[tab].want >> i & 1)
			*set |= bit;
		if ((q->tabs[tab].want | q->tabs[tab].without) >> i & 1)
			*look |= bit;
	}
}

int
list_in_tab(const struct list_query *q, size_t tab, uint64_t has)
{
	uint64_t look, set;

	tab_bits(q, tab, &look, &set);
	return (has & look) == set;
}

int
list_texts_fit(struct list_reading *r, const char *text, const char *extra)
{
	return (r->text.n == 0 || list_text_has(list_fold(r->a, text), r->text)) &&
	    (r->extra.n == 0 || list_text_has(list_fold(r->a, extra), r->extra));
}

static int
ask_paged(struct list_reading *r, const struct list_part *part, struct yx_rows **rows)
{
	const struct list_query *q = r->q;
	uint64_t look, set;

	tab_bits(q, q->tab, &look, &set);
#define TAB_P yx_p_int((int64_t)look), yx_p_int((int64_t)set), yx_p_int(part->size), yx_p_int(part->skip)
	if (q->kind == 'C')
		return yx_db_query(r->db, r->a, q->oldest_first ? PAGED(LIVE_CONTRACT_WHERE, OLDEST)
		    : PAGED(LIVE_CONTRACT_WHERE, NEWEST), YX_P(LIST_P(q), LIST_P(q), LIVE_CONTRACT_P(q), LIST_P(q),
		    LIVE_CONTRACT_P(q), TAB_P), rows);
	return yx_db_query(r->db, r->a, q->oldest_first ? PAGED(LIVE_WHERE, OLDEST) : PAGED(LIVE_WHERE, NEWEST),
	    YX_P(LIST_P(q), LIST_P(q), LIVE_P(q), LIST_P(q), LIVE_P(q), TAB_P), rows);
#undef TAB_P
}

static int
ask_counted(struct list_reading *r, struct yx_rows **rows)
{
	const struct list_query *q = r->q;

	if (q->kind == 'C')
		return yx_db_query(r->db, r->a, COUNTED(LIVE_CONTRACT_WHERE),
		    YX_P(LIST_P(q), LIST_P(q), LIVE_CONTRACT_P(q)), rows);
	return yx_db_query(r->db, r->a, COUNTED(LIVE_WHERE), YX_P(LIST_P(q), LIST_P(q), LIVE_P(q)), rows);
}

static int
ask_searched(struct list_reading *r, struct yx_rows **rows)
{
	const struct list_query *q = r->q;

	if (q->kind == 'C')
		return yx_db_query(r->db, r->a, q->oldest_first ? CONTRACTS(SEARCHED_OLDEST)
		    : CONTRACTS(SEARCHED_NEWEST), YX_P(LIST_P(q), LIST_P(q), LIVE_CONTRACT_P(q)), rows);
	return yx_db_query(r->db, r->a, q->oldest_first ? MESSAGES(SEARCHED_OLDEST) : MESSAGES(SEARCHED_NEWEST),
	    YX_P(LIST_P(q), LIST_P(q), LIVE_P(q)), rows);
}

/* What a search found: the page is taken here, where the texts are compared. */
static void
take_found(struct list_reading *r, const struct yx_rows *row, struct list_part *left)
{
	struct list_line line = { yx_row_str(row, 4), yx_row_int(row, 3) };
	uint64_t has = (uint64_t)yx_row_int(row, 1);

	if (!list_texts_fit(r, yx_row_str(row, 5), yx_row_str(row, 6)))
		return;
	r->fresh[r->fresh_n++] = (struct list_fresh){ has, 1, line };
	if (!list_in_tab(r->q, r->q->tab, has) || left->skip-- > 0 || left->size-- <= 0)
		return;
	r->page[r->page_n++] = line;
}

static void
take_row(struct list_reading *r, const struct yx_rows *row, struct list_part *left, struct list_box *now)
{
	int64_t has = yx_row_int(row, 1), n = yx_row_int(row, 2);

	switch (yx_row_int(row, 0)) {
	case PART_BOX:
		*now = (struct list_box){ yx_row_int(row, 3), has, n };
		break;
	case PART_COUNT:
		r->fresh[r->fresh_n++] = (struct list_fresh){ (uint64_t)has, n, { NULL, 0 } };
		break;
	default:
		if (r->text.n > 0 || r->extra.n > 0)
			take_found(r, row, left);
		else
			r->page[r->page_n++] = (struct list_line){ yx_row_str(row, 4), yx_row_int(row, 3) };
	}
}

int
list_read_fresh(struct list_reading *r, const struct list_part *part, struct list_box *now)
{
	struct list_part left = *part;
	struct yx_rows *rows = NULL;
	int rc = r->text.n > 0 || r->extra.n > 0 ? ask_searched(r, &rows)
	    : part->size > 0 ? ask_paged(r, part, &rows) : ask_counted(r, &rows);

	*now = (struct list_box){ 0, 0, 0 };
	r->fresh_n = r->page_n = 0;
	if (rc != YX_OK)
		return rc;
	r->fresh = yx_arena_alloc(r->a, (yx_rows_count(rows) + 1) * sizeof(*r->fresh));
	r->page = yx_arena_alloc(r->a, (yx_rows_count(rows) + 1) * sizeof(*r->page));
	if (r->fresh == NULL || r->page == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(rows))
		take_row(r, rows, &left, now);
	return YX_OK;
}

int
list_read_changed(struct list_reading *r)
{
	const struct list_query *q = r->q;
	struct yx_rows *places = NULL, *rows = NULL;
	int rc = r->box.ranked == 0 ? YX_OK : yx_db_query(r->db, r->a,
	    "SELECT DISTINCT place FROM list_change WHERE kind = ? AND owner = ?",
	    YX_P(LIST_P(q)), &places);

	if (rc != YX_OK || places == NULL || yx_rows_count(places) == 0)
		return rc;
	while (yx_rows_next(places))
		list_set_put(&r->all, (size_t)yx_row_int(places, 0), 0);
	rc = q->kind == 'C'
	    ? yx_db_query(r->db, r->a, CONTRACTS(CHANGED),
	    YX_P(SEARCH_P(r), LIST_P(q), LIST_P(q), LIVE_CONTRACT_P(q)), &rows)
	    : yx_db_query(r->db, r->a, MESSAGES(CHANGED), YX_P(SEARCH_P(r), LIST_P(q), LIST_P(q), LIVE_P(q)), &rows);
	while (rc == YX_OK && yx_rows_next(rows)) {
		size_t place = (size_t)yx_row_int(rows, 0);
		uint64_t has = (uint64_t)yx_row_int(rows, 1);

		for (size_t i = 0; i < q->properties_n; i++)
			list_set_put(&r->has[i], place, (int)(has >> bit_of(q->properties[i]) & 1));
		list_set_put(&r->all, place, list_texts_fit(r, yx_row_str(rows, 2), yx_row_str(rows, 3)));
	}
	return rc;
}
