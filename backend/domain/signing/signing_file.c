#include "backend/domain/signing/signing_file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/file.h"
#include "backend/pades/hash.h"
#include "backend/pki/method.h"
#include "common/crash.h"

int
signing_is_whole(const struct pades_hole *hole)
{
	return hole->start == hole->total && hole->end == hole->total;
}

struct whole { uint8_t digest[64]; size_t n; int64_t size; };

static int
digest_of(int fd, const char *md_name, struct whole *out)
{
	const EVP_MD *md = pki_md(md_name);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned n = 0;
	int rc = ctx == NULL ? YX_NO_MEMORY : md == NULL ? YX_CERT_WEAK : pdf_file_size(fd, &out->size);

	if (rc == YX_OK && EVP_DigestInit_ex(ctx, md, NULL) != 1)
		rc = YX_INTERNAL;
	if (rc == YX_OK && (rc = pdf_hash_range(ctx, fd, 0, out->size)) == YX_OK &&
	    EVP_DigestFinal_ex(ctx, out->digest, &n) != 1)
		rc = YX_INTERNAL;
	out->n = n;
	EVP_MD_CTX_free(ctx);
	return rc;
}

static int
digest_of_object(struct act *act, const uint8_t sha256[32], const char *md, struct whole *out)
{
	const char *path = NULL;
	int fd, rc = yx_store_path(act->domain->store, act->arena, sha256, &path);

	if (rc != YX_OK)
		return rc;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return YX_IO;
	rc = digest_of(fd, md, out);
	close(fd);
	return rc;
}

int
signing_file_prepare(struct act *act, const struct signing *s, struct signing_item *it)
{
	const struct pades_cms_signer by = { .cert = s->cert.x509, .chain = s->chain, .how = { .md = s->md }, .timed = 1 };
	struct whole w;
	int rc = digest_of_object(act, it->base, s->md, &w);

	if (rc != YX_OK || (rc = pades_cms_begin(&by, (struct yx_bytes){ w.digest, w.n }, &it->attributes,
	    &it->partial)) != YX_OK)
		return rc;
	it->hole = (struct pades_hole){ w.size, w.size, w.size };
	it->digest_n = w.n;
	memcpy(it->digest, w.digest, w.n);
	/* (the column wants one; no file has that name) */
	yx_random_id(it->prepared_id);
	yx_random_token(it->token);
	return YX_OK;
}

int
signing_file_keep(struct act *act, struct signed_item *x, const struct yx_buf *cms)
{
	const char *temp = NULL;
	struct whole w;
	int fd = -1, rc = digest_of_object(act, x->base, x->md, &w);

	if (rc != YX_OK)
		return rc;
	if (w.n != x->digest_n || memcmp(w.digest, x->digest, w.n) != 0)
		return YX_SIGNATURE_BAD;
	if ((rc = yx_store_temp(act->domain->store, act->arena, &temp, &fd)) == YX_OK &&
	    (rc = pdf_pwrite_all(fd, cms->data, cms->len, 0)) == YX_OK) {
		yx_crash_point("sign.embedded");
		if ((rc = yx_store_put(act->domain->store, temp, x->sha256, &x->size)) == YX_OK)
			yx_crash_point("sign.stored");
	}
	if (fd >= 0)
		close(fd);
	if (temp != NULL)
		unlink(temp);
	return rc;
}
