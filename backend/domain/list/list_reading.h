/* list_reading.h - floor 4: what the files of a reading share. */
#ifndef YX_LIST_READING_H
#define YX_LIST_READING_H

#include "backend/domain/list/fold.h"
#include "backend/domain/list/list.h"
#include "backend/domain/list/list_cache.h"

#define LIST_NOWHERE "4294967295"   /* the place of an entry that has none */

/* Which list: two parameters. */
#define LIST_P(q) yx_p_chars(&(q)->kind, 1), yx_p_str((q)->owner)

/* Entries without a place that have the same properties; a search's are told one by one. */
struct list_fresh { uint64_t has; int64_t count; struct list_line line; };

/* One attempt; everything lives in an arena of its own. */
struct list_reading {
	struct yx_db            *db;
	struct yx_arena         *a;
	const struct list_query *q;
	struct list_box          box;        /* as the sets were made for */
	struct list_text         text, extra;
	int                      exact;      /* facets alone tell who has the text */
	struct list_set          all;        /* places that fulfil the query, whatever the tab */
	struct list_set         *has;        /* of each property */
	struct list_fresh       *fresh;
	size_t                   fresh_n;
	struct list_line        *page;       /* of the entries without a place; strings in the arena */
	size_t                   page_n;
};

/* A tab's lines that have no place: so many after `skip`. */
struct list_part { int64_t skip, size; };

/* Changed places are out of all sets, and in again as their entries are now. */
int list_read_changed(struct list_reading *r) YX_MUST_USE;
/* What has no place: how many of which properties, and the part of the page. *now: the
 * box at the same instant; if it is not r->box, the sets are old and all this is void. */
int list_read_fresh(struct list_reading *r, const struct list_part *part, struct list_box *now) YX_MUST_USE;
/* Do the properties fit a tab of the query? */
int list_in_tab(const struct list_query *q, size_t tab, uint64_t has);
/* 1 if both texts of an entry have what is searched. */
int list_texts_fit(struct list_reading *r, const char *text, const char *extra);

#endif
