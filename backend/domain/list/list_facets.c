#include "backend/domain/list/list_facets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/domain/list/fold.h"

/* One property of one place. */
struct pair { int64_t facet; uint32_t offset; };
struct pairs {
	struct pair *p;
	size_t       n, cap;
	int          failed;    /* no memory */
	uint32_t     offset;    /* of the entry at work */
};

static void
add_pair(void *ctx, int64_t facet)
{
	struct pairs *s = ctx;

	if (s->n == s->cap) {
		size_t cap = s->cap == 0 ? 65536 : s->cap * 2;
		struct pair *p = realloc(s->p, cap * sizeof(*p));

		if (p == NULL) {
			s->failed = 1;
			return;
		}
		s->p = p;
		s->cap = cap;
	}
	s->p[s->n++] = (struct pair){ facet, s->offset };
}

static void
add_flag(struct pairs *s, int yes, int type)
{
	if (yes)
		add_pair(s, list_facet_number(type, 0));
}

static int
by_facet(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->facet != y->facet)
		return x->facet < y->facet ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* The bits of pairs[from … to - 1] in hex: offsets, or a bitmap when that is shorter. */
static void
add_bits(struct yx_buf *b, const struct pair *p, size_t n)
{
	uint8_t map[LIST_BITS] = { 0 };

	if (n * 2 < LIST_BITS) {
		for (size_t i = 0; i < n; i++)
			yx_buf_addf(b, "%02x%02x", p[i].offset & 0xff, p[i].offset >> 8);
		return;
	}
	for (size_t i = 0; i < n; i++)
		map[p[i].offset / 8] |= (uint8_t)(1 << p[i].offset % 8);
	for (size_t i = 0; i < LIST_BITS; i++)
		yx_buf_addf(b, "%02x", map[i]);
}

/* All facets as JSON: [[facet,"bits"],…]. */
static void
add_facets(struct yx_buf *b, struct pairs *s)
{
	size_t k = 0;

	qsort(s->p, s->n, sizeof(*s->p), by_facet);
	for (size_t i = 0; i < s->n; i++)
		if (k == 0 || by_facet(&s->p[k - 1], &s->p[i]) != 0)
			s->p[k++] = s->p[i];
	yx_buf_adds(b, "[");
	for (size_t from = 0, to; from < k; from = to) {
		for (to = from + 1; to < k && s->p[to].facet == s->p[from].facet;)
			to++;
		yx_buf_addf(b, "%s[%lld,\"", from > 0 ? "," : "", (long long)s->p[from].facet);
		add_bits(b, s->p + from, to - from);
		yx_buf_adds(b, "\"]");
	}
	yx_buf_adds(b, "]");
}

/* ---- what an entry has ---- */

static void
entry_flags(struct pairs *s, const struct yx_rows *e, char kind)
{
	add_flag(s, 1, FACET_ALIVE);
	add_flag(s, yx_row_int(e, 1) != 0, FACET_SEALING);
	add_flag(s, yx_row_int(e, 2) != 0, FACET_UNREAD);
	add_flag(s, yx_row_int(e, 3) != 0, FACET_OWED);
	add_flag(s, yx_row_int(e, 4) != 0, FACET_UNDONE);
	if (kind == 'C')
		add_pair(s, list_facet_number(FACET_STATE, yx_row_int(e, 5)));
}

static void
entry_rest(struct yx_arena *a, struct pairs *s, const struct yx_rows *e, char kind)
{
	add_pair(s, list_facet_str(FACET_MEMBER, yx_row_str(e, 6)));
	if (kind != 'C')
		add_pair(s, list_facet_str(FACET_PARTY, yx_row_str(e, 7)));
	list_grams(list_fold(a, yx_row_str(e, 8)), FACET_TEXT, add_pair, s);
	if (kind == 'C')
		list_grams(list_fold(a, yx_row_str(e, 9)), FACET_EXTRA, add_pair, s);
}

struct gathering {
	struct yx_db         *db;
	struct yx_arena      *a;
	const struct list_of *l;
	struct list_segment   segment;
	struct pairs          s;
};

/* Officers or vendors of the contracts of a segment. */
static int
people_facets(struct gathering *g, const char *sql, int type)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(g->db, g->a, sql, YX_P(SEGMENT_P(g->l, g->segment.number)), &r);

	while (rc == YX_OK && yx_rows_next(r)) {
		g->s.offset = (uint32_t)(yx_row_int(r, 0) - g->segment.number * LIST_SEGMENT);
		add_pair(&g->s, list_facet_str(type, yx_row_str(r, 1)));
	}
	return rc;
}

static int
segment_facets(struct gathering *g)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(g->db, g->a,
	    "SELECT place, sealing, unread, owed > 0, undone > 0, state, member, party, text, extra FROM list_entry"
	    " WHERE kind = ? AND owner = ? AND place BETWEEN ? AND ?", YX_P(SEGMENT_P(g->l, g->segment.number)), &r);

	while (rc == YX_OK && yx_rows_next(r)) {
		g->s.offset = (uint32_t)(yx_row_int(r, 0) - g->segment.number * LIST_SEGMENT);
		entry_flags(&g->s, r, g->l->kind);
		if (g->segment.deep)
			entry_rest(g->a, &g->s, r, g->l->kind);
	}
	if (rc == YX_OK && g->l->kind == 'C' && g->segment.deep)
		rc = people_facets(g,
		    "SELECT e.place, o.member_id FROM list_entry e JOIN contract_officer o ON o.contract_id = e.ref"
		    " WHERE e.kind = ? AND e.owner = ? AND e.place BETWEEN ? AND ?", FACET_MEMBER);
	if (rc == YX_OK && g->l->kind == 'C' && g->segment.deep)
		rc = people_facets(g,
		    "SELECT e.place, v.organization_id FROM list_entry e JOIN contract_vendor v ON v.contract_id = e.ref"
		    " WHERE e.kind = ? AND e.owner = ? AND e.place BETWEEN ? AND ?", FACET_PARTY);
	return rc == YX_OK && g->s.failed ? YX_NO_MEMORY : rc;
}

int
list_facets(struct yx_db *db, struct yx_arena *a, const struct list_of *l, struct list_segment segment,
    struct yx_buf *out)
{
	struct gathering g = { .db = db, .a = a, .l = l, .segment = segment };
	int rc = segment_facets(&g);

	if (rc == YX_OK) {
		add_facets(out, &g.s);
		rc = yx_buf_status(out);
	}
	free(g.s.p);
	return rc;
}
