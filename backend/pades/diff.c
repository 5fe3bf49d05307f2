#include "backend/pades/diff.h"

#define SPAN_MAX  ((size_t)8 << 20)
#define DEPTH_MAX 32
#define SCAN_ARENA  ((size_t)64 << 20)
#define SCAN_STEP   4096                       /* objects */
#define SCAN_BUDGET (8 * (int64_t)PDF_SCAN_MAX) /* objects, of one revision */

enum { NOT_LOOKED, WAITS_NOT, WAITS };

int
pdf_diff_index_of(const struct diff *x, int64_t id)
{
	for (size_t i = 0; i < x->r->objects_n; i++)
		if (x->r->objects[i].id == id)
			return (int)i;
	return -1;
}

void
pdf_diff_explain(struct diff *x, int64_t id)
{
	int i = pdf_diff_index_of(x, id);

	if (i >= 0)
		x->explained[i] = 1;
}

int
pdf_diff_existed(struct diff *x, int64_t id, int *yes)
{
	struct pdf_entry e;
	int rc = pdf_lookup(x->d, x->old_view, id, &e);

	*yes = e.type != 0;
	return rc;
}

/* Equal but for two keys (either may be NULL). */
int
pdf_diff_equal_without(struct pdf_span a, struct pdf_span b, const char *key, const char *other)
{
	struct yx_buf ba[2], bb[2];
	int same = 0;

	for (int i = 0; i < 2; i++) {
		yx_buf_init(&ba[i], SPAN_MAX);
		yx_buf_init(&bb[i], SPAN_MAX);
	}
	if (pdf_set(a, key, NULL, &ba[0]) == YX_OK && pdf_set(b, key, NULL, &bb[0]) == YX_OK) {
		struct pdf_span sa = { ba[0].data, ba[0].len }, sb = { bb[0].data, bb[0].len };

		if (other == NULL)
			same = pdf_equal(sa, sb);
		else if (pdf_set(sa, other, NULL, &ba[1]) == YX_OK &&
		    pdf_set(sb, other, NULL, &bb[1]) == YX_OK)
			same = pdf_equal((struct pdf_span){ ba[1].data, ba[1].len },
			    (struct pdf_span){ bb[1].data, bb[1].len });
	}
	for (int i = 0; i < 2; i++) {
		yx_buf_free(&ba[i]);
		yx_buf_free(&bb[i]);
	}
	return same;
}

/* Every key is in the list, none comes twice. */
int
pdf_diff_only_keys(struct pdf_span dict, const char *const *allowed)
{
	struct pdf_cur c;
	struct pdf_span k, v;
	int more = 0, known;

	if (pdf_inside(dict, PDF_DICT, &c) != YX_OK)
		return 0;
	while (pdf_next_pair(&c, &k, &v, &more) == YX_OK && more) {
		known = 0;
		for (int i = 0; allowed[i] != NULL; i++)
			known |= pdf_name_is(k, allowed[i]);
		if (!known)
			return 0;
	}
	return !more && pdf_equal(dict, dict);
}

/* ---- does something old wait for one of the new objects? ---- */

/* A reference to a number that was free comes alive with the object: bytes of a
 * certificate could then be a page's content. */
static int
mentions_new(struct diff *x, struct pdf_span v, int depth, int *found)
{
	struct pdf_span k, item;
	struct pdf_cur c;
	enum pdf_type type = pdf_type(v);
	int64_t id, gen;
	int more, there, rc = YX_OK;

	if (depth > DEPTH_MAX)
		return YX_PDF_TOO_COMPLEX;
	if (pdf_ref(v, &id, &gen)) {
		if (pdf_diff_index_of(x, id) < 0 || (rc = pdf_diff_existed(x, id, &there)) != YX_OK)
			return rc;
		*found |= !there;
		return YX_OK;
	}
	if ((type != PDF_DICT && type != PDF_ARRAY) || (rc = pdf_inside(v, type, &c)) != YX_OK)
		return rc;
	for (;;) {
		rc = type == PDF_DICT ? pdf_next_pair(&c, &k, &item, &more) : pdf_next_item(&c, &item, &more);
		if (rc != YX_OK || !more || *found || (rc = mentions_new(x, item, depth + 1, found)) != YX_OK)
			return rc;
	}
}

/* Every object of the older revision, in memory that is given back now and then; fn may
 * stop it. */
struct scan { int (*fn)(struct diff *x, const struct pdf_object *o, struct scan *s); int64_t id; int count, stop; };

static int
scan_old(struct diff *x, struct scan *s)
{
	struct yx_arena *own = yx_arena_new(SCAN_ARENA);
	struct pdf_doc d = *x->d;
	struct pdf_object o;
	int rc = own == NULL ? YX_NO_MEMORY : YX_OK;

	if (d.highest > PDF_SCAN_MAX || (x->scanned += d.highest) > SCAN_BUDGET)
		rc = YX_PDF_TOO_COMPLEX;
	d.in.a = own;
	d.stream_id = 0;
	for (int64_t id = 1; id <= d.highest && !s->stop && rc == YX_OK; id++) {
		if (id % SCAN_STEP == 0) {
			yx_arena_reset(own);
			d.stream_id = 0;
		}
		if ((rc = pdf_fetch(&d, x->old_view, id, &o)) == YX_OK && o.value.p != NULL)
			rc = s->fn(x, &o, s);
	}
	yx_arena_free(&own);
	return rc;
}

static int
is_waiting(struct diff *x, const struct pdf_object *o, struct scan *s)
{
	return mentions_new(x, o->value, 0, &s->stop);
}

int
pdf_diff_old_waits(struct diff *x, int *yes)
{
	struct scan s = { .fn = is_waiting };
	int rc = YX_OK;

	*yes = x->waits == WAITS;
	if (x->waits != NOT_LOOKED || (rc = scan_old(x, &s)) != YX_OK)
		return rc;
	*yes = s.stop;
	x->waits = *yes ? WAITS : WAITS_NOT;
	return YX_OK;
}

static int
count_references(struct pdf_span v, int64_t id, int depth, int *count)
{
	struct pdf_span k, item;
	struct pdf_cur c;
	enum pdf_type type = pdf_type(v);
	int64_t num, gen;
	int more, rc;

	if (depth > DEPTH_MAX)
		return YX_PDF_TOO_COMPLEX;
	if (pdf_ref(v, &num, &gen))
		*count += num == id;
	if ((type != PDF_DICT && type != PDF_ARRAY) || (rc = pdf_inside(v, type, &c)) != YX_OK)
		return YX_OK;
	for (;;) {
		rc = type == PDF_DICT ? pdf_next_pair(&c, &k, &item, &more) : pdf_next_item(&c, &item, &more);
		if (rc != YX_OK || !more || (rc = count_references(item, id, depth + 1, count)) != YX_OK)
			return rc;
	}
}

/* A cross-reference stream is a trailer that has a number. */
static int
is_section(const struct pdf_object *o)
{
	struct pdf_span type;

	return o->stream && pdf_get(o->value, "Type", &type) == YX_OK && pdf_name_is(type, "XRef");
}

static int
count_in(struct diff *x, const struct pdf_object *o, struct scan *s)
{
	(void)x;
	return is_section(o) ? YX_OK : count_references(o->value, s->id, 0, &s->count);
}

int
pdf_diff_references(struct diff *x, int64_t id, int *count)
{
	struct scan s = { .fn = count_in, .id = id };
	int rc = scan_old(x, &s);

	*count = s.count;
	return rc;
}

static int
is_bare(struct diff *x, const struct pdf_object *o, struct scan *s)
{
	struct pdf_span kind, own;
	int64_t length;
	int rc = YX_OK;

	(void)x;
	/* (one that draws nothing needs nothing) */
	if (!o->stream || (pdf_get_int(o->value, "Length", -1, &length) == YX_OK && length == 0))
		return YX_OK;
	if ((rc = pdf_get(o->value, "Subtype", &kind)) == YX_OK && (rc = pdf_get(o->value, "Resources", &own)) == YX_OK)
		s->stop = pdf_name_is(kind, "Form") && own.p == NULL;
	return rc;
}

int
pdf_diff_has_bare_form(struct diff *x, int *yes)
{
	struct scan s = { .fn = is_bare };
	int rc = scan_old(x, &s);

	*yes = s.stop;
	return rc;
}
