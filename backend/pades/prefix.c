#include "backend/pades/prefix.h"

#include <string.h>

#include "backend/pades/hash.h"

static const char *const MDS[PDF_PREFIX_MDS] = { "SHA-256", "SHA-384", "SHA-512" };

/* Brings the run to the hole's start. */
static int
advance(struct pdf_prefix *p, struct pdf_prefix_run *r, const EVP_MD *md, int64_t to)
{
	int rc = YX_OK;

	if (r->ctx == NULL && ((r->ctx = EVP_MD_CTX_new()) == NULL || EVP_DigestInit_ex(r->ctx, md, NULL) != 1))
		rc = YX_NO_MEMORY;
	if (rc == YX_OK && (rc = pdf_hash_range(r->ctx, p->fd, r->at, to)) == YX_OK)
		r->at = to;
	if (rc == YX_OK)
		return rc;
	EVP_MD_CTX_free(r->ctx);
	*r = (struct pdf_prefix_run){ NULL, 0 };
	return rc;
}

/* The rest of it, on a copy of the run. */
static int
finish(const struct pdf_prefix *p, const struct pdf_prefix_run *r, const struct pades_hole *hole, uint8_t *out,
    size_t *len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned n = 0;
	int rc = ctx != NULL && EVP_MD_CTX_copy_ex(ctx, r->ctx) == 1 ? YX_OK : YX_NO_MEMORY;

	if (rc == YX_OK && (rc = pdf_hash_range(ctx, p->fd, hole->end, hole->total)) == YX_OK)
		rc = EVP_DigestFinal_ex(ctx, out, &n) == 1 ? YX_OK : YX_INTERNAL;
	EVP_MD_CTX_free(ctx);
	*len = n;
	return rc;
}

int
pdf_prefix_digest(struct pdf_prefix *p, const struct pades_hole *hole, const char *md, uint8_t *out, size_t *len)
{
	const EVP_MD *type = pki_md(md);
	struct pdf_prefix_run *r = NULL;
	int rc;

	for (size_t i = 0; type != NULL && i < PDF_PREFIX_MDS; i++)
		if (strcmp(MDS[i], md) == 0)
			r = &p->run[i];
	if (r == NULL || r->at > hole->start || *len < (size_t)EVP_MD_get_size(type))
		return pades_digest(p->fd, hole, md, out, len);
	if ((rc = advance(p, r, type, hole->start)) != YX_OK)
		return rc;
	return finish(p, r, hole, out, len);
}

void
pdf_prefix_free(struct pdf_prefix *p)
{
	for (size_t i = 0; i < PDF_PREFIX_MDS; i++)
		EVP_MD_CTX_free(p->run[i].ctx);
	memset(p->run, 0, sizeof(p->run));
}
