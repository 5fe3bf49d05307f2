#include "backend/domain/list/list_facets.h"

#include <stdlib.h>
#include <string.h>

#include "backend/domain/list/fold.h"
#include "backend/domain/list/list_said.h"
#include "common/codec.h"

#define BUF_MAX (64u << 20)

/* A property and the places that have it. */
struct property {
	int64_t  facet;
	uint64_t words[LIST_WORDS];
};

/* The properties of a segment, found by their facet: `slots` holds their numbers + 1 and is
 * never more than half full. */
struct properties {
	struct property *p;
	uint32_t        *slots;
	size_t           n, size;   /* size: of slots, a power of two; p has half as many */
	int              failed;    /* no memory */
};

static size_t
slot_of(const struct properties *s, int64_t facet)
{
	size_t i = (size_t)((uint64_t)facet * 0x9e3779b97f4a7c15 >> 32) & (s->size - 1);

	while (s->slots[i] != 0 && s->p[s->slots[i] - 1].facet != facet)
		i = (i + 1) & (s->size - 1);
	return i;
}

/* Room for twice as many. */
static int
grow(struct properties *s)
{
	size_t size = s->size == 0 ? 8192 : s->size * 2;
	struct property *p = realloc(s->p, size / 2 * sizeof(*p));
	uint32_t *slots = calloc(size, sizeof(*slots));

	if (p != NULL)
		s->p = p;
	if (p == NULL || slots == NULL) {
		free(slots);
		return 0;
	}
	free(s->slots);
	s->slots = slots;
	s->size = size;
	for (size_t i = 0; i < s->n; i++)
		s->slots[slot_of(s, s->p[i].facet)] = (uint32_t)i + 1;
	return 1;
}

static void
add_place(void *ctx, uint32_t offset, int64_t facet)
{
	struct properties *s = ctx;
	size_t slot;

	if (s->failed || (s->n * 2 == s->size && (s->failed = !grow(s)) != 0))
		return;
	slot = slot_of(s, facet);
	if (s->slots[slot] == 0) {
		s->p[s->n] = (struct property){ .facet = facet };
		s->slots[slot] = (uint32_t)++s->n;
	}
	s->p[s->slots[slot] - 1].words[offset / 64] |= (uint64_t)1 << offset % 64;
}

static int
by_facet(const void *a, const void *b)
{
	const struct property *x = a, *y = b;

	return x->facet < y->facet ? -1 : x->facet > y->facet;
}

/* The places as they are stored: their offsets, two bytes each, or a bitmap when that is
 * shorter; the lower byte, and the lower bit, first. Bytes written. */
static size_t
pack(const struct property *p, uint8_t out[LIST_BITS])
{
	size_t n = 0;

	for (size_t i = 0; i < LIST_WORDS; i++)
		n += (size_t)__builtin_popcountll(p->words[i]);
	if (n * 2 >= LIST_BITS) {
		for (size_t i = 0; i < LIST_BITS; i++)
			out[i] = (uint8_t)(p->words[i / 8] >> i % 8 * 8);
		return LIST_BITS;
	}
	n = 0;
	for (size_t i = 0; i < LIST_WORDS; i++)
		for (uint64_t w = p->words[i]; w != 0; w &= w - 1) {
			size_t offset = i * 64 + (size_t)__builtin_ctzll(w);

			out[n++] = (uint8_t)offset;
			out[n++] = (uint8_t)(offset >> 8);
		}
	return n;
}

static void
add_property(struct yx_buf *b, const struct property *p)
{
	uint8_t bytes[LIST_BITS];
	char hex[2 * LIST_BITS + 1];

	yx_hex(hex, bytes, pack(p, bytes));
	yx_buf_addf(b, "%s[%lld,\"", b->len > 1 ? "," : "", (long long)p->facet);
	yx_buf_adds(b, hex);
	yx_buf_adds(b, "\"]");
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
put_facets(struct properties *s, const struct list_facet_sink *to)
{
	struct yx_buf b;
	int rc = YX_OK;

	if (s->n > 0)
		qsort(s->p, s->n, sizeof(*s->p), by_facet);
	yx_buf_init(&b, BUF_MAX);
	yx_buf_adds(&b, "[");
	for (size_t i = 0; rc == YX_OK && i < s->n; i++) {
		add_property(&b, &s->p[i]);
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
	struct properties s = { .p = NULL };
	int rc = list_each_facet(db, a, l, segment, &(struct list_taker){ add_place, &s });

	if (rc == YX_OK && s.failed)
		rc = YX_NO_MEMORY;
	if (rc == YX_OK)
		rc = put_facets(&s, to);
	free(s.p);
	free(s.slots);
	return rc;
}
