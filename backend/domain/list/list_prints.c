#include "backend/domain/list/list_prints.h"

#include <stdlib.h>

#define CHUNK 20000 /* rows of list_facet that are held at a time */

/* The last mixing of MurmurHash3, over both. */
static uint64_t
hash(int64_t facet, uint32_t offset)
{
	uint64_t h = (uint64_t)facet * 0x9e3779b97f4a7c15 + offset;

	h = (h ^ h >> 33) * 0xff51afd7ed558ccd;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53;
	return h ^ h >> 33;
}

/* ---- what is stored ---- */

/* Offsets of two bytes each, or a bitmap (facet.h). */
static uint64_t
bits_sum(int64_t facet, const uint8_t *bits, size_t n)
{
	uint64_t sum = 0;

	if (n == LIST_BITS) {
		for (uint32_t i = 0; i < LIST_SEGMENT; i++)
			if (bits[i / 8] >> i % 8 & 1)
				sum += hash(facet, i);
		return sum;
	}
	for (size_t i = 0; i + 1 < n; i += 2)
		sum += hash(facet, (uint32_t)(bits[i] | bits[i + 1] << 8));
	return sum;
}

/* Where a reading of list_facet has come to. */
struct walk { struct yx_db *db; int64_t box, facet, segment; };

/* The next rows, in the order in which they lie. *n: how many there were. */
static int
take_chunk(struct walk *w, struct list_prints *out, size_t *n)
{
	struct yx_arena *a = yx_arena_new(64u << 20);
	struct yx_rows *r = NULL;
	int rc = a == NULL ? YX_NO_MEMORY : yx_db_query(w->db, a,
	    "SELECT facet, segment, bits FROM list_facet FORCE INDEX (PRIMARY) WHERE box = ? AND facet >= ?"
	    " AND (facet > ? OR segment > ?) ORDER BY facet, segment LIMIT ?",
	    YX_P(yx_p_int(w->box), yx_p_int(w->facet), yx_p_int(w->facet), yx_p_int(w->segment), yx_p_int(CHUNK)), &r);

	*n = rc == YX_OK ? yx_rows_count(r) : 0;
	while (rc == YX_OK && yx_rows_next(r)) {
		size_t bytes;
		const uint8_t *bits = yx_row_bytes(r, 2, &bytes);

		w->facet = yx_row_int(r, 0);
		w->segment = yx_row_int(r, 1);
		if (w->segment >= 0 && (size_t)w->segment < out->n)
			out->of[w->segment] += bits_sum(w->facet, bits, bytes);
	}
	yx_arena_free(&a);
	return rc;
}

int
list_stored_prints(struct yx_db *db, struct yx_arena *a, int64_t box, struct list_prints *out)
{
	struct walk w = { db, box, 0, -1 };
	struct yx_rows *row = NULL;
	size_t n = CHUNK;
	int rc = yx_db_one(db, a, "SELECT GREATEST((SELECT COALESCE(MAX(segment) + 1, 0) FROM list_facet WHERE box = ?),"
	    " (SELECT COALESCE(MAX(segment) + 1, 0) FROM list_segment WHERE box = ?))",
	    YX_P(yx_p_int(box), yx_p_int(box)), &row);

	*out = (struct list_prints){ NULL, 0 };
	if (rc != YX_OK)
		return rc;
	out->n = (size_t)yx_row_int(row, 0);
	if ((out->of = yx_arena_alloc(a, (out->n + 1) * sizeof(*out->of))) == NULL)
		return YX_NO_MEMORY;
	while (rc == YX_OK && n == CHUNK)
		rc = take_chunk(&w, out, &n);
	return rc;
}

/* ---- what the entries say ---- */

/* Pairs that were counted, by their hash: an open table, at most half full. 0 is the hash of
 * no pair that matters. */
struct sieve { uint64_t *slots; size_t cap, n; };

/* One entry has some hundred pairs: what it has twice is found in a table that stays in the
 * processor, the turn telling whose a slot is. More than fit, and what is told of an entry in
 * several places (people), go through the sieve. */
#define SLOTS 4096
struct counting {
	uint64_t     sum;
	int          failed;
	struct sieve rest;
	uint32_t     turn, offset;
	size_t       n;             /* slots that the entry has */
	uint64_t     slots[SLOTS];
	uint32_t     turns[SLOTS];
};

/* 1 if it was not there. */
static int
put(uint64_t *slots, size_t cap, uint64_t h)
{
	size_t i = (size_t)h & (cap - 1);

	while (slots[i] != 0 && slots[i] != h)
		i = (i + 1) & (cap - 1);
	if (slots[i] == h)
		return 0;
	slots[i] = h;
	return 1;
}

static int
grow(struct sieve *s)
{
	size_t cap = s->cap == 0 ? 1u << 14 : s->cap * 2;
	uint64_t *slots = calloc(cap, sizeof(*slots));

	if (slots == NULL)
		return YX_NO_MEMORY;
	for (size_t i = 0; i < s->cap; i++)
		if (s->slots[i] != 0)
			put(slots, cap, s->slots[i]);
	free(s->slots);
	s->slots = slots;
	s->cap = cap;
	return YX_OK;
}

static int
new_in_sieve(struct counting *c, uint64_t h)
{
	if (c->rest.n * 2 >= c->rest.cap && grow(&c->rest) != YX_OK) {
		c->failed = 1;
		return 0;
	}
	if (!put(c->rest.slots, c->rest.cap, h))
		return 0;
	c->rest.n++;
	return 1;
}

static int
new_in_entry(struct counting *c, uint64_t h)
{
	size_t i = (size_t)h & (SLOTS - 1);

	while (c->turns[i] == c->turn && c->slots[i] != h)
		i = (i + 1) & (SLOTS - 1);
	if (c->turns[i] == c->turn)
		return 0;
	if (c->n >= SLOTS / 2)
		return new_in_sieve(c, h);
	c->slots[i] = h;
	c->turns[i] = c->turn;
	c->n++;
	return 1;
}

static void
take(void *ctx, uint32_t offset, int64_t facet)
{
	struct counting *c = ctx;
	const int type = (int)(facet >> 56);
	uint64_t h = hash(facet, offset);

	if (offset != c->offset || c->turn == 0) {
		c->offset = offset;
		c->turn++;
		c->n = 0;
	}
	if (type == FACET_MEMBER || type == FACET_PARTY ? new_in_sieve(c, h) : new_in_entry(c, h))
		c->sum += h;
}

int
list_entry_print(struct yx_db *db, const struct list_of *l, int64_t segment, uint64_t *out)
{
	struct yx_arena *a = yx_arena_new(512u << 20);
	struct counting *c = calloc(1, sizeof(*c));
	int rc = a == NULL || c == NULL ? YX_NO_MEMORY
	    : list_each_facet(db, a, l, (struct list_segment){ segment, 1 }, &(struct list_taker){ take, c });

	if (rc == YX_OK && c->failed)
		rc = YX_NO_MEMORY;
	*out = c != NULL ? c->sum : 0;
	if (c != NULL)
		free(c->rest.slots);
	free(c);
	yx_arena_free(&a);
	return rc;
}
