#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/document/document.h"
#include "backend/domain/document/history.h"
#include "backend/domain/message/message.h"
#include "backend/domain/document/seal.h"
#include "backend/domain/signing/task.h"
#include "common/cert.h"
#include "common/crash.h"

struct sealed {
	uint8_t sha256[32];
	int64_t size;
	char    number[NUMBER_SIZE];
};

struct sending {
	struct http_request *rq;
	struct contract      c;
	struct yx_cert       cert;    /* the platform's */
	struct sealed       *sealed;  /* one a document */
	int64_t              now;     /* one moment for seal, history and message */
};

static int
claim(struct yx_db *db, void *ctx)
{
	struct sending *s = ctx;
	int rc = contract_apply(db, s->c.id, CONTRACT_SEND, s->now);

	return rc != YX_OK ? rc : audit_request(s->rq, "contract.seal", "contract", s->c.id, "server",
	    contract_server(s->rq->arena, s->rq->app->conf));
}

static int
give_back(struct yx_db *db, void *ctx)
{
	struct sending *s = ctx;
	int rc = contract_apply(db, s->c.id, CONTRACT_SEAL_FAILED, s->now);

	return rc != YX_OK ? rc : audit_request(s->rq, "contract.seal_failed", "contract", s->c.id, NULL, NULL);
}

/* Every vendor needs somebody who can sign, or the contract would wait for ever. */
static int
vendors_can_sign(struct sending *s)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(s->rq->db, s->rq->arena,
	    "SELECT COUNT(*) FROM contract_vendor v WHERE v.contract_id = ? AND NOT EXISTS"
	    " (SELECT 1 FROM member m JOIN member_role x ON x.member_id = m.id AND x.role = 'vendor_signer'"
	    " WHERE m.organization_id = v.organization_id AND NOT m.disabled)",
	    YX_P(yx_p_str(s->c.id)), &r);

	if (rc != YX_OK || !yx_rows_next(r))
		return rc;
	return yx_row_int(r, 0) == 0 ? YX_OK : http_field(s->rq, "vendors", YX_VENDOR_NO_SIGNER);
}

static int
ready_to_send(struct sending *s)
{
	if (strcmp(s->c.state, "draft") != 0 && strcmp(s->c.state, "seal_failed") != 0)
		return YX_STATE;
	if (s->c.documents_n == 0)
		return YX_NO_DOCUMENT;
	if (s->c.vendors_n == 0)
		return YX_NO_VENDOR;
	if (s->c.sealers_n == 0)
		return YX_NO_SEALER;
	return vendors_can_sign(s);
}

static int
seal_one(struct sending *s, size_t i)
{
	struct domain *d = DOMAIN_OF(s->rq);
	struct seal_signer signer = { d->seal_key, d->seal_cert, d->seal_chain };
	struct pades_signing sign = { .field = FIELD_PLATFORM, .certify = 1, .name = d->conf->platform_name,
		.when = (time_t)(s->now / 1000) };
	struct pades_change change = { 0 };
	const char *path = NULL;
	uint8_t sha256[32];
	int rc = document_object(s->rq, s->c.documents[i].id, 0, sha256, NULL);

	change.parts = seal_parts(s->rq->arena, s->c.vendors_n, &sign, &change.n);
	if (change.parts == NULL)
		return YX_NO_MEMORY;
	if (rc != YX_OK || (rc = yx_store_path(d->store, s->rq->arena, sha256, &path)) != YX_OK)
		return rc;
	rc = seal_pdf(d->store, s->rq->arena, &signer, path, &change, s->sealed[i].sha256, &s->sealed[i].size);
	yx_crash_point("send.stored");
	return rc;
}

/* Revision 1, number and history row of each document. */
static int
put_documents(struct sending *s)
{
	struct http_request *rq = s->rq;
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < s->c.documents_n; i++) {
		struct sealed *x = &s->sealed[i];
		struct history_entry h = { .document_id = s->c.documents[i].id, .revision = 1, .signed_at = s->now,
			.signed_by = rq->app->conf->platform_name, .label = rq->app->conf->platform_name, .cert = &s->cert };

		if ((rc = number_next(rq->db, 'D', s->now, x->number)) == YX_OK &&
		    (rc = yx_db_exec(rq->db, "UPDATE document SET number = ? WHERE id = ?",
		    YX_P(yx_p_str(x->number), yx_p_str(h.document_id)), NULL)) == YX_OK &&
		    (rc = document_add_revision(rq->db, h.document_id, 1, x->sha256, x->size, s->now)) == YX_OK)
			rc = history_add(rq->db, &h);
	}
	return rc;
}

static int
put_sealers(struct sending *s)
{
	int rc = YX_OK;

	/* Chosen or offered by default: from now on they are this contract's sealers. */
	for (size_t k = 0; rc == YX_OK && k < s->c.sealers_n; k++) {
		rc = yx_db_exec(s->rq->db, "INSERT INTO contract_sealer (contract_id, member_id) VALUES (?, ?)"
		    " ON DUPLICATE KEY UPDATE member_id = VALUES(member_id)",
		    YX_P(yx_p_str(s->c.id), yx_p_str(s->c.sealers[k].id)), NULL);
		for (size_t i = 0; rc == YX_OK && i < s->c.documents_n; i++)
			rc = task_create(s->rq->db, s->c.documents[i].id, "sealer", s->c.organization_id,
			    s->c.sealers[k].id, FIELD_AGENCY, NULL, "waiting");
	}
	return rc;
}

static int
put_vendor_tasks(struct sending *s, const char *message_id)
{
	int rc = YX_OK;

	for (size_t v = 0; rc == YX_OK && v < s->c.vendors_n; v++) {
		const char *field = yx_arena_printf(s->rq->arena, FIELD_VENDOR, (int)v + 1);

		if (field == NULL)
			return YX_NO_MEMORY;
		for (size_t i = 0; rc == YX_OK && i < s->c.documents_n; i++)
			rc = task_create(s->rq->db, s->c.documents[i].id, "vendor", s->c.vendors[v].id, NULL, field,
			    message_id, "ready");
	}
	return rc;
}

static int
send_notice(struct sending *s, char id[YX_ID_SIZE], char number[NUMBER_SIZE])
{
	struct http_request *rq = s->rq;
	struct message_recipient *to = yx_arena_alloc(rq->arena, s->c.vendors_n * sizeof(*to));
	struct message_document *docs = yx_arena_alloc(rq->arena, s->c.documents_n * sizeof(*docs));
	struct message_new m = { .kind = "notice", .contract_id = s->c.id, .sender_id = rq->who.member_id,
		.sender_organization_id = s->c.organization_id, .subject = s->c.subject, .body = s->c.body,
		.recipients = to, .recipients_n = s->c.vendors_n, .documents = docs, .documents_n = s->c.documents_n,
		.emails = s->c.emails, .emails_n = s->c.emails_n, .now_ms = s->now };

	if (to == NULL || docs == NULL)
		return YX_NO_MEMORY;
	for (size_t i = 0; i < s->c.vendors_n; i++)
		to[i].organization_id = s->c.vendors[i].id;
	for (size_t i = 0; i < s->c.documents_n; i++)
		docs[i] = (struct message_document){ s->c.documents[i].id, 1 };
	return message_send(rq->db, rq->arena, rq->app->conf, &m, id, number);
}

static void
answer(struct sending *s, const char *message_number)
{
	struct yx_jw *w = &s->rq->json;

	yx_jw_str(w, "messageNumber", message_number);
	yx_jw_str(w, "state", "vendor_pending");
	yx_jw_array(w, "documents");
	for (size_t i = 0; i < s->c.documents_n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "id", s->c.documents[i].id);
		yx_jw_str(w, "number", s->sealed[i].number);
		yx_jw_str(w, "name", s->c.documents[i].name);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

/* Everything that makes a contract sent, in one transaction. */
static int
put_sent(struct http_request *rq, void *ctx)
{
	struct sending *s = ctx;
	char message_id[YX_ID_SIZE], number[NUMBER_SIZE];
	int rc = contract_apply(rq->db, s->c.id, CONTRACT_SEALED, s->now);

	yx_crash_point("send.tx.begin");
	if (rc == YX_OK)
		rc = yx_db_exec(rq->db, "UPDATE contract SET subject = ?, body = ? WHERE id = ?",
		    YX_P(yx_p_str(s->c.subject), yx_p_str(s->c.body), yx_p_str(s->c.id)), NULL);
	if (rc != YX_OK || (rc = put_documents(s)) != YX_OK)
		return rc;
	yx_crash_point("send.tx.numbers");
	if ((rc = send_notice(s, message_id, number)) != YX_OK)
		return rc;
	yx_crash_point("send.tx.message");
	if ((rc = put_vendor_tasks(s, message_id)) != YX_OK || (rc = put_sealers(s)) != YX_OK ||
	    (rc = audit_request(rq, "contract.send", "contract", s->c.id, "message", number)) != YX_OK)
		return rc;
	answer(s, number);
	yx_crash_point("send.tx.before_commit");
	return YX_OK;
}

static int
seal_and_send(struct sending *s)
{
	int rc = YX_OK;

	yx_crash_point("send.claimed");
	for (size_t i = 0; rc == YX_OK && i < s->c.documents_n; i++)
		rc = seal_one(s, i);
	yx_crash_point("send.sealed");
	if (rc == YX_OK)
		rc = http_tx(s->rq, put_sent, s);
	if (rc == YX_OK)
		yx_crash_point("send.committed");
	return rc;
}

int
contract_send(struct http_request *rq, const char *id)
{
	struct sending s = { .rq = rq, .now = yx_now_ms() / 1000 * 1000 };
	int rc = contract_get(rq, id, &s.c);

	if (rc != YX_OK || (rc = ready_to_send(&s)) != YX_OK)
		return rc;
	if ((s.sealed = yx_arena_alloc(rq->arena, s.c.documents_n * sizeof(*s.sealed))) == NULL)
		return YX_NO_MEMORY;
	if ((rc = yx_cert_of(rq->arena, DOMAIN_OF(rq)->seal_cert, &s.cert)) != YX_OK)
		return rc;
	if ((rc = yx_db_tx(rq->db, claim, &s)) == YX_OK) {
		rc = seal_and_send(&s);
		/* Visible, and may be sent again. If not even this works, the worker
		 * takes the claim back later. */
		if (rc != YX_OK && yx_db_tx(rq->db, give_back, &s) != YX_OK)
			rq->error_field = NULL;
	}
	yx_cert_free(&s.cert);
	return rc;
}
