#include "backend/api/api.h"

#include "backend/api/handlers.h"

#include <time.h>

#include "backend/api/rows.h"
#include "backend/api/retention.h"
#include "backend/api/write.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/contract/contract_send.h"
#include "backend/domain/contract/contract_template.h"
#include "backend/domain/template/template_text.h"
#include "common/crash.h"
#include "common/log.h"

#define GIVE_BACK_TRIES 20   /* ten seconds */

static void
write_row(struct http_request *rq, const struct contract_row *c)
{
	yx_jw_object(&rq->json, NULL);
	yx_jw_str(&rq->json, "id", c->id);
	yx_jw_str(&rq->json, "number", c->number);
	yx_jw_str(&rq->json, "title", c->title);
	yx_jw_str(&rq->json, "handler", c->handler);
	yx_jw_str(&rq->json, "caseNumber", c->case_number);
	yx_jw_str(&rq->json, "vendors", c->vendors);
	yx_jw_str(&rq->json, "state", c->state);
	http_time(rq, "sentAt", c->sent_at);
	http_time(rq, "createdAt", c->created_at);
	yx_jw_end_object(&rq->json);
}

static int
contracts(struct http_request *rq)
{
	struct page page = http_page_of(rq);
	struct contract_page l;
	struct contract_filter f = { .q = http_str(rq, "q"), .case_number = http_str(rq, "caseNumber"),
		.state = http_str(rq, "state"), .vendor_id = http_str(rq, "vendor"), .officer_id = http_str(rq, "officer"),
		.from = http_str(rq, "from"), .to = http_str(rq, "to"), .sort = http_str(rq, "sort") };
	int rc = contract_list(&rq->act, &f, &page, &l);

	if (rc != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < l.n; i++)
		write_row(rq, &l.rows[i]);
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static struct contract_basics
basics_of(struct http_request *rq)
{
	struct contract_basics b = { .number = http_str(rq, "number"), .title = http_str(rq, "title"),
		.case_number = http_str(rq, "caseNumber"), .unit_id = http_str(rq, "unitId"),
		.handler_id = http_str(rq, "handlerId"), .version = http_int(rq, "version", 0) };

	if (b.case_number == NULL)
		b.case_number = "";
	b.officers = http_list(rq, "officers", &b.officers_n);
	b.emails = http_list(rq, "emails", &b.emails_n);
	return b;
}

static int
create(struct http_request *rq, void *ctx)
{
	char id[YX_ID_SIZE];
	int rc = contract_begin(&rq->act, ctx, http_str(rq, "templateId"), id);

	if (rc != YX_OK)
		return rc;
	rq->status = 201;
	yx_jw_str(&rq->json, "id", id);
	yx_jw_int(&rq->json, "version", 1);
	return YX_OK;
}

static int
create_it(struct http_request *rq)
{
	struct contract_basics b = basics_of(rq);

	return http_tx(rq, create, &b);
}

static int
update(struct http_request *rq, void *ctx)
{
	int64_t version = 0;
	int rc = contract_update(&rq->act, http_str(rq, "id"), ctx, &version);

	if (rc == YX_OK)
		yx_jw_int(&rq->json, "version", version);
	return rc;
}

static int
update_it(struct http_request *rq)
{
	struct contract_basics b = basics_of(rq);

	return http_tx(rq, update, &b);
}

int
contract_discard_it(struct http_request *rq)
{
	return contract_discard(&rq->act, http_str(rq, "id"));
}

static int
signers(struct http_request *rq, void *ctx)
{
	int64_t version = 0;
	int rc = contract_signers(&rq->act, http_str(rq, "id"), ctx, &version);

	if (rc == YX_OK)
		yx_jw_int(&rq->json, "version", version);
	return rc;
}

static int
signers_it(struct http_request *rq)
{
	struct contract_signers s = { .subject = http_str(rq, "subject"), .body = http_str(rq, "body"),
		.version = http_int(rq, "version", 0), .deadline_days = http_int(rq, "deadlineDays", -1),
		.deadline_hard = http_bool(rq, "deadlineHard", 0),
		.rules = { .in_order = http_bool(rq, "vendorsInOrder", 0), .representative = http_str(rq, "representative"),
		    .seal = http_str(rq, "sealRule"), .needed = http_int(rq, "sealNeeded", 1) } };

	if (s.rules.seal == NULL)
		s.rules.seal = "any";
	s.vendors = http_list(rq, "vendors", &s.vendors_n);
	s.sealers = http_list(rq, "sealers", &s.sealers_n);
	s.emails = http_list(rq, "emails", &s.emails_n);
	return http_tx(rq, signers, &s);
}

/* ---- sealing and sending: a claim, the files, and one transaction for the rest ---- */

struct sending {
	struct http_request    *rq;
	struct contract_sending s;
};

static int
begin(struct yx_db *db, void *ctx)
{
	struct sending *x = ctx;

	(void)db;
	return contract_send_begin(&x->rq->act, http_str(x->rq, "id"), &x->s);
}

static int
give_back(struct yx_db *db, void *ctx)
{
	struct sending *x = ctx;

	(void)db;
	return contract_send_abort(&x->rq->act, &x->s);
}

static int
commit(struct http_request *rq, void *ctx)
{
	struct sending *x = ctx;
	struct yx_jw *w = &rq->json;
	int rc = contract_send_commit(&rq->act, &x->s);

	if (rc != YX_OK)
		return rc;
	yx_jw_str(w, "messageNumber", x->s.message.number);
	yx_jw_str(w, "state", x->s.c.state);
	yx_jw_array(w, "documents");
	for (size_t i = 0; i < x->s.c.documents_n; i++) {
		yx_jw_object(w, NULL);
		write_document_name(rq, x->s.c.documents[i].id, x->s.sealed[i].number, x->s.c.documents[i].name);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	yx_crash_point("send.tx.before_commit");
	return YX_OK;
}

/* A database that has just gone away is often back within seconds; who waits for the
 * answer would find the contract claimed by nobody for two minutes. */
static int
give_back_claim(struct sending *x)
{
	const struct timespec pause = { .tv_nsec = 500 * 1000 * 1000 };
	int rc = YX_UNAVAILABLE;

	for (int i = 0; i < GIVE_BACK_TRIES && rc == YX_UNAVAILABLE; i++) {
		if (i > 0)
			nanosleep(&pause, NULL);
		rc = yx_db_tx(x->rq->act.db, give_back, x);
	}
	return rc;
}

int
contract_send_it(struct http_request *rq)
{
	struct sending x = { .rq = rq };
	const char *field;
	int rc = yx_db_tx(rq->act.db, begin, &x);

	if (rc != YX_OK)
		return rc;
	if ((rc = contract_send_seal(&rq->act, &x.s)) == YX_OK && (rc = http_tx(rq, commit, &x)) == YX_OK)
		yx_crash_point("send.committed");
	/* Visible, and may be sent again. If not even this works, the worker takes the
	 * claim back later. */
	field = rq->act.bad_field;
	if (rc != YX_OK && give_back_claim(&x) != YX_OK)
		yx_warn("contract %s: the claim stays until the worker takes it back", x.s.c.id);
	rq->act.bad_field = field;
	return rc;
}

static void
write_people(struct http_request *rq, const char *key, const struct member_person *p, size_t n)
{
	yx_jw_array(&rq->json, key);
	for (size_t i = 0; i < n; i++)
		write_person(rq, NULL, &p[i]);
	yx_jw_end_array(&rq->json);
}

static void
write_strings(struct http_request *rq, const char *key, const char *const *list, size_t n)
{
	yx_jw_array(&rq->json, key);
	for (size_t i = 0; i < n; i++)
		yx_jw_str(&rq->json, NULL, list[i]);
	yx_jw_end_array(&rq->json);
}

static void
write_parties(struct http_request *rq, const struct contract *c)
{
	write_signing_rules(rq, c);
	write_people(rq, "officers", c->officers, c->officers_n);
	write_people(rq, "sealers", c->sealers, c->sealers_n);
	write_strings(rq, "emails", c->emails, c->emails_n);
}

static void
write_documents(struct http_request *rq, const struct contract *c)
{
	yx_jw_array(&rq->json, "documents");
	for (size_t i = 0; i < c->documents_n; i++) {
		yx_jw_object(&rq->json, NULL);
		write_document_name(rq, c->documents[i].id, c->documents[i].number, c->documents[i].name);
		yx_jw_int(&rq->json, "size", c->documents[i].size);
		yx_jw_int(&rq->json, "pages", c->documents[i].pages);
		yx_jw_int(&rq->json, "revision", c->documents[i].revision);
		write_proof(rq, "proof", &c->documents[i].proof);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
}

static void
write_step(struct http_request *rq, const char *step, int done, int64_t at)
{
	yx_jw_object(&rq->json, NULL);
	yx_jw_str(&rq->json, "step", step);
	yx_jw_bool(&rq->json, "done", done);
	http_time(rq, "at", done ? at : 0);
	yx_jw_end_object(&rq->json);
}

static void
write_progress(struct http_request *rq, const struct contract *c)
{
	yx_jw_array(&rq->json, "progress");
	write_step(rq, "platform", c->sent_at != 0, c->sent_at);
	write_step(rq, "vendor", c->vendors_signed, c->vendor_at);
	write_step(rq, "agency", c->completed_at != 0, c->completed_at);
	yx_jw_end_array(&rq->json);
}

/* Deadline, round, what it amends, what happened to it. */
static int
write_life(struct http_request *rq, const struct contract *c)
{
	struct contract_event_row *e = NULL;
	struct contract_void_row v;
	size_t n = 0;
	int rc = contract_event_all(&rq->act, c->id, &e, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_int(&rq->json, "round", c->round);
	yx_jw_str(&rq->json, "deadline", c->deadline);
	yx_jw_bool(&rq->json, "deadlineHard", c->deadline_hard);
	yx_jw_bool(&rq->json, "overdue", c->overdue && contract_state_is_pending(c->state));
	yx_jw_int(&rq->json, "amendment", c->amendment);
	yx_jw_str(&rq->json, "amendsId", c->amends_id);
	yx_jw_str(&rq->json, "amendsNumber", c->amends_number);
	write_events(rq, e, n);
	if ((rc = contract_void_get(&rq->act, c->id, &v)) == YX_OK) {
		yx_jw_object(&rq->json, "voidAsked");
		write_void(rq, &v);
		yx_jw_end_object(&rq->json);
	}
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}

/* The template that it began with; of a draft what its fields stand for. */
static int
write_template(struct http_request *rq, const struct contract *c)
{
	struct yx_jw *w = &rq->json;
	struct template_values v;
	int rc = contract_fields(&rq->act, c, act_now(&rq->act), &v);

	if (rc != YX_OK)
		return rc;
	yx_jw_int(w, "deadlineDays", c->deadline_days);
	if (c->template_id == NULL) {
		yx_jw_null(w, "template");
	} else {
		yx_jw_object(w, "template");
		yx_jw_str(w, "id", c->template_id);
		yx_jw_str(w, "name", c->template_name);
		yx_jw_int(w, "version", c->template_version);
		yx_jw_int(w, "places", c->template_places);
		yx_jw_end_object(w);
	}
	if (!contract_state_is_draft(c->state))
		return YX_OK;
	yx_jw_object(w, "fields");
	for (enum template_field i = 0; i < TEXT_FIELDS; i++)
		yx_jw_str(w, template_field_word(i), v.of[i] == NULL ? "" : v.of[i]);
	yx_jw_end_object(w);
	return YX_OK;
}

static int
contract(struct http_request *rq)
{
	struct yx_jw *w = &rq->json;
	struct contract c;
	int rc = contract_get(&rq->act, http_str(rq, "id"), &c);

	if (rc != YX_OK)
		return rc;
	yx_jw_str(w, "id", c.id);
	yx_jw_str(w, "number", c.number);
	yx_jw_str(w, "title", c.title);
	yx_jw_str(w, "formerAgency", c.former_name);
	yx_jw_str(w, "caseNumber", c.case_number);
	yx_jw_str(w, "state", c.state);
	yx_jw_int(w, "version", c.version);
	write_unit(rq, "unit", &c.unit);
	write_unit(rq, "handlingUnit", &c.handling_unit);
	write_person(rq, "handler", &c.handler);
	write_parties(rq, &c);
	yx_jw_str(w, "subject", c.subject);
	yx_jw_str(w, "body", c.body);
	if ((rc = write_template(rq, &c)) != YX_OK)
		return rc;
	http_time(rq, "createdAt", c.created_at);
	http_time(rq, "sentAt", c.sent_at);
	http_time(rq, "completedAt", c.completed_at);
	write_documents(rq, &c);
	write_progress(rq, &c);
	rc = write_life(rq, &c);
	return rc != YX_OK ? rc : write_retention(rq, c.id);
}

static void
write_summary_vendor(struct http_request *rq, const struct contract_summary_vendor *v)
{
	yx_jw_object(&rq->json, NULL);
	yx_jw_str(&rq->json, "name", v->party->name);
	yx_jw_str(&rq->json, "code", v->party->code);
	yx_jw_int(&rq->json, "people", (int64_t)v->n);
	write_strings(rq, "emails", v->emails, v->n);
	yx_jw_end_object(&rq->json);
}

static int
summary(struct http_request *rq)
{
	struct contract_summary s;
	int rc = contract_summary(&rq->act, http_str(rq, "id"), &s);

	if (rc != YX_OK)
		return rc;
	yx_jw_str(&rq->json, "subject", s.c.subject);
	yx_jw_str(&rq->json, "body", s.c.body);
	yx_jw_str(&rq->json, "deadline", s.deadline);
	yx_jw_bool(&rq->json, "deadlineHard", s.c.deadline_hard);
	yx_jw_str(&rq->json, "empty", s.empty);
	yx_jw_int(&rq->json, "documents", (int64_t)s.c.documents_n);
	yx_jw_array(&rq->json, "vendors");
	for (size_t i = 0; i < s.c.vendors_n; i++)
		write_summary_vendor(rq, &s.vendors[i]);
	yx_jw_end_array(&rq->json);
	write_people(rq, "sealers", s.c.sealers, s.c.sealers_n);
	write_strings(rq, "emails", s.c.emails, s.c.emails_n);
	return YX_OK;
}

static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_CONTRACTS[] = {
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL },
	{ "state", IN_QUERY, T_WORD, OPTIONAL, 0, 0, 
	    "open|completed|draft|seal_failed|vendor_pending|agency_pending|returned|voided|expired" },
	{ "caseNumber", IN_QUERY, T_STRING, OPTIONAL, 0, 50, NULL },
	{ "vendor", IN_QUERY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "officer", IN_QUERY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "from", IN_QUERY, T_DATE, OPTIONAL, 0, 0, NULL },
	{ "to", IN_QUERY, T_DATE, OPTIONAL, 0, 0, NULL },
	{ "sort", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "newest|oldest|sent|number|title" },
	HTTP_PAGE_PARAMS, END };
#define BASICS \
	{ "number", IN_BODY, T_STRING, 0, 1, 50, NULL }, \
	{ "title", IN_BODY, T_STRING, 0, 1, 100, NULL }, \
	{ "caseNumber", IN_BODY, T_STRING, OPTIONAL, 0, 50, NULL }, \
	{ "unitId", IN_BODY, T_ID, 0, 0, 0, NULL }, \
	{ "officers", IN_BODY, T_IDS, 0, 1, 50, NULL }
static const struct http_param P_CREATE[] = { BASICS,
	{ "templateId", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL }, END };
static const struct http_param P_UPDATE[] = { ID("id"), BASICS,
	{ "version", IN_BODY, T_INT, 0, 1, 2147483647, NULL },
	{ "handlerId", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "emails", IN_BODY, T_EMAILS, OPTIONAL, 0, 20, NULL }, END };
static const struct http_param P_SIGNERS[] = { ID("id"),
	{ "vendors", IN_BODY, T_IDS, 0, 0, 10, NULL },
	{ "sealers", IN_BODY, T_IDS, 0, 0, 200, NULL },
	{ "subject", IN_BODY, T_STRING, 0, 1, 300, NULL },
	{ "body", IN_BODY, T_TEXT, 0, 1, 4000, NULL },
	{ "emails", IN_BODY, T_EMAILS, 0, 0, 20, NULL },
	{ "vendorsInOrder", IN_BODY, T_BOOL, OPTIONAL, 0, 0, NULL },
	{ "representative", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "sealRule", IN_BODY, T_WORD, OPTIONAL, 0, 0, "any|all|some" },
	{ "sealNeeded", IN_BODY, T_INT, OPTIONAL, 1, 200, NULL },
	{ "deadlineDays", IN_BODY, T_INT, OPTIONAL, 0, 3650, NULL },
	{ "deadlineHard", IN_BODY, T_BOOL, OPTIONAL, 0, 0, NULL },
	{ "version", IN_BODY, T_INT, OPTIONAL, 1, 2147483647, NULL }, END };

const struct http_route CONTRACT_ROUTES[] = {
	{ "GET", V1 "/contracts", ROLE_OFFICER, 0, P_CONTRACTS, contracts, "My cases" },
	{ "POST", V1 "/contracts", ROLE_OFFICER, 0, P_CREATE, create_it, "Step 1: new draft" },
	{ "GET", V1 "/contracts/{id}", ROLE_OFFICER, 0, P_ID, contract, "One contract" },
	{ "PUT", V1 "/contracts/{id}", ROLE_OFFICER, 0, P_UPDATE, update_it, "Update its data" },
	{ "DELETE", V1 "/contracts/{id}", ROLE_OFFICER, F_TX, P_ID, contract_discard_it, "Discard a draft" },
	{ "PUT", V1 "/contracts/{id}/signers", ROLE_OFFICER, 0, P_SIGNERS, signers_it, "Step 3: signers and notice" },
	{ "GET", V1 "/contracts/{id}/summary", ROLE_OFFICER, 0, P_ID, summary, "What sending would do" },
	{ "POST", V1 "/contracts/{id}/send", ROLE_OFFICER, F_SLOW, P_ID, contract_send_it, "Seal and send" },
	LAST_ROW,
};
