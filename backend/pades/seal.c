#include <string.h>

#include "backend/pades/cms.h"
#include "backend/pki/key.h"

#define CMS_MAX ((size_t)1 << 20)

/* The change with the digest that the signer uses, and a hole of his size. */
static int
fit(const struct pades_change *from, const struct pades_signer *s, struct yx_arena *a, struct pades_change *out)
{
	const struct pades_cms_signer by = { .cert = s->cert, .chain = s->chain, .how = s->how };
	struct pades_part *parts = yx_arena_alloc(a, (from->n + 1) * sizeof(*parts));

	if (parts == NULL)
		return YX_NO_MEMORY;
	for (size_t i = 0; i < from->n; i++) {
		parts[i] = from->parts[i];
		if (parts[i].kind == PADES_SIGN && parts[i].sign.room == 0)
			parts[i].sign.room = pades_room(&by, s->stamp == NULL ? 0 : PADES_TOKEN_ROOM);
	}
	*out = (struct pades_change){ parts, from->n, s->how.md };
	return YX_OK;
}

/* Without a timestamp it is a signature all the same. */
static int
stamp_if_possible(struct pades_stamp *stamp, size_t room, struct yx_buf *cms)
{
	int rc = pades_cms_stamp(cms, room, stamp);

	return rc == YX_TIMESTAMP_UNAVAILABLE || rc == YX_HOLE_TOO_SMALL ? YX_OK : rc;
}

static int
make_cms(const struct pades_signer *s, const struct pades_appended *made, struct yx_buf *cms)
{
	const struct pades_cms_signer by = { .cert = s->cert, .chain = s->chain, .how = s->how };
	CMS_ContentInfo *begun;
	struct yx_buf attributes, signature;
	int rc;

	yx_buf_init(&attributes, CMS_MAX);
	yx_buf_init(&signature, 4096);
	rc = cms_begin(&by, (struct yx_bytes){ made->digest, made->digest_n }, &attributes, &begun);
	if (rc == YX_OK && (rc = pki_key_sign(s->key, &s->how, yx_buf_bytes(&attributes), &signature)) == YX_OK)
		rc = cms_finish(begun, &by, yx_buf_bytes(&attributes), yx_buf_bytes(&signature), cms);
	if (rc == YX_OK && s->stamp != NULL)
		rc = stamp_if_possible(s->stamp, (size_t)(made->hole.end - made->hole.start - 2) / 2, cms);
	CMS_ContentInfo_free(begun);
	yx_buf_free(&attributes);
	yx_buf_free(&signature);
	return rc;
}

int
pades_seal(const char *in_path, int out_fd, const struct pades_change *change, const struct pades_signer *signer,
    struct pades_hole *hole)
{
	struct yx_arena *a = yx_arena_new((size_t)1 << 20);
	struct pades_appended made;
	struct pades_change mine;
	struct yx_buf cms;
	int rc = YX_NO_MEMORY;

	memset(hole, 0, sizeof(*hole));
	yx_buf_init(&cms, CMS_MAX);
	if (a != NULL && (rc = fit(change, signer, a, &mine)) == YX_OK &&
	    (rc = pades_append(in_path, out_fd, &mine, &made)) == YX_OK &&
	    (rc = make_cms(signer, &made, &cms)) == YX_OK)
		rc = pades_embed(out_fd, &made.hole, cms.data, cms.len);
	if (rc == YX_OK)
		*hole = made.hole;
	yx_buf_free(&cms);
	yx_arena_free(&a);
	return rc;
}
