/* What a signature of a file that is no PDF gives to save: the signature, or both as one; and what
 * the signatures of any document are worth. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/api/api.h"
#include "backend/api/handlers.h"
#include "backend/api/rows.h"
#include "backend/domain/document/container.h"
#include "backend/pades/cades.h"
#include "backend/pades/examine.h"
#include "backend/pades/verify_words.h"
#include "common/codec.h"

#define CMS_MAX ((size_t)1 << 20)

static int
signature(struct http_request *rq)
{
	struct document_apart d;
	int rc = document_apart(&rq->act, http_str(rq, "id"), &d);

	if (rc != YX_OK)
		return rc;
	rq->accel = yx_store_accel(rq->app->store, rq->act.arena, d.signature);
	rq->content_type = "application/pkcs7-signature";
	rq->file_name = yx_arena_printf(rq->act.arena, "%s.p7s", d.document.name);
	rq->download = 1;
	return rq->accel == NULL || rq->file_name == NULL ? YX_NO_MEMORY : YX_OK;
}

static int
stream(struct http_request *rq)
{
	return container_write(rq->stream_ctx, http_give, rq);
}

static int
container(struct http_request *rq)
{
	struct container *c = yx_arena_alloc(rq->act.arena, sizeof(*c));
	struct document_apart d;
	int rc = c == NULL ? YX_NO_MEMORY : document_apart(&rq->act, http_str(rq, "id"), &d);

	if (rc != YX_OK || (rc = container_open(&rq->act, &d, c)) != YX_OK)
		return rc;
	rq->stream = stream;
	rq->stream_ctx = c;
	rq->stream_size = c->size;
	rq->content_type = CONTAINER_TYPE;
	rq->file_name = yx_arena_printf(rq->act.arena, "%s.asics", d.document.name);
	rq->download = 1;
	return rq->file_name == NULL ? YX_NO_MEMORY : YX_OK;
}

/* ---- what they are worth ---- */

/* Both are ours: the file is hashed only, the signature was made here and its certificate looked at. */
static int
judge(struct http_request *rq, const struct document_apart *d, const struct yx_buf *cms)
{
	const struct domain *domain = rq->act.domain;
	struct pki_approved *approved = NULL;
	struct pades_report r = { 0 };
	const char *path = NULL;
	int fd = -1, rc = pki_approved_open(domain->conf->trust_dir, &approved);

	if ((rc == YX_OK || rc == YX_NOT_FOUND) &&
	    (rc = yx_store_path(rq->app->store, rq->act.arena, d->file, &path)) == YX_OK &&
	    (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		rc = YX_IO;
	if (rc == YX_OK) {
		const struct pades_policy policy = { .trust = domain->trust, .tsa_trust = domain->tsa_trust,
			.approved = approved };

		rc = cades_verify(rq->act.arena, &(struct cades_question){ .fd = fd, .cms = cms, .policy = &policy }, &r);
	}
	if (rc == YX_OK)
		pades_report_write(&rq->json, rq->act.arena, &r, 1);
	if (fd >= 0)
		close(fd);
	pades_report_free(&r);
	pki_approved_free(&approved);
	return rc;
}

static int
verify_apart(struct http_request *rq, const char *id)
{
	struct document_apart d;
	struct yx_buf cms;
	int rc = document_apart(&rq->act, id, &d);

	yx_buf_init(&cms, CMS_MAX);
	if (rc == YX_OK && (rc = yx_store_read(rq->app->store, rq->act.arena, d.signature, &cms)) == YX_OK)
		rc = judge(rq, &d, &cms);
	yx_buf_free(&cms);
	return rc;
}

/* What is practised has anchors of its own, of which a confined process knows nothing; its file was written anew
 * here when it came in, as an upload of a practice is. */
static int
verify_practice(struct http_request *rq, const char *path)
{
	const struct domain *domain = rq->act.domain;
	const struct pades_policy policy = { .trust = domain->trust, .tsa_trust = domain->tsa_trust };
	struct pades_report r = { 0 };
	int rc = pades_verify(rq->act.arena, path, &policy, &r);

	if (rc == YX_OK)
		pades_report_write(&rq->json, rq->act.arena, &r, 1);
	pades_report_free(&r);
	return rc;
}

static int
verification(struct http_request *rq)
{
	const char *path = NULL, *id = http_str(rq, "id");
	struct document_name d;
	struct stat st;
	uint8_t sha256[32];
	char hex[65];
	int rc = document_object(&rq->act, id, -1, sha256, &d);

	if (rc != YX_OK)
		return rc;
	/* What is kept from a reader as a file is not described to him either. */
	if (d.withheld != DOCUMENT_FREE)
		return YX_WITHHELD;
	if ((rc = yx_store_path(rq->app->store, rq->act.arena, sha256, &path)) != YX_OK)
		return rc;
	if (stat(path, &st) != 0)
		return YX_IO;
	yx_hex(hex, sha256, 32);
	yx_jw_str(&rq->json, "sha256", hex);
	yx_jw_int(&rq->json, "size", st.st_size);
	if (strcmp(d.format, "pdf") != 0)
		return verify_apart(rq, id);
	return act_practises(&rq->act) ? verify_practice(rq, path)
	    : examined_write(rq, &(struct pades_exhibit){ .path = path });
}

static const struct http_param P_ID[] = { ID("id"), END };

const struct http_route APART_ROUTES[] = {
	{ "GET", V1 "/documents/{id}/signature", WHO_MEMBER, 0, P_ID, signature, "The signature of a file that is no PDF" },
	{ "GET", V1 "/documents/{id}/container", WHO_MEMBER, F_SLOW, P_ID, container, "File and signature (ASiC-S)" },
	{ "GET", V1 "/documents/{id}/verification", WHO_MEMBER, F_SLOW, P_ID, verification,
	    "What its signatures are worth" },
	LAST_ROW,
};
