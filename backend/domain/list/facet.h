/* facet.h - floor 4: the names of properties in list_facet, and sets of places. */
#ifndef YX_LIST_FACET_H
#define YX_LIST_FACET_H

#include <stddef.h>
#include <stdint.h>
#include "common/arena.h"

/* Written into the database: never renumber. */
enum list_facet_type {
	FACET_ALIVE = 1, FACET_SEALING, FACET_UNREAD, FACET_OWED, FACET_UNDONE, FACET_STATE, /* flags */
	FACET_MEMBER, FACET_PARTY, FACET_TEXT, FACET_EXTRA,
};
/* A type and 56 bits: of a number as it is, of anything else its hash. */
int64_t list_facet_number(int type, int64_t value);
int64_t list_facet_bytes(int type, const void *p, size_t n);
int64_t list_facet_str(int type, const char *s);

#define LIST_SEGMENT 2048    /* places */
#define LIST_FRESH   256    /* the newest entries, which change most, have none: at least so many */
#define LIST_STEP    256    /* and get them so many at a time; the last segment may be in part */
#define LIST_BITS    (LIST_SEGMENT / 8)
#define LIST_WORDS   (LIST_SEGMENT / 64)
/* Segments that so many places begin. */
#define LIST_SEGMENTS(places) (((places) + LIST_SEGMENT - 1) / LIST_SEGMENT)

/* Places 0 … segments × LIST_SEGMENT - 1, one bit each. */
struct list_set { uint64_t *words; size_t segments; };
/* An empty set; .words is NULL without memory. */
struct list_set list_set_new(struct yx_arena *a, size_t segments);
void list_set_put(struct list_set *s, size_t place, int yes);
int list_set_has(const struct list_set *s, size_t place);
void list_set_fill(struct list_set *s);
void list_set_or(struct list_set *s, const struct list_set *with);
void list_set_and(struct list_set *s, const struct list_set *with);
void list_set_and_not(struct list_set *s, const struct list_set *without);
size_t list_set_count(const struct list_set *s);
/* Adds the bits of one row of list_facet; what does not fit the form is left out. */
void list_set_add_row(struct list_set *s, size_t segment, const void *bits, size_t n);

#endif
