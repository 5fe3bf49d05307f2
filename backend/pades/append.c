#include "backend/pades/pades.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/file.h"
#include "backend/pades/form.h"
#include "backend/pades/update.h"
#include "common/codec.h"

#define ARENA_MAX   ((size_t)48 << 20)
#define CREATE_MAX  256
#define TEXT_MAX    1024         /* bytes of /Name, /Reason, field names */
#define NUMBER      "0000000000" /* room for an offset in /ByteRange */
#define REF_SIZE    40
#define COORDINATE_MAX 1e6       /* points */

struct job {
	const struct pades_change *change;
	struct pdf_doc     d;
	struct pdf_form    form;
	struct pdf_update  u;
	struct pdf_change *sig;       /* the signature dictionary */
	struct pdf_change *catalog;   /* set when it must be rewritten */
};

static void
ref(char out[REF_SIZE], int64_t id, int64_t gen)
{
	snprintf(out, REF_SIZE, "%lld %lld R", (long long)id, (long long)gen);
}

/* ---- may we? ---- */

static int
check_limits(struct job *j)
{
	struct pdf_object o;
	int docmdp, fieldmdp, rc, signatures = 0;

	for (size_t i = 0; i < j->form.sig_n; i++) {
		if (j->form.sig[i].v_id == 0)
			continue;
		signatures++;
		if ((rc = pdf_fetch(&j->d, 0, j->form.sig[i].v_id, &o)) != YX_OK ||
		    (rc = pdf_signature_limits(&j->d, 0, o.value, &docmdp, &fieldmdp)) != YX_OK)
			return rc;
		/* P 2 and 3 allow to sign fields that are there, not new ones. */
		if (docmdp == 1 || fieldmdp || (docmdp > 0 && j->change->create_n > 0))
			return YX_PDF_LOCKED;
	}
	return signatures > 0 && j->change->certify ? YX_PDF_SIGNED : YX_OK;
}

static int
check_names(struct job *j)
{
	const struct pades_field *f = j->change->create;

	if (j->change->create_n > CREATE_MAX || j->change->sign == NULL)
		return YX_BAD_FIELD;
	for (size_t i = 0; i < j->change->create_n; i++) {
		if (f[i].name == NULL || f[i].name[0] == '\0' || strchr(f[i].name, '.') != NULL ||
		    strlen(f[i].name) > TEXT_MAX || !yx_utf8_valid(f[i].name, strlen(f[i].name)))
			return YX_BAD_FIELD;
		for (int k = 0; k < 4; k++)
			if (!(f[i].rect[k] >= -COORDINATE_MAX && f[i].rect[k] <= COORDINATE_MAX))
				return YX_BAD_FIELD;
		for (size_t k = 0; k < i; k++)
			if (strcmp(f[i].name, f[k].name) == 0)
				return YX_CONFLICT;
		for (size_t k = 0; k < j->form.top_n; k++)
			if (strcmp(f[i].name, j->form.top[k]) == 0)
				return YX_CONFLICT;
	}
	return YX_OK;
}

static int
check_text(const char *s)
{
	if (s == NULL)
		return YX_OK;
	return strlen(s) <= TEXT_MAX && yx_utf8_valid(s, strlen(s)) ? YX_OK : YX_BAD_FIELD;
}

static int
check_change(struct job *j)
{
	int rc;

	if ((rc = check_names(j)) != YX_OK || (rc = check_text(j->change->name)) != YX_OK ||
	    (rc = check_text(j->change->reason)) != YX_OK ||
	    (rc = check_text(j->change->location)) != YX_OK)
		return rc;
	return check_limits(j);
}

/* ---- the signature dictionary ---- */

static int
add_text(struct yx_buf *b, const char *key, const char *text)
{
	if (text == NULL)
		return YX_OK;
	yx_buf_addf(b, " /%s ", key);
	return pdf_add_text(b, text);
}

/* /Contents comes before everything that could look like it. */
static int
build_signature(struct job *j)
{
	const struct pades_change *c = j->change;
	struct yx_buf *b;
	struct tm tm;
	char when[32];
	int rc;

	if ((j->sig = pdf_update_new(&j->u)) == NULL)
		return YX_PDF_TOO_COMPLEX;
	b = &j->sig->body;
	if (gmtime_r(&c->when, &tm) == NULL || tm.tm_year < 0 || tm.tm_year > 8099)
		return YX_BAD_FIELD;
	strftime(when, sizeof(when), "D:%Y%m%d%H%M%SZ", &tm);
	yx_buf_adds(b, "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached\n"
	    "/ByteRange [0 " NUMBER " " NUMBER " " NUMBER "]\n/Contents <");
	for (size_t i = 0; i < PADES_HOLE_DER; i++)
		yx_buf_adds(b, "00");
	yx_buf_addf(b, ">\n/M (%s)", when);
	if ((rc = add_text(b, "Name", c->name)) != YX_OK ||
	    (rc = add_text(b, "Reason", c->reason)) != YX_OK ||
	    (rc = add_text(b, "Location", c->location)) != YX_OK)
		return rc;
	if (c->certify)
		yx_buf_adds(b, " /Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams "
		    "<< /Type /TransformParams /P 2 /V /1.2 >> >>]");
	yx_buf_adds(b, " >>");
	return yx_buf_status(b);
}

/* ---- fields ---- */

static int
add_annotation(struct job *j, const struct pdf_object *page, const char *widget)
{
	struct pdf_change *c;
	struct pdf_object annots;
	struct pdf_span v;
	struct yx_buf list;
	int rc;

	yx_buf_init(&list, (size_t)8 << 20);
	if ((rc = pdf_follow(&j->d, 0, page->value, "Annots", &annots)) != YX_OK)
		goto out;
	if (annots.value.p != NULL && pdf_type(annots.value) != PDF_ARRAY) {
		rc = YX_PDF_BROKEN;
		goto out;
	}
	/* An array of its own is the smaller change. */
	rc = pdf_update_edit(&j->u, annots.id != 0 ? &annots : page, &c);
	if (rc != YX_OK)
		goto out;
	v = pdf_change_span(c);
	if (annots.id == 0 && (rc = pdf_get(pdf_change_span(c), "Annots", &v)) != YX_OK)
		goto out;
	yx_buf_adds(&list, "[");
	if (pdf_type(v) == PDF_ARRAY)
		yx_buf_add(&list, v.p + 1, v.n - 2);
	yx_buf_addf(&list, " %s]", widget);
	if ((rc = yx_buf_status(&list)) != YX_OK)
		goto out;
	if (annots.id == 0) {
		rc = pdf_change_set(c, "Annots", yx_buf_str(&list));
	} else {
		yx_buf_reset(&c->body);
		yx_buf_add(&c->body, list.data, list.len);
		rc = yx_buf_status(&c->body);
	}
out:
	yx_buf_free(&list);
	return rc;
}

static int
create_field(struct job *j, const struct pades_field *f, struct yx_buf *refs)
{
	struct pdf_change *c = pdf_update_new(&j->u);
	struct pdf_object page;
	const double *r = f->rect;
	char self[REF_SIZE], other[REF_SIZE];
	int rc;

	if (c == NULL)
		return YX_PDF_TOO_COMPLEX;
	if ((rc = pdf_page(&j->d, 0, j->form.root.value, f->page == 0 ? 1 : f->page, &page)) != YX_OK)
		return rc;
	ref(self, c->id, 0);
	ref(other, page.id, page.gen);
	yx_buf_adds(&c->body, "<< /Type /Annot /Subtype /Widget /FT /Sig /F 132 /T ");
	if ((rc = pdf_add_text(&c->body, f->name)) != YX_OK)
		return rc;
	yx_buf_addf(&c->body, " /P %s /Rect [%.7g %.7g %.7g %.7g]", other, r[0], r[1], r[0] + r[2],
	    r[1] + r[3]);
	if (strcmp(f->name, j->change->sign) == 0) {
		ref(other, j->sig->id, 0);
		yx_buf_addf(&c->body, " /V %s", other);
	}
	yx_buf_adds(&c->body, " >>");
	yx_buf_addf(refs, " %s", self);
	if ((rc = yx_buf_status(&c->body)) != YX_OK)
		return rc;
	return add_annotation(j, &page, self);
}

/* The field exists already: it gets its value. */
static int
fill_field(struct job *j)
{
	struct pdf_object o = {0};
	struct pdf_change *c;
	struct pdf_span lock, seed;
	char value[REF_SIZE];
	int rc;

	for (size_t i = 0; i < j->form.sig_n; i++) {
		const struct pdf_sigfield *f = &j->form.sig[i];

		if (f->v_id != 0 || strcmp(f->name, j->change->sign) != 0)
			continue;
		if ((rc = pdf_get(f->value, "Lock", &lock)) != YX_OK ||
		    (rc = pdf_get(f->value, "SV", &seed)) != YX_OK)
			return rc;
		if (lock.p != NULL || seed.p != NULL || f->kids)
			return YX_PDF_UNSUPPORTED; /* wishes that we do not fulfil yet */
		o.id = f->id;
		o.gen = f->gen;
		o.value = f->value;
		ref(value, j->sig->id, 0);
		if ((rc = pdf_update_edit(&j->u, &o, &c)) != YX_OK)
			return rc;
		return pdf_change_set(c, "V", value);
	}
	return YX_NOT_FOUND;
}

static int
is_created(const struct pades_change *c)
{
	for (size_t i = 0; i < c->create_n; i++)
		if (strcmp(c->create[i].name, c->sign) == 0)
			return 1;
	return 0;
}

/* ---- form and catalog ---- */

static int
edit_catalog(struct job *j)
{
	return j->catalog != NULL ? YX_OK : pdf_update_edit(&j->u, &j->form.root, &j->catalog);
}

/* Old items of /Fields plus the new ones, as an array. */
static int
join_fields(struct job *j, const struct yx_buf *refs, struct yx_buf *out)
{
	struct pdf_span old = j->form.fields.value;

	yx_buf_adds(out, "[");
	if (old.p != NULL)
		yx_buf_add(out, old.p + 1, old.n - 2);
	yx_buf_add(out, refs->data, refs->len);
	yx_buf_adds(out, "]");
	return yx_buf_status(out);
}

static int
set_fields(struct job *j, struct pdf_change *form, const struct yx_buf *refs)
{
	struct pdf_change *c;
	struct yx_buf all;
	int rc;

	yx_buf_init(&all, (size_t)8 << 20);
	if ((rc = join_fields(j, refs, &all)) != YX_OK)
		goto out;
	if (j->form.fields.id == 0) {
		rc = pdf_change_set(form, "Fields", yx_buf_str(&all));
	} else if ((rc = pdf_update_edit(&j->u, &j->form.fields, &c)) == YX_OK) {
		yx_buf_reset(&c->body);
		yx_buf_add(&c->body, all.data, all.len);
		rc = yx_buf_status(&c->body);
	}
out:
	yx_buf_free(&all);
	return rc;
}

/* A form of its own, or the one inside the catalog moved to an object of its
 * own: then later signatures need not touch the catalog. */
static int
own_form(struct job *j, struct pdf_change **form)
{
	char value[REF_SIZE];
	int rc;

	if (j->form.acroform.id != 0)
		return pdf_update_edit(&j->u, &j->form.acroform, form);
	if ((*form = pdf_update_new(&j->u)) == NULL)
		return YX_PDF_TOO_COMPLEX;
	if (j->form.acroform.value.p != NULL)
		yx_buf_add(&(*form)->body, j->form.acroform.value.p, j->form.acroform.value.n);
	else
		yx_buf_adds(&(*form)->body, "<< /Fields [] >>");
	ref(value, (*form)->id, 0);
	if ((rc = edit_catalog(j)) != YX_OK)
		return rc;
	return pdf_change_set(j->catalog, "AcroForm", value);
}

/* SigFlags 3: signatures exist, append only. */
static int
update_form(struct job *j, const struct yx_buf *refs)
{
	struct pdf_change *form;
	int64_t flags = 0;
	char value[REF_SIZE];
	int rc;

	if (j->form.acroform.value.p != NULL &&
	    (rc = pdf_get_int(j->form.acroform.value, "SigFlags", 0, &flags)) != YX_OK)
		return rc;
	if (refs->len == 0 && (flags & 3) == 3)
		return YX_OK;
	if ((rc = own_form(j, &form)) != YX_OK ||
	    (refs->len > 0 && (rc = set_fields(j, form, refs)) != YX_OK))
		return rc;
	snprintf(value, sizeof(value), "%lld", (long long)(flags | 3));
	return pdf_change_set(form, "SigFlags", value);
}

static int
set_permissions(struct job *j)
{
	struct pdf_object perms;
	char value[REF_SIZE + 20];
	int rc = pdf_follow(&j->d, 0, j->form.root.value, "Perms", &perms);

	if (rc != YX_OK)
		return rc;
	/* Usage rights (/UR3) end with the first foreign change anyway. */
	snprintf(value, sizeof(value), "<< /DocMDP %lld 0 R >>", (long long)j->sig->id);
	if ((rc = edit_catalog(j)) != YX_OK)
		return rc;
	return pdf_change_set(j->catalog, "Perms", value);
}

static int
plan(struct job *j)
{
	struct yx_buf refs;
	int rc;

	yx_buf_init(&refs, (size_t)64 << 10);
	if ((rc = build_signature(j)) != YX_OK)
		goto out;
	for (size_t i = 0; i < j->change->create_n; i++)
		if ((rc = create_field(j, &j->change->create[i], &refs)) != YX_OK)
			goto out;
	if (!is_created(j->change) && (rc = fill_field(j)) != YX_OK)
		goto out;
	if ((rc = yx_buf_status(&refs)) != YX_OK || (rc = update_form(j, &refs)) != YX_OK)
		goto out;
	if (j->change->certify)
		rc = set_permissions(j);
out:
	yx_buf_free(&refs);
	return rc;
}

/* ---- out ---- */

/* Writes the three numbers into the room that build_signature left. */
static int
patch_range(struct yx_buf *out, int64_t base, const struct pdf_update *u, int64_t sig_id,
    struct pades_hole *hole)
{
	static const size_t room = sizeof("/ByteRange [0 " NUMBER " " NUMBER " " NUMBER "]") - 1;
	char text[128];
	uint8_t *at = NULL, *gap;

	for (size_t i = 0; i < u->n; i++)
		if (u->items[i].id == sig_id)
			at = out->data + (u->items[i].offset - base);
	if (at == NULL || (at = memmem(at, 512, "/ByteRange [0 ", 14)) == NULL ||
	    (gap = memmem(at, 512, "/Contents <", 11)) == NULL)
		return YX_INTERNAL;
	hole->start = base + (gap + 10 - out->data);
	hole->end = hole->start + 2 * PADES_HOLE_DER + 2;
	hole->total = base + (int64_t)out->len;
	snprintf(text, sizeof(text), "/ByteRange [0 %-10lld %-10lld %-10lld]", (long long)hole->start,
	    (long long)hole->end, (long long)(hole->total - hole->end));
	if (strlen(text) != room)
		return YX_PDF_TOO_COMPLEX;
	memcpy(at, text, room);
	return YX_OK;
}

static int
write_out(struct job *j, int in, int out, struct pades_hole *hole)
{
	int64_t base = j->d.in.size, sig_id = j->sig->id;
	char last = 0;
	int rc;

	if ((rc = pdf_pread_all(in, &last, 1, j->d.in.size - 1)) != YX_OK)
		return rc;
	if (last != '\n' && last != '\r')
		yx_buf_adds(&j->u.out, "\n");
	if ((rc = pdf_update_render(&j->u, base)) != YX_OK ||
	    (rc = patch_range(&j->u.out, base, &j->u, sig_id, hole)) != YX_OK ||
	    (rc = pdf_copy(in, out, base)) != YX_OK)
		return rc;
	return pdf_pwrite_all(out, j->u.out.data, j->u.out.len, base);
}

/* Reads what was written. A reference of the old file to a number that was free
 * would now find one of our objects: then this shows other fields than planned. */
static int
read_back(struct job *j, int out, const struct pades_hole *hole)
{
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	struct pades_hole found;
	struct pdf_form form;
	struct pdf_doc d;
	size_t filled[2] = {0, 0};
	int rc = YX_NO_MEMORY;

	if (a == NULL || (rc = pdf_doc_open(&d, a, out)) != YX_OK ||
	    (rc = pdf_form_read(&d, 0, &form)) != YX_OK || (rc = pades_find_hole(out, &found)) != YX_OK)
		goto out;
	for (size_t i = 0; i < j->form.sig_n; i++)
		filled[0] += j->form.sig[i].v_id != 0;
	for (size_t i = 0; i < form.sig_n; i++)
		filled[1] += form.sig[i].v_id != 0;
	if (form.sig_n != j->form.sig_n + j->change->create_n || filled[1] != filled[0] + 1 ||
	    found.start != hole->start || found.end != hole->end || found.total != hole->total)
		rc = YX_PDF_BROKEN;
out:
	yx_arena_free(&a);
	return rc == YX_NOT_FOUND ? YX_PDF_BROKEN : rc;
}

static int
run(struct job *j, struct yx_arena *a, int in, int out, struct pades_hole *hole)
{
	int rc;

	if ((rc = pdf_doc_open(&j->d, a, in)) != YX_OK ||
	    (rc = pdf_form_read(&j->d, 0, &j->form)) != YX_OK || (rc = check_change(j)) != YX_OK ||
	    (rc = pdf_update_open(&j->u, &j->d, 4 * j->change->create_n + 8)) != YX_OK ||
	    (rc = plan(j)) != YX_OK || (rc = write_out(j, in, out, hole)) != YX_OK)
		return rc;
	return read_back(j, out, hole);
}

int
pades_append(const char *in_path, int out_fd, const struct pades_change *change,
    struct pades_hole *hole)
{
	struct yx_arena *a = NULL;
	struct pades_facts facts;
	struct job j = {.change = change};
	int in = -1, rc = pades_inspect(in_path, &facts);

	memset(hole, 0, sizeof(*hole));
	if (rc != YX_OK)
		return rc;
	in = open(in_path, O_RDONLY | O_CLOEXEC);
	if (in < 0 || (a = yx_arena_new(ARENA_MAX)) == NULL) {
		rc = in < 0 ? YX_IO : YX_NO_MEMORY;
		goto out;
	}
	rc = run(&j, a, in, out_fd, hole);
out:
	if (in >= 0)
		close(in);
	pdf_update_free(&j.u);
	yx_arena_free(&a);
	return rc;
}
