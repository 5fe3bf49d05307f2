#include "backend/pades/form.h"

#include <string.h>

#include "common/codec.h"

#define DEPTH_MAX      32
#define PAGE_DEPTH_MAX 60
#define NODES_MAX      65536
#define NAME_BYTES     2048

struct node {                /* what a field inherits */
	const struct node *parent;
	int64_t     id;
	const char *name;
	int         is_sig;
	int         depth;
};

static int walk(struct pdf_doc *d, size_t view, struct pdf_form *f, struct pdf_span kids,
    const struct node *parent);

/* Grows by doubling inside the arena. */
static void *
room_for_one(struct yx_arena *a, void *array, size_t n, size_t size)
{
	void *more;

	if ((n & (n - 1)) != 0)
		return array;
	if ((more = yx_arena_alloc(a, (n == 0 ? 1 : n * 2) * size)) != NULL && n > 0)
		memcpy(more, array, n * size);
	return more;
}

static int
partial_name(struct pdf_doc *d, size_t view, struct pdf_span dict, const char **out)
{
	struct pdf_object t;
	struct yx_buf b;
	int rc = pdf_follow(d, view, dict, "T", &t);

	*out = NULL;
	if (rc != YX_OK || t.value.p == NULL)
		return rc;
	yx_buf_init(&b, NAME_BYTES);
	if ((rc = pdf_text(t.value, &b)) == YX_OK) {
		*out = yx_utf8_valid(yx_buf_str(&b), b.len) ? yx_arena_strdup(d->in.a, yx_buf_str(&b)) : "";
		if (*out == NULL)
			rc = YX_PDF_TOO_COMPLEX;
	}
	yx_buf_free(&b);
	return rc;
}

/* *again: the field was met before. Below itself it is a circle; elsewhere some
 * writer listed it twice, and once is enough. */
static int
mark_seen(struct pdf_form *f, const struct node *parent, int64_t id, int *again)
{
	uint8_t bit = (uint8_t)(1 << (id & 7));

	if (++f->nodes > NODES_MAX)
		return YX_PDF_TOO_COMPLEX;
	*again = (f->seen[id >> 3] & bit) != 0;
	f->seen[id >> 3] |= bit;
	for (; *again && parent != NULL; parent = parent->parent)
		if (parent->id == id)
			return YX_PDF_BROKEN;
	return YX_OK;
}

/* A signature that two places of the form name has two names. */
static int
is_signature_field(const struct pdf_form *f, int64_t id)
{
	for (size_t i = 0; i < f->sig_n; i++)
		if (f->sig[i].id == id)
			return 1;
	return 0;
}

/* A signature field that was found: its whole name, its value, and whether it has kids. */
struct found { const struct pdf_object *o; const char *name; struct pdf_span v; int kids; };

static int
add_sigfield(struct pdf_doc *d, struct pdf_form *f, const struct found *x)
{
	struct pdf_sigfield *s;

	f->sig = room_for_one(d->in.a, f->sig, f->sig_n, sizeof(*f->sig));
	if (f->sig == NULL)
		return YX_PDF_TOO_COMPLEX;
	s = &f->sig[f->sig_n++];
	memset(s, 0, sizeof(*s));
	s->id = x->o->id;
	s->gen = x->o->gen;
	s->name = x->name;
	s->value = x->o->value;
	s->kids = x->kids;
	/* A signature that is not an object of its own could not be found again
	 * byte by byte. */
	if (x->v.p != NULL && pdf_type(x->v) != PDF_REF)
		return YX_PDF_UNSUPPORTED;
	if (!pdf_ref(x->v, &s->v_id, &s->v_gen))
		s->v_id = s->v_gen = 0;
	return YX_OK;
}

static int
add_top(struct pdf_doc *d, struct pdf_form *f, const char *name)
{
	f->top = room_for_one(d->in.a, f->top, f->top_n, sizeof(*f->top));
	if (f->top == NULL)
		return YX_PDF_TOO_COMPLEX;
	f->top[f->top_n++] = name;
	return YX_OK;
}

static int
visit(struct pdf_doc *d, size_t view, struct pdf_form *f, const struct pdf_object *o,
    const struct node *parent)
{
	struct node me = *parent;
	struct pdf_object kids, type;
	struct pdf_span v;
	const char *t;
	int rc;

	if ((rc = partial_name(d, view, o->value, &t)) != YX_OK ||
	    (rc = pdf_follow(d, view, o->value, "FT", &type)) != YX_OK ||
	    (rc = pdf_follow(d, view, o->value, "Kids", &kids)) != YX_OK ||
	    (rc = pdf_get(o->value, "V", &v)) != YX_OK)
		return rc;
	me.parent = parent;
	me.id = o->id;
	me.depth++;
	if (type.value.p != NULL)
		me.is_sig = pdf_name_is(type.value, "Sig");
	if (t != NULL)
		me.name = *parent->name == '\0' ? t : yx_arena_printf(d->in.a, "%s.%s", parent->name, t);
	if (me.name == NULL)
		return YX_PDF_TOO_COMPLEX;
	if (parent->depth == 0 && (rc = add_top(d, f, me.name)) != YX_OK)
		return rc;
	/* A widget without a name of its own belongs to the field above it. */
	if (me.is_sig && (v.p != NULL || t != NULL) && (v.p != NULL || kids.value.p == NULL) &&
	    (rc = add_sigfield(d, f, &(struct found){ o, me.name, v, kids.value.p != NULL || t == NULL })) != YX_OK)
		return rc;
	f->leaves += kids.value.p == NULL && !me.is_sig;
	return kids.value.p == NULL ? YX_OK : walk(d, view, f, kids.value, &me);
}

static int
walk(struct pdf_doc *d, size_t view, struct pdf_form *f, struct pdf_span kids,
    const struct node *parent)
{
	struct pdf_object o;
	struct pdf_span item;
	struct pdf_cur c;
	int more, again, rc;

	if (parent->depth > DEPTH_MAX)
		return YX_PDF_TOO_COMPLEX;
	if ((rc = pdf_inside(kids, PDF_ARRAY, &c)) != YX_OK)
		return rc;
	for (;;) {
		if ((rc = pdf_next_item(&c, &item, &more)) != YX_OK || !more)
			return rc;
		if ((rc = pdf_resolve(d, view, item, &o)) != YX_OK)
			return rc;
		if (o.value.p == NULL)
			continue; /* refers to nothing */
		if (o.id == 0 || o.id > d->highest || pdf_type(o.value) != PDF_DICT)
			return YX_PDF_BROKEN;
		if ((rc = mark_seen(f, parent, o.id, &again)) != YX_OK)
			return rc;
		if (again && is_signature_field(f, o.id))
			return YX_PDF_BROKEN;
		if (!again && (rc = visit(d, view, f, &o, parent)) != YX_OK)
			return rc;
	}
}

int
pdf_form_read(struct pdf_doc *d, size_t view, struct pdf_form *out)
{
	struct node top = { NULL, 0, "", 0, 0 };
	struct pdf_object xfa, rendering;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = pdf_root(d, view, &out->root)) != YX_OK ||
	    (rc = pdf_follow(d, view, out->root.value, "NeedsRendering", &rendering)) != YX_OK ||
	    (rc = pdf_follow(d, view, out->root.value, "AcroForm", &out->acroform)) != YX_OK)
		return rc;
	out->xfa = rendering.value.n == 4 && memcmp(rendering.value.p, "true", 4) == 0;
	if (out->acroform.value.p == NULL)
		return YX_OK;
	if (pdf_type(out->acroform.value) != PDF_DICT)
		return YX_PDF_BROKEN;
	if ((rc = pdf_follow(d, view, out->acroform.value, "XFA", &xfa)) != YX_OK ||
	    (rc = pdf_follow(d, view, out->acroform.value, "Fields", &out->fields)) != YX_OK)
		return rc;
	out->xfa |= xfa.value.p != NULL;
	if (out->fields.value.p == NULL)
		return YX_OK;
	if ((out->seen = yx_arena_alloc(d->in.a, (size_t)(d->highest / 8 + 1))) == NULL)
		return YX_PDF_TOO_COMPLEX;
	return walk(d, view, out, out->fields.value, &top);
}

/* A page that is looked for: `left` counts down to 0. */
struct search { struct pdf_doc *d; size_t view; int64_t left; struct pdf_object *out; };

static int find_page(struct search *s, struct pdf_span kids, int depth);

/* Looks into the kid if the page is in there. */
static int
try_kid(struct search *s, const struct pdf_object *kid, int depth)
{
	struct pdf_object kids;
	int64_t count;
	int rc;

	if (kid->value.p == NULL)
		return YX_OK; /* refers to nothing */
	if (kid->id == 0 || pdf_type(kid->value) != PDF_DICT)
		return YX_PDF_UNSUPPORTED;
	if ((rc = pdf_follow(s->d, s->view, kid->value, "Kids", &kids)) != YX_OK)
		return rc;
	if (kids.value.p == NULL) {
		if (--s->left == 0)
			*s->out = *kid;
		return YX_OK;
	}
	if ((rc = pdf_get_int(kid->value, "Count", 0, &count)) != YX_OK)
		return rc;
	if (count > 0 && count < s->left) {
		s->left -= count;
		return YX_OK;
	}
	return find_page(s, kids.value, depth + 1);
}

static int
find_page(struct search *s, struct pdf_span kids, int depth)
{
	struct pdf_object kid;
	struct pdf_span item;
	struct pdf_cur c;
	int more, rc;

	if (depth > PAGE_DEPTH_MAX)
		return YX_PDF_TOO_COMPLEX;
	if ((rc = pdf_inside(kids, PDF_ARRAY, &c)) != YX_OK)
		return rc;
	while (s->left > 0) {
		if ((rc = pdf_next_item(&c, &item, &more)) != YX_OK || !more)
			return rc;
		if ((rc = pdf_resolve(s->d, s->view, item, &kid)) != YX_OK ||
		    (rc = try_kid(s, &kid, depth)) != YX_OK)
			return rc;
	}
	return YX_OK;
}

int
pdf_page(struct pdf_doc *d, size_t view, struct pdf_span catalog, int n, struct pdf_object *out)
{
	struct pdf_object pages, kids;
	struct search s = { d, view, n, out };
	int rc;

	memset(out, 0, sizeof(*out));
	if (n < 1)
		return YX_BAD_FIELD;
	if ((rc = pdf_follow(d, view, catalog, "Pages", &pages)) != YX_OK ||
	    (rc = pdf_follow(d, view, pages.value, "Kids", &kids)) != YX_OK ||
	    (rc = find_page(&s, kids.value, 0)) != YX_OK)
		return rc;
	return out->id != 0 ? YX_OK : YX_BAD_FIELD;
}
