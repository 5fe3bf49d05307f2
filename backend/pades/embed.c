#include "backend/pades/inspect.h"

#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/cms.h"
#include "backend/pades/hash.h"
#include "common/codec.h"

#define ARENA_MAX ((size_t)48 << 20)

static int
hole_fits(const struct pades_hole *h, int64_t size)
{
	return h->start > 0 && h->end > h->start + 2 && h->total >= h->end && h->total <= size;
}

int
pades_digest(int fd, const struct pades_hole *hole, const char *md_name, uint8_t *out, size_t *len)
{
	const EVP_MD *md = pades_md(md_name);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned n = 0;
	int64_t size;
	int rc = ctx == NULL ? YX_NO_MEMORY : md == NULL ? YX_BAD_FIELD : YX_OK;

	if (rc != YX_OK || (rc = pdf_file_size(fd, &size)) != YX_OK)
		goto out;
	rc = YX_BAD_FIELD;
	if (!hole_fits(hole, size) || *len < (size_t)EVP_MD_get_size(md))
		goto out;
	rc = YX_INTERNAL;
	if (EVP_DigestInit_ex(ctx, md, NULL) != 1)
		goto out;
	if ((rc = pdf_hash_range(ctx, fd, 0, hole->start)) != YX_OK ||
	    (rc = pdf_hash_range(ctx, fd, hole->end, hole->total)) != YX_OK)
		goto out;
	rc = EVP_DigestFinal_ex(ctx, out, &n) == 1 ? YX_OK : YX_INTERNAL;
	*len = n;
out:
	EVP_MD_CTX_free(ctx);
	return rc;
}

int
pdf_hole_of(struct pdf_span dict, struct pades_hole *hole)
{
	struct pdf_span range, v;
	struct pdf_cur c;
	int64_t n[4];
	int more, rc = pdf_get(dict, "ByteRange", &range);

	if (rc != YX_OK || (rc = pdf_inside(range, PDF_ARRAY, &c)) != YX_OK)
		return rc;
	for (int i = 0; i < 4; i++) {
		if ((rc = pdf_next_item(&c, &v, &more)) != YX_OK)
			return rc;
		if (!more || (rc = pdf_int(v, &n[i])) != YX_OK)
			return YX_PDF_BROKEN;
	}
	if (n[0] != 0 || n[1] <= 0 || n[2] <= n[1] + 2 || n[3] < 0 || n[3] > INT64_MAX - n[2])
		return YX_NOT_FOUND;
	*hole = (struct pades_hole){ n[1], n[2], n[2] + n[3] };
	return YX_OK;
}

int
pdf_find_hole(struct pdf_doc *d, const struct pdf_form *form, struct pades_hole *hole)
{
	struct pdf_object o;
	int rc;

	for (size_t i = 0; i < form->sig_n; i++) {
		if (form->sig[i].v_id == 0)
			continue;
		if ((rc = pdf_fetch(d, 0, form->sig[i].v_id, &o)) != YX_OK)
			return rc;
		/* (an older signature's range may be anything: it is not ours) */
		if (pdf_hole_of(o.value, hole) == YX_OK && hole->total == d->in.size)
			return YX_OK;
	}
	return YX_NOT_FOUND;
}

int
pades_find_hole(int fd, struct pades_hole *hole)
{
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	struct pdf_form form;
	struct pdf_doc d;
	int rc = YX_NO_MEMORY;

	memset(hole, 0, sizeof(*hole));
	if (a != NULL && (rc = pdf_doc_open(&d, a, fd)) == YX_OK && (rc = pdf_form_read(&d, 0, &form)) == YX_OK)
		rc = pdf_find_hole(&d, &form, hole);
	yx_arena_free(&a);
	return rc;
}

/* Nothing but '<', zeros and '>': the hole is as append left it. */
static int
check_empty(const uint8_t *p, size_t n)
{
	if (p[0] != '<' || p[n - 1] != '>')
		return YX_PDF_BROKEN;
	for (size_t i = 1; i + 1 < n; i++)
		if (p[i] != '0')
			return YX_STATE;
	return YX_OK;
}

int
pades_embed(int fd, const struct pades_hole *hole, const void *cms, size_t n)
{
	size_t room = (size_t)(hole->end - hole->start);
	struct yx_buf b;
	uint8_t *p;
	int64_t size;
	int rc;

	yx_buf_init(&b, 4 * PADES_HOLE_MAX);
	if ((rc = pdf_file_size(fd, &size)) != YX_OK)
		goto out;
	rc = YX_BAD_FIELD;
	if (!hole_fits(hole, size) || n == 0)
		goto out;
	rc = YX_HOLE_TOO_SMALL;
	if (n > (room - 2) / 2)
		goto out;
	rc = YX_NO_MEMORY;
	if ((p = yx_buf_room(&b, room)) == NULL)
		goto out;
	if ((rc = pdf_pread_all(fd, p, room, hole->start)) != YX_OK ||
	    (rc = check_empty(p, room)) != YX_OK)
		goto out;
	yx_hex((char *)p + 1, cms, n);
	p[1 + 2 * n] = 2 * n + 2 == room ? '>' : '0'; /* yx_hex ends in NUL */
	if ((rc = pdf_pwrite_all(fd, p, room, hole->start)) == YX_OK && fsync(fd) != 0)
		rc = YX_IO;
out:
	yx_buf_free(&b);
	return rc;
}
