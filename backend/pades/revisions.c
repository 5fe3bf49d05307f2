#include "backend/pades/revisions.h"

#include <stdlib.h>
#include <string.h>

#include "backend/pades/file.h"

#define OBJECTS_MAX 4096
#define TABLE_MAX   ((size_t)1 << 20)

static int
is_space(int c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* White space only: a comment could hide what another reader takes for real. */
static void
skip_space(struct pdf_cur *c)
{
	while (c->p < c->end && is_space(*c->p))
		c->p++;
}

static int
take(struct pdf_cur *c, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(c->end - c->p) < n || memcmp(c->p, word, n) != 0)
		return 0;
	c->p += n;
	return 1;
}

/* Some writers sign their work with a line of comment, "%Writer-1.2": letters, digits and
 * a few marks that no reader takes for structure. */
static void
skip_maker(struct pdf_cur *c)
{
	struct pdf_cur at = *c;

	if (!take(&at, "%") || at.p >= at.end || *at.p == '%')
		return;
	while (at.p < at.end && ((*at.p >= '0' && *at.p <= '9') || (*at.p >= 'A' && *at.p <= 'Z') ||
	    (*at.p >= 'a' && *at.p <= 'z') || memchr(" .-_", *at.p, 4) != NULL))
		at.p++;
	if (at.p < at.end && (*at.p == '\n' || *at.p == '\r') &&
	    memmem(c->p, (size_t)(at.p - c->p), "startxref", 9) == NULL)
		*c = at;
	skip_space(c);
}

/* A linearized file begins with the section that is read first; its end stands behind the other one, which
 * is the oldest (ISO 32000-2, annex F.3). */
static int64_t
end_of(const struct pdf_doc *d, const struct pdf_revision *r)
{
	const struct pdf_section *s = &d->sec[r->view];

	return r->view + 2 == d->n && s[1].offset > s->offset ? s[1].after : s->after;
}

/* "startxref", the section's own offset, "%%EOF". */
static int
read_end(struct pdf_doc *d, struct pdf_revision *r)
{
	const struct pdf_section *s = &d->sec[r->view];
	const int64_t after = end_of(d, r);
	uint8_t p[128];
	struct pdf_cur c;
	int64_t at;
	size_t got;
	int rc = pdf_pread(d->in.fd, p, sizeof(p), after, &got);

	if (rc != YX_OK)
		return rc;
	c = (struct pdf_cur){ p, p + got };
	skip_space(&c);
	skip_maker(&c);
	if (!take(&c, "startxref"))
		return YX_PDF_BROKEN;
	skip_space(&c);
	if (c.p >= c.end || *c.p == '%' || pdf_uint(&c, &at) != YX_OK || at != s->offset)
		return YX_PDF_BROKEN;
	skip_space(&c);
	if (!take(&c, "%%EOF"))
		return YX_PDF_BROKEN;
	r->end = r->end_max = after + (c.p - p);
	if (take(&c, "\r\n"))
		r->end_max += 2;
	else if (take(&c, "\n") || take(&c, "\r"))
		r->end_max += 1;
	return YX_OK;
}

int
pdf_revisions(struct pdf_doc *d, int64_t from, struct pdf_revision **out, size_t *n)
{
	struct pdf_revision *all = yx_arena_alloc(d->in.a, d->n * sizeof(*all));
	size_t last = 0;
	int rc;

	*out = NULL;
	*n = 0;
	if (all == NULL)
		return YX_PDF_TOO_COMPLEX;
	/* Sections of the updates lie behind the signed bytes. */
	while (last < d->n && d->sec[last].offset >= from)
		last++;
	if (last == d->n)
		return YX_PDF_BROKEN;
	for (size_t i = 0; i <= last; i++) {
		struct pdf_revision *r = &all[i];

		r->view = last - i;
		if ((rc = read_end(d, r)) != YX_OK)
			return rc;
		if (i == 0)
			continue;
		/* Oldest first, each reached by the next one's /Prev exactly. */
		int64_t prev;

		if ((rc = pdf_get_int(d->sec[r->view].trailer, "Prev", 0, &prev)) != YX_OK)
			return rc;
		if (prev != d->sec[r->view + 1].offset || d->sec[r->view].offset <= prev ||
		    d->sec[r->view].hidden || d->sec[r->view].offset < all[i - 1].end)
			return YX_PDF_BROKEN;
		r->begin = all[i - 1].end;
	}
	if (from < all[0].end || from > all[0].end_max || d->in.size < all[last].end ||
	    d->in.size > all[last].end_max)
		return YX_PDF_BROKEN;
	*out = all;
	*n = last + 1;
	return YX_OK;
}

static int
by_offset(const void *a, const void *b)
{
	const struct pdf_entry *x = a, *y = b;

	if (x->type != y->type) /* those of object streams come last */
		return (x->type > y->type) - (x->type < y->type);
	return (x->offset > y->offset) - (x->offset < y->offset);
}

static int
by_id(const void *a, const void *b)
{
	int64_t x = ((const struct pdf_entry *)a)->id, y = ((const struct pdf_entry *)b)->id;

	return (x > y) - (x < y);
}

/* A row that says "free" of a number that nobody had takes nothing away. */
static int
is_nothing(struct pdf_doc *d, const struct pdf_revision *r, int64_t id, int *yes)
{
	struct pdf_entry before = { 0 };
	int rc = id == 0 ? YX_OK : pdf_lookup(d, r->view + 1, id, &before);

	*yes = before.type == 0;
	return rc;
}

/* All rows of the section; only objects in use, each once, and object 0's row. */
static int
collect(struct pdf_doc *d, struct pdf_revision *r)
{
	const struct pdf_section *s = &d->sec[r->view];
	struct pdf_entry e;
	int nothing, rc;

	r->objects_n = 0;
	if ((r->objects = yx_arena_alloc(d->in.a, OBJECTS_MAX * sizeof(*r->objects))) == NULL ||
	    (r->container = yx_arena_alloc(d->in.a, OBJECTS_MAX)) == NULL)
		return YX_PDF_TOO_COMPLEX;
	for (size_t g = 0; g < s->ranges_n; g++) {
		for (int64_t i = 0; i < s->ranges[g].count && r->flaw == NULL; i++) {
			if ((rc = pdf_entry_at(d, s, &s->ranges[g], i, &e)) != YX_OK)
				return rc;
			if (e.type == 0 && (rc = is_nothing(d, r, e.id, &nothing)) != YX_OK)
				return rc;
			if (e.type == 0 && nothing)
				continue;
			if (s->stream && e.id == s->id && e.offset == s->offset && e.type == 1)
				continue;
			if (e.type == 0 || r->objects_n == OBJECTS_MAX)
				r->flaw = e.type == 0 ? "object_removed" : "update_too_complex";
			else
				r->objects[r->objects_n++] = e;
		}
	}
	qsort(r->objects, r->objects_n, sizeof(e), by_id);
	for (size_t i = 1; i < r->objects_n && r->flaw == NULL; i++)
		if (r->objects[i].id == r->objects[i - 1].id)
			r->flaw = "object_twice";
	qsort(r->objects, r->objects_n, sizeof(e), by_offset);
	return YX_OK;
}

/* Where the object ends, behind "endobj"; -1 if it is not as it should be. */
static int
object_end(struct pdf_doc *d, const struct pdf_object *o, int64_t *end)
{
	uint8_t p[128];
	struct pdf_cur c;
	int64_t at = o->behind, length;
	size_t got;
	int rc;

	*end = -1;
	if (o->stream) {
		if ((rc = pdf_get_int(o->value, "Length", -1, &length)) != YX_OK || length < 0)
			return YX_OK;
		if ((rc = pdf_stream_start(&d->in, o, &at)) != YX_OK)
			return rc;
		at += length;
	}
	if ((rc = pdf_pread(d->in.fd, p, sizeof(p), at, &got)) != YX_OK)
		return rc;
	c = (struct pdf_cur){ p, p + got };
	skip_space(&c);
	if (o->stream && !take(&c, "endstream"))
		return YX_OK;
	skip_space(&c);
	if (take(&c, "endobj"))
		*end = at + (c.p - p);
	return YX_OK;
}

/* 1 if there is nothing but white space between the two offsets. */
static int
only_space(struct pdf_doc *d, int64_t from, int64_t to)
{
	uint8_t p[16];
	size_t got;

	/* Writers leave a line end or two, not pages of it. */
	if (to < from || to - from > (int64_t)sizeof(p) ||
	    pdf_pread(d->in.fd, p, (size_t)(to - from), from, &got) != YX_OK || got != (size_t)(to - from))
		return 0;
	for (size_t i = 0; i < got; i++)
		if (!is_space(p[i]))
			return 0;
	return 1;
}

/* The rows of a classic table hold digits and words, no comments. */
static int
table_is_clean(struct pdf_doc *d, const struct pdf_section *s)
{
	struct pdf_span raw;
	const uint8_t *end;

	if (s->after - s->offset > (int64_t)TABLE_MAX ||
	    pdf_read(&d->in, s->offset, (size_t)(s->after - s->offset), &raw) != YX_OK ||
	    (end = memmem(raw.p, raw.n, "trailer", 7)) == NULL)
		return 0;
	return memchr(raw.p, '%', (size_t)(end - raw.p)) == NULL;
}

/* An object that does not carry the number that the table gives it, or a gap, or
 * an overlap: each shows as a place where no object begins. */
static int
check_objects(struct pdf_doc *d, struct pdf_revision *r, int64_t *at)
{
	struct pdf_object o;
	int rc;

	for (size_t i = 0; i < r->objects_n && r->objects[i].type == 1; i++) {
		const struct pdf_entry *e = &r->objects[i];

		if (!only_space(d, *at, e->offset)) {
			r->flaw = "unindexed_bytes";
			return YX_OK;
		}
		if ((rc = pdf_object_at(&d->in, e->offset, &o)) != YX_OK)
			return rc;
		if (o.id != e->id || o.gen != e->gen) {
			r->flaw = "object_number";
			return YX_OK;
		}
		if ((rc = object_end(d, &o, at)) != YX_OK)
			return rc;
		if (*at < 0) {
			r->flaw = "object_end";
			return YX_OK;
		}
	}
	return YX_OK;
}

/* ---- object streams (ISO 32000-2, 7.5.7) ---- */

static const struct pdf_entry *
entry_of(const struct pdf_revision *r, int64_t id)
{
	for (size_t i = 0; i < r->objects_n; i++)
		if (r->objects[i].id == id)
			return &r->objects[i];
	return NULL;
}

/* The stream's own list: each of its objects has a row of this section that leads here. */
static int
check_list(struct pdf_doc *d, const struct pdf_revision *r, const struct pdf_object *o, size_t *found)
{
	int64_t n, first, length, id, at;
	struct pdf_span body;
	struct pdf_cur c;
	int rc;

	if ((rc = pdf_get_int(o->value, "N", -1, &n)) != YX_OK ||
	    (rc = pdf_get_int(o->value, "First", -1, &first)) != YX_OK ||
	    (rc = pdf_get_int(o->value, "Length", -1, &length)) != YX_OK ||
	    (rc = pdf_unpack_at(&d->in, o, length, &body)) != YX_OK)
		return rc;
	if (n < 1 || n > OBJECTS_MAX || first < 0 || (uint64_t)first > body.n)
		return YX_PDF_BROKEN;
	c = (struct pdf_cur){ body.p, body.p + first };
	for (int64_t i = 0; i < n; i++, (*found)++) {
		const struct pdf_entry *e;

		if ((rc = pdf_uint(&c, &id)) != YX_OK || (rc = pdf_uint(&c, &at)) != YX_OK)
			return rc;
		if ((e = entry_of(r, id)) == NULL || e->type != 2 || e->offset != o->id || e->gen != i)
			return YX_PDF_BROKEN;
	}
	return YX_OK;
}

/* A new one that extends no other: one that took the place of an older one would change
 * whatever the older one held. */
static int
check_container(struct pdf_doc *d, struct pdf_revision *r, size_t i, size_t *found)
{
	struct pdf_entry before;
	struct pdf_object o;
	struct pdf_span type, extends;
	int rc;

	if ((rc = pdf_object_at(&d->in, r->objects[i].offset, &o)) != YX_OK || !o.stream)
		return rc;
	if ((rc = pdf_get(o.value, "Type", &type)) != YX_OK || !pdf_name_is(type, "ObjStm"))
		return rc;
	if ((rc = pdf_get(o.value, "Extends", &extends)) != YX_OK ||
	    (rc = pdf_lookup(d, r->view + 1, o.id, &before)) != YX_OK)
		return rc;
	if (extends.p != NULL || before.type != 0)
		return YX_PDF_BROKEN;
	r->container[i] = 1;
	return check_list(d, r, &o, found);
}

static int
check_packed(struct pdf_doc *d, struct pdf_revision *r)
{
	size_t packed = 0, found = 0;
	int rc = YX_OK;

	for (size_t i = 0; i < r->objects_n; i++)
		packed += r->objects[i].type == 2;
	for (size_t i = 0; i < r->objects_n && rc == YX_OK && r->objects[i].type == 1; i++)
		rc = check_container(d, r, i, &found);
	if (rc == YX_PDF_BROKEN || (rc == YX_OK && packed != found))
		r->flaw = "unindexed_bytes";
	return rc == YX_PDF_BROKEN ? YX_OK : rc;
}

int
pdf_revision_check(struct pdf_doc *d, struct pdf_revision *r)
{
	const struct pdf_section *s = &d->sec[r->view];
	struct pdf_span hidden;
	int64_t at = r->begin;
	int rc;

	r->flaw = NULL;
	if ((rc = pdf_get(s->trailer, "XRefStm", &hidden)) != YX_OK || (rc = collect(d, r)) != YX_OK)
		return rc;
	if (r->flaw != NULL)
		return YX_OK;
	if (hidden.p != NULL || s->hidden || s->stream != d->sec[r->view + 1].stream) {
		/* (a table appended to a file of streams is legal in no reader's eyes) */
		r->flaw = "section_kind";
		return YX_OK;
	}
	if ((rc = check_objects(d, r, &at)) != YX_OK || r->flaw != NULL || (rc = check_packed(d, r)) != YX_OK ||
	    r->flaw != NULL)
		return rc;
	if (!only_space(d, at, s->offset) || (!s->stream && !table_is_clean(d, s)))
		r->flaw = "unindexed_bytes";
	return YX_OK;
}
