#include "common/csv.h"

#include <string.h>

void
yx_csv_open(struct yx_csv *c, const char *text, size_t n)
{
	*c = (struct yx_csv){ text, text + n, 1 };
	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		c->p += 3;
}

static int
at_end_of_line(const struct yx_csv *c)
{
	return c->p == c->end || *c->p == '\n' || *c->p == '\r';
}

static void
skip_end_of_line(struct yx_csv *c)
{
	if (c->p == c->end)
		return;
	if (*c->p == '\r' && c->end - c->p > 1 && c->p[1] == '\n')
		c->p++;
	c->p++;
	c->line++;
}

static int
keep(struct yx_arena *a, const char *s, size_t n, const char **out)
{
	while (n > 0 && (*s == ' ' || *s == '\t'))
		s++, n--;
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	*out = yx_arena_strndup(a, s, n);
	return *out == NULL ? YX_NO_MEMORY : YX_OK;
}

/* Behind the opening quote; "" inside stands for one. */
static int
quoted(struct yx_csv *c, struct yx_arena *a, const char **out)
{
	struct yx_buf b;
	int rc = YX_BAD_FIELD;

	yx_buf_init(&b, 1 << 20);
	while (c->p < c->end) {
		const char *quote = memchr(c->p, '"', (size_t)(c->end - c->p));

		if (quote == NULL)
			break;
		for (const char *s = c->p; s < quote; s++)
			c->line += *s == '\n';
		yx_buf_add(&b, c->p, (size_t)(quote - c->p));
		c->p = quote + 1;
		if (c->p == c->end || *c->p != '"') {
			rc = yx_buf_status(&b);
			break;
		}
		yx_buf_add(&b, c->p++, 1);
	}
	if (rc == YX_OK)
		rc = keep(a, yx_buf_str(&b), b.len, out);
	yx_buf_free(&b);
	return rc;
}

static int
cell(struct yx_csv *c, struct yx_arena *a, const char **out)
{
	const char *start = c->p;

	if (c->p < c->end && *c->p == '"') {
		int rc;

		c->p++;
		if ((rc = quoted(c, a, out)) != YX_OK)
			return rc;
		return at_end_of_line(c) || *c->p == ',' ? YX_OK : YX_BAD_FIELD;
	}
	while (!at_end_of_line(c) && *c->p != ',')
		c->p++;
	return keep(a, start, (size_t)(c->p - start), out);
}

static int
record(struct yx_csv *c, struct yx_arena *a, struct yx_csv_row *row)
{
	for (;;) {
		int rc = row->n == YX_CSV_CELLS ? YX_BAD_FIELD : cell(c, a, &row->cells[row->n]);

		if (rc != YX_OK)
			return rc;
		row->n++;
		if (c->p == c->end || *c->p != ',')
			return YX_OK;
		c->p++;
	}
}

int
yx_csv_next(struct yx_csv *c, struct yx_arena *a, struct yx_csv_row *row, int *more)
{
	int rc;

	while (c->p < c->end && at_end_of_line(c))
		skip_end_of_line(c);
	*row = (struct yx_csv_row){ .line = c->line };
	*more = c->p < c->end;
	if (!*more)
		return YX_OK;
	if ((rc = record(c, a, row)) == YX_OK)
		skip_end_of_line(c);
	return rc;
}

void
yx_csv_cell(struct yx_buf *b, const char *s, int last)
{
	int formula;

	if (s == NULL)
		s = "";
	formula = *s != '\0' && strchr("=+-@\t", *s) != NULL;
	if (formula || strpbrk(s, "\",\r\n") != NULL) {
		yx_buf_adds(b, formula ? "\"'" : "\"");
		for (; *s != '\0'; s++) {
			if (*s == '"')
				yx_buf_adds(b, "\"");
			yx_buf_add(b, s, 1);
		}
		yx_buf_adds(b, "\"");
	} else {
		yx_buf_adds(b, s);
	}
	yx_buf_adds(b, last ? "\r\n" : ",");
}
