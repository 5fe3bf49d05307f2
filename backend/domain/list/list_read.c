#include "backend/domain/list/list_reading.h"

#include <stdio.h>
#include <string.h>

#include "backend/domain/list/list_said.h"
#include "common/buf.h"

#define ARENA_MAX   (64u << 20)
#define GRAMS_MAX   8
#define TRIES       4
#define HINT_EVERY  16
#define MISSES      0x7f /* a type of "facets" that only the memory of a process has */

static int
read_box(struct list_reading *r)
{
	struct yx_rows *row = NULL;
	int rc;

	if (list_cache_box(r->q->kind, r->q->owner, &r->box))
		return YX_OK;
	rc = yx_db_one(r->db, r->a, "SELECT id, ranked, version FROM list_box WHERE kind = ? AND owner = ?",
	    YX_P(LIST_P(r->q)), &row);
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	r->box = (struct list_box){ yx_row_int(row, 0), yx_row_int(row, 1), yx_row_int(row, 2) };
	return YX_OK;
}

static int
fetch_facet(struct list_reading *r, int64_t facet, struct list_set *set)
{
	struct yx_rows *rows = NULL;
	int rc = yx_db_query(r->db, r->a, "SELECT segment, bits FROM list_facet WHERE box = ? AND facet = ?",
	    YX_P(yx_p_int(r->box.id), yx_p_int(facet)), &rows);

	while (rc == YX_OK && yx_rows_next(rows)) {
		size_t n = 0;
		const void *bits = yx_row_bytes(rows, 1, &n);

		list_set_add_row(set, (size_t)yx_row_int(rows, 0), bits, n);
	}
	return rc;
}

static int
new_set(struct list_reading *r, struct list_set *set)
{
	*set = list_set_new(r->a, LIST_SEGMENTS((size_t)r->box.ranked));
	return set->words == NULL ? YX_NO_MEMORY : YX_OK;
}

/* The places that have a facet, added to an empty set. */
static int
add_facet(struct list_reading *r, int64_t facet, struct list_set *set)
{
	int rc;

	if (list_cache_facet(&r->box, facet, set))
		return YX_OK;
	if ((rc = fetch_facet(r, facet, set)) == YX_OK)
		list_cache_put_facet(&r->box, facet, set);
	return rc;
}

/* Keeps the places that have the one facet or (if there is one) the other. */
static int
narrow(struct list_reading *r, int64_t facet, int64_t or_facet)
{
	struct list_set set, other;
	int rc = new_set(r, &set);

	if (rc != YX_OK || (rc = add_facet(r, facet, &set)) != YX_OK)
		return rc;
	if (or_facet != 0) {
		if ((rc = new_set(r, &other)) != YX_OK || (rc = add_facet(r, or_facet, &other)) != YX_OK)
			return rc;
		list_set_or(&set, &other);
	}
	list_set_and(&r->all, &set);
	return YX_OK;
}

static int
narrow_text(struct list_reading *r, struct list_text text, int type)
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
cut_segment(struct list_reading *r, int64_t segment)
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
narrow_period(struct list_reading *r)
{
	struct yx_rows *rows = NULL;
	int64_t from = r->q->from, to = r->q->to;
	int rc;

	if (from == 0 && to == 0)
		return YX_OK;
	rc = yx_db_query(r->db, r->a, "SELECT segment, min_at, max_at FROM list_segment WHERE box = ?",
	    YX_P(yx_p_int(r->box.id)), &rows);
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
read_ranked(struct list_reading *r)
{
	const struct list_query *q = r->q;
	int rc = new_set(r, &r->all);

	for (size_t i = 0; rc == YX_OK && i < q->properties_n; i++)
		if ((rc = new_set(r, &r->has[i])) == YX_OK && r->box.ranked > 0)
			rc = add_facet(r, q->properties[i], &r->has[i]);
	if (rc != YX_OK || r->box.ranked == 0)
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

/* ---- counters and the page ---- */

/* "[1,2,3]": the places of a set, from the highest down; at most max after `skip`. */
static const char *
json_places(struct list_reading *r, const struct list_set *set, size_t skip, size_t max, int from_lowest)
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

#define SAID_OF(said, joins) \
	"SELECT e.place, " said ", e.extra FROM JSON_TABLE(?, '$[*]' COLUMNS (place INT UNSIGNED PATH '$')) j" \
	" STRAIGHT_JOIN list_entry e ON e.kind = ? AND e.owner = ? AND e.place = j.place" joins

/* Places that have all grams of the texts, but not the texts: these are read. */
static int
find_misses(struct list_reading *r, struct list_set *misses)
{
	const char *json = json_places(r, &r->all, 0, LIST_VERIFY, 1);
	struct yx_rows *rows = NULL;
	int rc = json == NULL ? YX_NO_MEMORY : yx_db_query(r->db, r->a,
	    r->q->kind == 'C' ? SAID_OF(LIST_SAID_CONTRACT, LIST_JOINS_CONTRACT)
	    : SAID_OF(LIST_SAID_MESSAGE, LIST_JOINS_MESSAGE),
	    YX_P(yx_p_str(json), LIST_P(r->q)), &rows);

	while (rc == YX_OK && yx_rows_next(rows))
		if (!list_texts_fit(r, yx_row_str(rows, 1), yx_row_str(rows, 2)))
			list_set_put(misses, (size_t)yx_row_int(rows, 0), 1);
	return rc;
}

static const char *
or_none(const char *s)
{
	return s == NULL ? "\x1e" : s;
}

/* What a query's misses are remembered under; 0: not at all. Never a facet of the database. */
static int64_t
misses_of(struct list_reading *r)
{
	const struct list_query *q = r->q;
	const char *key = yx_arena_printf(r->a, "%s\x1f%s\x1f%s\x1f%s\x1f%d\x1f%lld\x1f%lld\x1f%s\x1f%s",
	    or_none(q->member), or_none(q->member_too), or_none(q->officer), or_none(q->party), q->sealing,
	    (long long)q->from, (long long)q->to, or_none(q->text), or_none(q->extra));

	return key == NULL ? 0 : list_facet_str(MISSES, key);
}

/* Grams say "perhaps" for longer texts. A process looks once for each version of the list. */
static int
verify_texts(struct list_reading *r)
{
	size_t hits = r->exact ? 0 : list_set_count(&r->all);
	int64_t key = hits == 0 || hits > LIST_VERIFY ? 0 : misses_of(r);
	struct list_set misses;
	int rc;

	if (key == 0)
		return YX_OK;
	if ((rc = new_set(r, &misses)) == YX_OK && !list_cache_facet(&r->box, key, &misses) &&
	    (rc = find_misses(r, &misses)) == YX_OK)
		list_cache_put_facet(&r->box, key, &misses);
	if (rc == YX_OK)
		list_set_and_not(&r->all, &misses);
	return rc;
}

static int
tab_set(struct list_reading *r, const struct list_tab *t, struct list_set *set)
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
ranked_lines(struct list_reading *r, const struct list_set *set, size_t skip, struct yx_arena *out_arena,
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
fresh_lines(struct list_reading *r, struct yx_arena *a, struct list_result *out)
{
	for (size_t i = 0; i < r->page_n && out->n < (size_t)r->q->size; i++) {
		char *ref = yx_arena_strdup(a, r->page[i].ref);

		if (ref == NULL)
			return YX_NO_MEMORY;
		out->lines[out->n++] = (struct list_line){ ref, r->page[i].position };
	}
	return YX_OK;
}

/* Which of the lines without a place the page has, if they come after `before` others. */
static struct list_part
part_after(const struct list_query *q, int64_t before)
{
	struct list_part part = { q->offset > before ? q->offset - before : 0, q->size };

	if (q->offset < before)
		part.size = before - q->offset < q->size ? q->size - (before - q->offset) : 0;
	return part;
}

/* Newest first: those without a place, then places downwards. Oldest first: the reverse. */
static int
take_page(struct list_reading *r, const struct list_set *set, int64_t fresh, struct yx_arena *a,
    struct list_result *out)
{
	const struct list_query *q = r->q;
	int64_t placed = (int64_t)list_set_count(set), skip = q->oldest_first ? q->offset : q->offset - fresh;
	int rc = YX_OK;

	if ((out->lines = yx_arena_alloc(a, ((size_t)q->size + 1) * sizeof(*out->lines))) == NULL)
		return YX_NO_MEMORY;
	if (!q->oldest_first)
		rc = fresh_lines(r, a, out);
	if (rc == YX_OK && out->n < (size_t)q->size && skip < placed)
		rc = ranked_lines(r, set, skip > 0 ? (size_t)skip : 0, a, out);
	return rc == YX_OK && q->oldest_first ? fresh_lines(r, a, out) : rc;
}

/* A tab's count of those without a place. */
static int64_t
count_fresh(const struct list_reading *r, size_t tab)
{
	int64_t n = 0;

	for (size_t i = 0; i < r->fresh_n; i++)
		if (list_in_tab(r->q, tab, r->fresh[i].has))
			n += r->fresh[i].count;
	return n;
}

static int
count_and_take(struct list_reading *r, const struct list_set *sets, struct yx_arena *a, struct list_result *out)
{
	for (size_t t = 0; t < r->q->tabs_n; t++)
		out->counts[t] = (int64_t)list_set_count(&sets[t]) + count_fresh(r, t);
	out->n = 0;
	return take_page(r, &sets[r->q->tab], count_fresh(r, r->q->tab), a, out);
}

/* Anybody may find that a list has become long: the worker looks there. Now and then is
 * enough, since the look passes over all that has no place. */
static int
hint(struct list_reading *r)
{
	struct yx_rows *row = NULL;
	int rc;

	if (yx_now_ms() % HINT_EVERY != 0)
		return YX_OK;
	rc = yx_db_one(r->db, r->a,
	    "SELECT 1 FROM list_entry WHERE kind = ? AND owner = ? AND place = " LIST_NOWHERE " LIMIT 1 OFFSET ?",
	    YX_P(LIST_P(r->q), yx_p_int(LIST_STEP + LIST_FRESH)), &row);
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	return list_hint(r->db, r->q->kind, r->q->owner);
}

/* The set of each tab, of what has a place. */
static int
read_sets(struct list_reading *r, struct list_set *sets)
{
	int rc;

	r->has = yx_arena_alloc(r->a, (r->q->properties_n + 1) * sizeof(*r->has));
	if (r->has == NULL)
		return YX_NO_MEMORY;
	if ((rc = read_ranked(r)) != YX_OK || (rc = verify_texts(r)) != YX_OK || (rc = list_read_changed(r)) != YX_OK)
		return rc;
	for (size_t t = 0; rc == YX_OK && t < r->q->tabs_n; t++)
		rc = tab_set(r, &r->q->tabs[t], &sets[t]);
	return rc;
}

/* *again: the worker moved places meanwhile, or since this process looked last. */
static int
attempt(struct list_reading *r, struct yx_arena *a, struct list_result *out, int *again)
{
	struct list_set sets[LIST_TABS_MAX];
	const struct list_query *q = r->q;
	struct list_part part;
	struct list_box now;
	int rc = read_box(r);

	r->text = list_fold(r->a, q->text);
	r->extra = list_fold(r->a, q->extra);
	r->exact = 1;
	if (rc != YX_OK || (rc = read_sets(r, sets)) != YX_OK)
		return rc;
	part = part_after(q, q->oldest_first ? (int64_t)list_set_count(&sets[q->tab]) : 0);
	if ((rc = list_read_fresh(r, &part, &now)) != YX_OK)
		return rc;
	*again = now.version != r->box.version || now.id != r->box.id;
	list_cache_put_box(q->kind, q->owner, &now);
	if (*again)
		return YX_OK;
	return (rc = count_and_take(r, sets, a, out)) != YX_OK ? rc : hint(r);
}

int
list_read(struct yx_db *db, struct yx_arena *a, const struct list_query *q, struct list_result *out)
{
	int again = 1, rc = YX_OK;

	memset(out, 0, sizeof(*out));
	if (q->tabs_n > LIST_TABS_MAX || q->tab >= q->tabs_n)
		return YX_INTERNAL;
	list_cache_meet(db);
	for (int try = 0; rc == YX_OK && again && try < TRIES; try++) {
		struct list_reading r = { .db = db, .a = yx_arena_new(ARENA_MAX), .q = q };

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
