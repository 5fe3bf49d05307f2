#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/cms.h"
#include "backend/pades/hash.h"
#include "backend/pades/inspect.h"
#include "backend/pades/locks.h"
#include "backend/pades/appearance.h"
#include "backend/pades/part.h"
#include "backend/pades/xfa.h"

#define ARENA_MAX   ((size_t)48 << 20)
#define PARTS_MAX   1024

/* ---- may we? ---- */

/* Of an earlier signature only its prohibitions matter here: whether it is sound is
 * for its reader to judge, and nothing that is appended changes that. */
static int
read_locks(struct pdf_job *j, struct pdf_locks *locks, int *signatures)
{
	struct pdf_object o;
	int rc;

	for (size_t i = 0; i < j->form.sig_n; i++) {
		if (j->form.sig[i].v_id == 0)
			continue;
		*signatures += 1;
		rc = pdf_fetch(&j->d, 0, j->form.sig[i].v_id, &o);
		if (rc == YX_OK)
			rc = pdf_type(o.value) == PDF_DICT ? pdf_locks_add(&j->d, 0, o.value, locks) : YX_PDF_BROKEN;
		if (rc == YX_PDF_BROKEN)
			return YX_PDF_UNCLEAR;
		if (rc != YX_OK)
			return rc;
	}
	return YX_OK;
}

static int
is_created(const struct pades_change *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->parts[i].kind == PADES_FIELD && c->parts[i].field.name != NULL &&
		    strcmp(c->parts[i].field.name, name) == 0)
			return 1;
	return 0;
}

/* A field that is made for a document timestamp in the same change. */
static int
is_for_timestamp(const struct pades_change *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->parts[i].kind == PADES_TIMESTAMP && c->parts[i].sign.field != NULL &&
		    strcmp(c->parts[i].sign.field, name) == 0)
			return 1;
	return 0;
}

static int
is_signed(const struct pades_change *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->parts[i].kind == PADES_SIGN && c->parts[i].sign.field != NULL &&
		    strcmp(c->parts[i].sign.field, name) == 0)
			return 1;
	return 0;
}

/* DocMDP: P 2 and 3 allow to sign fields that are there, not new ones; validation data
 * and timestamps in fields of their own are always allowed (ISO 32000-2, 12.8.2.2). */
static int
check_part(const struct pades_change *c, const struct pades_part *p, const struct pdf_locks *l, int signed_before)
{
	const char *name = p->kind == PADES_FIELD ? p->field.name : p->kind == PADES_SEAM ? p->seam.field : p->sign.field;
	const int makes = p->kind == PADES_FIELD || p->kind == PADES_SEAM;

	if (p->kind == PADES_DSS)
		return YX_OK;
	if (name == NULL)
		return YX_BAD_FIELD;
	if (is_for_timestamp(c, name) && is_created(c, name))
		return YX_OK;
	/* Behind a signature a place is made only by who signs there at once. */
	if (signed_before && (p->kind == PADES_SEAM ||
	    (p->kind == PADES_FIELD && p->field.page > 0 && !is_signed(c, name))))
		return YX_PDF_LOCKED;
	if (l->docmdp == 1 || pdf_locks_field(l, name) || (makes && l->docmdp > 0))
		return YX_PDF_LOCKED;
	return p->kind == PADES_SIGN && l->docmdp > 0 && is_created(c, name) ? YX_PDF_LOCKED : YX_OK;
}

static int
check_limits(struct pdf_job *j)
{
	const struct pades_change *c = j->change;
	struct pdf_locks locks = { 0 };
	int signatures = 0, rc = read_locks(j, &locks, &signatures);

	if (c->n == 0 || c->n > PARTS_MAX)
		return YX_BAD_FIELD;
	for (size_t i = 0; rc == YX_OK && i < c->n; i++) {
		if ((rc = check_part(c, &c->parts[i], &locks, signatures > 0)) == YX_OK && c->parts[i].kind == PADES_SIGN &&
		    c->parts[i].sign.certify && signatures > 0)
			rc = YX_PDF_SIGNED;
	}
	return rc;
}

static size_t
count(const struct pades_change *c, enum pades_part_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += c->parts[i].kind == kind;
	return n;
}

static int
plan(struct pdf_job *j)
{
	int rc = YX_OK, has_dss = 0;

	const size_t seams = count(j->change, PADES_SEAM) * PDF_SEAM_PAGES;

	if ((j->created = yx_arena_alloc(j->d.in.a, (j->change->n + seams) * sizeof(*j->created))) == NULL)
		return YX_PDF_TOO_COMPLEX;
	for (size_t i = 0; rc == YX_OK && i < j->change->n; i++) {
		const struct pades_part *p = &j->change->parts[i];

		switch (p->kind) {
		case PADES_FIELD: rc = pdf_part_field(j, &p->field); break;
		case PADES_SIGN:  rc = pdf_part_sign(j, &p->sign); break;
		case PADES_TIMESTAMP: rc = pdf_part_timestamp(j, &p->sign); break;
		case PADES_SEAM:  rc = pdf_part_seam(j, &p->seam); break;
		case PADES_DSS:   rc = pdf_part_dss(j, &p->dss); has_dss = 1; break;
		default:          rc = YX_BAD_FIELD; break;
		}
	}
	if (rc == YX_OK && j->hole_id == 0)
		return has_dss && j->u.n > 0 && j->created_n == 0 ? YX_OK : has_dss ? YX_STATE : YX_BAD_FIELD;
	return rc == YX_OK ? pdf_finish_form(j) : rc;
}

/* ---- out ---- */

/* Writes the three numbers into the room that the hole's dictionary left. */
static int
patch_range(struct pdf_job *j, struct pades_hole *hole)
{
	const int64_t base = j->d.in.size;
	struct yx_buf *out = &j->u.out;
	char text[128];
	uint8_t *at, *gap;

	hole->total = base + (int64_t)out->len;
	hole->start = hole->end = hole->total;
	if (j->hole_id == 0)
		return YX_OK;
	at = out->data + (pdf_job_change(j, j->hole_id)->offset - base);
	if ((at = memmem(at, 512, "/ByteRange [0 ", 14)) == NULL ||
	    (gap = memmem(at, 512, "/Contents <", 11)) == NULL)
		return YX_INTERNAL;
	hole->start = base + (gap + 10 - out->data);
	hole->end = hole->start + 2 * (int64_t)j->room + 2;
	snprintf(text, sizeof(text), "/ByteRange [0 %-10lld %-10lld %-10lld]", (long long)hole->start,
	    (long long)hole->end, (long long)(hole->total - hole->end));
	if (strlen(text) != sizeof(PDF_BYTE_RANGE) - 1)
		return YX_PDF_TOO_COMPLEX;
	memcpy(at, text, sizeof(PDF_BYTE_RANGE) - 1);
	return YX_OK;
}

/* Old bytes, then the update; the digest takes both but not the hole. */
static int
copy_and_hash(struct pdf_job *j, EVP_MD_CTX *ctx, int in, int out, struct pades_appended *made)
{
	const struct yx_buf *tail = &j->u.out;
	size_t before = (size_t)(made->hole.start - j->d.in.size), behind = (size_t)(made->hole.end - j->d.in.size);
	unsigned n = 0;
	int rc = pdf_copy_hashed(ctx, in, out, j->d.in.size);

	if (rc != YX_OK || (rc = pdf_pwrite_all(out, tail->data, tail->len, j->d.in.size)) != YX_OK || ctx == NULL)
		return rc;
	if (EVP_DigestUpdate(ctx, tail->data, before) != 1 ||
	    EVP_DigestUpdate(ctx, tail->data + behind, tail->len - behind) != 1 ||
	    EVP_DigestFinal_ex(ctx, made->digest, &n) != 1)
		return YX_INTERNAL;
	made->digest_n = n;
	return YX_OK;
}

static int
write_out(struct pdf_job *j, int in, int out, struct pades_appended *made)
{
	const EVP_MD *md = j->change->md == NULL ? NULL : pades_md(j->change->md);
	EVP_MD_CTX *ctx = NULL;
	char last = 0;
	int rc;

	if (j->change->md != NULL && md == NULL)
		return YX_BAD_FIELD;
	if ((rc = pdf_pread_all(in, &last, 1, j->d.in.size - 1)) != YX_OK)
		return rc;
	if (last != '\n' && last != '\r')
		yx_buf_adds(&j->u.out, "\n");
	if ((rc = pdf_update_render(&j->u, j->d.in.size)) != YX_OK || (rc = patch_range(j, &made->hole)) != YX_OK)
		return rc;
	if (md != NULL && ((ctx = EVP_MD_CTX_new()) == NULL || EVP_DigestInit_ex(ctx, md, NULL) != 1))
		rc = YX_NO_MEMORY;
	if (rc == YX_OK)
		rc = copy_and_hash(j, ctx, in, out, made);
	EVP_MD_CTX_free(ctx);
	return rc;
}

static size_t
count_filled(const struct pdf_form *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->sig_n; i++)
		n += f->sig[i].v_id != 0;
	return n;
}

/* Reads what was written. A reference of the old file to a number that was free
 * would now find one of our objects: then this shows other fields than planned. */
static int
read_back(struct pdf_job *j, int out, const struct pades_hole *hole)
{
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	struct pades_hole found;
	struct pdf_form form;
	struct pdf_doc d;
	int rc = YX_NO_MEMORY;

	if (a == NULL || (rc = pdf_doc_open(&d, a, out)) != YX_OK ||
	    (rc = pdf_form_read(&d, 0, &form)) != YX_OK)
		goto out;
	found = *hole;
	if (j->hole_id != 0 && (rc = pdf_find_hole(&d, &form, &found)) != YX_OK)
		goto out;
	if (form.nodes != j->form.nodes + (int)j->created_n ||
	    form.sig_n != j->form.sig_n + j->created_n - j->seams_n ||
	    count_filled(&form) != count_filled(&j->form) + (j->hole_id != 0) ||
	    found.start != hole->start || found.end != hole->end || found.total != hole->total)
		rc = YX_PDF_BROKEN;
out:
	yx_arena_free(&a);
	return rc == YX_NOT_FOUND ? YX_PDF_BROKEN : rc;
}

/* More objects than four a part: those of the drawing with two an edge, the fields of a
 * 騎縫章 with their pages, what a store holds. */
static size_t
more_objects(const struct pades_change *c)
{
	size_t n = count(c, PADES_SEAM) * 2 * PDF_SEAM_PAGES;

	for (size_t i = 0; i < c->n; i++)
		if (c->parts[i].kind == PADES_DSS)
			n += 4 + c->parts[i].dss.certs_n + c->parts[i].dss.ocsps_n + c->parts[i].dss.crls_n;
		else if (c->parts[i].kind == PADES_SIGN && c->parts[i].sign.look != NULL)
			n += 2 * PDF_LOOK_OBJECTS + 2 * PDF_SEAM_PAGES;
	return n;
}

static int
run(struct pdf_job *j, const char *in_path, int in, int out, struct pades_appended *made)
{
	struct pades_facts facts;
	int rc = pdf_inspect(&j->d, in_path, &facts, &j->form);

	j->pages = facts.pages;
	if (rc == YX_OK && j->form.xfa)
		rc = pdf_xfa_static(&j->d, &j->form) ? YX_PDF_UNSUPPORTED : YX_PDF_DYNAMIC;
	if (rc != YX_OK || (rc = check_limits(j)) != YX_OK ||
	    (rc = pdf_update_open(&j->u, &j->d, 4 * j->change->n + 8 + more_objects(j->change))) != YX_OK ||
	    (rc = plan(j)) != YX_OK || (rc = write_out(j, in, out, made)) != YX_OK)
		return rc;
	return read_back(j, out, &made->hole);
}

int
pades_append(const char *in_path, int out_fd, const struct pades_change *change, struct pades_appended *out)
{
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	struct pdf_job j = { .change = change };
	int in = open(in_path, O_RDONLY | O_CLOEXEC), rc = YX_IO;

	memset(out, 0, sizeof(*out));
	yx_buf_init(&j.refs, (size_t)64 << 10);
	if (a != NULL && in >= 0 && (rc = pdf_doc_open(&j.d, a, in)) == YX_OK)
		rc = run(&j, in_path, in, out_fd, out);
	if (a == NULL)
		rc = YX_NO_MEMORY;
	if (in >= 0)
		close(in);
	pdf_update_free(&j.u);
	yx_buf_free(&j.refs);
	yx_arena_free(&a);
	return rc;
}
