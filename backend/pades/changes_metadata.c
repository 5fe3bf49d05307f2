#include "backend/pades/changes_metadata.h"

/* A value that is only read: no reference, nothing to run. */
static int
is_plain(struct pdf_span v)
{
	enum pdf_type type = pdf_type(v);

	return type == PDF_STRING || type == PDF_HEX || type == PDF_NAME;
}

/* Texts and dates under the names that the standard gives. */
static int
is_information(const struct pdf_object *o)
{
	static const char *const keys[] = { "Title", "Author", "Subject", "Keywords", "Creator", "Producer",
		"CreationDate", "ModDate", "Trapped", NULL };
	struct pdf_span k, v;
	struct pdf_cur c;
	int more = 0;

	if (o->stream || !pdf_diff_only_keys(o->value, keys) || pdf_inside(o->value, PDF_DICT, &c) != YX_OK)
		return 0;
	while (pdf_next_pair(&c, &k, &v, &more) == YX_OK && more)
		if (!is_plain(v))
			return 0;
	return !more;
}

/* The trailer's own, which was there before or is new and nobody waited for. */
static int
explain_information(struct diff *x)
{
	struct pdf_span before, now;
	struct pdf_object o;
	int64_t old_id = 0, id, gen;
	int waits = 0, uses = 0, there, rc;

	if (pdf_get(x->d->sec[x->old_view].trailer, "Info", &before) != YX_OK ||
	    pdf_get(x->d->sec[x->new_view].trailer, "Info", &now) != YX_OK || !pdf_ref(now, &id, &gen) ||
	    pdf_diff_index_of(x, id) < 0)
		return YX_OK;
	if (before.p != NULL && !pdf_ref(before, &old_id, &gen))
		return YX_OK;
	if ((rc = pdf_diff_existed(x, id, &there)) != YX_OK || (there && id != old_id))
		return rc;
	if ((!there && (rc = pdf_diff_old_waits(x, &waits)) != YX_OK) || waits)
		return rc;
	/* (what was something else as well, a page's own, stays what it is) */
	if (there && ((rc = pdf_diff_references(x, id, &uses)) != YX_OK || uses > 0))
		return rc;
	if ((rc = pdf_fetch(x->d, x->new_view, id, &o)) == YX_OK && is_information(&o))
		pdf_diff_explain(x, id);
	return rc;
}

/* The same number as before, and an XMP packet by its dictionary. */
static int
explain_xmp(struct diff *x)
{
	static const char *const keys[] = { "Type", "Subtype", "Length", "Filter", "DecodeParms", NULL };
	struct pdf_span before, now, type, subtype;
	struct pdf_object o;
	int64_t old_id, id, gen;
	int uses = 0, rc;

	if (pdf_get(x->old_form.root.value, "Metadata", &before) != YX_OK ||
	    pdf_get(x->new_form.root.value, "Metadata", &now) != YX_OK || !pdf_ref(before, &old_id, &gen) ||
	    !pdf_ref(now, &id, &gen) || id != old_id || pdf_diff_index_of(x, id) < 0)
		return YX_OK;
	/* (a stream that a page shows as well would be another page's content) */
	if ((rc = pdf_diff_references(x, id, &uses)) != YX_OK || uses != 1 ||
	    (rc = pdf_fetch(x->d, x->new_view, id, &o)) != YX_OK || !o.stream || !pdf_diff_only_keys(o.value, keys))
		return rc;
	if (pdf_get(o.value, "Type", &type) == YX_OK && pdf_get(o.value, "Subtype", &subtype) == YX_OK &&
	    pdf_name_is(type, "Metadata") && pdf_name_is(subtype, "XML"))
		pdf_diff_explain(x, id);
	return YX_OK;
}

int
pdf_explain_metadata(struct diff *x)
{
	int rc = x->limits->docmdp == 1 ? YX_OK : explain_information(x);

	return rc != YX_OK || x->limits->docmdp == 1 ? rc : explain_xmp(x);
}

int
pdf_info_is_kept(const struct diff *x)
{
	struct pdf_span before, now;
	int64_t id, gen;
	int i;

	if (pdf_get(x->d->sec[x->old_view].trailer, "Info", &before) != YX_OK ||
	    pdf_get(x->d->sec[x->new_view].trailer, "Info", &now) != YX_OK)
		return 0;
	if ((before.p == NULL) == (now.p == NULL) && (now.p == NULL || pdf_equal(before, now)))
		return 1;
	/* (a signed document keeps what it says of itself: only a new dictionary may come) */
	return pdf_ref(now, &id, &gen) && (i = pdf_diff_index_of(x, id)) >= 0 && x->explained[i];
}
