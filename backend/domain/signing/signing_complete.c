#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/card/certificate.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/document/history.h"
#include "backend/domain/message/message.h"
#include "backend/domain/signing/signing.h"
#include "backend/domain/signing/task.h"
#include "backend/pades/pades.h"
#include "common/crash.h"

#define CMS_MAX (1 << 20)

struct done {
	const char *task_id, *document_id, *kind, *contract_id, *prepared_id, *md;
	int64_t     base_revision;
	struct pades_hole hole;
	const void *partial, *digest;
	size_t      partial_n, digest_n;
	uint8_t     sha256[32];     /* of the signed file */
	int64_t     size;
};

struct completing {
	struct http_request    *rq;
	const char             *id, *body;
	struct certificate_row  row;
	struct yx_cert          cert;
	struct done            *items;
	size_t                  n;
	int64_t                 now;
	/* the contract that the reply is about */
	const char *contract_id, *subject, *notice_body, *agency_id, *handler_id;
	const char *notice_id, *asked_by; /* first notice; the message that asked me */
	const char *state;
	char        number[NUMBER_SIZE];
};

static int
load_signing(struct completing *c)
{
	struct http_request *rq = c->rq;
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena, "SELECT certificate_id, state, expires_at FROM signing WHERE id = ? AND member_id = ?",
	    YX_P(yx_p_str(c->id), yx_p_str(rq->who.member_id)), &r);

	if (rc != YX_OK || !yx_rows_next(r))
		return rc != YX_OK ? rc : YX_NOT_FOUND;
	if (strcmp(yx_row_str(r, 1), "prepared") != 0 || yx_row_time(r, 2) <= c->now)
		return YX_SIGNING_EXPIRED;
	if ((rc = certificate_get(rq, yx_row_str(r, 0), &c->row)) != YX_OK)
		return rc;
	return yx_cert_parse(rq->arena, c->row.der, c->row.der_n, &c->cert);
}

static int
load_items(struct completing *c, size_t expected)
{
	struct http_request *rq = c->rq;
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena,
	    "SELECT i.task_id, i.document_id, t.kind, d.contract_id, i.prepared_id, i.md, i.base_revision, i.hole_start,"
	    " i.hole_end, i.total, i.partial_cms, i.digest FROM signing_item i JOIN sign_task t ON t.id = i.task_id"
	    " JOIN document d ON d.id = i.document_id WHERE i.signing_id = ? ORDER BY i.position", YX_P(yx_p_str(c->id)), &r);

	if (rc != YX_OK)
		return rc;
	if (yx_rows_count(r) != expected)
		return http_field(rq, "signatures", YX_BAD_FIELD);
	if ((c->items = yx_arena_alloc(rq->arena, (expected + 1) * sizeof(*c->items))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r)) {
		struct done *x = &c->items[c->n++];

		*x = (struct done){ .task_id = yx_row_str(r, 0), .document_id = yx_row_str(r, 1), .kind = yx_row_str(r, 2),
			.contract_id = yx_row_str(r, 3), .prepared_id = yx_row_str(r, 4), .md = yx_row_str(r, 5),
			.base_revision = yx_row_int(r, 6), .hole = { yx_row_int(r, 7), yx_row_int(r, 8), yx_row_int(r, 9) } };
		x->partial = yx_row_bytes(r, 10, &x->partial_n);
		x->digest = yx_row_bytes(r, 11, &x->digest_n);
		/* One reply is about one contract. */
		if (strcmp(x->contract_id, c->items[0].contract_id) != 0 || strcmp(x->kind, c->items[0].kind) != 0)
			return YX_STATE;
	}
	return YX_OK;
}

/* Verifies one signature and writes the signed file into the store. A copy is filled,
 * so that a kill in the middle leaves the preparation as it was. */
static int
embed_one(struct completing *c, struct done *x, const struct signing_signature *s)
{
	struct domain *d = DOMAIN_OF(c->rq);
	const char *temp = NULL, *prepared = yx_store_prepared_path(d->store, c->rq->arena, x->prepared_id);
	int from = -1, fd = -1, rc;
	uint8_t digest[64];
	size_t n = sizeof(digest);
	struct yx_buf cms;
	off_t at = 0;

	yx_buf_init(&cms, CMS_MAX);
	if ((rc = pades_cms_finish(x->partial, x->partial_n, c->cert.x509, s->p, s->n, &cms)) != YX_OK)
		goto out;
	yx_crash_point("sign.verified");
	rc = YX_SIGNING_EXPIRED;
	if (prepared == NULL || (from = open(prepared, O_RDONLY | O_CLOEXEC)) < 0)
		goto out;
	if ((rc = yx_store_temp(d->store, c->rq->arena, &temp, &fd)) != YX_OK)
		goto out;
	rc = YX_IO;
	while (at < x->hole.total) {
		ssize_t k = copy_file_range(from, NULL, fd, NULL, (size_t)(x->hole.total - at), 0);

		if (k <= 0)
			goto out;
		at += k;
	}
	/* What was signed must be what lies here. */
	if ((rc = pades_digest(fd, &x->hole, x->md, digest, &n)) != YX_OK)
		goto out;
	rc = YX_SIGNATURE_BAD;
	if (n != x->digest_n || memcmp(digest, x->digest, n) != 0)
		goto out;
	if ((rc = pades_embed(fd, &x->hole, cms.data, cms.len)) == YX_OK) {
		yx_crash_point("sign.embedded");
		rc = yx_store_put(d->store, temp, x->sha256, &x->size);
	}
	if (rc == YX_OK)
		yx_crash_point("sign.stored");
out:
	if (from >= 0)
		close(from);
	if (fd >= 0)
		close(fd);
	if (temp != NULL)
		unlink(temp);
	yx_buf_free(&cms);
	return rc;
}

static int
load_contract(struct completing *c)
{
	struct http_request *rq = c->rq;
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena,
	    "SELECT c.id, c.subject, c.body, c.organization_id, c.handler_id, c.state,"
	    " (SELECT m.id FROM message m WHERE m.contract_id = c.id AND m.kind = 'notice' ORDER BY m.sent_at LIMIT 1),"
	    " (SELECT t.message_id FROM sign_task t WHERE t.id = ?) FROM contract c WHERE c.id = ?",
	    YX_P(yx_p_str(c->items[0].task_id), yx_p_str(c->items[0].contract_id)), &r);

	if (rc != YX_OK || !yx_rows_next(r))
		return rc != YX_OK ? rc : YX_NOT_FOUND;
	c->contract_id = yx_row_str(r, 0);
	c->subject = yx_row_str(r, 1);
	c->notice_body = yx_row_str(r, 2);
	c->agency_id = yx_row_str(r, 3);
	c->handler_id = yx_row_str(r, 4);
	c->state = yx_row_str(r, 5);
	c->notice_id = yx_row_str(r, 6);
	c->asked_by = yx_row_str(r, 7);
	return YX_OK;
}

static int
put_revision(struct completing *c, struct done *x, const char *signed_by)
{
	struct http_request *rq = c->rq;
	struct history_entry h = { .document_id = x->document_id, .revision = x->base_revision + 1, .signed_at = c->now,
		.signed_by = signed_by, .label = c->row.purpose, .cert = &c->cert, .member_id = rq->who.member_id,
		.certificate_id = c->row.id };
	int rc = document_add_revision(rq->db, x->document_id, x->base_revision + 1, x->sha256, x->size, c->now);

	if (rc != YX_OK || (rc = history_add(rq->db, &h)) != YX_OK)
		return rc;
	return task_signed(rq->db, x->task_id, rq->who.member_id, c->now);
}

/* The documents of the contract at their newest revisions. */
static int
attachments(struct completing *c, struct message_new *m)
{
	struct yx_rows *r = NULL;
	struct message_document *d;
	int rc = yx_db_query(c->rq->db, c->rq->arena, "SELECT id, revision FROM document WHERE contract_id = ? ORDER BY position",
	    YX_P(yx_p_str(c->contract_id)), &r);

	if (rc != YX_OK)
		return rc;
	if ((d = yx_arena_alloc(c->rq->arena, (yx_rows_count(r) + 1) * sizeof(*d))) == NULL)
		return YX_NO_MEMORY;
	m->documents = d;
	while (yx_rows_next(r))
		d[m->documents_n++] = (struct message_document){ yx_row_str(r, 0), yx_row_int(r, 1) };
	return YX_OK;
}

#define RECIPIENTS_MAX 128

/* Adds the recipients that a query names: organization and member (NULL: all of it). */
static int
recipients(struct completing *c, const char *sql, struct message_recipient *to, size_t *n)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(c->rq->db, c->rq->arena, sql, YX_P(yx_p_str(c->contract_id)), &r);

	while (rc == YX_OK && *n < RECIPIENTS_MAX && yx_rows_next(r))
		to[(*n)++] = (struct message_recipient){ yx_row_str(r, 0), yx_row_str(r, 1) };
	return rc;
}

#define TO_OFFICERS \
	"SELECT m.organization_id, m.id FROM contract c JOIN member m ON m.id = c.handler_id OR m.id IN" \
	" (SELECT o.member_id FROM contract_officer o WHERE o.contract_id = c.id)" \
	" WHERE c.id = ? ORDER BY m.id <> c.handler_id, m.created_at, m.id"
#define TO_SEALERS \
	"SELECT m.organization_id, m.id FROM contract_sealer s JOIN member m ON m.id = s.member_id" \
	" WHERE s.contract_id = ? ORDER BY m.created_at, m.id"
#define TO_VENDORS \
	"SELECT organization_id, NULL FROM contract_vendor WHERE contract_id = ? ORDER BY position"

/* to: one or two of the queries above. */
static int
send_to(struct completing *c, struct message_new *m, const char *to, const char *to_as_well,
    char id[YX_ID_SIZE], char number[NUMBER_SIZE])
{
	struct message_recipient *all = yx_arena_alloc(c->rq->arena, RECIPIENTS_MAX * sizeof(*all));
	int rc = all == NULL ? YX_NO_MEMORY : attachments(c, m);

	m->contract_id = c->contract_id;
	m->recipients = all;
	m->now_ms = c->now;
	if (rc != YX_OK || (rc = recipients(c, to, all, &m->recipients_n)) != YX_OK)
		return rc;
	if (to_as_well != NULL && (rc = recipients(c, to_as_well, all, &m->recipients_n)) != YX_OK)
		return rc;
	return message_send(c->rq->db, c->rq->arena, c->rq->app->conf, m, id, number);
}

/* When the last vendor has signed: the hand-over to the sealing staff, in the
 * officer's name. */
static int
hand_over(struct completing *c)
{
	struct message_new m = { .kind = "sealing", .sender_id = c->handler_id, .sender_organization_id = c->agency_id,
		.subject = c->subject, .body = c->notice_body, .original_id = c->notice_id };
	char id[YX_ID_SIZE], number[NUMBER_SIZE];
	int rc = contract_apply(c->rq->db, c->contract_id, CONTRACT_VENDORS_SIGNED, c->now);

	if (rc != YX_OK || (rc = send_to(c, &m, TO_SEALERS, NULL, id, number)) != YX_OK)
		return rc;
	c->state = "agency_pending";
	return task_wake_sealers(c->rq->db, c->contract_id, id);
}

static int
vendor_signed(struct completing *c, const char *re)
{
	struct http_request *rq = c->rq;
	struct message_new m = { .kind = "reply", .sender_id = rq->who.member_id,
		.sender_organization_id = rq->who.organization_id, .subject = re, .body = c->body, .original_id = c->asked_by };
	char id[YX_ID_SIZE];
	int64_t open = 0;
	int rc = send_to(c, &m, TO_OFFICERS, NULL, id, c->number);

	if (rc != YX_OK || (rc = task_open(rq->db, c->contract_id, "vendor", &open)) != YX_OK)
		return rc;
	return open > 0 ? YX_OK : hand_over(c);
}

/* The agency has sealed all documents: the contract is complete. */
static int
agency_sealed(struct completing *c, const char *re)
{
	struct http_request *rq = c->rq;
	struct message_new m = { .kind = "completed", .sender_id = rq->who.member_id,
		.sender_organization_id = rq->who.organization_id, .subject = re, .body = c->body, .original_id = c->notice_id };
	char id[YX_ID_SIZE];
	int64_t open = 0;
	int rc = task_open(rq->db, c->contract_id, "sealer", &open);

	if (rc != YX_OK || open > 0)
		return rc;
	if ((rc = contract_apply(rq->db, c->contract_id, CONTRACT_COMPLETE, c->now)) != YX_OK)
		return rc;
	c->state = "completed";
	return send_to(c, &m, TO_VENDORS, TO_OFFICERS, id, c->number);
}

static int
mark_done(struct completing *c)
{
	struct http_request *rq = c->rq;
	uint64_t changed = 0;
	int rc = yx_db_exec(rq->db, "UPDATE signing SET state = 'done' WHERE id = ? AND state = 'prepared'",
	    YX_P(yx_p_str(c->id)), &changed);

	if (rc != YX_OK || changed != 1)
		return rc != YX_OK ? rc : YX_SIGNING_EXPIRED;
	return yx_db_exec(rq->db,
	    "UPDATE message_recipient r SET r.replied_at = ? WHERE r.message_id = ? AND" RECIPIENT_ME,
	    YX_P(yx_p_time(c->now), yx_p_str(c->asked_by), RECIPIENT_ME_P(rq)), NULL);
}

static int
put_signed(struct http_request *rq, void *ctx)
{
	struct completing *c = ctx;
	int vendor = strcmp(c->items[0].kind, "vendor") == 0;
	const char *signed_by = vendor ? rq->who.organization_name
	    : yx_arena_printf(rq->arena, "%s(%s)", rq->who.name, rq->who.organization_name);
	const char *re = yx_arena_printf(rq->arena, "RE:%s", c->subject);
	int rc = re == NULL || signed_by == NULL ? YX_NO_MEMORY : mark_done(c);

	yx_crash_point("sign.tx.begin");
	c->number[0] = '\0';
	for (size_t i = 0; rc == YX_OK && i < c->n; i++)
		rc = put_revision(c, &c->items[i], signed_by);
	if (rc != YX_OK || (rc = vendor ? vendor_signed(c, re) : agency_sealed(c, re)) != YX_OK)
		return rc;
	yx_crash_point("sign.tx.message");
	if ((rc = audit_request(rq, vendor ? "contract.sign" : "contract.seal_agency", "contract", c->contract_id,
	    "serial", c->cert.serial)) != YX_OK)
		return rc;
	yx_jw_str(&rq->json, "messageNumber", c->number[0] != '\0' ? c->number : NULL);
	yx_jw_str(&rq->json, "contractState", c->state);
	yx_crash_point("sign.tx.before_commit");
	return YX_OK;
}

static int
complete(struct completing *c, const struct signing_signature *signatures, size_t n)
{
	int rc = load_signing(c);

	if (rc != YX_OK || (rc = load_items(c, n)) != YX_OK || (rc = load_contract(c)) != YX_OK ||
	    (rc = certificate_judge(DOMAIN_OF(c->rq), &c->cert)) != YX_OK)
		return rc;
	for (size_t i = 0; rc == YX_OK && i < n; i++)
		rc = embed_one(c, &c->items[i], &signatures[i]);
	if (rc == YX_OK && (rc = http_tx(c->rq, put_signed, c)) == YX_OK)
		yx_crash_point("sign.committed");
	return rc;
}

int
signing_complete(struct http_request *rq, const char *id, const struct signing_signature *signatures, size_t n,
    const char *body)
{
	struct completing c = { .rq = rq, .id = id, .body = body, .now = yx_now_ms() / 1000 * 1000 };
	int rc = complete(&c, signatures, n);

	for (size_t i = 0; rc == YX_OK && i < c.n; i++)
		yx_store_drop_prepared(rq->app->store, c.items[i].prepared_id);
	yx_cert_free(&c.cert);
	return rc;
}
