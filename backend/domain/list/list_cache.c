#include "backend/domain/list/list_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define BOXES      1024          /* remembered; the one in the way makes room */
#define FACETS     4096
#define WAYS       4             /* places that a facet may take */
#define BYTES_MAX  (64u << 20)

struct box_slot { char kind, owner[33]; struct list_box box; };
struct facet_slot {
	int64_t   box, version, facet;
	uint64_t *words;             /* ours; NULL: free */
	size_t    segments;
};

static pthread_mutex_t   lock = PTHREAD_MUTEX_INITIALIZER;
static struct box_slot   boxes[BOXES];
static struct facet_slot facets[FACETS];
static size_t            bytes, hand;
static uint64_t          newest_connection;

static void
clear_facet(struct facet_slot *f)
{
	if (f->words != NULL)
		bytes -= f->segments * LIST_BITS;
	free(f->words);
	*f = (struct facet_slot){ .words = NULL };
}

void
list_cache_meet(const struct yx_db *db)
{
	uint64_t connection = yx_db_serial(db).connection;

	pthread_mutex_lock(&lock);
	if (connection > newest_connection) {
		newest_connection = connection;
		memset(boxes, 0, sizeof(boxes));
		for (size_t i = 0; i < FACETS; i++)
			clear_facet(&facets[i]);
	}
	pthread_mutex_unlock(&lock);
}

static struct box_slot *
box_slot(char kind, const char *owner)
{
	return &boxes[(uint64_t)list_facet_bytes(kind, owner, strlen(owner)) % BOXES];
}

int
list_cache_box(char kind, const char *owner, struct list_box *out)
{
	struct box_slot *b;
	int known;

	pthread_mutex_lock(&lock);
	b = box_slot(kind, owner);
	known = b->kind == kind && strcmp(b->owner, owner) == 0;
	if (known)
		*out = b->box;
	pthread_mutex_unlock(&lock);
	return known;
}

void
list_cache_put_box(char kind, const char *owner, const struct list_box *box)
{
	size_t n = strlen(owner);
	struct box_slot *b;

	if (n >= sizeof(b->owner))
		return;
	pthread_mutex_lock(&lock);
	b = box_slot(kind, owner);
	b->kind = kind;
	memcpy(b->owner, owner, n + 1);
	b->box = *box;
	pthread_mutex_unlock(&lock);
}

/* The first of the places that a facet may take. */
static struct facet_slot *
facet_slots(int64_t box, int64_t facet)
{
	const int64_t key[2] = { box, facet };

	return &facets[(uint64_t)list_facet_bytes(0, key, sizeof(key)) % (FACETS / WAYS) * WAYS];
}

int
list_cache_facet(const struct list_box *box, int64_t facet, struct list_set *set)
{
	int known = 0;

	pthread_mutex_lock(&lock);
	for (struct facet_slot *f = facet_slots(box->id, facet), *end = f + WAYS; f < end && !known; f++) {
		known = f->words != NULL && f->box == box->id && f->facet == facet && f->version == box->version &&
		    f->segments == set->segments;
		if (known)
			list_set_or(set, &(struct list_set){ f->words, f->segments });
	}
	pthread_mutex_unlock(&lock);
	return known;
}

/* A free place, that of an older version of the same, or else one at random. */
static struct facet_slot *
make_room(int64_t box, int64_t facet, size_t n)
{
	struct facet_slot *f = facet_slots(box, facet), *best = NULL;

	for (size_t i = 0; i < WAYS; i++)
		if (f[i].words == NULL || (f[i].box == box && f[i].facet == facet))
			best = &f[i];
	if (best == NULL)
		best = &f[hand % WAYS];
	clear_facet(best);
	/* The hand goes round: what it takes is read from the database again. */
	while (bytes + n > BYTES_MAX)
		clear_facet(&facets[hand++ % FACETS]);
	hand++;
	return best;
}

void
list_cache_put_facet(const struct list_box *box, int64_t facet, const struct list_set *set)
{
	size_t n = set->segments * LIST_BITS;
	uint64_t *words = n == 0 || n > BYTES_MAX / 16 ? NULL : malloc(n);
	struct facet_slot *f;

	if (words == NULL)
		return;
	memcpy(words, set->words, n);
	pthread_mutex_lock(&lock);
	f = make_room(box->id, facet, n);
	memcpy(f, &(struct facet_slot){ box->id, box->version, facet, words, set->segments }, sizeof(*f));
	bytes += n;
	pthread_mutex_unlock(&lock);
}
