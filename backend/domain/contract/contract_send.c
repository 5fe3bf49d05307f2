#include "backend/domain/contract/contract_send.h"

#include <string.h>
#include <time.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/contract/contract_life.h"
#include "backend/domain/contract/contract_parties.h"
#include "backend/domain/contract/contract_row.h"
#include "backend/domain/document/document.h"
#include "backend/domain/document/history.h"
#include "backend/domain/message/message.h"
#include "backend/domain/proof/proof.h"
#include "backend/domain/seal/place.h"
#include "backend/domain/signing/task.h"
#include "common/cert.h"
#include "common/crash.h"

/* Every vendor needs somebody who can sign, or the contract would wait for ever. */
static int
vendors_can_sign(struct act *act, const char *id)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*) FROM contract_vendor v WHERE v.contract_id = ? AND NOT EXISTS"
	    " (SELECT 1 FROM member m WHERE m.organization_id = v.organization_id AND" MEMBER_SIGNS("m") ")",
	    YX_P(yx_p_str(id)), &r);

	if (rc != YX_OK)
		return rc;
	return yx_row_int(r, 0) == 0 ? YX_OK : act_field(act, "vendors", YX_VENDOR_NO_SIGNER);
}

/* What stands between a draft and its sending. */
static int
ready_to_send(struct act *act, const struct contract *c)
{
	if (!contract_state_is_draft(c->state))
		return YX_STATE;
	if (c->documents_n == 0)
		return YX_NO_DOCUMENT;
	if (c->vendors_n == 0)
		return YX_NO_VENDOR;
	if (c->sealers_n == 0)
		return YX_NO_SEALER;
	if (contract_seals(&c->rules, c->sealers_n) > (int64_t)c->sealers_n)
		return act_field(act, "sealNeeded", YX_BAD_FIELD);
	return vendors_can_sign(act, c->id);
}

int
contract_send_begin(struct act *act, const char *id, struct contract_sending *s)
{
	int rc;

	memset(s, 0, sizeof(*s));
	s->now = act_now(act) / 1000 * 1000;
	if ((rc = contract_get(act, id, &s->c)) != YX_OK || (rc = ready_to_send(act, &s->c)) != YX_OK)
		return rc;
	if ((rc = contract_last_day(act, &s->c, s->now, &s->deadline)) != YX_OK ||
	    (rc = contract_fill(act, &s->c, s->now)) != YX_OK)
		return rc;
	if ((s->sealed = yx_arena_alloc(act->arena, s->c.documents_n * sizeof(*s->sealed))) == NULL)
		return YX_NO_MEMORY;
	if ((rc = contract_apply(act, id, CONTRACT_SEND, s->now, NULL)) != YX_OK)
		return rc;
	return audit_act(act, "contract.seal", id, "server",
	    contract_server(act->arena, act->domain->conf));
}

int
contract_send_abort(struct act *act, const struct contract_sending *s)
{
	int rc = contract_apply(act, s->c.id, CONTRACT_SEAL_FAILED, s->now, NULL);

	return rc != YX_OK ? rc : audit_act(act, "contract.seal_failed", s->c.id, NULL, NULL);
}

/* Which field is whose: for the places that the officer gave their seals. */
static int
put_places(struct act *act, const struct contract_sending *s, size_t i, struct pades_change *change)
{
	const int64_t seals = contract_seals(&s->c.rules, s->c.sealers_n);
	struct place_field *f = yx_arena_alloc(act->arena, (s->c.vendors_n + (size_t)seals + 1) * sizeof(*f));
	struct place_fields all = { f, 0 };

	if (f == NULL)
		return YX_NO_MEMORY;
	f[all.n++] = (struct place_field){ "platform", "", FIELD_PLATFORM, 1 };
	for (int64_t k = 1; k <= seals; k++) {
		f[all.n] = (struct place_field){ "sealer", "", yx_arena_printf(act->arena, FIELD_AGENCY, (int)k), k };
		if (f[all.n++].field == NULL)
			return YX_NO_MEMORY;
	}
	for (size_t v = 0; v < s->c.vendors_n; v++) {
		f[all.n] = (struct place_field){ "vendor", s->c.vendors[v].id,
			yx_arena_printf(act->arena, FIELD_VENDOR, (int)v + 1), 1 };
		if (f[all.n++].field == NULL)
			return YX_NO_MEMORY;
	}
	return place_apply(act, s->c.documents[i].id, &all, change);
}

/* The platform's own seal, where it has a place: its name as a drawn seal. */
static int
platform_look(struct act *act, X509 *ours, const struct pades_signing *sign, struct pades_look *look)
{
	struct yx_cert cert;
	int rc = yx_cert_of(act->arena, ours, &cert);

	if (rc != YX_OK)
		return rc;
	look->text = sign->name;
	rc = pades_look_lines(act->arena, sign, cert.serial, look);
	yx_cert_free(&cert);
	return rc;
}

static int
seal_one(struct act *act, struct contract_sending *s, size_t i)
{
	struct domain *d = act->domain;
	struct pades_signing sign = { .field = FIELD_PLATFORM,
		.certify = 1,
		.name = d->conf->platform_name,
		.when = (time_t)(s->now / 1000) };
	const struct seal_fields fields = { s->c.vendors_n, (size_t)contract_seals(&s->c.rules, s->c.sealers_n) };
	struct pades_change change = { 0 };
	struct seal_work work = { .signer = s->signer, .change = &change };
	struct proof_seal stamp;
	struct pades_look look = { .text = NULL };
	uint8_t sha256[32];
	int rc = document_object(act, s->c.documents[i].id, 0, sha256, NULL);

	if (rc != YX_OK || (rc = platform_look(act, s->signer.cert, &sign, &look)) != YX_OK)
		return rc;
	sign.look = &look;
	change.parts = seal_parts(act->arena, &fields, &sign, &change.n);
	if (change.parts == NULL)
		return YX_NO_MEMORY;
	if ((rc = put_places(act, s, i, &change)) != YX_OK ||
	    (rc = yx_store_path(d->store, act->arena, sha256, &work.in_path)) != YX_OK)
		return rc;
	work.stamp = proof_stamper(d, &stamp);
	rc = seal_pdf(d->store, act->arena, &work, &s->sealed[i].object);
	s->sealed[i].stamped_at = work.stamp == NULL ? 0 : proof_stamped(&stamp);
	yx_crash_point("send.stored");
	return rc;
}

int
contract_send_seal(struct act *act, struct contract_sending *s)
{
	int rc = seal_key_now(act, &s->signer);

	yx_crash_point("send.claimed");
	for (size_t i = 0; rc == YX_OK && i < s->c.documents_n; i++)
		rc = seal_one(act, s, i);
	yx_crash_point("send.sealed");
	return rc;
}

/* Revision 1, number and history row of each document. */
static int
put_documents(struct act *act, struct contract_sending *s, const struct yx_cert *cert)
{
	const char *platform = act->domain->conf->platform_name;
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < s->c.documents_n; i++) {
		struct contract_sealed *x = &s->sealed[i];
		struct history_entry h = { .document_id = s->c.documents[i].id, .revision = 1, .signed_at = s->now,
			.signed_by = platform, .label = platform, .cert = cert, .stamped_at = x->stamped_at };
		struct document_revision first = { .document_id = h.document_id, .revision = 1,
			.sha256 = x->object.sha256, .size = x->object.size, .at = s->now };

		if ((rc = number_next(act->db, NUMBER_DOCUMENT(act), s->now, x->number)) == YX_OK &&
		    (rc = document_set_number(act->db, h.document_id, x->number)) == YX_OK &&
		    (rc = document_add_revision(act->db, &first)) == YX_OK)
			rc = history_add(act->db, &h);
		if (rc == YX_OK && x->stamped_at == 0 && !act_practises(act))
			rc = proof_ask_time(act->db, h.document_id, s->now);
	}
	return rc;
}

static int
put_sealers(struct act *act, struct contract_sending *s)
{
	const char *field = yx_arena_printf(act->arena, FIELD_AGENCY, 1);
	struct contract_rules rules = s->c.rules;
	int rc;

	if (field == NULL)
		return YX_NO_MEMORY;
	rules.needed = contract_seals(&rules, s->c.sealers_n);
	rc = contract_row_rules(act->db, s->c.id, &rules);
	/* Chosen or offered by default: from now on they are this contract's sealers. */
	for (size_t k = 0; rc == YX_OK && k < s->c.sealers_n; k++) {
		rc = contract_keep_sealer(act->db, s->c.id, s->c.sealers[k].id);
		for (size_t i = 0; rc == YX_OK && i < s->c.documents_n; i++) {
			struct task_new t = { .document_id = s->c.documents[i].id, .kind = "sealer",
				.organization_id = s->c.organization_id, .member_id = s->c.sealers[k].id, .field = field };

			rc = task_create(act->db, &t);
		}
	}
	return rc;
}

/* How many of the vendors are asked at once. */
static size_t
told(const struct contract *c)
{
	return c->rules.in_order && c->vendors_n > 1 ? 1 : c->vendors_n;
}

static int
put_vendor_tasks(struct act *act, struct contract_sending *s)
{
	int rc = YX_OK;

	for (size_t v = 0; rc == YX_OK && v < s->c.vendors_n; v++) {
		const char *field = yx_arena_printf(act->arena, FIELD_VENDOR, (int)v + 1);

		if (field == NULL)
			return YX_NO_MEMORY;
		for (size_t i = 0; rc == YX_OK && i < s->c.documents_n; i++) {
			struct task_new t = { .document_id = s->c.documents[i].id, .kind = "vendor",
				.organization_id = s->c.vendors[v].id, .field = field,
				.message_id = v < told(&s->c) ? s->message.id : NULL };

			rc = task_create(act->db, &t);
		}
	}
	return rc;
}

static int
send_notice(struct act *act, struct contract_sending *s)
{
	struct message_recipient *to = yx_arena_alloc(act->arena, s->c.vendors_n * sizeof(*to));
	struct message_document *docs = yx_arena_alloc(act->arena, s->c.documents_n * sizeof(*docs));
	struct message_new m = { .kind = "notice", .contract_id = s->c.id, .sender_id = act->who.member_id,
		.sender_organization_id = s->c.organization_id, .subject = s->c.subject, .body = s->c.body,
		.recipients = to, .recipients_n = told(&s->c), .documents = docs, .documents_n = s->c.documents_n,
		.emails = s->c.emails, .emails_n = s->c.emails_n, .now_ms = s->now };

	if (to == NULL || docs == NULL)
		return YX_NO_MEMORY;
	for (size_t i = 0; i < s->c.vendors_n; i++)
		to[i].organization_id = s->c.vendors[i].id;
	for (size_t i = 0; i < s->c.documents_n; i++)
		docs[i] = (struct message_document){ s->c.documents[i].id, 1 };
	return message_send(act, &m, &s->message);
}

static int
put_sent(struct act *act, struct contract_sending *s, const struct yx_cert *cert)
{
	int rc = contract_apply(act, s->c.id, CONTRACT_SEALED, s->now, &s->c.state);

	yx_crash_point("send.tx.begin");
	if (rc != YX_OK || (rc = contract_row_notice(act->db, s->c.id, s->c.subject, s->c.body)) != YX_OK ||
	    (s->c.deadline == NULL && s->deadline != NULL &&
	    (rc = contract_row_deadline(act->db, s->c.id, s->deadline, s->c.deadline_hard)) != YX_OK) ||
	    (s->deadline == NULL && (rc = contract_deadline_default(act, &s->c)) != YX_OK) ||
	    (rc = contract_officers_due(act->db, s->c.id)) != YX_OK ||
	    (rc = put_documents(act, s, cert)) != YX_OK)
		return rc;
	yx_crash_point("send.tx.numbers");
	if ((rc = send_notice(act, s)) != YX_OK)
		return rc;
	yx_crash_point("send.tx.message");
	if ((rc = put_vendor_tasks(act, s)) != YX_OK || (rc = put_sealers(act, s)) != YX_OK)
		return rc;
	return audit_act(act, "contract.send", s->c.id, "message", s->message.number);
}

int
contract_send_commit(struct act *act, struct contract_sending *s)
{
	struct yx_cert cert;
	int rc = yx_cert_of(act->arena, s->signer.cert, &cert);

	if (rc != YX_OK)
		return rc;
	rc = put_sent(act, s, &cert);
	yx_cert_free(&cert);
	return rc;
}
