/* list_cache.h - floor 4: what a process remembers of lists between two reads. All of it
 * carries the version of its box, and a reader compares that with the database in the
 * same statement that reads the newest entries: what is stale is never used. */
#ifndef YX_LIST_CACHE_H
#define YX_LIST_CACHE_H

#include "backend/db/db.h"
#include "backend/domain/list/facet.h"

struct list_box { int64_t id, ranked, version; };   /* all 0: the list has no places yet */

/* Forgets everything when the connection is one that was not seen before: behind it may
 * be a database that was put back from a copy, in which versions count again. */
void list_cache_meet(const struct yx_db *db);

/* 1 and *out if the box of a list is remembered. owner: an organization's id. */
int list_cache_box(char kind, const char *owner, struct list_box *out);
void list_cache_put_box(char kind, const char *owner, const struct list_box *box);

/* 1 if the facet is remembered: its places are added to the set. */
int list_cache_facet(const struct list_box *box, int64_t facet, struct list_set *set);
/* A copy is kept, as long as there is room for it. */
void list_cache_put_facet(const struct list_box *box, int64_t facet, const struct list_set *set);

#endif
