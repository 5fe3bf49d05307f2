#include "backend/pades/xref.h"

#include <string.h>

#include "backend/pades/file.h"

#define TAIL         ((size_t)2048)  /* where the last startxref must be */
#define SECTIONS_MAX 512
#define RANGES_MAX   65536
#define ROWS_MAX     ((int64_t)4 << 20)
#define TRAILER_MAX  ((size_t)256 << 10)
#define ROW          20              /* bytes of a table's entry, at most */
#define ROW_TEXT     18              /* those before its end of line */

/* ---- classic tables ---- */

static int
add_range(struct pdf_doc *d, struct pdf_section *s, struct pdf_range g)
{
	if (g.first < 0 || g.count < 0 || g.first > PDF_ID_MAX || g.count > PDF_ID_MAX + 1 - g.first)
		return YX_PDF_BROKEN;
	if ((s->ranges_n & (s->ranges_n - 1)) == 0) {
		size_t cap = s->ranges_n == 0 ? 1 : s->ranges_n * 2;
		struct pdf_range *more = cap > RANGES_MAX ? NULL :
		    yx_arena_alloc(d->in.a, cap * sizeof(*more));

		if (more == NULL)
			return YX_PDF_TOO_COMPLEX;
		if (s->ranges_n > 0)
			memcpy(more, s->ranges, s->ranges_n * sizeof(*more));
		s->ranges = more;
	}
	s->ranges[s->ranges_n++] = g;
	if (g.count > 0 && g.first + g.count - 1 > d->highest)
		d->highest = g.first + g.count - 1;
	return YX_OK;
}

/* "first count" and its end of line at `at`; *next: the first entry's offset. */
static int
read_range_head(struct pdf_doc *d, int64_t at, int64_t *first, int64_t *count, int64_t *next)
{
	uint8_t p[64];
	struct pdf_cur c;
	size_t got;
	int rc = pdf_pread(d->in.fd, p, sizeof(p), at, &got);

	if (rc != YX_OK)
		return rc;
	c = (struct pdf_cur){ p, p + got };
	pdf_skip(&c);
	if (c.p < c.end && *c.p == 't') {
		*count = -1;
		*next = at + (c.p - p);
		return YX_OK;
	}
	if ((rc = pdf_uint(&c, first)) != YX_OK || (rc = pdf_uint(&c, count)) != YX_OK)
		return rc;
	pdf_skip(&c);
	*next = at + (c.p - p);
	return YX_OK;
}

static int
read_trailer(struct pdf_doc *d, int64_t at, struct pdf_section *s)
{
	size_t got, n = TRAILER_MAX;
	struct pdf_cur c;
	struct pdf_span raw;
	int rc;

	for (size_t want = 4096; ; want = n) {
		uint8_t *p = yx_arena_alloc(d->in.a, want);

		if (p == NULL)
			return YX_PDF_TOO_COMPLEX;
		if ((rc = pdf_pread(d->in.fd, p, want, at, &got)) != YX_OK)
			return rc;
		c = (struct pdf_cur){ p, p + got };
		if (!pdf_keyword(&c, "trailer"))
			return YX_PDF_BROKEN;
		if ((rc = pdf_value(&c, &raw)) == YX_OK) {
			s->trailer = raw;
			s->after = at + (c.p - p);
			return pdf_type(raw) == PDF_DICT ? YX_OK : YX_PDF_BROKEN;
		}
		if (got < want || want >= n)
			return rc;
	}
}

/* An entry has 20 bytes; writers that end it with one byte instead of two leave 19,
 * and every reader takes them. */
static int
row_length(struct pdf_doc *d, int64_t at, int *out)
{
	uint8_t p[ROW];
	size_t got;
	int rc = pdf_pread(d->in.fd, p, sizeof(p), at, &got);

	*out = got == ROW && (p[ROW_TEXT] == '\n' || p[ROW_TEXT] == '\r') && p[ROW - 1] > ' ' ? ROW - 1 : ROW;
	return rc;
}

static int
read_table(struct pdf_doc *d, int64_t at, struct pdf_section *s)
{
	struct pdf_range g = { 0, 0, 0, 0 };
	int rc;

	for (;;) {
		if ((rc = read_range_head(d, at, &g.first, &g.count, &g.at)) != YX_OK)
			return rc;
		if (g.count < 0)
			return read_trailer(d, g.at, s);
		if ((rc = row_length(d, g.at, &g.row)) != YX_OK)
			return rc;
		if (g.count > d->in.size || g.at + g.count * g.row > d->in.size)
			return YX_PDF_BROKEN;
		if ((rc = add_range(d, s, g)) != YX_OK)
			return rc;
		at = g.at + g.count * g.row;
	}
}

/* "oooooooooo ggggg n" and its end of line. */
static int
parse_row(const uint8_t *p, struct pdf_entry *e)
{
	struct pdf_cur c = { p, p + ROW_TEXT };

	if (pdf_uint(&c, &e->offset) != YX_OK || c.p != p + 10 || *c.p++ != ' ' ||
	    pdf_uint(&c, &e->gen) != YX_OK || c.p != p + 16 || *c.p++ != ' ' ||
	    (*c.p != 'n' && *c.p != 'f') || e->gen > 65535)
		return YX_PDF_BROKEN;
	e->type = *c.p == 'n';
	return YX_OK;
}

/* ---- cross-reference streams ---- */

static int
read_widths(struct pdf_span w, int out[3])
{
	struct pdf_cur c;
	struct pdf_span v;
	int64_t n;
	int more, rc = pdf_inside(w, PDF_ARRAY, &c);

	for (int i = 0; i < 3 && rc == YX_OK; i++) {
		if ((rc = pdf_next_item(&c, &v, &more)) == YX_OK)
			rc = more ? pdf_int(v, &n) : YX_PDF_BROKEN;
		if (rc == YX_OK && (n < 0 || n > 8))
			rc = YX_PDF_BROKEN;
		out[i] = rc == YX_OK ? (int)n : 0;
	}
	return rc;
}

static int
read_index(struct pdf_doc *d, struct pdf_section *s, int64_t size)
{
	struct pdf_span index, v;
	struct pdf_cur c;
	int64_t first, count, row = 0;
	int more, rc = pdf_get(s->trailer, "Index", &index);

	if (rc != YX_OK)
		return rc;
	if (index.p == NULL)
		return add_range(d, s, (struct pdf_range){ 0, size, 0, 0 });
	if ((rc = pdf_inside(index, PDF_ARRAY, &c)) != YX_OK)
		return rc;
	for (;;) {
		if ((rc = pdf_next_item(&c, &v, &more)) != YX_OK || !more)
			return rc;
		if ((rc = pdf_int(v, &first)) != YX_OK || (rc = pdf_next_item(&c, &v, &more)) != YX_OK)
			return rc;
		if (!more)
			return YX_PDF_BROKEN;
		if ((rc = pdf_int(v, &count)) != YX_OK ||
		    (rc = add_range(d, s, (struct pdf_range){ first, count, row, 0 })) != YX_OK)
			return rc;
		row += count;
	}
}

/* The stream object must end where its /Length says. */
static int
find_stream_end(struct pdf_doc *d, const struct pdf_object *o, int64_t length, int64_t *after)
{
	uint8_t p[64];
	struct pdf_cur c;
	int64_t start;
	size_t got;
	int rc = pdf_stream_start(&d->in, o, &start);

	if (rc != YX_OK || (rc = pdf_pread(d->in.fd, p, sizeof(p), start + length, &got)) != YX_OK)
		return rc;
	c = (struct pdf_cur){ p, p + got };
	if (!pdf_keyword(&c, "endstream") || !pdf_keyword(&c, "endobj"))
		return YX_PDF_BROKEN;
	*after = start + length + (c.p - p);
	return YX_OK;
}

static int
read_stream(struct pdf_doc *d, int64_t at, struct pdf_section *s)
{
	struct pdf_object o;
	struct pdf_span type, w, body;
	int64_t length, size, row;
	int rc;

	if ((rc = pdf_object_at(&d->in, at, &o)) != YX_OK)
		return rc;
	if (!o.stream || pdf_type(o.value) != PDF_DICT)
		return YX_PDF_BROKEN;
	s->stream = 1;
	s->id = o.id;
	s->trailer = o.value;
	if ((rc = pdf_get(o.value, "Type", &type)) != YX_OK ||
	    (rc = pdf_get(o.value, "W", &w)) != YX_OK ||
	    (rc = pdf_get_int(o.value, "Length", -1, &length)) != YX_OK ||
	    (rc = pdf_get_int(o.value, "Size", -1, &size)) != YX_OK ||
	    (rc = read_widths(w, s->w)) != YX_OK)
		return rc;
	row = s->w[0] + s->w[1] + s->w[2];
	if (!pdf_name_is(type, "XRef") || row == 0 || length < 0 || size < 0)
		return YX_PDF_BROKEN;
	if ((rc = pdf_unpack_at(&d->in, &o, length, &body)) != YX_OK ||
	    (rc = find_stream_end(d, &o, length, &s->after)) != YX_OK)
		return rc;
	s->rows = body.p;
	s->rows_n = body.n / (size_t)row;
	return read_index(d, s, size);
}

/* At most 8 bytes; -1 if the number is out of this world. */
static int64_t
big_endian(const uint8_t *p, int n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return v > INT64_MAX ? -1 : (int64_t)v;
}

int
pdf_entry_at(struct pdf_doc *d, const struct pdf_section *s, const struct pdf_range *r,
    int64_t index, struct pdf_entry *out)
{
	const int *w = s->w;
	uint8_t row[ROW];
	const uint8_t *p;
	int64_t type;
	int rc;

	memset(out, 0, sizeof(*out));
	out->id = r->first + index;
	if (!s->stream) {
		if ((rc = pdf_pread_all(d->in.fd, row, ROW_TEXT, r->at + index * r->row)) != YX_OK)
			return rc;
		return parse_row(row, out);
	}
	if ((uint64_t)(r->at + index) >= s->rows_n)
		return YX_PDF_BROKEN;
	p = s->rows + (size_t)(r->at + index) * (size_t)(w[0] + w[1] + w[2]);
	type = w[0] == 0 ? 1 : big_endian(p, w[0]);
	out->type = type == 1 || type == 2 ? (int)type : 0;
	out->offset = big_endian(p + w[0], w[1]);
	out->gen = big_endian(p + w[0] + w[1], w[2]);
	return out->type != 0 && (out->offset < 0 || out->gen < 0) ? YX_PDF_BROKEN : YX_OK;
}

/* ---- the chain ---- */

static int
read_section(struct pdf_doc *d, int64_t at, struct pdf_section *s)
{
	uint8_t p[32];
	struct pdf_cur c;
	size_t got;
	int rc = at <= 0 || at >= d->in.size ? YX_PDF_BROKEN : pdf_pread(d->in.fd, p, sizeof(p), at, &got);

	memset(s, 0, sizeof(*s));
	if (rc != YX_OK)
		return rc;
	c = (struct pdf_cur){ p, p + got };
	pdf_skip(&c);
	s->offset = at + (c.p - p);
	if (pdf_keyword(&c, "xref"))
		return read_table(d, at + (c.p - p), s);
	return read_stream(d, s->offset, s);
}

static int
push(struct pdf_doc *d, int64_t at, int hidden)
{
	struct pdf_section *s;
	int64_t size;
	int rc;

	if (d->n == SECTIONS_MAX)
		return YX_PDF_TOO_COMPLEX;
	s = &d->sec[d->n];
	if ((rc = read_section(d, at, s)) != YX_OK)
		return rc;
	for (size_t i = 0; i < d->n; i++)
		if (d->sec[i].offset == s->offset && !(hidden && d->sec[i].hidden))
			return YX_PDF_BROKEN; /* the chain bites its tail */
	s->hidden = hidden;
	d->n++;
	if ((rc = pdf_get_int(s->trailer, "Size", -1, &size)) != YX_OK || size < 0 ||
	    size > PDF_ID_MAX + 1)
		return rc != YX_OK ? rc : YX_PDF_BROKEN;
	if (size - 1 > d->highest)
		d->highest = size - 1;
	return YX_OK;
}

static int
read_chain(struct pdf_doc *d, int64_t at)
{
	int64_t hidden, rows = 0;
	int rc;

	while (at > 0) {
		size_t i = d->n;

		if ((rc = push(d, at, 0)) != YX_OK ||
		    (rc = pdf_get_int(d->sec[i].trailer, "XRefStm", 0, &hidden)) != YX_OK ||
		    (rc = pdf_get_int(d->sec[i].trailer, "Prev", 0, &at)) != YX_OK)
			return rc;
		if (hidden > 0 && !d->sec[i].stream) {
			d->hybrid = 1;
			if ((rc = push(d, hidden, 1)) != YX_OK)
				return rc;
		}
		for (; i < d->n; i++)
			for (size_t r = 0; r < d->sec[i].ranges_n; r++)
				rows += d->sec[i].ranges[r].count;
		if (rows > ROWS_MAX)
			return YX_PDF_TOO_COMPLEX;
	}
	return d->n > 0 ? YX_OK : YX_PDF_BROKEN;
}

/* The last "startxref" near the end, its number, and %%EOF behind. */
static int
find_startxref(struct pdf_doc *d, int64_t *at)
{
	uint8_t p[TAIL];
	size_t n = d->in.size < (int64_t)TAIL ? (size_t)d->in.size : TAIL;
	struct pdf_cur c;
	int rc = pdf_pread_all(d->in.fd, p, n, d->in.size - (int64_t)n);

	if (rc != YX_OK)
		return rc;
	for (size_t i = n < 9 ? 0 : n - 9; i > 0; i--) {
		if (memcmp(p + i, "startxref", 9) != 0)
			continue;
		c = (struct pdf_cur){ p + i + 9, p + n };
		if ((rc = pdf_uint(&c, at)) != YX_OK)
			return rc;
		return memmem(c.p, (size_t)(c.end - c.p), "%%EOF", 5) != NULL ? YX_OK : YX_PDF_BROKEN;
	}
	return YX_PDF_BROKEN;
}

static int
check_header(struct pdf_doc *d)
{
	uint8_t p[1024];
	size_t got;
	int rc = pdf_pread(d->in.fd, p, sizeof(p), 0, &got);

	if (rc != YX_OK)
		return rc;
	if (got >= 5 && memcmp(p, "%PDF-", 5) == 0)
		return YX_OK;
	return memmem(p, got, "%PDF-", 5) != NULL ? YX_PDF_UNSUPPORTED : YX_NOT_PDF;
}

int
pdf_doc_open(struct pdf_doc *d, struct yx_arena *a, int fd)
{
	int64_t at;
	int rc;

	memset(d, 0, sizeof(*d));
	d->in.fd = fd;
	d->in.a = a;
	d->stream_id = -1;
	if ((d->sec = yx_arena_alloc(a, SECTIONS_MAX * sizeof(*d->sec))) == NULL)
		return YX_NO_MEMORY;
	if ((rc = pdf_file_size(fd, &d->in.size)) != YX_OK || (rc = check_header(d)) != YX_OK ||
	    (rc = find_startxref(d, &at)) != YX_OK)
		return rc;
	return read_chain(d, at);
}

/* 1 if the section speaks of the object. */
static int
lookup_in(struct pdf_doc *d, const struct pdf_section *s, int64_t id, struct pdf_entry *out, int *rc)
{
	for (size_t r = 0; r < s->ranges_n; r++) {
		const struct pdf_range *g = &s->ranges[r];

		if (id >= g->first && id < g->first + g->count) {
			*rc = pdf_entry_at(d, s, g, id - g->first, out);
			return 1;
		}
	}
	return 0;
}

int
pdf_lookup(struct pdf_doc *d, size_t view, int64_t id, struct pdf_entry *out)
{
	int rc = YX_OK;

	memset(out, 0, sizeof(*out));
	for (size_t i = view; i < d->n; i++) {
		if (!lookup_in(d, &d->sec[i], id, out, &rc))
			continue;
		/* A hybrid file's table calls "free" what its hidden stream names. */
		if (rc == YX_OK && out->type == 0 && i + 1 < d->n && d->sec[i + 1].hidden)
			(void)lookup_in(d, &d->sec[i + 1], id, out, &rc);
		return rc;
	}
	return YX_OK;
}
