/* csv.h - floor 0: comma-separated values (RFC 4180) in and out. */
#ifndef YX_COMMON_CSV_H
#define YX_COMMON_CSV_H

#include <stddef.h>
#include "common/arena.h"
#include "common/buf.h"
#include "common/error.h"

#define YX_CSV_CELLS 32

/* One record; cells are UTF-8 in the arena, outer blanks cut off. */
struct yx_csv_row {
	const char *cells[YX_CSV_CELLS];
	size_t      n;
	size_t      line;    /* where it begins, from 1 */
};

/* Reads one text, record by record. A byte order mark at its head is skipped; CR LF, LF
 * and CR end a record; empty lines are left out. The text must be valid UTF-8 and belongs
 * to the caller. */
struct yx_csv {
	const char *p, *end;
	size_t      line;
};
void yx_csv_open(struct yx_csv *c, const char *text, size_t n);
/* The next record; *more 0 at the end. YX_BAD_FIELD: a quote that never ends, something
 * behind a closing quote, or too many cells (row->line tells where). YX_NO_MEMORY. */
int yx_csv_next(struct yx_csv *c, struct yx_arena *a, struct yx_csv_row *row, int *more) YX_MUST_USE;

/* Appends a cell: quoted where needed, and what a spreadsheet would take for a formula with
 * an apostrophe in front. NULL is an empty cell. */
void yx_csv_cell(struct yx_buf *b, const char *s, int last);

#endif
