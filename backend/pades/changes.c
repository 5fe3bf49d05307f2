#include "backend/pades/changes.h"

#include <string.h>

#include "backend/pades/appearance.h"
#include "backend/pades/changes_fill.h"
#include "backend/pades/changes_metadata.h"
#include "backend/pades/diff.h"
#include "backend/pades/dss.h"

#define NOT_ALLOWED "changed_after_signing"
#define SPAN_MAX    ((size_t)8 << 20)
#define LOCKED      128

/* ---- signature fields ---- */

static const struct pdf_sigfield *
field_by_id(const struct pdf_form *f, int64_t id)
{
	for (size_t i = 0; i < f->sig_n; i++)
		if (f->sig[i].id == id)
			return &f->sig[i];
	return NULL;
}

/* A document timestamp: allowed whatever a certification forbids (ISO 32000-2, 12.8.2.2). */
static int
is_timestamp(struct pdf_span signature)
{
	struct pdf_span type, filter;

	return pdf_type(signature) == PDF_DICT && pdf_get(signature, "Type", &type) == YX_OK &&
	    pdf_get(signature, "SubFilter", &filter) == YX_OK && pdf_name_is(type, "DocTimeStamp") &&
	    pdf_name_is(filter, "ETSI.RFC3161");
}

static int
holds_timestamp(struct diff *x, const struct pdf_sigfield *f)
{
	struct pdf_object o;

	return f->v_id != 0 && pdf_fetch(x->d, x->new_view, f->v_id, &o) == YX_OK && is_timestamp(o.value);
}

/* A new object that is a signature and nothing else: something old may have waited
 * for that number to come alive as an action or a picture. */
static int
explain_signature(struct diff *x, int64_t id, int *ok)
{
	static const char *const keys[] = { "Type", "Filter", "SubFilter", "ByteRange", "Contents", "M",
		"Name", "Reason", "Location", "ContactInfo", "Reference", "Prop_Build", NULL };
	struct pdf_object o;
	struct pdf_span type;
	int there, rc;

	*ok = 0;
	if ((rc = pdf_diff_existed(x, id, &there)) != YX_OK || (rc = pdf_fetch(x->d, x->new_view, id, &o)) != YX_OK)
		return rc;
	if (there || pdf_diff_index_of(x, id) < 0 || o.stream || pdf_type(o.value) != PDF_DICT)
		return YX_OK;
	if ((rc = pdf_get(o.value, "Type", &type)) != YX_OK)
		return rc;
	/* (/Type may be missing: ISO 32000-2, table 255) */
	if ((type.p != NULL && !pdf_name_is(type, "Sig") && !is_timestamp(o.value)) || !pdf_diff_only_keys(o.value, keys))
		return YX_OK;
	pdf_diff_explain(x, id);
	*ok = 1;
	return YX_OK;
}

/* Equal but for a value, a look, and "locked", which some programs say of what they have signed (ISO 32000-2,
 * table 167). */
static int
only_filled(struct pdf_span old, struct pdf_span now)
{
	struct yx_buf b[2];
	int64_t before = 0, after = 0;
	int ok;

	if (pdf_diff_equal_without(old, now, "V", "AP"))
		return 1;
	if (pdf_get_int(old, "F", 0, &before) != YX_OK || pdf_get_int(now, "F", 0, &after) != YX_OK ||
	    after != (before | LOCKED))
		return 0;
	yx_buf_init(&b[0], SPAN_MAX);
	yx_buf_init(&b[1], SPAN_MAX);
	ok = pdf_set(old, "F", NULL, &b[0]) == YX_OK && pdf_set(now, "F", NULL, &b[1]) == YX_OK &&
	    pdf_diff_equal_without((struct pdf_span){ b[0].data, b[0].len }, (struct pdf_span){ b[1].data, b[1].len },
	    "V", "AP");
	yx_buf_free(&b[0]);
	yx_buf_free(&b[1]);
	return ok;
}

/* The same, and no part of it is of this revision. */
static int
look_is_kept(struct diff *x, struct pdf_span before, struct pdf_span after)
{
	struct pdf_object ap;
	struct pdf_span n;
	int64_t id, gen;

	if (before.p == NULL || !pdf_equal(before, after) || (pdf_ref(after, &id, &gen) && pdf_diff_index_of(x, id) >= 0))
		return 0;
	return pdf_resolve(x->d, x->new_view, after, &ap) == YX_OK && pdf_get(ap.value, "N", &n) == YX_OK &&
	    !(pdf_ref(n, &id, &gen) && pdf_diff_index_of(x, id) >= 0);
}

/* Exactly /V was added, and perhaps a look. */
static int
explain_filled(struct diff *x, const struct pdf_sigfield *old, const struct pdf_sigfield *now)
{
	struct pdf_span before, after;
	int ok, looks = 1, rc;

	if (old->v_id != 0 || now->v_id == 0 || pdf_locks_field(x->limits, now->name) || old->gen != now->gen ||
	    !only_filled(old->value, now->value))
		return YX_OK;
	if ((rc = explain_signature(x, now->v_id, &ok)) != YX_OK || !ok ||
	    (rc = pdf_get(old->value, "AP", &before)) != YX_OK || (rc = pdf_get(now->value, "AP", &after)) != YX_OK)
		return rc;
	if (after.p == NULL ? before.p != NULL : !look_is_kept(x, before, after))
		rc = pdf_explain_fill(x, old->value, now->value, &looks);
	if (rc != YX_OK)
		return rc;
	if (looks)
		pdf_diff_explain(x, now->id);
	return YX_OK;
}

/* "0", "0.0" */
static int
is_zero(struct pdf_span v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] != '0' && v.p[i] != '.')
			return 0;
	return pdf_type(v) == PDF_NUMBER;
}

static int
is_zero_rect(struct pdf_span rect)
{
	struct pdf_cur c;
	struct pdf_span v;
	int more, count = 0;

	if (pdf_inside(rect, PDF_ARRAY, &c) != YX_OK)
		return 0;
	while (pdf_next_item(&c, &v, &more) == YX_OK && more) {
		if (!is_zero(v))
			return 0;
		count++;
	}
	return count == 4;
}

/* An invisible field: no appearance, no action, no place on the page; where no
 * certification stands, one that is signed at once may be seen. */
static int
explain_created(struct diff *x, const struct pdf_sigfield *now)
{
	static const char *const keys[] = { "Type", "Subtype", "FT", "F", "Ff", "T", "P", "Rect", "V", "AP", "DR", "DA",
		"MK", NULL };
	struct pdf_span rect;
	int there, ok = 1, looks, rc, timestamp = holds_timestamp(x, now);

	if ((rc = pdf_diff_existed(x, now->id, &there)) != YX_OK ||
	    (rc = pdf_get(now->value, "Rect", &rect)) != YX_OK)
		return rc;
	if ((!timestamp && (x->limits->docmdp != 0 || pdf_locks_field(x->limits, now->name))) || there || now->kids ||
	    !pdf_diff_only_keys(now->value, keys) || (!is_zero_rect(rect) && (now->v_id == 0 || timestamp)))
		return YX_OK;
	if ((now->v_id != 0 && (rc = explain_signature(x, now->v_id, &ok)) != YX_OK) ||
	    (rc = pdf_explain_look(x, now->value, &looks)) != YX_OK)
		return rc;
	if (ok && looks)
		pdf_diff_explain(x, now->id);
	return YX_OK;
}

/* ---- what holds the fields ---- */

/* The old items in their order, then references to explained new fields. */
static int
is_extended(struct diff *x, struct pdf_span old, struct pdf_span now)
{
	struct pdf_cur co = { NULL, NULL }, cn;
	struct pdf_span vo, vn;
	int64_t id, gen;
	int more, more_old = 0, i, there;

	if (pdf_inside(now, PDF_ARRAY, &cn) != YX_OK ||
	    (old.p != NULL && pdf_inside(old, PDF_ARRAY, &co) != YX_OK))
		return 0;
	for (;;) {
		if ((old.p != NULL && pdf_next_item(&co, &vo, &more_old) != YX_OK) ||
		    pdf_next_item(&cn, &vn, &more) != YX_OK)
			return 0;
		if (!more)
			return !more_old;
		if (more_old) {
			if (!pdf_equal(vo, vn))
				return 0;
			continue;
		}
		if (!pdf_ref(vn, &id, &gen) || (i = pdf_diff_index_of(x, id)) < 0 || !x->explained[i] ||
		    (field_by_id(&x->new_form, id) == NULL && !pdf_diff_is_note(x, id)) ||
		    pdf_diff_existed(x, id, &there) != YX_OK || there)
			return 0;
	}
}

/* ---- what looks are made with ---- */

/* Equal but for these keys; NULL ends them. */
static int
equal_without(struct pdf_span a, struct pdf_span b, const char *const *keys)
{
	struct pdf_span s[2] = { a, b };
	struct yx_buf kept[2];
	int ok = 1;

	yx_buf_init(&kept[0], SPAN_MAX);
	yx_buf_init(&kept[1], SPAN_MAX);
	for (int side = 0; side < 2; side++)
		for (int i = 0; keys[i] != NULL && ok; i++) {
			struct yx_buf less;

			yx_buf_init(&less, SPAN_MAX);
			ok = pdf_set(s[side], keys[i], NULL, &less) == YX_OK;
			yx_buf_free(&kept[side]);
			kept[side] = less;
			s[side] = (struct pdf_span){ less.data, less.len };
		}
	ok = ok && pdf_equal(s[0], s[1]);
	yx_buf_free(&kept[0]);
	yx_buf_free(&kept[1]);
	return ok;
}

static int
is_same(struct pdf_span old, struct pdf_span now, const char *key)
{
	struct pdf_span a, b;

	return pdf_get(old, key, &a) == YX_OK && pdf_get(now, key, &b) == YX_OK &&
	    ((a.p == NULL && b.p == NULL) || (a.p != NULL && b.p != NULL && pdf_equal(a, b)));
}

/* The list of fonts has more of them. */
static int
has_more_fonts(struct diff *x, struct pdf_span old, struct pdf_span now)
{
	struct pdf_span dr[2], font[2];

	return is_same(old, now, "DA") && pdf_get(old, "DR", &dr[0]) == YX_OK && pdf_get(now, "DR", &dr[1]) == YX_OK &&
	    pdf_type(dr[0]) == PDF_DICT && pdf_type(dr[1]) == PDF_DICT &&
	    pdf_diff_equal_without(dr[0], dr[1], "Font", NULL) &&
	    pdf_get(dr[0], "Font", &font[0]) == YX_OK && pdf_get(dr[1], "Font", &font[1]) == YX_OK &&
	    pdf_type(font[0]) == PDF_DICT && pdf_type(font[1]) == PDF_DICT && pdf_diff_has_more(x, font[0], font[1]);
}

/* All fields are signatures, whose looks are nobody's to make anew. */
static int
is_for_signatures(struct diff *x, struct pdf_span now)
{
	struct pdf_span da;
	int ok;

	return x->old_form.nodes == (int)x->old_form.sig_n && pdf_get(now, "DA", &da) == YX_OK &&
	    (da.p == NULL || pdf_type(da) == PDF_STRING) && pdf_explain_resources(x, now, &ok) == YX_OK && ok;
}

/* Other resources, as programs write them with each field that they make: no program makes looks of its own from
 * them, and no look of before can miss them. */
static int
resources_are_kept(struct diff *x, struct pdf_span old, struct pdf_span now)
{
	struct pdf_span needed;
	int bare;

	if (is_same(old, now, "DR") && is_same(old, now, "DA"))
		return 1;
	return pdf_get(now, "NeedAppearances", &needed) == YX_OK &&
	    (needed.p == NULL || (needed.n == 5 && memcmp(needed.p, "false", 5) == 0)) &&
	    (has_more_fonts(x, old, now) || is_for_signatures(x, now)) &&
	    pdf_diff_has_bare_form(x, &bare) == YX_OK && !bare;
}

/* The form: /Fields extended, /SigFlags raised, all else as it was. */
static int
form_is_extended(struct diff *x)
{
	static const uint8_t nothing[] = "<< >>";
	static const char *const looked_at[] = { "Fields", "SigFlags", "DR", "DA", NULL };
	struct pdf_span old = x->old_form.acroform.value, now = x->new_form.acroform.value;
	int64_t before = 0, after = 0;

	if (old.p == NULL)
		old = (struct pdf_span){ nothing, sizeof(nothing) - 1 };
	if (now.p == NULL || pdf_get_int(old, "SigFlags", 0, &before) != YX_OK ||
	    pdf_get_int(now, "SigFlags", 0, &after) != YX_OK)
		return 0;
	return (after & ~(int64_t)3) == (before & ~(int64_t)3) && (after & before) == before &&
	    equal_without(old, now, looked_at) && resources_are_kept(x, old, now) &&
	    is_extended(x, x->old_form.fields.value, x->new_form.fields.value);
}

static int
explain_form(struct diff *x)
{
	const struct pdf_form *o = &x->old_form, *n = &x->new_form;
	int there, rc;

	if (!form_is_extended(x)) /* new fields count only once they are explained */
		return YX_OK;
	/* The objects stay, or take the place of something direct. */
	if (o->acroform.id == n->acroform.id) {
		pdf_diff_explain(x, n->acroform.id);
	} else if (o->acroform.id == 0) {
		if ((rc = pdf_diff_existed(x, n->acroform.id, &there)) != YX_OK)
			return rc;
		if (!there)
			pdf_diff_explain(x, n->acroform.id);
	}
	if (o->fields.id == n->fields.id)
		pdf_diff_explain(x, n->fields.id);
	return YX_OK;
}

/* ---- the catalog ---- */

/* What a producer declares of itself, for readers that know more than the standard of the file's version. */
static int
extensions_are_plain(struct diff *x, int *ok)
{
	static const char *const keys[] = { "Type", "BaseVersion", "ExtensionLevel", "ExtensionRevision", "URL", NULL };
	struct pdf_object all;
	struct pdf_span k, v;
	struct pdf_cur c;
	int there, more = 0, waits = 0, rc = pdf_follow(x->d, x->new_view, x->new_form.root.value, "Extensions", &all);

	*ok = rc == YX_OK && all.value.p == NULL;
	if (rc != YX_OK || all.value.p == NULL || all.stream || pdf_inside(all.value, PDF_DICT, &c) != YX_OK)
		return rc;
	while (pdf_next_pair(&c, &k, &v, &more) == YX_OK && more)
		if (!pdf_name_is(k, "Type") && (pdf_type(v) != PDF_DICT || !pdf_diff_only_keys(v, keys)))
			return YX_OK;
	if (all.id != 0 && pdf_diff_index_of(x, all.id) >= 0) {
		if ((rc = pdf_diff_existed(x, all.id, &there)) != YX_OK || there ||
		    (rc = pdf_diff_old_waits(x, &waits)) != YX_OK || waits)
			return rc;
		pdf_diff_explain(x, all.id);
	}
	*ok = !more;
	return YX_OK;
}

/* The catalog names the form, the security store, and which standard it goes by; all else is as it was. */
static int
explain_catalog(struct diff *x)
{
	static const char *const looked_at[] = { "AcroForm", "DSS", "Extensions", "Version", NULL };
	const struct pdf_object *old = &x->old_form.root, *now = &x->new_form.root;
	struct pdf_span version;
	int ok, rc;

	if (old->id != now->id || pdf_diff_index_of(x, now->id) < 0 || !equal_without(old->value, now->value, looked_at))
		return YX_OK;
	if ((!is_same(old->value, now->value, "AcroForm") && !form_is_extended(x)) ||
	    (!is_same(old->value, now->value, "DSS") && !x->store_kept))
		return YX_OK;
	if ((rc = pdf_get(now->value, "Version", &version)) != YX_OK || (rc = extensions_are_plain(x, &ok)) != YX_OK)
		return rc;
	if (ok && (version.p != NULL ? pdf_type(version) == PDF_NAME : is_same(old->value, now->value, "Version")))
		pdf_diff_explain(x, now->id);
	return YX_OK;
}

/* What some programs list among the objects and nothing refers to: their trailer, and what a security store might
 * say of one signature. */
static int
is_left_over(const struct pdf_object *o)
{
	static const char *const keys[] = { "Type", "Cert", "OCSP", "CRL", "TU", NULL };
	struct pdf_span type;

	if (pdf_type(o->value) != PDF_DICT || pdf_get(o->value, "Type", &type) != YX_OK)
		return 0;
	return o->stream ? pdf_name_is(type, "XRef") : pdf_name_is(type, "VRI") && pdf_diff_only_keys(o->value, keys);
}

static int
explain_left_over(struct diff *x)
{
	struct pdf_object o;
	int there, waits, rc;

	for (size_t i = 0; i < x->r->objects_n; i++) {
		const int64_t id = x->r->objects[i].id;

		if (x->explained[i])
			continue;
		if ((rc = pdf_fetch(x->d, x->new_view, id, &o)) != YX_OK || (rc = pdf_diff_existed(x, id, &there)) != YX_OK)
			return rc;
		if (there || !is_left_over(&o))
			continue;
		if ((rc = pdf_diff_old_waits(x, &waits)) != YX_OK || waits)
			return rc;
		pdf_diff_explain(x, id);
	}
	return YX_OK;
}

/* The list is where it was, or in a new object that nothing waited for. */
static int
list_is_placed(struct diff *x, const struct pdf_object *old, const struct pdf_object *now, int *ok)
{
	int there = 0, waits = 0, rc = YX_OK;

	*ok = old->id == now->id || now->id == 0;
	if (*ok || pdf_diff_index_of(x, now->id) < 0)
		return YX_OK;
	if ((rc = pdf_diff_existed(x, now->id, &there)) != YX_OK || (rc = pdf_diff_old_waits(x, &waits)) != YX_OK)
		return rc;
	*ok = !there && !waits;
	return YX_OK;
}

/* The page of an annotation: its list grew, and nothing else. */
static int
explain_page(struct diff *x, struct pdf_span annotation)
{
	struct pdf_object old, now, old_annots, new_annots;
	struct pdf_span p, type;
	int64_t id, gen;
	int placed, rc;

	if ((rc = pdf_get(annotation, "P", &p)) != YX_OK || !pdf_ref(p, &id, &gen))
		return rc;
	if ((rc = pdf_fetch(x->d, x->old_view, id, &old)) != YX_OK ||
	    (rc = pdf_fetch(x->d, x->new_view, id, &now)) != YX_OK)
		return rc;
	if (pdf_type(old.value) != PDF_DICT || pdf_type(now.value) != PDF_DICT)
		return YX_OK;
	if ((rc = pdf_get(old.value, "Type", &type)) != YX_OK ||
	    (rc = pdf_follow(x->d, x->old_view, old.value, "Annots", &old_annots)) != YX_OK ||
	    (rc = pdf_follow(x->d, x->new_view, now.value, "Annots", &new_annots)) != YX_OK)
		return rc;
	if ((rc = list_is_placed(x, &old_annots, &new_annots, &placed)) != YX_OK)
		return rc;
	if (!pdf_name_is(type, "Page") || !placed || !pdf_diff_equal_without(old.value, now.value, "Annots", NULL) ||
	    !is_extended(x, old_annots.value, new_annots.value))
		return YX_OK;
	pdf_diff_explain(x, id);
	pdf_diff_explain(x, new_annots.id);
	return YX_OK;
}

/* ---- trailer and sum ---- */

/* Root, Info and whatever else are as before; never suddenly encrypted. */
static int
trailer_is_kept(struct diff *x)
{
	static const char *const own[] = { "Size", "Prev", "XRefStm", "Length", "Filter", "DecodeParms",
		"W", "Index", "Type", "ID", "Info", NULL };
	struct pdf_span old = x->d->sec[x->old_view].trailer, now = x->d->sec[x->new_view].trailer;
	struct yx_buf b[2];
	int same = 1;

	for (int side = 0; side < 2; side++) {
		struct pdf_span s = side == 0 ? old : now;

		yx_buf_init(&b[side], SPAN_MAX);
		for (int i = 0; own[i] != NULL && same; i++) {
			struct yx_buf less;

			yx_buf_init(&less, SPAN_MAX);
			same = pdf_set(s, own[i], NULL, &less) == YX_OK;
			yx_buf_free(&b[side]);
			b[side] = less;
			s = (struct pdf_span){ b[side].data, b[side].len };
		}
	}
	same = same && pdf_equal((struct pdf_span){ b[0].data, b[0].len },
	    (struct pdf_span){ b[1].data, b[1].len });
	yx_buf_free(&b[0]);
	yx_buf_free(&b[1]);
	return same;
}

static int
explain_fields(struct diff *x)
{
	int rc = YX_OK;

	for (size_t i = 0; i < x->new_form.sig_n && rc == YX_OK; i++) {
		const struct pdf_sigfield *now = &x->new_form.sig[i];
		const struct pdf_sigfield *old = field_by_id(&x->old_form, now->id);

		if (pdf_diff_index_of(x, now->id) < 0 || (x->limits->docmdp == 1 && !holds_timestamp(x, now)))
			continue;
		rc = old != NULL ? explain_filled(x, old, now) : explain_created(x, now);
	}
	if (rc == YX_OK && x->limits->docmdp != 1)
		rc = pdf_explain_seams(x);
	if (rc == YX_OK)
		rc = explain_form(x);
	for (size_t i = 0; i < x->new_form.sig_n && rc == YX_OK; i++)
		if (field_by_id(&x->old_form, x->new_form.sig[i].id) == NULL &&
		    (x->limits->docmdp == 0 || holds_timestamp(x, &x->new_form.sig[i])))
			rc = explain_page(x, x->new_form.sig[i].value);
	return rc;
}

/* What a certification allows to others (P=2: forms; P=3: notes as well). */
static int
explain_permitted(struct diff *x, struct pdf_revision *r)
{
	struct pdf_object o;
	int left = 0, rc = YX_OK;

	for (size_t i = 0; i < r->objects_n; i++)
		left |= !x->explained[i];
	if (x->limits->docmdp < 2 || !left)
		return YX_OK;
	if ((rc = pdf_explain_values(x, &r->filled)) != YX_OK || x->limits->docmdp < 3 ||
	    (rc = pdf_explain_notes(x, &r->noted)) != YX_OK)
		return rc;
	for (size_t i = 0; i < r->objects_n && rc == YX_OK && r->noted; i++)
		if (pdf_diff_is_note(x, r->objects[i].id) &&
		    (rc = pdf_fetch(x->d, x->new_view, r->objects[i].id, &o)) == YX_OK)
			rc = explain_page(x, o.value);
	return rc;
}

int
pdf_changes(struct pdf_doc *d, struct pdf_revision *r, const struct pdf_locks *limits,
    const char **why)
{
	struct diff x = { .d = d, .r = r, .new_view = r->view, .old_view = r->view + 1,
		.limits = limits };
	int contained = 0, waits = 0, rc;

	*why = NOT_ALLOWED;
	if ((x.explained = yx_arena_alloc(d->in.a, r->objects_n + 1)) == NULL)
		return YX_PDF_TOO_COMPLEX;
	r->allowed = x.explained;
	for (size_t i = 0; i < r->objects_n; i++) {
		x.explained[i] = r->container[i];
		contained |= r->container[i];
	}
	if ((rc = pdf_form_read(d, x.old_view, &x.old_form)) != YX_OK ||
	    (rc = pdf_form_read(d, x.new_view, &x.new_form)) != YX_OK)
		return rc;
	/* (a stream of objects must not come alive as something else) */
	if (contained && ((rc = pdf_diff_old_waits(&x, &waits)) != YX_OK || waits))
		return rc;
	if ((rc = pdf_explain_metadata(&x)) != YX_OK || !trailer_is_kept(&x) || !pdf_info_is_kept(&x))
		return rc;
	if ((rc = explain_fields(&x)) != YX_OK || (rc = pdf_explain_dss(&x)) != YX_OK ||
	    (rc = explain_catalog(&x)) != YX_OK || (rc = explain_left_over(&x)) != YX_OK ||
	    (rc = explain_permitted(&x, r)) != YX_OK || (rc = pdf_explain_same(&x)) != YX_OK)
		return rc;
	for (size_t i = 0; i < r->objects_n; i++)
		if (!x.explained[i])
			return YX_OK;
	*why = NULL;
	return YX_OK;
}
