#include "backend/pades/update.h"

#include <stdlib.h>
#include <string.h>

#include "common/codec.h"
#include "common/random.h"

#define BODY_MAX   ((size_t)34 << 20)
#define UPDATE_MAX ((size_t)96 << 20)
#define ID_BYTES   16

int
pdf_update_open(struct pdf_update *u, struct pdf_doc *d, size_t cap)
{
	memset(u, 0, sizeof(*u));
	u->d = d;
	u->cap = cap;
	u->next_id = d->highest + 1;
	yx_buf_init(&u->out, UPDATE_MAX);
	u->items = yx_arena_alloc(d->in.a, cap * sizeof(*u->items));
	return u->items == NULL ? YX_NO_MEMORY : YX_OK;
}

void
pdf_update_free(struct pdf_update *u)
{
	for (size_t i = 0; i < u->n; i++)
		yx_buf_free(&u->items[i].body);
	u->n = 0;
	yx_buf_free(&u->out);
}

struct pdf_change *
pdf_update_new(struct pdf_update *u)
{
	struct pdf_change *c;

	if (u->n == u->cap || u->next_id > PDF_ID_MAX)
		return NULL;
	c = &u->items[u->n++];
	memset(c, 0, sizeof(*c));
	c->id = u->next_id++;
	yx_buf_init(&c->body, BODY_MAX);
	return c;
}

int
pdf_update_edit(struct pdf_update *u, const struct pdf_object *o, struct pdf_change **out)
{
	for (size_t i = 0; i < u->n; i++) {
		*out = &u->items[i];
		if ((*out)->id == o->id)
			return YX_OK;
	}
	if (u->n == u->cap)
		return YX_PDF_TOO_COMPLEX;
	*out = &u->items[u->n++];
	memset(*out, 0, sizeof(**out));
	(*out)->id = o->id;
	(*out)->gen = o->gen;
	yx_buf_init(&(*out)->body, BODY_MAX);
	yx_buf_add(&(*out)->body, o->value.p, o->value.n);
	return yx_buf_status(&(*out)->body);
}

struct pdf_span
pdf_change_span(const struct pdf_change *c)
{
	return (struct pdf_span){ c->body.data, c->body.len };
}

int
pdf_change_set(struct pdf_change *c, const char *key, const char *value)
{
	struct yx_buf fresh;
	int rc;

	yx_buf_init(&fresh, BODY_MAX);
	if ((rc = pdf_set(pdf_change_span(c), key, value, &fresh)) != YX_OK) {
		yx_buf_free(&fresh);
		return rc;
	}
	yx_buf_free(&c->body);
	c->body = fresh;
	return YX_OK;
}

static int
by_id(const void *a, const void *b)
{
	int64_t x = ((const struct pdf_change *)a)->id, y = ((const struct pdf_change *)b)->id;

	return (x > y) - (x < y);
}

/* Length of the run of consecutive numbers that begins at item i. */
static size_t
run(const struct pdf_update *u, size_t i)
{
	size_t n = 1;

	while (i + n < u->n && u->items[i + n].id == u->items[i].id + (int64_t)n)
		n++;
	return n;
}

/* Trailer keys that describe one section only. */
static int
is_own_key(struct pdf_span key)
{
	static const char *const own[] = { "Size", "Prev", "XRefStm", "Length", "Filter",
		"DecodeParms", "W", "Index", "Type", "ID", "F", "FFilter", "FDecodeParms", "DL", NULL };

	for (int i = 0; own[i] != NULL; i++)
		if (pdf_name_is(key, own[i]))
			return 1;
	return 0;
}

/* The first part stays for the life of a document, the second is this version's. */
static int
add_file_id(struct pdf_update *u)
{
	struct pdf_object old;
	struct pdf_span first = { NULL, 0 };
	struct pdf_cur c;
	uint8_t id[ID_BYTES];
	char hex[2 * ID_BYTES + 1];
	int more, rc = pdf_follow(u->d, 0, u->d->sec[0].trailer, "ID", &old);

	if (rc == YX_OK && pdf_inside(old.value, PDF_ARRAY, &c) == YX_OK)
		rc = pdf_next_item(&c, &first, &more);
	if (rc != YX_OK)
		return rc;
	yx_random(id, sizeof(id));
	yx_hex_upper(hex, id, sizeof(id));
	yx_buf_adds(&u->out, " /ID [");
	if (first.p != NULL && (pdf_type(first) == PDF_HEX || pdf_type(first) == PDF_STRING))
		yx_buf_add(&u->out, first.p, first.n);
	else
		yx_buf_addf(&u->out, "<%s>", hex);
	yx_buf_addf(&u->out, " <%s>]", hex);
	return YX_OK;
}

static int
add_trailer_keys(struct pdf_update *u)
{
	struct pdf_span k, v;
	struct pdf_cur c;
	int more, rc = pdf_inside(u->d->sec[0].trailer, PDF_DICT, &c);

	yx_buf_addf(&u->out, "/Size %lld /Prev %lld", (long long)u->next_id,
	    (long long)u->d->sec[0].offset);
	while (rc == YX_OK && (rc = pdf_next_pair(&c, &k, &v, &more)) == YX_OK && more) {
		if (is_own_key(k))
			continue;
		yx_buf_adds(&u->out, " ");
		yx_buf_add(&u->out, k.p, k.n);
		yx_buf_adds(&u->out, " ");
		yx_buf_add(&u->out, v.p, v.n);
	}
	return rc == YX_OK ? add_file_id(u) : rc;
}

static int
render_table(struct pdf_update *u)
{
	int rc;

	yx_buf_adds(&u->out, "xref\n");
	for (size_t i = 0; i < u->n; ) {
		size_t n = run(u, i);

		yx_buf_addf(&u->out, "%lld %zu\n", (long long)u->items[i].id, n);
		for (size_t end = i + n; i < end; i++)
			yx_buf_addf(&u->out, "%010lld %05lld n\r\n", (long long)u->items[i].offset,
			    (long long)u->items[i].gen);
	}
	yx_buf_adds(&u->out, "trailer\n<< ");
	rc = add_trailer_keys(u);
	yx_buf_adds(&u->out, " >>\n");
	return rc;
}

/* /W [1 5 2]; the stream lists itself as well. */
static int
render_stream(struct pdf_update *u, int64_t at)
{
	struct pdf_change *self = pdf_update_new(u);
	int rc;

	if (self == NULL)
		return YX_PDF_TOO_COMPLEX;
	self->offset = at;
	yx_buf_addf(&u->out, "%lld 0 obj\n<< /Type /XRef /W [1 5 2] /Length %zu /Index [",
	    (long long)self->id, u->n * 8);
	for (size_t i = 0; i < u->n; i += run(u, i))
		yx_buf_addf(&u->out, "%s%lld %zu", i > 0 ? " " : "", (long long)u->items[i].id, run(u, i));
	yx_buf_adds(&u->out, "] ");
	rc = add_trailer_keys(u);
	yx_buf_adds(&u->out, " >>\nstream\n");
	for (size_t i = 0; i < u->n; i++) {
		yx_buf_add8(&u->out, 1);
		yx_buf_add8(&u->out, (unsigned)(u->items[i].offset >> 32) & 0xff);
		yx_buf_add32be(&u->out, (uint32_t)u->items[i].offset);
		yx_buf_add16be(&u->out, (unsigned)u->items[i].gen);
	}
	yx_buf_adds(&u->out, "\nendstream\nendobj\n");
	return rc;
}

int
pdf_update_render(struct pdf_update *u, int64_t base)
{
	int64_t at;
	int rc;

	qsort(u->items, u->n, sizeof(*u->items), by_id);
	for (size_t i = 0; i < u->n; i++) {
		struct pdf_change *c = &u->items[i];

		c->offset = base + (int64_t)u->out.len;
		yx_buf_addf(&u->out, "%lld %lld obj\n", (long long)c->id, (long long)c->gen);
		yx_buf_add(&u->out, c->body.data, c->body.len);
		yx_buf_adds(&u->out, "\nendobj\n");
	}
	at = base + (int64_t)u->out.len;
	rc = u->d->sec[0].stream ? render_stream(u, at) : render_table(u);
	if (rc != YX_OK)
		return rc;
	yx_buf_addf(&u->out, "startxref\n%lld\n%%%%EOF\n", (long long)at);
	return yx_buf_status(&u->out);
}
