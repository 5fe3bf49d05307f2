/* list_prints.h - floor 4: fingerprints of segments, for comparing without keeping what is compared. */
#ifndef YX_LIST_PRINTS_H
#define YX_LIST_PRINTS_H

#include "backend/domain/list/list_facets.h"

/* The sum of a hash of each (facet, place) of a segment, each pair once: two segments with
 * the same print have the same facets, but for one chance in 2^64. */
struct list_prints { uint64_t *of; size_t n; };

/* Prints of all segments of a list's box as their facets are stored; in the arena. */
int list_stored_prints(struct yx_db *db, struct yx_arena *a, int64_t box, struct list_prints *out) YX_MUST_USE;
/* The print of a segment as its entries are. */
int list_entry_print(struct yx_db *db, const struct list_of *l, int64_t segment, uint64_t *out) YX_MUST_USE;

#endif
