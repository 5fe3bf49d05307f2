#include "backend/pades/dss.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>

#define ITEMS_MAX 4096

enum kind { CERT, OCSP, CRL, TOKEN };

struct store {
	struct diff *x;
	struct pdf_object old;   /* the store of the older revision; value.p NULL: none */
	int64_t *id;             /* objects to explain if all is well */
	size_t   n;
	int      ok;
};

/* An object of this revision: a new one, or the one (old_id) that was in its place. */
static int
note(struct store *s, int64_t id, int64_t old_id)
{
	int there, rc;

	if (id == 0 || pdf_diff_index_of(s->x, id) < 0)
		return YX_OK;
	if ((rc = pdf_diff_existed(s->x, id, &there)) != YX_OK)
		return rc;
	if (s->n == ITEMS_MAX || (there && id != old_id))
		s->ok = 0;
	else
		s->id[s->n++] = id;
	return YX_OK;
}

/* The number of what stood under the key before; 0: nothing, or something direct. */
static int
old_number(struct store *s, const char *key, int64_t *id)
{
	struct pdf_object o;
	int rc = YX_OK;

	*id = 0;
	if (pdf_type(s->old.value) != PDF_DICT ||
	    (rc = pdf_follow(s->x->d, s->x->old_view, s->old.value, key, &o)) != YX_OK)
		return rc;
	*id = o.id;
	return YX_OK;
}

/* One DER value of the kind, and nothing behind it. */
static int
is_der(enum kind kind, struct pdf_span der)
{
	const unsigned char *p = der.p;
	int whole = 0;

	if (der.n == 0 || der.n > (size_t)64 << 20)
		return 0;
	if (kind == CERT) {
		X509 *v = d2i_X509(NULL, &p, (long)der.n);

		whole = v != NULL;
		X509_free(v);
	} else if (kind == OCSP) {
		OCSP_RESPONSE *v = d2i_OCSP_RESPONSE(NULL, &p, (long)der.n);

		whole = v != NULL;
		OCSP_RESPONSE_free(v);
	} else if (kind == TOKEN) {
		CMS_ContentInfo *v = d2i_CMS_ContentInfo(NULL, &p, (long)der.n);

		whole = v != NULL;
		CMS_ContentInfo_free(v);
	} else {
		X509_CRL *v = d2i_X509_CRL(NULL, &p, (long)der.n);

		whole = v != NULL;
		X509_CRL_free(v);
	}
	ERR_clear_error();
	return whole && p == der.p + der.n;
}

static int
check_item(struct store *s, struct pdf_span ref, enum kind kind)
{
	static const char *const keys[] = { "Length", "Filter", "DecodeParms", "Type", NULL };
	struct pdf_object o;
	struct pdf_span der;
	int64_t id, gen, length;
	int rc;

	s->ok = s->ok && pdf_ref(ref, &id, &gen);
	if (!s->ok || pdf_diff_index_of(s->x, id) < 0)
		return YX_OK; /* (an object of before: it is as it was) */
	if ((rc = pdf_fetch(s->x->d, s->x->new_view, id, &o)) != YX_OK)
		return rc;
	s->ok = o.stream && pdf_diff_only_keys(o.value, keys) && pdf_get_int(o.value, "Length", -1, &length) == YX_OK &&
	    length > 0 && pdf_unpack_at(&s->x->d->in, &o, length, &der) == YX_OK && is_der(kind, der);
	return note(s, id, 0);
}

/* old_id: of the list that stood in its place. */
static int
check_list(struct store *s, struct pdf_span dict, const char *key, enum kind kind, int64_t old_id)
{
	struct pdf_object list;
	struct pdf_span item;
	struct pdf_cur c;
	int more, rc = pdf_follow(s->x->d, s->x->new_view, dict, key, &list);

	if (rc != YX_OK || list.value.p == NULL)
		return rc;
	if ((rc = note(s, list.id, old_id)) != YX_OK)
		return rc;
	s->ok = s->ok && pdf_inside(list.value, PDF_ARRAY, &c) == YX_OK;
	while (s->ok && (rc = pdf_next_item(&c, &item, &more)) == YX_OK && more)
		if ((rc = check_item(s, item, kind)) != YX_OK)
			return rc;
	return rc;
}

/* One signature's own list of what belongs to it. */
static int
check_vri(struct store *s, struct pdf_span value)
{
	static const char *const keys[] = { "Type", "Cert", "OCSP", "CRL", "TU", "TS", NULL };
	struct pdf_object one;
	struct pdf_span token;
	int rc = pdf_resolve(s->x->d, s->x->new_view, value, &one);

	if (rc != YX_OK)
		return rc;
	if ((rc = note(s, one.id, 0)) != YX_OK)
		return rc;
	s->ok = s->ok && pdf_type(one.value) == PDF_DICT && !one.stream && pdf_diff_only_keys(one.value, keys);
	if (!s->ok)
		return YX_OK;
	if ((rc = check_list(s, one.value, "Cert", CERT, 0)) != YX_OK ||
	    (rc = check_list(s, one.value, "OCSP", OCSP, 0)) != YX_OK ||
	    (rc = check_list(s, one.value, "CRL", CRL, 0)) != YX_OK || (rc = pdf_get(one.value, "TS", &token)) != YX_OK)
		return rc;
	return token.p == NULL ? YX_OK : check_item(s, token, TOKEN);
}

static int
check_lists(struct store *s, struct pdf_span dss)
{
	static const struct { const char *key; enum kind kind; } lists[] = {
		{ "Certs", CERT }, { "OCSPs", OCSP }, { "CRLs", CRL }};
	int64_t before;
	int rc = YX_OK;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && rc == YX_OK; i++)
		if ((rc = old_number(s, lists[i].key, &before)) == YX_OK)
			rc = check_list(s, dss, lists[i].key, lists[i].kind, before);
	return rc;
}

static int
check_store(struct store *s, const struct pdf_object *dss)
{
	static const char *const keys[] = { "Type", "Certs", "OCSPs", "CRLs", "VRI", NULL };
	struct pdf_object vri;
	struct pdf_span k, v;
	struct pdf_cur c;
	int64_t before;
	int more, rc = note(s, dss->id, s->old.id);

	if (rc != YX_OK)
		return rc;
	s->ok = s->ok && pdf_type(dss->value) == PDF_DICT && !dss->stream && pdf_diff_only_keys(dss->value, keys);
	if (!s->ok)
		return YX_OK;
	if ((rc = check_lists(s, dss->value)) != YX_OK ||
	    (rc = pdf_follow(s->x->d, s->x->new_view, dss->value, "VRI", &vri)) != YX_OK || vri.value.p == NULL ||
	    (rc = old_number(s, "VRI", &before)) != YX_OK || (rc = note(s, vri.id, before)) != YX_OK)
		return rc;
	s->ok = s->ok && !vri.stream && pdf_inside(vri.value, PDF_DICT, &c) == YX_OK;
	while (s->ok && (rc = pdf_next_pair(&c, &k, &v, &more)) == YX_OK && more)
		if ((rc = check_vri(s, v)) != YX_OK)
			return rc;
	return rc;
}

/* ---- all of it ---- */

int
pdf_explain_dss(struct diff *x)
{
	const struct pdf_object *old = &x->old_form.root, *now = &x->new_form.root;
	struct store s = { .x = x, .ok = 1 };
	struct pdf_object dss;
	int found, rc = pdf_follow(x->d, x->new_view, now->value, "DSS", &dss);

	if (rc != YX_OK || dss.value.p == NULL)
		return rc;
	if ((s.id = yx_arena_alloc(x->d->in.a, ITEMS_MAX * sizeof(*s.id))) == NULL)
		return YX_PDF_TOO_COMPLEX;
	if ((rc = pdf_follow(x->d, x->old_view, old->value, "DSS", &s.old)) != YX_OK ||
	    (rc = check_store(&s, &dss)) != YX_OK || !s.ok || s.n == 0)
		return rc;
	if ((rc = pdf_diff_old_waits(x, &found)) != YX_OK || found)
		return rc;
	for (size_t i = 0; i < s.n; i++)
		pdf_diff_explain(x, s.id[i]);
	x->store_kept = 1;
	return YX_OK;
}
