#include "backend/pades/appearance.h"

#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 32
#define NAME_BYTES (PDF_TEXT_MAX + 32)
#define VALUE_MAX 32

struct look {
	struct diff *x;
	int64_t id[2 * PDF_LOOK_OBJECTS]; /* new objects that only this look uses */
	size_t  n;
	int64_t own[2];                   /* older objects that only this look used: its /AP, its /N */
	int     depth, ok;
};

/* ---- one look ---- */

static int
known(const struct look *l, int64_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->id[i] == id)
			return 1;
	return 0;
}

/* Nothing in it acts, or stands for something else than what is drawn. */
static int
is_plain(struct pdf_span dict)
{
	static const char *const never[] = { "A", "AA", "JS", "OpenAction", "Annots", "Parent", "P", "V", "FT", "F", "EF",
		"Names", "OPI", "PS", "Ref", "PieceInfo", "OC", "Contents", "Kids", NULL };
	static const char *const types[] = { "XObject", "Font", "FontDescriptor", "ExtGState", "CMap", "Pattern",
		"Encoding", "Group", "Mask", "Halftone", NULL };
	struct pdf_span v;

	for (int i = 0; never[i] != NULL; i++)
		if (pdf_get(dict, never[i], &v) != YX_OK || v.p != NULL)
			return 0;
	if (pdf_get(dict, "Type", &v) != YX_OK)
		return 0;
	for (int i = 0; v.p != NULL && types[i] != NULL; i++)
		if (pdf_name_is(v, types[i]))
			return 1;
	return v.p == NULL;
}

static int walk(struct look *l, struct pdf_span v);

/* What the older revision has is as it was; what is new must be nothing but drawing. */
static int
walk_object(struct look *l, int64_t id)
{
	struct pdf_object o;
	int there, rc;

	if (pdf_diff_index_of(l->x, id) < 0 || known(l, id))
		return YX_OK;
	if ((rc = pdf_diff_existed(l->x, id, &there)) != YX_OK ||
	    (rc = pdf_fetch(l->x->d, l->x->new_view, id, &o)) != YX_OK)
		return rc;
	if ((there && id != l->own[0] && id != l->own[1]) || l->n == sizeof(l->id) / sizeof(l->id[0])) {
		l->ok = 0;
		return YX_OK;
	}
	l->id[l->n++] = id;
	return o.value.p == NULL ? YX_OK : walk(l, o.value);
}

static int
walk(struct look *l, struct pdf_span v)
{
	const enum pdf_type type = pdf_type(v);
	struct pdf_span key, item;
	struct pdf_cur c;
	int64_t id, gen;
	int more, rc;

	if (pdf_ref(v, &id, &gen))
		return walk_object(l, id);
	if (type != PDF_DICT && type != PDF_ARRAY)
		return YX_OK;
	if (l->depth >= DEPTH_MAX)
		return YX_PDF_TOO_COMPLEX;
	l->ok = l->ok && (type == PDF_ARRAY || is_plain(v));
	l->depth++;
	for (rc = pdf_inside(v, type, &c); rc == YX_OK && l->ok;) {
		rc = type == PDF_DICT ? pdf_next_pair(&c, &key, &item, &more) : pdf_next_item(&c, &item, &more);
		if (rc != YX_OK || !more)
			break;
		rc = walk(l, item);
	}
	l->depth--;
	return rc;
}

static int
is_form(struct look *l, int64_t id)
{
	struct pdf_object o;
	struct pdf_span subtype;

	return pdf_fetch(l->x->d, l->x->new_view, id, &o) == YX_OK && o.stream &&
	    pdf_get(o.value, "Subtype", &subtype) == YX_OK && pdf_name_is(subtype, "Form");
}

/* The dictionary of looks stands in the field, or is a new object that nothing else is. */
static int
take_indirect(struct look *l, struct pdf_span *ap)
{
	struct pdf_object o;
	int64_t id, gen;
	int there, rc;

	if (!pdf_ref(*ap, &id, &gen))
		return YX_OK;
	if (pdf_diff_index_of(l->x, id) < 0)
		return YX_OK;
	if ((rc = pdf_diff_existed(l->x, id, &there)) != YX_OK || (there && id != l->own[0]) ||
	    (rc = pdf_fetch(l->x->d, l->x->new_view, id, &o)) != YX_OK || o.stream)
		return rc;
	l->id[l->n++] = id;
	*ap = o.value;
	return YX_OK;
}

/* << /N form >> */
static int
walk_look(struct look *l, struct pdf_span field)
{
	static const char *const keys[] = { "N", NULL };
	struct pdf_span ap, n;
	int64_t id, gen;
	int rc = pdf_get(field, "AP", &ap);

	if (rc != YX_OK || ap.p == NULL)
		return rc;
	l->ok = 0;
	if ((rc = take_indirect(l, &ap)) != YX_OK)
		return rc;
	if (pdf_type(ap) != PDF_DICT || !pdf_diff_only_keys(ap, keys) || pdf_get(ap, "N", &n) != YX_OK ||
	    !pdf_ref(n, &id, &gen) || pdf_diff_index_of(l->x, id) < 0 || !is_form(l, id))
		return YX_OK;
	l->ok = 1;
	return walk_object(l, id);
}

/* What some programs put beside the look: resources and the colours of an editor. */
static int
walk_beside(struct look *l, struct pdf_span field)
{
	static const char *const keys[] = { "DR", "MK", NULL };
	struct pdf_span v;
	int rc = YX_OK;

	for (int i = 0; keys[i] != NULL && rc == YX_OK && l->ok; i++)
		if ((rc = pdf_get(field, keys[i], &v)) == YX_OK && v.p != NULL)
			rc = walk(l, v);
	return rc;
}

/* What was found is allowed, unless something old waited for it. */
static int
settle(struct diff *x, struct look *l, int rc, int *ok)
{
	int waits = 0;

	*ok = 0;
	if (rc != YX_OK || !l->ok)
		return rc == YX_PDF_BROKEN ? YX_OK : rc;
	if (l->n > 0 && ((rc = pdf_diff_old_waits(x, &waits)) != YX_OK || waits))
		return rc;
	for (size_t i = 0; i < l->n; i++)
		pdf_diff_explain(x, l->id[i]);
	*ok = 1;
	return YX_OK;
}

static int
explain(struct diff *x, struct pdf_span field, struct look *l, int *ok)
{
	int rc = walk_look(l, field);

	if (rc == YX_OK && l->ok)
		rc = walk_beside(l, field);
	return settle(x, l, rc, ok);
}

int
pdf_explain_resources(struct diff *x, struct pdf_span form, int *ok)
{
	struct look l = { .x = x, .ok = 1 };

	return settle(x, &l, walk_beside(&l, form), ok);
}

int
pdf_explain_look(struct diff *x, struct pdf_span field, int *ok)
{
	struct look l = { .x = x, .ok = 1 };

	return explain(x, field, &l, ok);
}

/* ---- fields that were filled in ---- */

/* The object that the reference leads to, if it is of this revision, took the place of an older
 * one, and nothing else referred to that; 0: not so. */
static int
own_object(struct diff *x, struct pdf_span ref, int64_t *id)
{
	int64_t num, gen;
	int count = 0, rc;

	*id = 0;
	if (!pdf_ref(ref, &num, &gen) || pdf_diff_index_of(x, num) < 0)
		return YX_OK;
	if ((rc = pdf_diff_references(x, num, &count)) == YX_OK && count == 1)
		*id = num;
	return rc;
}

int
pdf_explain_fill(struct diff *x, struct pdf_span old, struct pdf_span now, int *ok)
{
	struct look *l = yx_arena_alloc(x->d->in.a, sizeof(*l));
	struct pdf_object ap;
	struct pdf_span ref, n;
	int rc;

	*ok = 0;
	if (l == NULL)
		return YX_PDF_TOO_COMPLEX;
	*l = (struct look){ .x = x, .ok = 1 };
	if ((rc = pdf_get(old, "AP", &ref)) != YX_OK || (rc = pdf_follow(x->d, x->old_view, old, "AP", &ap)) != YX_OK)
		return rc;
	if (pdf_type(ap.value) == PDF_DICT && !ap.stream && ((rc = pdf_get(ap.value, "N", &n)) != YX_OK ||
	    (rc = own_object(x, ref, &l->own[0])) != YX_OK || (rc = own_object(x, n, &l->own[1])) != YX_OK))
		return rc;
	return explain(x, now, l, ok);
}

/* A form XObject or a font that is new: nothing leads to it, or what does was looked at. */
static int
is_unused(struct diff *x, int64_t id, int *yes)
{
	struct pdf_object o;
	struct pdf_span type;
	int there, rc;

	*yes = 0;
	if ((rc = pdf_diff_existed(x, id, &there)) != YX_OK || there ||
	    (rc = pdf_fetch(x->d, x->new_view, id, &o)) != YX_OK)
		return rc;
	if (pdf_type(o.value) != PDF_DICT || (rc = pdf_get(o.value, o.stream ? "Subtype" : "Type", &type)) != YX_OK)
		return rc;
	*yes = pdf_name_is(type, o.stream ? "Form" : "Font");
	return YX_OK;
}

int
pdf_explain_unused(struct diff *x)
{
	struct look *l = yx_arena_alloc(x->d->in.a, sizeof(*l));
	int yes, waits, rc = l == NULL ? YX_PDF_TOO_COMPLEX : YX_OK;

	for (size_t i = 0; i < x->r->objects_n && rc == YX_OK; i++) {
		if (x->explained[i] || (rc = is_unused(x, x->r->objects[i].id, &yes)) != YX_OK || !yes)
			continue;
		*l = (struct look){ .x = x, .ok = 1 };
		if ((rc = walk_object(l, x->r->objects[i].id)) != YX_OK || !l->ok ||
		    (rc = pdf_diff_old_waits(x, &waits)) != YX_OK || waits)
			continue;
		for (size_t k = 0; k < l->n; k++)
			pdf_diff_explain(x, l->id[k]);
	}
	return rc == YX_PDF_BROKEN ? YX_OK : rc;
}

/* ---- the edges of a 騎縫章 ---- */

static int
is_digits(const char *s)
{
	return *s != '\0' && *s != '0' && strlen(s) <= 4 && s[strspn(s, "0123456789")] == '\0';
}

/* The name is that of an edge of a field that this revision signed. */
static int
is_edge_of_signed(struct diff *x, const char *name)
{
	for (size_t i = 0; i < x->new_form.sig_n; i++) {
		const struct pdf_sigfield *f = &x->new_form.sig[i];
		const size_t n = strlen(f->name);

		if (strncmp(name, f->name, n) != 0 || strncmp(name + n, "Seam", 4) != 0 || !is_digits(name + n + 4) ||
		    f->v_id == 0)
			continue;
		for (size_t k = 0; k < x->old_form.sig_n; k++)
			if (x->old_form.sig[k].id == f->id)
				return x->old_form.sig[k].v_id == 0;
	}
	return 0;
}

/* An empty text field that nobody may write in, and now has a short value and a look. */
static int
is_edge(struct diff *x, struct pdf_span old, struct pdf_span now, int *yes)
{
	struct pdf_span type, name, before, value;
	struct yx_buf text;
	int64_t flags = 0;
	int rc;

	*yes = 0;
	if (pdf_type(old) != PDF_DICT || pdf_type(now) != PDF_DICT)
		return YX_OK;
	if ((rc = pdf_get(old, "FT", &type)) != YX_OK || (rc = pdf_get(old, "T", &name)) != YX_OK ||
	    (rc = pdf_get_int(old, "Ff", 0, &flags)) != YX_OK || (rc = pdf_get(old, "V", &before)) != YX_OK ||
	    (rc = pdf_get(now, "V", &value)) != YX_OK)
		return rc;
	if (!pdf_name_is(type, "Tx") || name.p == NULL || !(flags & 1) || before.p != NULL || value.n > VALUE_MAX ||
	    pdf_type(value) != PDF_STRING || !pdf_diff_equal_without(old, now, "V", "AP"))
		return YX_OK;
	yx_buf_init(&text, NAME_BYTES);
	*yes = pdf_text(name, &text) == YX_OK && !pdf_locks_field(x->limits, yx_buf_str(&text)) &&
	    is_edge_of_signed(x, yx_buf_str(&text));
	yx_buf_free(&text);
	return YX_OK;
}

int
pdf_explain_seams(struct diff *x)
{
	struct pdf_object old, now;
	struct look *l = yx_arena_alloc(x->d->in.a, sizeof(*l));
	int yes, rc = YX_OK, ok;

	if (l == NULL)
		return YX_PDF_TOO_COMPLEX;
	for (size_t i = 0; i < x->r->objects_n && rc == YX_OK; i++) {
		const int64_t id = x->r->objects[i].id;

		if (x->explained[i])
			continue;
		if ((rc = pdf_fetch(x->d, x->old_view, id, &old)) != YX_OK ||
		    (rc = pdf_fetch(x->d, x->new_view, id, &now)) != YX_OK ||
		    (rc = is_edge(x, old.value, now.value, &yes)) != YX_OK || !yes)
			continue;
		memset(l, 0, sizeof(*l));
		l->x = x;
		l->ok = 1;
		if ((rc = explain(x, now.value, l, &ok)) == YX_OK && ok)
			pdf_diff_explain(x, id);
	}
	return rc;
}
