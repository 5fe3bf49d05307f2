#include "backend/domain/document/seal.h"

#include <unistd.h>

#include "backend/domain/contract/contract.h"
#include "common/cert.h"

#define CMS_MAX (1 << 20)

struct pades_field *
seal_fields(struct yx_arena *a, size_t vendors, size_t *count)
{
	struct pades_field *f = yx_arena_alloc(a, (vendors + 2) * sizeof(*f));

	*count = 0;
	if (f == NULL)
		return NULL;
	f[(*count)++].name = FIELD_PLATFORM;
	for (size_t i = 0; i < vendors; i++)
		if ((f[(*count)++].name = yx_arena_printf(a, FIELD_VENDOR, (int)i + 1)) == NULL)
			return NULL;
	f[(*count)++].name = FIELD_AGENCY;
	return f;
}

/* The CMS over the prepared file, by the signer's own key. */
static int
make_cms(struct yx_arena *a, const struct seal_signer *s, int fd, const struct pades_hole *hole, struct yx_buf *cms)
{
	struct yx_buf attributes, partial, signature;
	struct yx_cert cert;
	uint8_t digest[64];
	size_t n = sizeof(digest);
	const char *md;
	int rc = yx_cert_of(a, s->cert, &cert);

	if (rc != YX_OK)
		return rc;
	md = yx_cert_digest(&cert);
	yx_cert_free(&cert);
	if (md == NULL)
		return YX_CERT_WEAK;
	yx_buf_init(&attributes, CMS_MAX);
	yx_buf_init(&partial, CMS_MAX);
	yx_buf_init(&signature, 4096);
	if ((rc = pades_digest(fd, hole, md, digest, &n)) == YX_OK &&
	    (rc = pades_cms_begin(s->cert, s->chain, md, digest, n, &attributes, &partial)) == YX_OK &&
	    (rc = pades_sign_key(s->key, md, attributes.data, attributes.len, &signature)) == YX_OK)
		rc = pades_cms_finish(partial.data, partial.len, s->cert, signature.data, signature.len, cms);
	yx_buf_free(&attributes);
	yx_buf_free(&partial);
	yx_buf_free(&signature);
	return rc;
}

int
seal_pdf(struct yx_store *store, struct yx_arena *a, const struct seal_signer *signer, const char *in_path,
    const struct pades_change *change, uint8_t sha256[32], int64_t *size)
{
	const char *temp = NULL;
	struct pades_hole hole;
	struct yx_buf cms;
	int fd = -1, rc;

	yx_buf_init(&cms, CMS_MAX);
	if ((rc = yx_store_temp(store, a, &temp, &fd)) == YX_OK &&
	    (rc = pades_append(in_path, fd, change, &hole)) == YX_OK &&
	    (rc = make_cms(a, signer, fd, &hole, &cms)) == YX_OK &&
	    (rc = pades_embed(fd, &hole, cms.data, cms.len)) == YX_OK)
		rc = yx_store_put(store, temp, sha256, size);
	if (fd >= 0)
		close(fd);
	if (temp != NULL)
		unlink(temp);
	yx_buf_free(&cms);
	return rc;
}
