#include "backend/api/api.h"

#include <string.h>

#include "backend/domain/contract/contract.h"

int
api_contracts(struct http_request *rq)
{
	struct http_page page = http_page_of(rq);
	struct contract_row *c = NULL;
	size_t n = 0;
	int rc = contract_list(rq, http_str(rq, "q"), http_str(rq, "state"), &page, &c, &n);

	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", c[i].id);
		yx_jw_str(&rq->json, "number", c[i].number);
		yx_jw_str(&rq->json, "title", c[i].title);
		yx_jw_str(&rq->json, "handler", c[i].handler);
		yx_jw_str(&rq->json, "state", c[i].state);
		http_time(rq, "sentAt", c[i].sent_at);
		http_time(rq, "createdAt", c[i].created_at);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return rc;
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
	int rc = contract_create(rq, ctx, id);

	rq->status = 201;
	yx_jw_str(&rq->json, "id", id);
	yx_jw_int(&rq->json, "version", 1);
	return rc;
}

int
api_contract_create(struct http_request *rq)
{
	struct contract_basics b = basics_of(rq);

	return http_tx(rq, create, &b);
}

static int
update(struct http_request *rq, void *ctx)
{
	int64_t version = 0;
	int rc = contract_update(rq, http_str(rq, "id"), ctx, &version);

	yx_jw_int(&rq->json, "version", version);
	return rc;
}

int
api_contract_update(struct http_request *rq)
{
	struct contract_basics b = basics_of(rq);

	return http_tx(rq, update, &b);
}

static int
discard(struct http_request *rq, void *ctx)
{
	(void)ctx;
	return contract_discard(rq, http_str(rq, "id"));
}

int
api_contract_discard(struct http_request *rq)
{
	return http_tx(rq, discard, NULL);
}

static int
signers(struct http_request *rq, void *ctx)
{
	int64_t version = 0;
	int rc = contract_signers(rq, http_str(rq, "id"), ctx, &version);

	yx_jw_int(&rq->json, "version", version);
	return rc;
}

int
api_contract_signers(struct http_request *rq)
{
	struct contract_signers s = { .subject = http_str(rq, "subject"), .body = http_str(rq, "body") };

	s.vendors = http_list(rq, "vendors", &s.vendors_n);
	s.sealers = http_list(rq, "sealers", &s.sealers_n);
	s.emails = http_list(rq, "emails", &s.emails_n);
	return http_tx(rq, signers, &s);
}

int
api_contract_send(struct http_request *rq)
{
	return contract_send(rq, http_str(rq, "id"));
}

static void
write_person(struct http_request *rq, const char *key, const struct member_person *p)
{
	yx_jw_object(&rq->json, key);
	yx_jw_str(&rq->json, "id", p->id);
	yx_jw_str(&rq->json, "name", p->name);
	yx_jw_str(&rq->json, "unit", p->unit_name);
	yx_jw_end_object(&rq->json);
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
write_parties(struct http_request *rq, const struct contract *c)
{
	yx_jw_array(&rq->json, "vendors");
	for (size_t i = 0; i < c->vendors_n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", c->vendors[i].id);
		yx_jw_str(&rq->json, "name", c->vendors[i].name);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	write_people(rq, "officers", c->officers, c->officers_n);
	write_people(rq, "sealers", c->sealers, c->sealers_n);
	yx_jw_array(&rq->json, "emails");
	for (size_t i = 0; i < c->emails_n; i++)
		yx_jw_str(&rq->json, NULL, c->emails[i]);
	yx_jw_end_array(&rq->json);
}

static void
write_documents(struct http_request *rq, const struct contract *c)
{
	yx_jw_array(&rq->json, "documents");
	for (size_t i = 0; i < c->documents_n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", c->documents[i].id);
		yx_jw_str(&rq->json, "number", c->documents[i].number);
		yx_jw_str(&rq->json, "name", c->documents[i].name);
		yx_jw_int(&rq->json, "size", c->documents[i].size);
		yx_jw_int(&rq->json, "pages", c->documents[i].pages);
		yx_jw_int(&rq->json, "revision", c->documents[i].revision);
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

int
api_contract(struct http_request *rq)
{
	struct contract c;
	int rc = contract_get(rq, http_str(rq, "id"), &c);

	if (rc != YX_OK)
		return rc;
	yx_jw_str(&rq->json, "id", c.id);
	yx_jw_str(&rq->json, "number", c.number);
	yx_jw_str(&rq->json, "title", c.title);
	yx_jw_str(&rq->json, "caseNumber", c.case_number);
	yx_jw_str(&rq->json, "state", c.state);
	yx_jw_int(&rq->json, "version", c.version);
	api_write_unit(rq, "unit", &c.unit);
	api_write_unit(rq, "handlingUnit", &c.handling_unit);
	write_person(rq, "handler", &c.handler);
	write_parties(rq, &c);
	yx_jw_str(&rq->json, "subject", c.subject);
	yx_jw_str(&rq->json, "body", c.body);
	http_time(rq, "createdAt", c.created_at);
	http_time(rq, "sentAt", c.sent_at);
	http_time(rq, "completedAt", c.completed_at);
	write_documents(rq, &c);
	write_progress(rq, &c);
	return YX_OK;
}
