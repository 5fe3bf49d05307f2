/* list_facets.h - floor 4: which properties the entries of a segment have. */
#ifndef YX_LIST_FACETS_H
#define YX_LIST_FACETS_H

#include "backend/db/db.h"
#include "backend/domain/list/facet.h"
#include "common/buf.h"

struct list_of { char kind; const char *owner; };

/* A segment of a list; deep: all its facets, not only those of flags. */
struct list_segment { int64_t number; int deep; };
/* Told each facet of each entry of a segment, by its place in there; some come again. */
struct list_taker { void (*take)(void *ctx, uint32_t offset, int64_t facet); void *ctx; };
int list_each_facet(struct yx_db *db, struct yx_arena *a, const struct list_of *l, struct list_segment segment,
    const struct list_taker *to) YX_MUST_USE;
/* Takes facets as JSON, in order: [[facet,"bits in hex"],…]; called again when `most` bytes are
 * written, and once at the end. Valid during the call. */
struct list_facet_sink { int (*put)(void *ctx, const char *json); void *ctx; size_t most; };
/* The facets of a segment as its entries are now. */
int list_facets(struct yx_db *db, struct yx_arena *a, const struct list_of *l, struct list_segment segment,
    const struct list_facet_sink *to) YX_MUST_USE;

/* In a transaction: takes all facets of a list away and makes those of its first `ranked`
 * places, which the entries have already. */
int list_places(struct yx_db *db, const struct list_of *l, int64_t ranked) YX_MUST_USE;

/* Parameters of "kind = ? AND owner = ? AND place BETWEEN ? AND ?". */
#define SEGMENT_P(l, segment) \
	yx_p_chars(&(l)->kind, 1), yx_p_str((l)->owner), yx_p_int((segment) * LIST_SEGMENT), \
	yx_p_int(((segment) + 1) * LIST_SEGMENT - 1)

#endif
