/* fold.h - floor 4: texts as a search sees them.
 *
 * NFKC with case folded (Unicode 15, UAX #15 and #44): full-width and half-width forms,
 * capitals and small letters are one; 台 is 臺. A search is a substring of the folded
 * text; a line end in it is never part of a match. */
#ifndef YX_LIST_FOLD_H
#define YX_LIST_FOLD_H

#include <stddef.h>
#include <stdint.h>
#include "common/arena.h"

struct list_text { const int32_t *c; size_t n; };   /* code points */

/* Folds UTF-8 into the arena; what is not UTF-8 is left out. {NULL, 0} without memory. */
struct list_text list_fold(struct yx_arena *a, const char *s);
/* 1 if the folded needle stands in the folded text; an empty one does. */
int list_text_has(struct list_text text, struct list_text needle);

/* Properties of a text by which an index finds it: every character, every pair of
 * neighbours, and three in a row of [0-9a-z] (numbers share most of their pairs). Each
 * is a facet (facet.h) of that type. */
void list_grams(struct list_text text, int type, void (*add)(void *ctx, int64_t facet), void *ctx);
/* The fewest of them that a text with the needle must have, at most max. *exact: 1 if
 * having them is having the needle. Returns how many. */
size_t list_needle_grams(struct list_text needle, int type, int64_t *facets, size_t max, int *exact);

#endif
