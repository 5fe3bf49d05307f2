#include "backend/pades/changes_fill.h"

#include <string.h>

#include "backend/pades/appearance.h"

#define SPAN_MAX   ((size_t)8 << 20)
#define TEXT_MAX   65536
#define DEPTH_MAX  32
#define NODES_MAX  65536
#define NAME_BYTES 2048
#define READ_ONLY  1        /* ISO 32000-2, table 227 */
#define PUSHBUTTON 0x10000  /* table 229 */

static int
get(struct pdf_span dict, const char *key, struct pdf_span *out)
{
	return pdf_get(dict, key, out) == YX_OK;
}

static int
same(struct pdf_span a, struct pdf_span b)
{
	return (a.p == NULL && b.p == NULL) || (a.p != NULL && b.p != NULL && pdf_equal(a, b));
}

/* Both are there, with one generation: what referred to the old one refers to the new one. */
static int
fetch_both(struct diff *x, int64_t id, struct pdf_object *old, struct pdf_object *now, int *ok)
{
	int rc;

	*ok = 0;
	if ((rc = pdf_fetch(x->d, x->old_view, id, old)) != YX_OK || (rc = pdf_fetch(x->d, x->new_view, id, now)) != YX_OK)
		return rc;
	*ok = old->value.p != NULL && now->value.p != NULL && old->gen == now->gen && !old->stream && !now->stream;
	return YX_OK;
}

int
pdf_explain_same(struct diff *x)
{
	struct pdf_object old, now;
	int ok, rc;

	for (size_t i = 0; i < x->r->objects_n; i++) {
		if ((rc = fetch_both(x, x->r->objects[i].id, &old, &now, &ok)) != YX_OK)
			return rc;
		if (ok && pdf_equal(old.value, now.value))
			x->explained[i] = PDF_SAME;
	}
	return YX_OK;
}

/* ---- values ---- */

struct field {
	const struct field *parent;
	const char *name;       /* fully qualified */
	char    type;           /* 'T' text, 'C' choice, 'B' button, 0: another */
	int64_t flags;
	int     changed;        /* its value or an ancestor's is another one in this revision */
	int     depth;
};
struct filling {
	struct diff *x;
	int nodes, any;
};

static char
type_of(struct pdf_span ft, char inherited)
{
	if (ft.p == NULL)
		return inherited;
	return pdf_name_is(ft, "Tx") ? 'T' : pdf_name_is(ft, "Ch") ? 'C' : pdf_name_is(ft, "Btn") ? 'B' : 0;
}

static int
is_text(struct pdf_span v)
{
	return (pdf_type(v) == PDF_STRING || pdf_type(v) == PDF_HEX) && v.n <= TEXT_MAX;
}

static int
is_list_of(struct pdf_span v, int numbers)
{
	struct pdf_span item;
	struct pdf_cur c;
	int more = 0;

	if (pdf_inside(v, PDF_ARRAY, &c) != YX_OK)
		return 0;
	while (pdf_next_item(&c, &item, &more) == YX_OK && more)
		if (numbers ? pdf_type(item) != PDF_NUMBER : !is_text(item))
			return 0;
	return !more;
}

/* Nothing was filled in yet. */
static int
is_empty(struct pdf_span v)
{
	struct yx_buf text;
	int empty;

	if (v.p == NULL || pdf_name_is(v, "Off"))
		return 1;
	yx_buf_init(&text, TEXT_MAX);
	empty = is_text(v) && pdf_string(v, &text) == YX_OK && text.len == 0;
	yx_buf_free(&text);
	return empty;
}

static int
is_value(const struct field *f, struct pdf_span v)
{
	if (v.p == NULL)
		return 1;
	if (f->type == 'B')
		return pdf_type(v) == PDF_NAME;
	return is_text(v) || (f->type == 'C' && is_list_of(v, 0));
}

/* Equal but for the keys that filling in touches, and these are of their types. */
static int
only_filled(const struct field *f, struct pdf_span old, struct pdf_span now)
{
	static const char *const keys[] = { "V", "AP", "AS", "I", "TI", "M", NULL };
	struct yx_buf b[2][6];
	struct pdf_span s[2] = { old, now }, i, ti, m;
	int ok = 1;

	for (int side = 0; side < 2; side++)
		for (int k = 0; k < 6; k++) {
			yx_buf_init(&b[side][k], SPAN_MAX);
			ok = ok && pdf_set(s[side], keys[k], NULL, &b[side][k]) == YX_OK;
			s[side] = (struct pdf_span){ b[side][k].data, b[side][k].len };
		}
	ok = ok && pdf_equal(s[0], s[1]) && get(now, "I", &i) && get(now, "TI", &ti) && get(now, "M", &m);
	for (int side = 0; side < 2; side++)
		for (int k = 0; k < 6; k++)
			yx_buf_free(&b[side][k]);
	return ok && (i.p == NULL || (f->type == 'C' && is_list_of(i, 1))) &&
	    (ti.p == NULL || (f->type == 'C' && pdf_type(ti) == PDF_NUMBER)) && (m.p == NULL || is_text(m));
}

/* A state of a check box or radio button, with the looks that it has. */
static int
state_is_set(struct diff *x, struct pdf_span old, struct pdf_span now)
{
	struct pdf_span before, after, looks, kept;

	if (!get(old, "AS", &before) || !get(now, "AS", &after) || !get(old, "AP", &kept) || !get(now, "AP", &looks) ||
	    !same(kept, looks))
		return 0;
	return same(before, after) || ((after.p == NULL || pdf_type(after) == PDF_NAME) &&
	    (!x->limits->approved || is_empty(before)));
}

/* A look that shows another value: only with one, and as a look of a signature may be. */
static int
look_is_set(struct diff *x, const struct field *f, struct pdf_span old, struct pdf_span now, int *ok)
{
	struct pdf_span before, after, kept, looks;

	*ok = get(old, "AS", &before) && get(now, "AS", &after) && same(before, after);
	if (!*ok || !get(old, "AP", &kept) || !get(now, "AP", &looks))
		return YX_OK;
	if (looks.p == NULL)
		return YX_OK;
	if (!f->changed) {
		*ok = same(kept, looks);
		return YX_OK;
	}
	return pdf_explain_fill(x, old, now, ok);
}

static int
explain_field(struct filling *g, const struct field *f, int64_t id)
{
	struct pdf_object old, now;
	struct pdf_span before, after;
	int ok, rc = fetch_both(g->x, id, &old, &now, &ok);

	if (rc != YX_OK || !ok || f->type == 0 || (f->flags & READ_ONLY) || (f->type == 'B' && (f->flags & PUSHBUTTON)) ||
	    pdf_locks_field(g->x->limits, f->name) || !only_filled(f, old.value, now.value))
		return rc;
	if (!get(old.value, "V", &before) || !get(now.value, "V", &after) || !is_value(f, after) ||
	    (!same(before, after) && g->x->limits->approved && !is_empty(before)))
		return YX_OK;
	if (f->type == 'B')
		ok = state_is_set(g->x, old.value, now.value);
	else if ((rc = look_is_set(g->x, f, old.value, now.value, &ok)) != YX_OK)
		return rc;
	if (!ok)
		return YX_OK;
	pdf_diff_explain(g->x, id);
	g->any = 1;
	return YX_OK;
}

/* Does the field say something else now? */
static int
is_changed(struct diff *x, const struct pdf_object *old)
{
	struct pdf_object now;
	struct pdf_span before, after;

	return pdf_diff_index_of(x, old->id) >= 0 && pdf_fetch(x->d, x->new_view, old->id, &now) == YX_OK &&
	    get(old->value, "V", &before) && get(now.value, "V", &after) && !same(before, after);
}

static int walk_fields(struct filling *g, struct pdf_span kids, const struct field *parent);

static int
full_name(struct diff *x, struct pdf_span dict, const struct field *parent, const char **out)
{
	struct pdf_object t;
	struct yx_buf b;
	int rc = pdf_follow(x->d, x->old_view, dict, "T", &t);

	*out = parent->name;
	if (rc != YX_OK || t.value.p == NULL)
		return rc;
	yx_buf_init(&b, NAME_BYTES);
	if ((rc = pdf_text(t.value, &b)) == YX_OK)
		*out = *parent->name == '\0' ? yx_arena_strdup(x->d->in.a, yx_buf_str(&b)) :
		    yx_arena_printf(x->d->in.a, "%s.%s", parent->name, yx_buf_str(&b));
	yx_buf_free(&b);
	return rc == YX_OK && *out == NULL ? YX_PDF_TOO_COMPLEX : rc;
}

static int
visit(struct filling *g, const struct pdf_object *o, const struct field *parent)
{
	struct field me = *parent;
	struct pdf_object ft, kids;
	int rc;

	if ((rc = full_name(g->x, o->value, parent, &me.name)) != YX_OK ||
	    (rc = pdf_follow(g->x->d, g->x->old_view, o->value, "FT", &ft)) != YX_OK ||
	    (rc = pdf_follow(g->x->d, g->x->old_view, o->value, "Kids", &kids)) != YX_OK ||
	    (rc = pdf_get_int(o->value, "Ff", parent->flags, &me.flags)) != YX_OK)
		return rc;
	me.parent = parent;
	me.depth++;
	me.type = type_of(ft.value, parent->type);
	me.changed |= is_changed(g->x, o);
	if (pdf_diff_index_of(g->x, o->id) >= 0 && (rc = explain_field(g, &me, o->id)) != YX_OK)
		return rc;
	return kids.value.p == NULL ? YX_OK : walk_fields(g, kids.value, &me);
}

/* As the older revision has them: a field that is only now one is none. */
static int
walk_fields(struct filling *g, struct pdf_span kids, const struct field *parent)
{
	struct pdf_object o;
	struct pdf_span item;
	struct pdf_cur c;
	int more, rc = pdf_inside(kids, PDF_ARRAY, &c);

	if (parent->depth > DEPTH_MAX)
		return YX_PDF_TOO_COMPLEX;
	for (;;) {
		if (rc != YX_OK || (rc = pdf_next_item(&c, &item, &more)) != YX_OK || !more)
			return rc;
		if (++g->nodes > NODES_MAX)
			return YX_PDF_TOO_COMPLEX;
		if ((rc = pdf_resolve(g->x->d, g->x->old_view, item, &o)) == YX_OK && o.id != 0 &&
		    pdf_type(o.value) == PDF_DICT)
			rc = visit(g, &o, parent);
	}
}

/* ---- fonts for the looks ---- */

int
pdf_diff_has_more(struct diff *x, struct pdf_span old, struct pdf_span now)
{
	struct pdf_span key, v, kept;
	struct pdf_cur c;
	struct yx_buf less, next;
	int64_t id, gen;
	int more = 0, there, ok = pdf_inside(now, PDF_DICT, &c) == YX_OK && pdf_equal(now, now);
	char name[64];

	yx_buf_init(&less, SPAN_MAX);
	yx_buf_add(&less, now.p, now.n);
	while (ok && (ok = pdf_next_pair(&c, &key, &v, &more) == YX_OK) && more) {
		ok = key.n > 1 && key.n < sizeof(name);
		if (!ok)
			break;
		memcpy(name, key.p + 1, key.n - 1);
		name[key.n - 1] = '\0';
		if ((ok = get(old, name, &kept)) && kept.p != NULL)
			continue;
		ok = ok && pdf_ref(v, &id, &gen) && pdf_diff_index_of(x, id) >= 0 &&
		    pdf_diff_existed(x, id, &there) == YX_OK && !there;
		yx_buf_init(&next, SPAN_MAX);
		ok = ok && pdf_set((struct pdf_span){ less.data, less.len }, name, NULL, &next) == YX_OK;
		yx_buf_free(&less);
		less = next;
	}
	ok = ok && pdf_equal(old, (struct pdf_span){ less.data, less.len });
	yx_buf_free(&less);
	return ok;
}

/* The form's list of fonts, which nothing else may use, has more fonts; no program makes looks
 * of its own from it. */
static int
explain_fonts(struct diff *x)
{
	struct pdf_object dr, old, now, needed;
	int count = 0, ok, rc;

	if (x->old_form.acroform.value.p == NULL)
		return YX_OK;
	if ((rc = pdf_follow(x->d, x->old_view, x->old_form.acroform.value, "NeedAppearances", &needed)) != YX_OK ||
	    (rc = pdf_follow(x->d, x->old_view, x->old_form.acroform.value, "DR", &dr)) != YX_OK)
		return rc;
	if (pdf_type(dr.value) != PDF_DICT || (needed.value.n == 4 && memcmp(needed.value.p, "true", 4) == 0))
		return YX_OK;
	if ((rc = pdf_follow(x->d, x->old_view, dr.value, "Font", &old)) != YX_OK || old.id == 0 ||
	    pdf_diff_index_of(x, old.id) < 0)
		return rc;
	if ((rc = fetch_both(x, old.id, &old, &now, &ok)) != YX_OK || !ok ||
	    (rc = pdf_diff_references(x, old.id, &count)) != YX_OK)
		return rc;
	if (count == 1 && pdf_diff_has_more(x, old.value, now.value))
		pdf_diff_explain(x, old.id);
	return YX_OK;
}

int
pdf_explain_values(struct diff *x, int *any)
{
	struct filling g = { .x = x };
	const struct field top = { .name = "" };
	int rc = YX_OK;

	if (x->old_form.fields.value.p != NULL)
		rc = walk_fields(&g, x->old_form.fields.value, &top);
	if (rc == YX_OK && g.any && (rc = explain_fonts(x)) == YX_OK)
		rc = pdf_explain_unused(x);
	*any = g.any;
	return rc == YX_PDF_BROKEN ? YX_OK : rc;
}

/* ---- notes ---- */

#define DARK 500 /* thousandths: a highlight is laid over the text */

static int
is_kind_of_note(struct pdf_span dict)
{
	static const char *const kinds[] = { "Text", "Popup", "Highlight", "Underline", "Squiggly", "StrikeOut", NULL };
	struct pdf_span v;

	if (pdf_type(dict) != PDF_DICT || !get(dict, "Subtype", &v))
		return 0;
	for (int i = 0; kinds[i] != NULL; i++)
		if (pdf_name_is(v, kinds[i]))
			return 1;
	return 0;
}

static int
thousandths(struct pdf_span v)
{
	int n = 0, digits = -1;

	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '.' && digits < 0)
			digits = 0;
		else if (v.p[i] < '0' || v.p[i] > '9')
			return 0;
		else if (digits < 3 && n < 100000) {
			n = n * 10 + (v.p[i] - '0');
			digits += digits >= 0;
		}
	}
	for (digits = digits < 0 ? 0 : digits; digits < 3; digits++)
		n *= 10;
	return n;
}

/* No colour, or a light one: a dark highlight would hide what it lies on. */
static int
is_light(struct pdf_span dict)
{
	struct pdf_span v, item;
	struct pdf_cur c;
	int more = 0, sum = 0, n = 0;

	if (!get(dict, "C", &v))
		return 0;
	if (v.p == NULL)
		return 1;
	if (pdf_inside(v, PDF_ARRAY, &c) != YX_OK)
		return 0;
	while (pdf_next_item(&c, &item, &more) == YX_OK && more && n++ < 4)
		sum += pdf_type(item) == PDF_NUMBER ? thousandths(item) : 0;
	return !more && (n == 0 || ((n == 1 || n == 3) && sum >= DARK * n));
}

/* References lead to pages and annotations; everything else stands in it. */
static int
refers_well(struct diff *x, struct pdf_span dict)
{
	struct pdf_span key, v;
	struct pdf_object o;
	struct pdf_cur c;
	int64_t id, gen;
	int more = 0;

	if (pdf_inside(dict, PDF_DICT, &c) != YX_OK)
		return 0;
	while (pdf_next_pair(&c, &key, &v, &more) == YX_OK && more) {
		if (pdf_type(v) == PDF_DICT)
			return 0;
		if (!pdf_ref(v, &id, &gen))
			continue;
		if (!pdf_name_is(key, "P") && !pdf_name_is(key, "Popup") && !pdf_name_is(key, "Parent") &&
		    !pdf_name_is(key, "IRT"))
			return 0;
		if (pdf_fetch(x->d, x->new_view, id, &o) != YX_OK || o.stream ||
		    (!pdf_name_is(key, "P") && !is_kind_of_note(o.value)))
			return 0;
	}
	return !more;
}

int
pdf_diff_is_note(struct diff *x, int64_t id)
{
	const int i = pdf_diff_index_of(x, id);
	struct pdf_object o;

	return i >= 0 && x->explained[i] && pdf_fetch(x->d, x->new_view, id, &o) == YX_OK && !o.stream &&
	    is_kind_of_note(o.value);
}

static int
explain_note(struct diff *x, int64_t id, int *ok)
{
	static const char *const keys[] = { "Type", "Subtype", "Rect", "Contents", "P", "NM", "M", "F", "C", "T", "Popup",
		"CA", "Name", "Open", "QuadPoints", "Subj", "CreationDate", "IRT", "RT", "State", "StateModel", "Parent",
		"Border", NULL };
	struct pdf_object o;
	struct pdf_span kind;
	int there, waits, rc;

	*ok = 0;
	if ((rc = pdf_diff_existed(x, id, &there)) != YX_OK || there ||
	    (rc = pdf_fetch(x->d, x->new_view, id, &o)) != YX_OK)
		return rc;
	if (o.stream || !is_kind_of_note(o.value) || !pdf_diff_only_keys(o.value, keys) || !refers_well(x, o.value) ||
	    !get(o.value, "Subtype", &kind) || (pdf_name_is(kind, "Highlight") && !is_light(o.value)))
		return YX_OK;
	if ((rc = pdf_diff_old_waits(x, &waits)) != YX_OK || waits)
		return rc;
	pdf_diff_explain(x, id);
	*ok = 1;
	return YX_OK;
}

int
pdf_explain_notes(struct diff *x, int *any)
{
	int ok, rc = YX_OK;

	*any = 0;
	for (size_t i = 0; i < x->r->objects_n && rc == YX_OK; i++)
		if (!x->explained[i] && (rc = explain_note(x, x->r->objects[i].id, &ok)) == YX_OK)
			*any |= ok;
	return rc;
}
