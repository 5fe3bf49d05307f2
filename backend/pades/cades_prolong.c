#include <openssl/err.h>
#include <string.h>

#include "backend/pades/cades.h"
#include "backend/pades/cms_material.h"
#include "backend/pades/cms_verify.h"
#include "backend/pades/prolong.h"

#define CMS_MAX ((size_t)4 << 20)

/* One signer's CMS, as a list of one signature. */
static struct evidence_list
alone(struct evidence *e, const struct yx_buf *cms)
{
	*e = (struct evidence){ .der = *cms };
	return (struct evidence_list){ .item = e, .n = 1, .fd = -1 };
}

static int
is_stamped(const struct yx_buf *cms, const struct pki_trust *trust)
{
	struct evidence e;
	const struct evidence_list l = alone(&e, cms);
	int rc = YX_TIMESTAMP_BAD;

	for (int i = 0; rc != YX_OK && rc != YX_NOT_FOUND && rc != YX_NO_MEMORY; i++) {
		struct pki_tst tst;

		rc = evidence_token(&l, &e, i, trust, &tst);
		pki_tst_free(&tst);
	}
	return rc == YX_OK;
}

static int
keep(struct yx_buf *cms, const struct pades_prolong *how, struct pades_prolonged *out)
{
	struct pki_proofs *p = OPENSSL_zalloc(sizeof(*p));
	struct evidence e;
	const struct evidence_list l = alone(&e, cms);
	struct yx_buf whole;
	int rc;

	if (p == NULL)
		return YX_NO_MEMORY;
	yx_buf_init(&whole, CMS_MAX);
	if ((rc = pades_prove(how, &l, out, p)) == YX_OK && (rc = cms_material_add(cms, p, &whole)) == YX_OK) {
		yx_buf_reset(cms);
		yx_buf_add(cms, whole.data, whole.len);
		rc = yx_buf_status(cms);
	}
	yx_buf_free(&whole);
	pki_proofs_free(p);
	OPENSSL_free(p);
	ERR_clear_error();
	return rc;
}

int
cades_prolong(struct yx_buf *cms, const struct pades_prolong *how, struct pades_prolonged *out)
{
	struct cms_parts c;
	const char *why;
	int stamped, rc = cms_parts_open(cms->data, cms->len, &c, &why);

	cms_parts_free(&c);
	memset(out, 0, sizeof(*out));
	if (rc != YX_OK)
		return rc;
	stamped = is_stamped(cms, how->stamp == NULL ? how->trust : how->stamp->trust);
	if (!stamped && (rc = how->stamp == NULL ? YX_TIMESTAMP_UNAVAILABLE :
	    pades_cms_stamp(cms, CMS_MAX, how->stamp)) != YX_OK)
		return rc;
	rc = how->no_store ? YX_STATE : keep(cms, how, out);
	return rc == YX_STATE && !stamped ? YX_OK : rc;
}
