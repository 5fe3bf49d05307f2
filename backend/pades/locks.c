#include "backend/pades/locks.h"

#include <string.h>


#define NAME_BYTES 2048
#define LOCKS_MAX  256
#define NAMES_MAX  4096

static int
read_names(struct pdf_doc *d, size_t view, struct pdf_span list, struct pdf_lock *l)
{
	struct pdf_object one;
	struct pdf_span item;
	struct pdf_cur c;
	struct yx_buf b;
	int more, rc;

	if ((l->names = yx_arena_alloc(d->in.a, NAMES_MAX * sizeof(*l->names))) == NULL)
		return YX_PDF_TOO_COMPLEX;
	if ((rc = pdf_inside(list, PDF_ARRAY, &c)) != YX_OK)
		return rc;
	yx_buf_init(&b, NAME_BYTES);
	while ((rc = pdf_next_item(&c, &item, &more)) == YX_OK && more) {
		yx_buf_reset(&b);
		if ((rc = pdf_resolve(d, view, item, &one)) != YX_OK || (rc = pdf_text(one.value, &b)) != YX_OK)
			break;
		rc = l->n == NAMES_MAX ? YX_PDF_TOO_COMPLEX : YX_OK;
		if (rc != YX_OK || (l->names[l->n++] = yx_arena_strdup(d->in.a, yx_buf_str(&b))) == NULL)
			break;
	}
	yx_buf_free(&b);
	return rc;
}

static int
make_room(struct yx_arena *a, struct pdf_locks *l, size_t n)
{
	struct pdf_lock *all;

	if (l->n + n <= l->cap)
		return YX_OK;
	if (l->n + n > LOCKS_MAX || (all = yx_arena_alloc(a, 2 * (l->n + n) * sizeof(*all))) == NULL)
		return YX_PDF_TOO_COMPLEX;
	if (l->n > 0)
		memcpy(all, l->lock, l->n * sizeof(*all));
	l->lock = all;
	l->cap = 2 * (l->n + n);
	return YX_OK;
}

static int
read_fieldmdp(struct pdf_doc *d, size_t view, struct pdf_span params, struct pdf_locks *l)
{
	struct pdf_object action, fields;
	struct pdf_lock one = { PDF_LOCK_ALL, NULL, 0 };
	int rc;

	if (pdf_type(params) != PDF_DICT)
		return YX_PDF_BROKEN;
	if ((rc = pdf_follow(d, view, params, "Action", &action)) != YX_OK ||
	    (rc = pdf_follow(d, view, params, "Fields", &fields)) != YX_OK)
		return rc;
	if (pdf_name_is(action.value, "Include"))
		one.action = PDF_LOCK_INCLUDE;
	else if (pdf_name_is(action.value, "Exclude"))
		one.action = PDF_LOCK_EXCLUDE;
	else if (!pdf_name_is(action.value, "All"))
		return YX_PDF_BROKEN;
	if (one.action != PDF_LOCK_ALL && (rc = read_names(d, view, fields.value, &one)) != YX_OK)
		return rc;
	if ((rc = make_room(d->in.a, l, 1)) == YX_OK)
		l->lock[l->n++] = one;
	return rc;
}

static void
stricter(struct pdf_locks *l, int p)
{
	if (p != 0 && (l->docmdp == 0 || p < l->docmdp))
		l->docmdp = p;
}

static int
read_reference(struct pdf_doc *d, size_t view, struct pdf_span reference, struct pdf_locks *l)
{
	struct pdf_object method, params;
	int64_t p = 2; /* the default */
	int rc;

	if (pdf_type(reference) != PDF_DICT)
		return YX_PDF_BROKEN;
	if ((rc = pdf_follow(d, view, reference, "TransformMethod", &method)) != YX_OK ||
	    (rc = pdf_follow(d, view, reference, "TransformParams", &params)) != YX_OK)
		return rc;
	if (pdf_name_is(method.value, "FieldMDP"))
		return read_fieldmdp(d, view, params.value, l);
	if (!pdf_name_is(method.value, "DocMDP"))
		return YX_OK;
	if (params.value.p != NULL && (rc = pdf_get_int(params.value, "P", 2, &p)) != YX_OK)
		return rc;
	stricter(l, p >= 1 && p <= 3 ? (int)p : 1);
	return YX_OK;
}

int
pdf_locks_add(struct pdf_doc *d, size_t view, struct pdf_span signature, struct pdf_locks *l)
{
	struct pdf_object references, one;
	struct pdf_span item;
	struct pdf_cur c;
	int more, rc = pdf_follow(d, view, signature, "Reference", &references);

	if (rc != YX_OK || references.value.p == NULL)
		return rc;
	if ((rc = pdf_inside(references.value, PDF_ARRAY, &c)) != YX_OK)
		return rc;
	for (;;) {
		if ((rc = pdf_next_item(&c, &item, &more)) != YX_OK || !more)
			return rc;
		if ((rc = pdf_resolve(d, view, item, &one)) != YX_OK ||
		    (rc = read_reference(d, view, one.value, l)) != YX_OK)
			return rc;
	}
}

int
pdf_locks_join(struct yx_arena *a, struct pdf_locks *l, const struct pdf_locks *more)
{
	int rc;

	stricter(l, more->docmdp);
	l->approved |= more->approved;
	if (more->n == 0)
		return YX_OK;
	if ((rc = make_room(a, l, more->n)) != YX_OK)
		return rc;
	memcpy(l->lock + l->n, more->lock, more->n * sizeof(*more->lock));
	l->n += more->n;
	return YX_OK;
}

/* A name stands for the field and for everything below it. */
static int
is_named(const struct pdf_lock *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++) {
		size_t n = strlen(l->names[i]);

		if (strncmp(name, l->names[i], n) == 0 && (name[n] == '\0' || name[n] == '.'))
			return 1;
	}
	return 0;
}

int
pdf_locks_field(const struct pdf_locks *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct pdf_lock *one = &l->lock[i];

		if (one->action == PDF_LOCK_ALL || is_named(one, name) == (one->action == PDF_LOCK_INCLUDE))
			return 1;
	}
	return 0;
}
