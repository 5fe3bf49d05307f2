#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/card/certificate.h"
#include "backend/domain/document/document.h"
#include "backend/domain/message/message.h"
#include "backend/domain/signing/signing.h"
#include "backend/pades/pades.h"
#include "common/crash.h"

#define CMS_MAX (1 << 20)

struct item {
	const char *task_id, *document_id, *name, *number, *field;
	int64_t     revision;
	uint8_t     base[32], digest[64];
	size_t      digest_n;
	char        prepared_id[YX_ID_SIZE], token[YX_TOKEN_SIZE];
	struct pades_hole hole;
	struct yx_buf attributes, partial;
};

struct preparing {
	struct http_request    *rq;
	struct certificate_row  row;
	struct yx_cert          cert;
	const char             *md;
	STACK_OF(X509)         *chain;   /* above the signer, without the anchor */
	char                    id[YX_ID_SIZE];
	int64_t                 now;
	struct item            *items;
	size_t                  n;
};

/* The task, if it is mine and may be signed now. */
static int
load_item(struct preparing *p, const char *task_id, struct item *out)
{
	struct http_request *rq = p->rq;
	struct yx_rows *r = NULL;
	const char *state;
	const void *sha256;
	size_t n;
	int rc = yx_db_query(rq->db, rq->arena,
	    "SELECT t.id, t.document_id, d.name, d.number, t.field, d.revision, v.sha256, t.state FROM sign_task t"
	    " JOIN document d ON d.id = t.document_id"
	    " JOIN document_revision v ON v.document_id = d.id AND v.revision = d.revision WHERE t.id = ? AND" TASK_MINE,
	    YX_P(yx_p_str(task_id), RECIPIENT_ME_P(rq)), &r);

	if (rc != YX_OK || !yx_rows_next(r))
		return rc != YX_OK ? rc : YX_NOT_FOUND;
	state = yx_row_str(r, 7);
	if (strcmp(state, "ready") != 0 && strcmp(state, "read") != 0 && strcmp(state, "prepared") != 0)
		return YX_STATE;
	*out = (struct item){ .task_id = yx_row_str(r, 0), .document_id = yx_row_str(r, 1), .name = yx_row_str(r, 2),
		.number = yx_row_str(r, 3), .field = yx_row_str(r, 4), .revision = yx_row_int(r, 5) };
	if ((sha256 = yx_row_bytes(r, 6, &n)) == NULL || n != 32)
		return YX_INTERNAL;
	memcpy(out->base, sha256, 32);
	yx_buf_init(&out->attributes, CMS_MAX);
	yx_buf_init(&out->partial, CMS_MAX);
	return YX_OK;
}

/* The certificate: mine, in use, of my organization, good at this moment. */
static int
load_certificate(struct preparing *p, const char *certificate_id)
{
	struct domain *d = DOMAIN_OF(p->rq);
	X509 *leaf;
	int rc = certificate_get(p->rq, certificate_id, &p->row);

	if (rc != YX_OK || (rc = yx_cert_parse(p->rq->arena, p->row.der, p->row.der_n, &p->cert)) != YX_OK)
		return rc;
	if ((p->md = yx_cert_digest(&p->cert)) == NULL)
		return YX_CERT_WEAK;
	if ((rc = certificate_of_organization(p->rq, &p->cert)) != YX_OK ||
	    (rc = certificate_judge(d, &p->cert)) != YX_OK ||
	    (rc = pki_check(d->trust, p->cert.x509, NULL, (time_t)(p->now / 1000), &p->chain)) != YX_OK)
		return rc;
	leaf = sk_X509_shift(p->chain);
	X509_free(leaf);
	return YX_OK;
}

/* The revision that fills the signer's field, in a file of its own. */
static int
make_revision(struct preparing *p, struct item *it)
{
	struct domain *d = DOMAIN_OF(p->rq);
	struct pades_part part = { .kind = PADES_SIGN, .sign = { .field = it->field,
		.name = p->rq->who.organization_name, .when = (time_t)(p->now / 1000),
		.room = pades_room(p->cert.x509, p->chain, 0) } };
	struct pades_change change = { &part, 1, p->md };
	struct pades_appended made;
	const char *base = NULL, *temp = NULL, *kept = NULL;
	int fd = -1, rc;

	if ((rc = yx_store_path(d->store, p->rq->arena, it->base, &base)) == YX_OK &&
	    (rc = yx_store_temp(d->store, p->rq->arena, &temp, &fd)) == YX_OK &&
	    (rc = pades_append(base, fd, &change, &made)) == YX_OK &&
	    (rc = pades_cms_begin(p->cert.x509, p->chain, p->md, made.digest, made.digest_n, &it->attributes, &it->partial)) == YX_OK) {
		it->hole = made.hole;
		it->digest_n = made.digest_n;
		memcpy(it->digest, made.digest, made.digest_n);
		yx_random_id(it->prepared_id);
		yx_random_token(it->token);
		rc = yx_store_keep_prepared(d->store, p->rq->arena, temp, it->prepared_id, &kept);
	}
	if (fd >= 0)
		close(fd);
	if (temp != NULL && rc != YX_OK)
		unlink(temp);
	yx_crash_point("sign.prepared_file");
	return rc;
}

/* A living preparation of the same task: mine is replaced, another's is respected. */
static int
settle_rivals(struct preparing *p, const struct item *it)
{
	struct http_request *rq = p->rq;
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena,
	    "SELECT s.id, s.member_id FROM signing s JOIN signing_item i ON i.signing_id = s.id"
	    " JOIN sign_task t ON t.id = i.task_id JOIN sign_task me ON me.document_id = t.document_id AND me.field = t.field"
	    " WHERE me.id = ? AND s.state = 'prepared' AND s.expires_at > ?",
	    YX_P(yx_p_str(it->task_id), yx_p_time(p->now)), &r);

	while (rc == YX_OK && yx_rows_next(r)) {
		if (strcmp(yx_row_str(r, 1), rq->who.member_id) != 0)
			return YX_TASK_TAKEN;
		rc = signing_give_up(rq->db, yx_row_str(r, 0));
	}
	return rc;
}

static int
put_item(struct preparing *p, size_t i)
{
	struct item *it = &p->items[i];
	uint8_t token[32];
	uint64_t changed = 0;
	int rc;

	/* The document's row is the lock between rivals for the same field. */
	rc = yx_db_exec(p->rq->db, "UPDATE document SET position = position WHERE id = ? AND revision = ?",
	    YX_P(yx_p_str(it->document_id), yx_p_int(it->revision)), &changed);
	if (rc != YX_OK || changed != 1)
		return rc != YX_OK ? rc : YX_CONFLICT;
	if ((rc = settle_rivals(p, it)) != YX_OK)
		return rc;
	rc = yx_db_exec(p->rq->db,
	    "UPDATE sign_task SET state = 'prepared', version = version + 1 WHERE id = ? AND state IN ('ready', 'read', 'prepared')",
	    YX_P(yx_p_str(it->task_id)), &changed);
	if (rc != YX_OK || changed != 1)
		return rc != YX_OK ? rc : YX_STATE;
	SHA256((const uint8_t *)it->token, strlen(it->token), token);
	return yx_db_exec(p->rq->db,
	    "INSERT INTO signing_item (signing_id, position, task_id, document_id, base_revision, base_sha256, prepared_id,"
	    " read_token_sha256, hole_start, hole_end, total, md, digest, signed_attributes, partial_cms)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(p->id), yx_p_int((int64_t)i), yx_p_str(it->task_id), yx_p_str(it->document_id),
	    yx_p_int(it->revision), yx_p_bytes(it->base, 32), yx_p_str(it->prepared_id), yx_p_bytes(token, 32),
	    yx_p_int(it->hole.start), yx_p_int(it->hole.end), yx_p_int(it->hole.total), yx_p_str(p->md),
	    yx_p_bytes(it->digest, it->digest_n), yx_p_bytes(it->attributes.data, it->attributes.len),
	    yx_p_bytes(it->partial.data, it->partial.len)), NULL);
}

static void
answer_item(struct yx_jw *w, struct preparing *p, const struct item *it)
{
	char url[128];

	snprintf(url, sizeof(url), "/api/v1/prepared/%s", it->token);
	yx_jw_object(w, NULL);
	yx_jw_str(w, "taskId", it->task_id);
	yx_jw_str(w, "documentId", it->document_id);
	yx_jw_str(w, "name", it->name);
	yx_jw_str(w, "number", it->number);
	yx_jw_int(w, "size", it->hole.total);
	yx_jw_str(w, "digestAlgorithm", p->md);
	yx_jw_base64(w, "messageDigest", it->digest, it->digest_n);
	yx_jw_base64(w, "signedAttributes", it->attributes.data, it->attributes.len);
	yx_jw_str(w, "url", url);
	yx_jw_array(w, "byteRange");
	yx_jw_int(w, NULL, 0);
	yx_jw_int(w, NULL, it->hole.start);
	yx_jw_int(w, NULL, it->hole.end);
	yx_jw_int(w, NULL, it->hole.total - it->hole.end);
	yx_jw_end_array(w);
	yx_jw_end_object(w);
}

static int
put_signing(struct http_request *rq, void *ctx)
{
	struct preparing *p = ctx;
	int rc;

	rc = yx_db_exec(rq->db,
	    "INSERT INTO signing (id, member_id, certificate_id, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(p->id), yx_p_str(rq->who.member_id), yx_p_str(p->row.id), yx_p_time(p->now),
	    yx_p_time(p->now + SIGNING_MS)), NULL);
	for (size_t i = 0; rc == YX_OK && i < p->n; i++)
		rc = put_item(p, i);
	if (rc != YX_OK || (rc = audit_request(rq, "signing.prepare", "signing", p->id, "serial", p->cert.serial)) != YX_OK)
		return rc;
	rq->status = 201;
	yx_jw_str(&rq->json, "id", p->id);
	http_time(rq, "expiresAt", p->now + SIGNING_MS);
	yx_jw_base64(&rq->json, "certificate", p->row.der, p->row.der_n);
	yx_jw_array(&rq->json, "documents");
	for (size_t i = 0; i < p->n; i++)
		answer_item(&rq->json, p, &p->items[i]);
	yx_jw_end_array(&rq->json);
	yx_crash_point("sign.prepare.before_commit");
	return YX_OK;
}

static int
prepare(struct preparing *p, const char *const *tasks, const char *certificate_id)
{
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < p->n; i++)
		rc = load_item(p, tasks[i], &p->items[i]);
	if (rc == YX_OK)
		rc = load_certificate(p, certificate_id);
	for (size_t i = 0; rc == YX_OK && i < p->n; i++)
		rc = make_revision(p, &p->items[i]);
	if (rc == YX_OK && (rc = http_tx(p->rq, put_signing, p)) == YX_OK)
		yx_crash_point("sign.prepare.committed");
	return rc;
}

int
signing_prepare(struct http_request *rq, const char *const *tasks, size_t n, const char *certificate_id)
{
	struct preparing p = { .rq = rq, .n = n, .now = yx_now_ms() / 1000 * 1000 };
	int rc;

	if ((p.items = yx_arena_alloc(rq->arena, n * sizeof(*p.items))) == NULL)
		return YX_NO_MEMORY;
	yx_random_id(p.id);
	rc = prepare(&p, tasks, certificate_id);
	for (size_t i = 0; i < n; i++) {
		if (rc != YX_OK && p.items[i].prepared_id[0] != '\0')
			yx_store_drop_prepared(rq->app->store, p.items[i].prepared_id);
		yx_buf_free(&p.items[i].attributes);
		yx_buf_free(&p.items[i].partial);
	}
	yx_cert_free(&p.cert);
	sk_X509_pop_free(p.chain, X509_free);
	return rc;
}
