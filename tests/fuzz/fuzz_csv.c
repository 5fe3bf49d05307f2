/* common/csv on any bytes: it may refuse, it must not break, and what it took it reads
 * again the same way after it was written. */
#include <stdlib.h>
#include <string.h>

#include "common/codec.h"
#include "common/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A cell that a spreadsheet would take for a formula is written with an apostrophe. */
static int
same(const char *was, const char *is)
{
	return strcmp(was, is) == 0 || (*is == '\'' && strcmp(was, is + 1) == 0);
}

static void
again(const struct yx_csv_row *row)
{
	struct yx_arena *a = yx_arena_new(16u << 20);
	struct yx_csv_row read;
	struct yx_csv c;
	struct yx_buf b;
	int more = 0;

	yx_buf_init(&b, 16u << 20);
	for (size_t i = 0; i < row->n; i++)
		yx_csv_cell(&b, row->cells[i], i + 1 == row->n);
	yx_csv_open(&c, yx_buf_str(&b), b.len);
	/* An empty line is no record. */
	if (!(row->n == 1 && *row->cells[0] == '\0') && strncmp(row->cells[0], "\xef\xbb\xbf", 3) != 0) {
		if (a == NULL || yx_csv_next(&c, a, &read, &more) != YX_OK || !more || read.n != row->n)
			abort();
		for (size_t i = 0; i < row->n; i++)
			if (!same(row->cells[i], read.cells[i]))
				abort();
	}
	yx_buf_free(&b);
	yx_arena_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct yx_arena *a = yx_arena_new(64u << 20);
	struct yx_csv_row row;
	struct yx_csv c;
	int more = 1;

	if (a != NULL && yx_utf8_valid((const char *)data, n)) {
		yx_csv_open(&c, (const char *)data, n);
		while (yx_csv_next(&c, a, &row, &more) == YX_OK && more)
			again(&row);
	}
	yx_arena_free(&a);
	return 0;
}
