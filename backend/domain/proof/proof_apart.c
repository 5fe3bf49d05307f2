/* The timestamp that a signature apart from its file (CAdES) could not have when it was made. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "backend/domain/proof/proof.h"
#include "backend/pades/cades.h"
#include "backend/pades/file.h"
#include "common/crash.h"

#define CMS_MAX    ((size_t)1 << 20)
#define REPORT_MAX ((size_t)4 << 20)

static enum pades_level
level_of(const char *word)
{
	for (enum pades_level l = PADES_LTA; l > PADES_NONE; l--)
		if (strcmp(pades_level_word(l), word) == 0)
			return l;
	return PADES_NONE;
}

/* Nothing is put into the store that we would not accept ourselves. */
static int
check(struct act *act, const struct proof_work *w, const struct yx_buf *cms, struct proof_result *out)
{
	const struct pades_policy policy = { .trust = act->domain->trust, .tsa_trust = act->domain->tsa_trust };
	struct yx_arena *a = yx_arena_new(REPORT_MAX);
	struct pades_report r = { 0 };
	const char *path = NULL;
	int fd = -1, rc = a == NULL ? YX_NO_MEMORY : yx_store_path(act->domain->store, act->arena, w->file, &path);

	if (rc == YX_OK && (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		rc = YX_IO;
	if (rc == YX_OK)
		rc = cades_verify(a, &(struct cades_question){ .fd = fd, .cms = cms, .policy = &policy }, &r);
	if (rc == YX_OK && (r.n != 1 || !r.sig[0].digest_ok || !r.sig[0].signature_ok))
		rc = YX_SIGNATURE_BAD;
	/* (an authority that nobody trusts) */
	if (rc == YX_OK && r.sig[0].proven == 0)
		rc = YX_TIMESTAMP_BAD;
	if (rc == YX_OK)
		*out = (struct proof_result){ .level = level_of(r.sig[0].level), .kept = 1,
			.stamped_at = (int64_t)r.sig[0].proven * 1000 };
	if (fd >= 0)
		close(fd);
	pades_report_free(&r);
	yx_arena_free(&a);
	return rc;
}

static int
store(struct act *act, const struct yx_buf *cms, struct proof_stored *out)
{
	const char *temp = NULL;
	int fd = -1, rc = yx_store_temp(act->domain->store, act->arena, &temp, &fd);

	if (rc == YX_OK && (rc = pdf_pwrite_all(fd, cms->data, cms->len, 0)) == YX_OK &&
	    (rc = yx_store_put(act->domain->store, temp, out->sha256, &out->size)) == YX_OK)
		yx_crash_point("proof.stored");
	if (fd >= 0)
		close(fd);
	if (temp != NULL)
		unlink(temp);
	return rc;
}

int
proof_apart(struct act *act, const struct proof_work *w, struct proof_result *r, struct proof_stored *out)
{
	struct domain *d = act->domain;
	struct pki_tsa tsa = domain_tsa(d);
	struct pades_stamp stamp = { .trust = d->tsa_trust, .tsa = &tsa };
	const struct pades_prolong how = { .trust = d->trust, .stamp = &stamp, .no_store = 1 };
	struct pades_prolonged made;
	struct yx_buf cms;
	int had = 0, rc;

	yx_buf_init(&cms, CMS_MAX);
	if ((rc = yx_store_read(d->store, act->arena, w->sha256, &cms)) == YX_OK) {
		rc = cades_prolong(&cms, &how, &made);
		had = rc == YX_STATE;
	}
	if ((rc == YX_OK || had) && (rc = check(act, w, &cms, r)) == YX_OK && !had)
		rc = store(act, &cms, out);
	yx_buf_free(&cms);
	return rc;
}
