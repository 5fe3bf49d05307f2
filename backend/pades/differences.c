#include "backend/pades/differences.h"

#include "backend/pades/changes_fill.h"
#include "backend/pades/form.h"

#define PAGES_MAX 200 /* that are searched for the object */

const char *
pades_class_word(enum pades_class c)
{
	static const char *const words[] = {
#define WORD(name, word) word,
		PADES_CLASSES(WORD)
#undef WORD
	};

	return words[c];
}

static int
has_name(struct pdf_span dict, const char *key, const char *name)
{
	struct pdf_span v;

	return pdf_get(dict, key, &v) == YX_OK && pdf_name_is(v, name);
}

static int
has(struct pdf_span dict, const char *key)
{
	struct pdf_span v;

	return pdf_get(dict, key, &v) == YX_OK && v.p != NULL;
}

/* The first row that fits says what an object is; a stream that nobody names is content. */
static enum pades_class
class_of(const struct pdf_object *o)
{
	static const struct { const char *key, *name; enum pades_class is; } rows[] = {
		{ "Type", "Sig", PADES_C_SIGNATURE }, { "Type", "DocTimeStamp", PADES_C_TIMESTAMP },
		{ "Type", "DSS", PADES_C_VALIDATION }, { "FT", "Sig", PADES_C_SIGNATURE_FIELD },
		{ "S", "JavaScript", PADES_C_SCRIPT }, { "JS", NULL, PADES_C_SCRIPT }, { "AA", NULL, PADES_C_SCRIPT },
		{ "OpenAction", NULL, PADES_C_SCRIPT },
		{ "Type", "EmbeddedFile", PADES_C_ATTACHMENT }, { "Type", "Filespec", PADES_C_ATTACHMENT },
		{ "Subtype", "FileAttachment", PADES_C_ATTACHMENT }, { "Type", "Metadata", PADES_C_METADATA },
		{ "Producer", NULL, PADES_C_METADATA }, { "ModDate", NULL, PADES_C_METADATA },
		{ "FT", NULL, PADES_C_FORM_VALUE }, { "Subtype", "Widget", PADES_C_FORM_VALUE },
		{ "Type", "Annot", PADES_C_ANNOTATION }, { "Rect", NULL, PADES_C_ANNOTATION },
		{ "Fields", NULL, PADES_C_FORM }, { "Type", "Catalog", PADES_C_CATALOG },
		{ "Type", "Page", PADES_C_PAGE }, { "Type", "Pages", PADES_C_PAGE_ORDER },
		{ "Subtype", "Form", PADES_C_APPEARANCE },
	};
	static const char *const looks[] = { "N", "R", "D", NULL };

	if (pdf_type(o->value) != PDF_DICT)
		return PADES_C_OTHER;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].name == NULL ? has(o->value, rows[i].key) : has_name(o->value, rows[i].key, rows[i].name))
			return rows[i].is;
	if (has(o->value, "N") && !o->stream && pdf_diff_only_keys(o->value, looks))
		return PADES_C_APPEARANCE;
	return o->stream || has(o->value, "Resources") || has(o->value, "BaseFont") ? PADES_C_CONTENT : PADES_C_OTHER;
}

static int
refers_to(struct pdf_span v, int64_t id)
{
	struct pdf_cur c;
	struct pdf_span item;
	int64_t num, gen;
	int more;

	if (pdf_ref(v, &num, &gen))
		return num == id;
	if (pdf_inside(v, PDF_ARRAY, &c) != YX_OK)
		return 0;
	while (pdf_next_item(&c, &item, &more) == YX_OK && more)
		if (pdf_ref(item, &num, &gen) && num == id)
			return 1;
	return 0;
}

/* The page is it, or names it as its content or among its annotations. */
static int
is_of_page(struct pdf_doc *d, size_t view, const struct pdf_object *page, int64_t id)
{
	static const char *const keys[] = { "Contents", "Annots", "Resources", NULL };
	struct pdf_object list;
	struct pdf_span v;

	if (page->id == id)
		return 1;
	for (int i = 0; keys[i] != NULL; i++) {
		if (pdf_get(page->value, keys[i], &v) == YX_OK && v.p != NULL && refers_to(v, id))
			return 1;
		if (pdf_follow(d, view, page->value, keys[i], &list) == YX_OK && list.value.p != NULL &&
		    refers_to(list.value, id))
			return 1;
	}
	return 0;
}

/* 1 is the first; 0: of none, or of one that we did not find. */
static int
page_of(struct pdf_doc *d, size_t view, int64_t id)
{
	struct pdf_object root, page;

	if (pdf_root(d, view, &root) != YX_OK)
		return 0;
	for (int i = 1; i <= PAGES_MAX && pdf_page(d, view, root.value, i, &page) == YX_OK; i++)
		if (is_of_page(d, view, &page, id))
			return i;
	return 0;
}

/* Of something that took the place of an older one, by the first key that differs. */
static const struct { const char *type, *key; enum pades_class is; } KEYS[] = {
	{ "Catalog", "OpenAction", PADES_C_SCRIPT }, { "Catalog", "AA", PADES_C_SCRIPT },
	{ "Catalog", "Pages", PADES_C_PAGE_ORDER }, { "Catalog", "AcroForm", PADES_C_FORM },
	{ "Catalog", "Names", PADES_C_ATTACHMENT }, { "Catalog", "AF", PADES_C_ATTACHMENT },
	{ "Catalog", "DSS", PADES_C_VALIDATION }, { "Catalog", "Perms", PADES_C_SIGNATURE },
	{ "Catalog", "Metadata", PADES_C_METADATA },
	{ "Page", "AA", PADES_C_SCRIPT }, { "Page", "Contents", PADES_C_CONTENT }, { "Page", "Resources", PADES_C_CONTENT },
	{ "Page", "MediaBox", PADES_C_CONTENT }, { "Page", "CropBox", PADES_C_CONTENT },
	{ "Page", "Rotate", PADES_C_CONTENT },
};

static enum pades_class
class_of_change(struct pdf_doc *d, const struct pdf_revision *r, const struct pdf_object *now)
{
	struct pdf_object before;
	struct pdf_span a, b;

	if (pdf_type(now->value) != PDF_DICT || pdf_fetch(d, r->view + 1, now->id, &before) != YX_OK ||
	    pdf_type(before.value) != PDF_DICT)
		return class_of(now);
	if (!pdf_equal(now->value, now->value)) /* a key twice: readers differ on which one counts */
		return PADES_C_MALFORMED;
	for (size_t i = 0; i < sizeof(KEYS) / sizeof(KEYS[0]); i++)
		if (has_name(now->value, "Type", KEYS[i].type) && pdf_get(now->value, KEYS[i].key, &a) == YX_OK &&
		    pdf_get(before.value, KEYS[i].key, &b) == YX_OK && ((a.p == NULL) != (b.p == NULL) ||
		    (a.p != NULL && !pdf_equal(a, b))))
			return KEYS[i].is;
	/* (an action that was there before is not what changed) */
	return has_name(now->value, "Type", "Catalog") ? PADES_C_CATALOG : class_of(now);
}

/* What is on the list shows nothing new on a page: bare streams are proofs, others and what nobody
 * names belong to a look, and of a page only its list of fields grew. */
static enum pades_class
class_of_allowed(enum pades_class class, const struct pdf_object *o)
{
	static const char *const bare[] = { "Type", "Length", "Filter", "DecodeParms", NULL };

	if (class == PADES_C_PAGE)
		return PADES_C_FORM;
	if (class == PADES_C_OTHER && pdf_type(o->value) == PDF_DICT)
		return PADES_C_APPEARANCE;
	if (class != PADES_C_CONTENT)
		return class;
	return o->stream && pdf_diff_only_keys(o->value, bare) ? PADES_C_VALIDATION : PADES_C_APPEARANCE;
}

static int
differs(struct pdf_doc *d, const struct pdf_revision *r, size_t i, struct pades_difference *out)
{
	struct pdf_entry before;
	struct pdf_object o;
	int rc;

	if ((rc = pdf_fetch(d, r->view, r->objects[i].id, &o)) != YX_OK ||
	    (rc = pdf_lookup(d, r->view + 1, r->objects[i].id, &before)) != YX_OK)
		return rc;
	*out = (struct pades_difference){ .object = o.id, .added = before.type == 0,
		.class = before.type == 0 ? class_of(&o) : class_of_change(d, r, &o),
		.allowed = r->allowed != NULL && r->allowed[i] };
	out->page = page_of(d, r->view, o.id);
	/* What a page shows, whatever it is called. */
	if (out->class == PADES_C_OTHER && out->page > 0)
		out->class = pdf_type(o.value) == PDF_ARRAY ? PADES_C_ANNOTATION : PADES_C_CONTENT;
	if (out->allowed)
		out->class = class_of_allowed(out->class, &o);
	return YX_OK;
}

int
pdf_differences(struct pdf_doc *d, const struct pdf_revision *r, struct pades_difference *out, size_t max, size_t *n)
{
	int rc = YX_OK;

	if (r->flaw != NULL && *n < max) {
		out[(*n)++] = (struct pades_difference){ .class = PADES_C_MALFORMED };
		return YX_OK;
	}
	for (size_t i = 0; i < r->objects_n && *n < max && rc == YX_OK; i++)
		if (!r->container[i] && (r->allowed == NULL || r->allowed[i] != PDF_SAME) &&
		    (rc = differs(d, r, i, &out[*n])) == YX_OK)
			(*n)++;
	return rc == YX_PDF_BROKEN ? YX_OK : rc;
}
