/* list.h - floor 4: one engine for every long list (docs/decisions/lists.md).
 *
 * A list belongs to an organization: 'R' what it received, 'S' what it sent, 'C' its
 * contracts; a member sees the lines that carry the member. All conditions of a query
 * hold together. Counters, total and page come from the same sets, so they agree; they
 * are exact at every moment, and cost a few hundred rows however long the list is. */
#ifndef YX_LIST_H
#define YX_LIST_H

#include <stddef.h>
#include <stdint.h>
#include "backend/db/db.h"

#define LIST_TABS_MAX 12

/* A tab: lines that have all properties of `want` and none of `without`, as bits of
 * positions in the query's properties. */
struct list_tab { const char *word; unsigned want, without; };

struct list_query {
	char            kind;
	const char     *owner;
	const char     *member, *member_too; /* lines of one or the other; NULL: of everybody */
	const char     *officer;             /* C: and of this one; or NULL */
	const char     *party;               /* and with this other side; or NULL */
	int             sealing;             /* R: sealing tasks only */
	int64_t         from, to;            /* sorted time in ms, from ≤ t < to; 0: open */
	const char     *text, *extra;        /* searched; NULL or "": all */
	const int64_t  *properties;          /* facets that tabs speak of */
	size_t          properties_n;
	const struct list_tab *tabs;
	size_t          tabs_n, tab;         /* tab: the one whose lines are wanted */
	int             oldest_first;
	int64_t         offset, size;
};

struct list_line { const char *ref; int64_t position; };
struct list_result {
	int64_t           counts[LIST_TABS_MAX]; /* of each tab */
	struct list_line *lines;                 /* the page, in order */
	size_t            n;
};

/* Counters and the lines `offset` … `offset + size - 1` of a tab, newest first. Not in a
 * transaction. Finds that the list has grown by enough: tells the worker. A search of
 * three characters and more with over LIST_VERIFY hits may count lines that have all
 * its pairs of characters without having them in a row. */
int list_read(struct yx_db *db, struct yx_arena *a, const struct list_query *q, struct list_result *out) YX_MUST_USE;
#define LIST_VERIFY 5000

/* The lines as JSON, [["ref",position],…], for a statement that joins them in order. */
const char *list_json(struct yx_arena *a, const struct list_line *lines, size_t n);
#define LIST_JSON_ROWS \
	" JSON_TABLE(?, '$[*]' COLUMNS (turn FOR ORDINALITY, ref CHAR(32) CHARACTER SET ascii PATH '$[0]'," \
	" position INT PATH '$[1]')) j"

/* Tells the worker that a list has grown by enough. */
int list_hint(struct yx_db *db, char kind, const char *owner) YX_MUST_USE;
/* In the transaction that renames an organization or somebody of it: lines that name it are looked
 * at anew by the worker. Until then a search finds those that have a place by their old name. */
int list_renamed(struct yx_db *db, const char *organization_id) YX_MUST_USE;
/* For the worker: places for lists that have grown, and facets anew for what changed.
 * *done: 1 if there was something to do. Several workers may run. */
int list_work(struct yx_db *db, int *done) YX_MUST_USE;
/* Lists made anew from the messages and contracts themselves, each in a transaction: a
 * repair, and what a bulk load does after list_bulk (1), which spares the triggers of
 * this connection their work until list_bulk (0). Servers should rest meanwhile: a line
 * that they write between the two is lost to a list until the next repair. */
int list_bulk(struct yx_db *db, int on) YX_MUST_USE;
int list_rebuild(struct yx_db *db) YX_MUST_USE;

/* Compares entries with what they are made from, and facets with the entries. *wrong:
 * differences; the log names them. Connections of its own, which read, each of one
 * moment, and lock nothing: servers and workers may be at work. */
int list_verify(const struct yx_db_conf *conf, int64_t *entries, int64_t *wrong) YX_MUST_USE;

/* In a merger of the agency `from` into another. Before its messages and contracts go over: lines of others name the
 * other one. Afterwards: the lists of both are made anew. */
int list_succeed_others(struct yx_db *db, const char *from, const char *into) YX_MUST_USE;
int list_succeed(struct yx_db *db, const char *from, const char *into) YX_MUST_USE;

#endif
