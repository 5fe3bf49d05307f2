#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/document/history.h"
#include "backend/domain/message/message.h"
#include "backend/domain/signing/signing_done.h"
#include "backend/domain/signing/task.h"
#include "common/crash.h"

static int
put_revision(struct act *act, struct signing_done *c, struct signed_item *x, const char *signed_by)
{
	struct history_entry h = { .document_id = x->document_id, .revision = x->base_revision + 1, .signed_at = c->now,
		.signed_by = signed_by, .label = c->certificate.purpose, .cert = &c->cert, .member_id = act->who.member_id,
		.certificate_id = c->certificate.id };
	struct document_revision next = { .document_id = x->document_id, .revision = h.revision, .sha256 = x->sha256,
		.size = x->size, .at = c->now };
	int rc = document_add_revision(act->db, &next);

	if (rc != YX_OK || (rc = history_add(act->db, &h)) != YX_OK)
		return rc;
	return task_signed(act->db, x->task_id, act->who.member_id, c->now);
}

static void
fill_document(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct message_document *)item = (struct message_document){ yx_row_str(r, 0), yx_row_int(r, 1) };
}

static void
fill_recipient(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct message_recipient *)item = (struct message_recipient){ yx_row_str(r, 0), yx_row_str(r, 1) };
}

/* Whom a message of the workflow goes to: organization and member (NULL: all of it). */
#define OFFICERS \
	"SELECT m.organization_id, m.id, 1 AS part, m.id <> c.handler_id AS other, m.created_at FROM contract c" \
	" JOIN member m ON m.id = c.handler_id OR m.id IN" \
	" (SELECT o.member_id FROM contract_officer o WHERE o.contract_id = c.id) WHERE c.id = ?"
static const struct addressees {
	const char *sql;
	size_t      ids;     /* how often it takes the contract's id */
} TO_OFFICERS = { OFFICERS " ORDER BY other, m.created_at, m.id", 1 },
    TO_SEALERS = { "SELECT m.organization_id, m.id FROM contract_sealer s JOIN member m ON m.id = s.member_id"
	" WHERE s.contract_id = ? ORDER BY m.created_at, m.id", 1 },
    TO_VENDORS_AND_OFFICERS = { "SELECT organization_id, NULL AS id, 0 AS part, position AS other, NULL AS created_at"
	" FROM contract_vendor WHERE contract_id = ? UNION ALL " OFFICERS " ORDER BY part, other, created_at, id", 2 };

/* The documents of the contract go along at their newest revisions. */
static int
send_to(struct act *act, struct signing_done *c, struct message_new *m, const struct addressees *to,
    struct message_sent *out)
{
	const struct yx_db_param contract[] = { yx_p_str(c->contract_id), yx_p_str(c->contract_id) };
	struct yx_db_items documents = { .size = sizeof(*m->documents), .fill = fill_document };
	struct yx_db_items people = { .size = sizeof(*m->recipients), .fill = fill_recipient };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT id, revision FROM document WHERE contract_id = ? ORDER BY position", contract, 1, &documents);

	if (rc != YX_OK || (rc = yx_db_list(act->db, act->arena, to->sql, contract, to->ids, &people)) != YX_OK)
		return rc;
	m->contract_id = c->contract_id;
	m->now_ms = c->now;
	m->documents = documents.items;
	m->documents_n = documents.count;
	m->recipients = people.items;
	m->recipients_n = people.count;
	return message_send(act, m, out);
}

/* When the last vendor has signed: the hand-over to the sealing staff, in the officer's name. */
static int
ask_sealers(struct act *act, struct signing_done *c)
{
	struct message_new m = { .kind = "sealing", .sender_id = c->handler_id, .sender_organization_id = c->agency_id,
		.subject = c->subject, .body = c->notice_body, .original_id = c->notice_id };
	struct message_sent sent;
	int rc = contract_apply(act, c->contract_id, CONTRACT_VENDORS_SIGNED, c->now, &c->state);

	if (rc != YX_OK || (rc = send_to(act, c, &m, &TO_SEALERS, &sent)) != YX_OK)
		return rc;
	return task_wake_sealers(act->db, c->contract_id, sent.id);
}

/* A part that is signed is a part that is told: the officers get the reply. */
static int
reply(struct act *act, struct signing_done *c, const char *re, struct signing_result *out)
{
	struct message_new m = { .kind = "reply",
		.sender_id = act->who.member_id,
		.sender_organization_id = act->who.organization_id,
		.subject = re,
		.body = c->body,
		.original_id = c->asked_by };

	return send_to(act, c, &m, &TO_OFFICERS, &out->message);
}

static int
vendor_signed(struct act *act, struct signing_done *c, const char *re, struct signing_result *out)
{
	int64_t left = 0;
	int rc = reply(act, c, re, out);

	if (rc != YX_OK || (rc = task_open(act, c->contract_id, "vendor", &left)) != YX_OK)
		return rc;
	return left > 0 ? YX_OK : ask_sealers(act, c);
}

/* When the agency has sealed all documents the contract is complete. */
static int
agency_sealed(struct act *act, struct signing_done *c, const char *re, struct signing_result *out)
{
	struct message_new m = { .kind = "completed",
		.sender_id = act->who.member_id,
		.sender_organization_id = act->who.organization_id,
		.subject = re,
		.body = c->body,
		.original_id = c->notice_id };
	int64_t left = 0;
	int rc = task_open(act, c->contract_id, "sealer", &left);

	if (rc != YX_OK || left > 0)
		return rc != YX_OK ? rc : reply(act, c, re, out);
	if ((rc = contract_apply(act, c->contract_id, CONTRACT_COMPLETE, c->now, &c->state)) != YX_OK)
		return rc;
	return send_to(act, c, &m, &TO_VENDORS_AND_OFFICERS, &out->message);
}

int
signing_commit(struct act *act, struct signing_done *c, struct signing_result *out)
{
	int vendor = strcmp(c->items[0].kind, "vendor") == 0;
	const char *signed_by = vendor ? act->who.organization_name
	    : yx_arena_printf(act->arena, "%s(%s)", act->who.name, act->who.organization_name);
	const char *re = yx_arena_printf(act->arena, "RE:%s", c->subject);
	int rc = re == NULL || signed_by == NULL ? YX_NO_MEMORY : signing_mark_done(act->db, c->id);

	yx_crash_point("sign.tx.begin");
	for (size_t i = 0; rc == YX_OK && i < c->n; i++)
		rc = put_revision(act, c, &c->items[i], signed_by);
	if (rc != YX_OK || (rc = message_replied(act, c->asked_by)) != YX_OK ||
	    (rc = vendor ? vendor_signed(act, c, re, out) : agency_sealed(act, c, re, out)) != YX_OK ||
	    (rc = task_left(act, c->asked_by, &out->left)) != YX_OK)
		return rc;
	yx_crash_point("sign.tx.message");
	out->contract_state = c->state;
	return audit_act(act, vendor ? "contract.sign" : "contract.seal_agency", c->contract_id,
	    "serial", c->cert.serial);
}
