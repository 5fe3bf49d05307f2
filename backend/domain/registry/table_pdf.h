/* table_pdf.h - floor 4: a table as a PDF file of A4 pages, lying: a heading on each page, rows that
 * wrap. Its fonts are embedded, with no more than the glyphs that it uses (ISO 32000-2, 9.9), so that
 * every name can be read everywhere and in many years. */
#ifndef YX_TABLE_PDF_H
#define YX_TABLE_PDF_H

#include "common/buf.h"

struct table_column { const char *head; double width; /* points */ };
struct table_pdf {
	const char *title, *about;          /* first line, and what stands below it */
	const struct table_column *columns;
	size_t      columns_n;
	/* Cell `column` of row `row`; "\n" breaks a line. Lives until the next call. */
	const char *(*cell)(void *ctx, size_t row, size_t column);
	void       *ctx;
	size_t      rows;
};
/* Writes the whole file. YX_NO_MEMORY, YX_TOO_LARGE (the buffer's limit). */
int table_pdf(const struct table_pdf *t, struct yx_buf *out) YX_MUST_USE;

#endif
