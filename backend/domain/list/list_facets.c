#include "backend/domain/list/list_facets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/domain/list/fold.h"
#include "backend/domain/list/list_said.h"

#define BUF_MAX (64u << 20)

/* One property of one place. */
struct pair { int64_t facet; uint32_t offset; };
struct pairs {
	struct pair *p;
	size_t       n, cap;
	int          failed;    /* no memory */
};

static void
add_pair(void *ctx, uint32_t offset, int64_t facet)
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
	s->p[s->n++] = (struct pair){ facet, offset };
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

/* What is written so far, if it is enough or all. */
static int
hand_over(struct yx_buf *b, const struct list_facet_sink *to, int all)
{
	int rc = yx_buf_status(b);

	if (rc != YX_OK || (!all && b->len < to->most))
		return rc;
	yx_buf_adds(b, "]");
	if ((rc = yx_buf_status(b)) == YX_OK)
		rc = to->put(to->ctx, yx_buf_str(b));
	yx_buf_free(b);
	yx_buf_init(b, BUF_MAX);
	yx_buf_adds(b, "[");
	return rc;
}

/* All facets, in order and each once. */
static int
put_facets(struct pairs *s, const struct list_facet_sink *to)
{
	struct yx_buf b;
	size_t k = 0;
	int rc = YX_OK;

	qsort(s->p, s->n, sizeof(*s->p), by_facet);
	for (size_t i = 0; i < s->n; i++)
		if (k == 0 || by_facet(&s->p[k - 1], &s->p[i]) != 0)
			s->p[k++] = s->p[i];
	yx_buf_init(&b, BUF_MAX);
	yx_buf_adds(&b, "[");
	for (size_t from = 0, end; rc == YX_OK && from < k; from = end) {
		for (end = from + 1; end < k && s->p[end].facet == s->p[from].facet;)
			end++;
		yx_buf_addf(&b, "%s[%lld,\"", b.len > 1 ? "," : "", (long long)s->p[from].facet);
		add_bits(&b, s->p + from, end - from);
		yx_buf_adds(&b, "\"]");
		rc = hand_over(&b, to, 0);
	}
	if (rc == YX_OK)
		rc = hand_over(&b, to, 1);
	yx_buf_free(&b);
	return rc;
}

/* ---- what an entry has ---- */

struct gathering {
	struct yx_db            *db;
	struct yx_arena         *a;
	const struct list_of    *l;
	struct list_segment      segment;
	const struct list_taker *to;
	uint32_t                 offset;    /* of the entry at work */
};

static void
give(void *ctx, int64_t facet)
{
	struct gathering *g = ctx;

	g->to->take(g->to->ctx, g->offset, facet);
}

static void
give_flag(struct gathering *g, int yes, int type)
{
	if (yes)
		give(g, list_facet_number(type, 0));
}

static void
entry_flags(struct gathering *g, const struct yx_rows *e)
{
	give_flag(g, 1, FACET_ALIVE);
	give_flag(g, yx_row_int(e, 1) != 0, FACET_SEALING);
	give_flag(g, yx_row_int(e, 2) != 0, FACET_UNREAD);
	give_flag(g, yx_row_int(e, 3) != 0, FACET_OWED);
	give_flag(g, yx_row_int(e, 4) != 0, FACET_UNDONE);
	if (g->l->kind == 'C')
		give(g, list_facet_number(FACET_STATE, yx_row_int(e, 5)));
}

static void
entry_rest(struct gathering *g, const struct yx_rows *e)
{
	give(g, list_facet_str(FACET_MEMBER, yx_row_str(e, 6)));
	if (g->l->kind != 'C')
		give(g, list_facet_str(FACET_PARTY, yx_row_str(e, 7)));
	list_grams(list_fold(g->a, yx_row_str(e, 8)), FACET_TEXT, give, g);
	if (g->l->kind == 'C')
		list_grams(list_fold(g->a, yx_row_str(e, 9)), FACET_EXTRA, give, g);
}

static void
at_place(struct gathering *g, const struct yx_rows *r)
{
	g->offset = (uint32_t)(yx_row_int(r, 0) - g->segment.number * LIST_SEGMENT);
}

/* Officers or vendors of the contracts of a segment. */
static int
people_facets(struct gathering *g, const char *sql, int type)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(g->db, g->a, sql, YX_P(SEGMENT_P(g->l, g->segment.number)), &r);

	while (rc == YX_OK && yx_rows_next(r)) {
		at_place(g, r);
		give(g, list_facet_str(type, yx_row_str(r, 1)));
	}
	return rc;
}

#define ENTRIES(said, joins) \
	"SELECT e.place, e.sealing, e.unread, e.owed > 0, e.undone > 0, e.state, e.member, e.party," \
	" IF(?, " said ", ''), e.extra FROM list_entry e" joins \
	" WHERE e.kind = ? AND e.owner = ? AND e.place BETWEEN ? AND ?"

int
list_each_facet(struct yx_db *db, struct yx_arena *a, const struct list_of *l, struct list_segment segment,
    const struct list_taker *to)
{
	struct gathering g = { db, a, l, segment, to, 0 };
	struct yx_rows *r = NULL;
	int rc = yx_db_query(db, a,
	    l->kind == 'C' ? ENTRIES(LIST_SAID_CONTRACT, LIST_JOINS_CONTRACT)
	    : ENTRIES(LIST_SAID_MESSAGE, LIST_JOINS_MESSAGE),
	    YX_P(yx_p_int(segment.deep), SEGMENT_P(l, segment.number)), &r);

	while (rc == YX_OK && yx_rows_next(r)) {
		at_place(&g, r);
		entry_flags(&g, r);
		if (segment.deep)
			entry_rest(&g, r);
	}
	if (rc == YX_OK && l->kind == 'C' && segment.deep)
		rc = people_facets(&g,
		    "SELECT e.place, o.member_id FROM list_entry e JOIN contract_officer o ON o.contract_id = e.ref"
		    " WHERE e.kind = ? AND e.owner = ? AND e.place BETWEEN ? AND ?", FACET_MEMBER);
	if (rc == YX_OK && l->kind == 'C' && segment.deep)
		rc = people_facets(&g,
		    "SELECT e.place, v.organization_id FROM list_entry e JOIN contract_vendor v ON v.contract_id = e.ref"
		    " WHERE e.kind = ? AND e.owner = ? AND e.place BETWEEN ? AND ?", FACET_PARTY);
	return rc;
}

int
list_facets(struct yx_db *db, struct yx_arena *a, const struct list_of *l, struct list_segment segment,
    const struct list_facet_sink *to)
{
	struct pairs s = { .p = NULL };
	int rc = list_each_facet(db, a, l, segment, &(struct list_taker){ add_pair, &s });

	if (rc == YX_OK && s.failed)
		rc = YX_NO_MEMORY;
	if (rc == YX_OK)
		rc = put_facets(&s, to);
	free(s.p);
	return rc;
}
