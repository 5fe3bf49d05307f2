#include "backend/domain/list/list.h"

#include <stdio.h>
#include <string.h>

#include "backend/domain/list/facet.h"
#include "backend/domain/list/fold.h"
#include "common/buf.h"

#define ARENA_MAX   (64u << 20)
#define GRAMS_MAX   8
#define TRIES       4
#define HINT_EVERY  16

/* Which list: two parameters. */
#define LIST_P(q) yx_p_bytes(&(q)->kind, 1), yx_p_str((q)->owner)

/* An entry without a place, in order of the list. */
struct fresh { struct list_line line; unsigned has; /* properties */ };

/* One attempt; everything lives in an arena of its own. */
struct reading {
	struct yx_db            *db;
	struct yx_arena         *a;
	const struct list_query *q;
	int64_t                  box, ranked, version;
	struct list_text         text, extra;
	int                      exact;      /* facets alone tell who has the text */
	struct list_set          all;        /* places that fulfil the query, whatever the tab */
	struct list_set         *has;        /* of each property */
	struct fresh            *fresh;
	size_t                   fresh_n;
};

static int
read_box(struct reading *r, int64_t *id, int64_t *ranked, int64_t *version)
{
	struct yx_rows *row = NULL;
	int rc = yx_db_one(r->db, r->a, "SELECT id, ranked, version FROM list_box WHERE kind = ? AND owner = ?",
	    YX_P(LIST_P(r->q)), &row);

	*id = *ranked = *version = 0;
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	*id = yx_row_int(row, 0);
	*ranked = yx_row_int(row, 1);
	*version = yx_row_int(row, 2);
	return YX_OK;
}

static int
add_facet(struct reading *r, int64_t facet, struct list_set *set)
{
	struct yx_rows *rows = NULL;
	int rc = yx_db_query(r->db, r->a, "SELECT segment, bits FROM list_facet WHERE box = ? AND facet = ?",
	    YX_P(yx_p_int(r->box), yx_p_int(facet)), &rows);

	while (rc == YX_OK && yx_rows_next(rows)) {
		size_t n = 0;
		const void *bits = yx_row_bytes(rows, 1, &n);

		list_set_add_row(set, (size_t)yx_row_int(rows, 0), bits, n);
	}
	return rc;
}

static int
new_set(struct reading *r, struct list_set *set)
{
	*set = list_set_new(r->a, (size_t)r->ranked / LIST_SEGMENT);
	return set->words == NULL ? YX_NO_MEMORY : YX_OK;
}

/* Keeps the places that have the one facet or (if there is one) the other. */
static int
narrow(struct reading *r, int64_t facet, int64_t or_facet)
{
	struct list_set set;
	int rc = new_set(r, &set);

	if (rc != YX_OK || (rc = add_facet(r, facet, &set)) != YX_OK ||
	    (or_facet != 0 && (rc = add_facet(r, or_facet, &set)) != YX_OK))
		return rc;
	list_set_and(&r->all, &set);
	return YX_OK;
}

static int
narrow_text(struct reading *r, struct list_text text, int type)
{
	int64_t grams[GRAMS_MAX];
	int exact = 1, rc = YX_OK;
	size_t n = list_needle_grams(text, type, grams, GRAMS_MAX, &exact);

	for (size_t i = 0; rc == YX_OK && i < n; i++)
		rc = narrow(r, grams[i], 0);
	r->exact &= exact;
	return rc;
}

/* Within a segment that the period cuts: line by line. */
static int
cut_segment(struct reading *r, int64_t segment)
{
	struct yx_rows *rows = NULL;
	int64_t first = segment * LIST_SEGMENT;
	int rc = yx_db_query(r->db, r->a,
	    "SELECT place, at FROM list_entry WHERE kind = ? AND owner = ? AND place BETWEEN ? AND ?",
	    YX_P(LIST_P(r->q), yx_p_int(first), yx_p_int(first + LIST_SEGMENT - 1)), &rows);

	while (rc == YX_OK && yx_rows_next(rows)) {
		int64_t at = yx_row_time(rows, 1);

		if (at < r->q->from || (r->q->to != 0 && at >= r->q->to))
			list_set_put(&r->all, (size_t)yx_row_int(rows, 0), 0);
	}
	return rc;
}

static int
narrow_period(struct reading *r)
{
	struct yx_rows *rows = NULL;
	int64_t from = r->q->from, to = r->q->to;
	int rc;

	if (from == 0 && to == 0)
		return YX_OK;
	rc = yx_db_query(r->db, r->a, "SELECT segment, min_at, max_at FROM list_segment WHERE box = ?",
	    YX_P(yx_p_int(r->box)), &rows);
	while (rc == YX_OK && yx_rows_next(rows)) {
		int64_t segment = yx_row_int(rows, 0), min = yx_row_time(rows, 1), max = yx_row_time(rows, 2);

		if (max < from || (to != 0 && min >= to))
			for (size_t i = 0; i < LIST_SEGMENT; i++)
				list_set_put(&r->all, (size_t)segment * LIST_SEGMENT + i, 0);
		else if (min < from || (to != 0 && max >= to))
			rc = cut_segment(r, segment);
	}
	return rc;
}

/* The sets as the worker left them. */
static int
read_ranked(struct reading *r)
{
	const struct list_query *q = r->q;
	int rc = new_set(r, &r->all);

	for (size_t i = 0; rc == YX_OK && i < q->properties_n; i++)
		if ((rc = new_set(r, &r->has[i])) == YX_OK && r->ranked > 0)
			rc = add_facet(r, q->properties[i], &r->has[i]);
	if (rc != YX_OK || r->ranked == 0)
		return rc;
	list_set_fill(&r->all);
	if ((rc = narrow(r, list_facet_number(FACET_ALIVE, 0), 0)) != YX_OK)
		return rc;
	if (q->member != NULL)
		rc = narrow(r, list_facet_str(FACET_MEMBER, q->member),
		    q->member_too != NULL ? list_facet_str(FACET_MEMBER, q->member_too) : 0);
	if (rc == YX_OK && q->officer != NULL)
		rc = narrow(r, list_facet_str(FACET_MEMBER, q->officer), 0);
	if (rc == YX_OK && q->party != NULL)
		rc = narrow(r, list_facet_str(FACET_PARTY, q->party), 0);
	if (rc == YX_OK && q->sealing)
		rc = narrow(r, list_facet_number(FACET_SEALING, 0), 0);
	if (rc == YX_OK)
		rc = narrow_text(r, r->text, FACET_TEXT);
	if (rc == YX_OK)
		rc = narrow_text(r, r->extra, FACET_EXTRA);
	return rc == YX_OK ? narrow_period(r) : rc;
}

/* ---- what has no place, and what changed ---- */

#define LIVE_COLUMNS \
	"e.place, e.ref, e.position, e.sealing, e.unread, e.owed > 0, e.undone > 0, e.state, IF(?, e.text, ''), e.extra"
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
#define FRESH_FROM " FROM list_entry e WHERE e.kind = ? AND e.owner = ? AND e.place = 4294967295 AND"
#define LIVE_ORDER " ORDER BY e.at DESC, e.turn DESC, e.position, e.ref"
#define CHANGED_FROM \
	" FROM (SELECT DISTINCT place FROM list_change WHERE kind = ? AND owner = ?) x" \
	" STRAIGHT_JOIN list_entry e ON e.kind = ? AND e.owner = ? AND e.place = x.place WHERE"

/* The facet of each kind of property, as the columns of a live row have it. */
static int
row_has(const struct yx_rows *row, int64_t facet)
{
	switch ((int)(facet >> 56)) {
	case FACET_SEALING:
		return yx_row_int(row, 3) != 0;
	case FACET_UNREAD:
		return yx_row_int(row, 4) != 0;
	case FACET_OWED:
		return yx_row_int(row, 5) != 0;
	case FACET_UNDONE:
		return yx_row_int(row, 6) != 0;
	case FACET_STATE:
		return list_facet_number(FACET_STATE, yx_row_int(row, 7)) == facet;
	default:
		return 0;
	}
}

static unsigned
properties_of(const struct reading *r, const struct yx_rows *row)
{
	unsigned bits = 0;

	for (size_t i = 0; i < r->q->properties_n; i++)
		bits |= (unsigned)row_has(row, r->q->properties[i]) << i;
	return bits;
}

static int
texts_fit(struct reading *r, const char *text, const char *extra)
{
	return (r->text.n == 0 || list_text_has(list_fold(r->a, text), r->text)) &&
	    (r->extra.n == 0 || list_text_has(list_fold(r->a, extra), r->extra));
}

static int
read_fresh(struct reading *r)
{
	const struct list_query *q = r->q;
	struct yx_rows *rows = NULL;
	int rc = q->kind == 'C'
	    ? yx_db_query(r->db, r->a, "SELECT " LIVE_COLUMNS FRESH_FROM LIVE_CONTRACT_WHERE LIVE_ORDER,
	    YX_P(yx_p_int(r->text.n > 0), LIST_P(q), LIVE_CONTRACT_P(q)), &rows)
	    : yx_db_query(r->db, r->a, "SELECT " LIVE_COLUMNS FRESH_FROM LIVE_WHERE LIVE_ORDER,
	    YX_P(yx_p_int(r->text.n > 0), LIST_P(q), LIVE_P(q)), &rows);

	if (rc != YX_OK)
		return rc;
	if ((r->fresh = yx_arena_alloc(r->a, (yx_rows_count(rows) + 1) * sizeof(*r->fresh))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(rows))
		if (texts_fit(r, yx_row_str(rows, 8), yx_row_str(rows, 9)))
			r->fresh[r->fresh_n++] = (struct fresh){ { yx_row_str(rows, 1), yx_row_int(rows, 2) },
				properties_of(r, rows) };
	return YX_OK;
}

/* Changed places are out of all sets, and in again as their entries are now. */
static int
read_changed(struct reading *r)
{
	const struct list_query *q = r->q;
	struct yx_rows *places = NULL, *rows = NULL;
	int rc = r->ranked == 0 ? YX_OK : yx_db_query(r->db, r->a,
	    "SELECT DISTINCT place FROM list_change WHERE kind = ? AND owner = ?",
	    YX_P(LIST_P(q)), &places);

	if (rc != YX_OK || places == NULL || yx_rows_count(places) == 0)
		return rc;
	while (yx_rows_next(places))
		list_set_put(&r->all, (size_t)yx_row_int(places, 0), 0);
	rc = q->kind == 'C'
	    ? yx_db_query(r->db, r->a, "SELECT " LIVE_COLUMNS CHANGED_FROM LIVE_CONTRACT_WHERE,
	    YX_P(yx_p_int(r->text.n > 0), LIST_P(q), LIST_P(q), LIVE_CONTRACT_P(q)), &rows)
	    : yx_db_query(r->db, r->a, "SELECT " LIVE_COLUMNS CHANGED_FROM LIVE_WHERE,
	    YX_P(yx_p_int(r->text.n > 0), LIST_P(q), LIST_P(q), LIVE_P(q)), &rows);
	while (rc == YX_OK && yx_rows_next(rows)) {
		size_t place = (size_t)yx_row_int(rows, 0);
		unsigned bits = properties_of(r, rows);

		for (size_t i = 0; i < q->properties_n; i++)
			list_set_put(&r->has[i], place, bits >> i & 1);
		list_set_put(&r->all, place, texts_fit(r, yx_row_str(rows, 8), yx_row_str(rows, 9)));
	}
	return rc;
}

/* ---- counters and the page ---- */

/* "[1,2,3]": the places of a set, from the highest down; at most max after `skip`. */
static const char *
json_places(struct reading *r, const struct list_set *set, size_t skip, size_t max, int from_lowest)
{
	size_t places = set->segments * LIST_SEGMENT, n = 0;
	const char *text, *comma = "";
	struct yx_buf b;

	yx_buf_init(&b, 1 << 20);
	yx_buf_adds(&b, "[");
	for (size_t i = 0; i < places && n < max; i++) {
		size_t place = from_lowest ? i : places - 1 - i, word = place / 64;

		/* Whole words at a time while there is something to skip or nothing to find. */
		if (i % 64 == 0) {
			size_t in = (size_t)__builtin_popcountll(set->words[word]);

			if (in == 0 || in <= skip) {
				skip -= in;
				i += 63;
				continue;
			}
		}
		if ((set->words[word] >> place % 64 & 1) == 0)
			continue;
		if (skip > 0) {
			skip--;
			continue;
		}
		yx_buf_addf(&b, "%s%zu", comma, place);
		comma = ",";
		n++;
	}
	yx_buf_adds(&b, "]");
	text = yx_buf_status(&b) == YX_OK ? yx_arena_strdup(r->a, yx_buf_str(&b)) : NULL;
	yx_buf_free(&b);
	return text;
}

/* Facets of a few hits say "perhaps" for longer texts: these are read. */
static int
verify_texts(struct reading *r)
{
	size_t hits = r->exact ? 0 : list_set_count(&r->all);
	struct yx_rows *rows = NULL;
	const char *json;
	int rc;

	if (hits == 0 || hits > LIST_VERIFY)
		return YX_OK;
	if ((json = json_places(r, &r->all, 0, LIST_VERIFY, 1)) == NULL)
		return YX_NO_MEMORY;
	rc = yx_db_query(r->db, r->a,
	    "SELECT e.place, e.text, e.extra FROM JSON_TABLE(?, '$[*]' COLUMNS (place INT UNSIGNED PATH '$')) j"
	    " STRAIGHT_JOIN list_entry e ON e.kind = ? AND e.owner = ? AND e.place = j.place",
	    YX_P(yx_p_str(json), LIST_P(r->q)), &rows);
	while (rc == YX_OK && yx_rows_next(rows))
		if (!texts_fit(r, yx_row_str(rows, 1), yx_row_str(rows, 2)))
			list_set_put(&r->all, (size_t)yx_row_int(rows, 0), 0);
	return rc;
}

static int
in_tab(const struct list_tab *t, unsigned has)
{
	return (has & t->want) == t->want && (has & t->without) == 0;
}

static int
tab_set(struct reading *r, const struct list_tab *t, struct list_set *set)
{
	int rc = new_set(r, set);

	if (rc != YX_OK)
		return rc;
	memcpy(set->words, r->all.words, set->segments * LIST_BITS);
	for (size_t i = 0; i < r->q->properties_n; i++) {
		if (t->want >> i & 1)
			list_set_and(set, &r->has[i]);
		if (t->without >> i & 1)
			list_set_and_not(set, &r->has[i]);
	}
	return YX_OK;
}

/* The places of the page become lines; strings in the caller's arena. */
static int
ranked_lines(struct reading *r, const struct list_set *set, size_t skip, struct yx_arena *out_arena,
    struct list_result *out)
{
	const char *json = json_places(r, set, skip, (size_t)r->q->size - out->n, r->q->oldest_first);
	struct yx_rows *rows = NULL;
	int rc;

	if (json == NULL)
		return YX_NO_MEMORY;
	rc = yx_db_query(r->db, out_arena,
	    "SELECT e.ref, e.position FROM JSON_TABLE(?, '$[*]' COLUMNS (turn FOR ORDINALITY, place INT UNSIGNED"
	    " PATH '$')) j"
	    " STRAIGHT_JOIN list_entry e ON e.kind = ? AND e.owner = ? AND e.place = j.place ORDER BY j.turn",
	    YX_P(yx_p_str(json), LIST_P(r->q)), &rows);
	while (rc == YX_OK && yx_rows_next(rows) && out->n < (size_t)r->q->size)
		out->lines[out->n++] = (struct list_line){ yx_row_str(rows, 0), yx_row_int(rows, 1) };
	return rc;
}

static int
fresh_lines(struct reading *r, size_t skip, struct yx_arena *a, struct list_result *out)
{
	const struct list_tab *t = &r->q->tabs[r->q->tab];

	for (size_t i = 0; i < r->fresh_n && out->n < (size_t)r->q->size; i++) {
		const struct fresh *f = &r->fresh[r->q->oldest_first ? r->fresh_n - 1 - i : i];
		char *ref;

		if (!in_tab(t, f->has))
			continue;
		if (skip > 0) {
			skip--;
			continue;
		}
		if ((ref = yx_arena_strdup(a, f->line.ref)) == NULL)
			return YX_NO_MEMORY;
		out->lines[out->n++] = (struct list_line){ ref, f->line.position };
	}
	return YX_OK;
}

/* Newest first: those without a place (fresh of them), then places downwards. Oldest
 * first: the reverse. */
static int
take_page(struct reading *r, const struct list_set *set, size_t fresh, struct yx_arena *a, struct list_result *out)
{
	size_t placed = list_set_count(set);
	size_t skip = (size_t)r->q->offset, first = r->q->oldest_first ? placed : fresh;
	int rc = YX_OK;

	if ((out->lines = yx_arena_alloc(a, ((size_t)r->q->size + 1) * sizeof(*out->lines))) == NULL)
		return YX_NO_MEMORY;
	out->n = 0;
	if (r->q->size == 0)
		return YX_OK;
	if (skip < first)
		rc = r->q->oldest_first ? ranked_lines(r, set, skip, a, out) : fresh_lines(r, skip, a, out);
	skip = skip < first ? 0 : skip - first;
	if (rc == YX_OK && out->n < (size_t)r->q->size && (r->q->oldest_first ? fresh : placed) > skip)
		rc = r->q->oldest_first ? fresh_lines(r, skip, a, out) : ranked_lines(r, set, skip, a, out);
	return rc;
}

static int
count_and_take(struct reading *r, struct yx_arena *a, struct list_result *out)
{
	int rc = YX_OK;

	for (size_t t = 0; rc == YX_OK && t < r->q->tabs_n; t++) {
		struct list_set set = { NULL, 0 };
		size_t fresh = 0;

		if ((rc = tab_set(r, &r->q->tabs[t], &set)) != YX_OK)
			return rc;
		for (size_t i = 0; i < r->fresh_n; i++)
			fresh += (size_t)in_tab(&r->q->tabs[t], r->fresh[i].has);
		out->counts[t] = (int64_t)(fresh + list_set_count(&set));
		if (t == r->q->tab)
			rc = take_page(r, &set, fresh, a, out);
	}
	return rc;
}

/* Anybody may find that a list has become long: the worker looks there. Now and then is
 * enough, since the look passes over all that has no place. */
static int
hint(struct reading *r)
{
	struct yx_rows *row = NULL;
	int rc;

	if (yx_now_ms() % HINT_EVERY != 0)
		return YX_OK;
	rc = yx_db_one(r->db, r->a,
	    "SELECT 1 FROM list_entry WHERE kind = ? AND owner = ? AND place = 4294967295 LIMIT 1 OFFSET ?",
	    YX_P(LIST_P(r->q), yx_p_int(LIST_SEGMENT + LIST_FRESH)), &row);
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	return list_hint(r->db, r->q->kind, r->q->owner);
}

/* *again: the worker moved places meanwhile. */
static int
attempt(struct reading *r, struct yx_arena *a, struct list_result *out, int *again)
{
	int64_t id, ranked, version = 0;
	int rc = read_box(r, &r->box, &r->ranked, &r->version);

	r->text = list_fold(r->a, r->q->text);
	r->extra = list_fold(r->a, r->q->extra);
	r->exact = 1;
	if (rc != YX_OK)
		return rc;
	if ((r->has = yx_arena_alloc(r->a, (r->q->properties_n + 1) * sizeof(*r->has))) == NULL)
		return YX_NO_MEMORY;
	if ((rc = read_ranked(r)) != YX_OK || (rc = verify_texts(r)) != YX_OK || (rc = read_fresh(r)) != YX_OK ||
	    (rc = read_changed(r)) != YX_OK || (rc = count_and_take(r, a, out)) != YX_OK ||
	    (rc = read_box(r, &id, &ranked, &version)) != YX_OK)
		return rc;
	*again = version != r->version;
	return *again ? YX_OK : hint(r);
}

int
list_read(struct yx_db *db, struct yx_arena *a, const struct list_query *q, struct list_result *out)
{
	int again = 1, rc = YX_OK;

	memset(out, 0, sizeof(*out));
	if (q->tabs_n > LIST_TABS_MAX || q->tab >= q->tabs_n)
		return YX_INTERNAL;
	for (int try = 0; rc == YX_OK && again && try < TRIES; try++) {
		struct reading r = { .db = db, .a = yx_arena_new(ARENA_MAX), .q = q };

		rc = r.a == NULL ? YX_NO_MEMORY : attempt(&r, a, out, &again);
		yx_arena_free(&r.a);
	}
	return rc == YX_OK && again ? YX_UNAVAILABLE : rc;
}

const char *
list_json(struct yx_arena *a, const struct list_line *lines, size_t n)
{
	const char *text;
	struct yx_buf b;

	yx_buf_init(&b, 1 << 20);
	yx_buf_adds(&b, "[");
	for (size_t i = 0; i < n; i++)
		yx_buf_addf(&b, "%s[\"%s\",%lld]", i > 0 ? "," : "", lines[i].ref, (long long)lines[i].position);
	yx_buf_adds(&b, "]");
	text = yx_buf_status(&b) == YX_OK ? yx_arena_strdup(a, yx_buf_str(&b)) : NULL;
	yx_buf_free(&b);
	return text;
}
