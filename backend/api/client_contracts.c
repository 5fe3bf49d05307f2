/* The public API: contracts as another system makes, sends and follows them. */
#include <stdio.h>
#include <string.h>

#include "backend/api/api.h"
#include "backend/api/client_api.h"
#include "backend/api/handlers.h"
#include "backend/api/write.h"
#include "backend/domain/document/history.h"

#define SIGNATURES_MAX 100

static int
contracts(struct http_request *rq)
{
	struct client_contract_filter f = { .number = http_str(rq, "number"), .most = http_int(rq, "limit", CURSOR_LIMIT) };
	struct client_contract_row *c = NULL;
	struct yx_jw *w = &rq->json;
	size_t n = 0;
	int rc = client_cursor_of(rq, &f.from), full;

	if (rc != YX_OK || (rc = client_contract_list(&rq->act, &f, &c, &n)) != YX_OK)
		return rc;
	yx_jw_array(w, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "id", c[i].id);
		yx_jw_str(w, "number", c[i].number);
		yx_jw_str(w, "title", c[i].title);
		yx_jw_str(w, "caseNumber", c[i].case_number);
		yx_jw_str(w, "state", c[i].state);
		http_time(rq, "createdAt", c[i].created_at);
		http_time(rq, "sentAt", c[i].sent_at);
		http_time(rq, "completedAt", c[i].completed_at);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
	full = (int64_t)n == f.most;
	return client_cursor_write(rq, full ? c[n - 1].created_at : 0, full ? c[n - 1].id : NULL);
}

static void
write_documents(struct http_request *rq, const struct contract *c)
{
	struct yx_jw *w = &rq->json;

	yx_jw_array(w, "documents");
	for (size_t i = 0; i < c->documents_n; i++) {
		yx_jw_object(w, NULL);
		write_document_name(rq, c->documents[i].id, c->documents[i].number, c->documents[i].name);
		yx_jw_int(w, "size", c->documents[i].size);
		yx_jw_int(w, "pages", c->documents[i].pages);
		yx_jw_int(w, "revision", c->documents[i].revision);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

static void
write_vendors(struct http_request *rq, const struct contract *c)
{
	struct yx_jw *w = &rq->json;

	yx_jw_array(w, "vendors");
	for (size_t i = 0; i < c->vendors_n; i++) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "code", c->vendors[i].code);
		yx_jw_str(w, "name", c->vendors[i].name);
		yx_jw_bool(w, "signed", c->vendors[i].signed_all);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

static int
contract(struct http_request *rq)
{
	struct yx_jw *w = &rq->json;
	struct contract c;
	int rc = client_contract_get(&rq->act, http_str(rq, "id"), &c);

	if (rc != YX_OK)
		return rc;
	yx_jw_str(w, "id", c.id);
	yx_jw_str(w, "number", c.number);
	yx_jw_str(w, "title", c.title);
	yx_jw_str(w, "caseNumber", c.case_number);
	yx_jw_str(w, "agency", c.organization_name);
	yx_jw_str(w, "state", c.state);
	yx_jw_int(w, "round", c.round);
	yx_jw_str(w, "deadline", c.deadline);
	http_time(rq, "createdAt", c.created_at);
	http_time(rq, "sentAt", c.sent_at);
	http_time(rq, "vendorsSignedAt", c.vendors_signed ? c.vendor_at : 0);
	http_time(rq, "completedAt", c.completed_at);
	write_vendors(rq, &c);
	write_documents(rq, &c);
	return YX_OK;
}

/* ---- what happened ---- */

static void
write_signature(struct http_request *rq, const struct history_row *h)
{
	yx_jw_object(&rq->json, NULL);
	yx_jw_int(&rq->json, "item", h->item);
	http_time(rq, "signedAt", h->signed_at);
	http_time(rq, "stampedAt", h->stamped_at);
	yx_jw_str(&rq->json, "signedBy", h->signed_by);
	yx_jw_str(&rq->json, "subject", h->subject);
	yx_jw_str(&rq->json, "issuer", h->issuer);
	yx_jw_str(&rq->json, "serial", h->serial);
	yx_jw_end_object(&rq->json);
}

static int
write_signatures(struct http_request *rq, const struct contract_document *d)
{
	struct page page = { .page = 1, .size = SIGNATURES_MAX };
	struct history_list h;
	int rc = history_list(&rq->act, d->id, &page, &h);

	if (rc != YX_OK)
		return rc;
	yx_jw_object(&rq->json, NULL);
	write_document_name(rq, d->id, d->number, d->name);
	yx_jw_array(&rq->json, "signatures");
	for (size_t i = h.n; i > 0; i--)
		write_signature(rq, &h.rows[i - 1]);
	yx_jw_end_array(&rq->json);
	yx_jw_end_object(&rq->json);
	return YX_OK;
}

static int
history(struct http_request *rq)
{
	struct contract_event_row *e = NULL;
	struct contract c;
	size_t n = 0;
	int rc = client_contract_get(&rq->act, http_str(rq, "id"), &c);

	if (rc != YX_OK || (rc = contract_event_all(&rq->act, c.id, &e, &n)) != YX_OK)
		return rc;
	yx_jw_str(&rq->json, "state", c.state);
	write_events(rq, e, n);
	yx_jw_array(&rq->json, "documents");
	for (size_t i = 0; rc == YX_OK && i < c.documents_n; i++)
		rc = write_signatures(rq, &c.documents[i]);
	yx_jw_end_array(&rq->json);
	return rc;
}

/* ---- making and sending ---- */

static int
create(struct http_request *rq)
{
	struct client_draft d = { .number = http_str(rq, "number"), .title = http_str(rq, "title"),
		.case_number = http_str(rq, "caseNumber"), .unit = http_str(rq, "unit"), .subject = http_str(rq, "subject"),
		.body = http_str(rq, "body"), .in_order = http_bool(rq, "vendorsInOrder", 0) };
	char id[YX_ID_SIZE];
	int rc;

	if (d.case_number == NULL)
		d.case_number = "";
	d.officers = http_list(rq, "officers", &d.officers_n);
	d.vendors = http_list(rq, "vendors", &d.vendors_n);
	d.sealers = http_list(rq, "sealers", &d.sealers_n);
	d.emails = http_list(rq, "emails", &d.emails_n);
	if ((rc = client_draft_create(&rq->act, &d, id)) != YX_OK)
		return rc;
	return http_made(rq, rc, id);
}

/* nginx asks this before it takes a byte of an upload. */
static int
upload_allowed(struct http_request *rq)
{
	static const char prefix[] = PUBLIC "/contracts/";
	const char *uri = http_header(rq, "X-Original-URI");
	char id[YX_ID_SIZE];

	if (uri == NULL || strncmp(uri, prefix, sizeof(prefix) - 1) != 0)
		return YX_NOT_FOUND;
	snprintf(id, sizeof(id), "%s", uri + sizeof(prefix) - 1);
	return yx_is_id(id) ? contract_is_my_draft(&rq->act, id) : YX_NOT_FOUND;
}

static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_CONTRACTS[] = {
	{ "number", IN_QUERY, T_STRING, OPTIONAL, 1, 50, NULL }, CURSOR_PARAMS, END };
static const struct http_param P_UPLOAD[] = { ID("id"),
	{ "normalise", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "true" }, END };
static const struct http_param P_CREATE[] = {
	{ "number", IN_BODY, T_STRING, 0, 1, 50, NULL },
	{ "title", IN_BODY, T_STRING, 0, 1, 100, NULL },
	{ "caseNumber", IN_BODY, T_STRING, OPTIONAL, 0, 50, NULL },
	{ "unit", IN_BODY, T_STRING, 0, 4, 14, NULL },
	{ "officers", IN_BODY, T_STRINGS, 0, 1, 50, NULL },
	{ "vendors", IN_BODY, T_STRINGS, 0, 1, 10, NULL },
	{ "sealers", IN_BODY, T_STRINGS, OPTIONAL, 0, 200, NULL },
	{ "emails", IN_BODY, T_EMAILS, OPTIONAL, 0, 20, NULL },
	{ "subject", IN_BODY, T_STRING, OPTIONAL, 0, 300, NULL },
	{ "body", IN_BODY, T_TEXT, OPTIONAL, 0, 4000, NULL },
	{ "vendorsInOrder", IN_BODY, T_BOOL, OPTIONAL, 0, 0, NULL }, END };

const struct http_route PUBLIC_CONTRACT_ROUTES[] = {
	{ "GET", PUBLIC "/contracts", SCOPE_CONTRACTS_READ, 0, P_CONTRACTS, contracts, "Contracts of the client" },
	{ "POST", PUBLIC "/contracts", SCOPE_CONTRACTS_WRITE, F_TX, P_CREATE, create, "A draft with its parties" },
	{ "GET", PUBLIC "/contracts/{id}", SCOPE_CONTRACTS_READ, 0, P_ID, contract, "One contract and its state" },
	{ "DELETE", PUBLIC "/contracts/{id}", SCOPE_CONTRACTS_WRITE, F_TX, P_ID, contract_discard_it, "Discard a draft" },
	{ "GET", PUBLIC "/contracts/{id}/history", SCOPE_CONTRACTS_READ, 0, P_ID, history, "What happened to it" },
	{ "POST", PUBLIC "/contracts/{id}/documents", SCOPE_CONTRACTS_WRITE, F_BODY_FILE | F_SLOW, P_UPLOAD,
	    document_upload_it, "A PDF of a draft" },
	{ "POST", PUBLIC "/contracts/{id}/send", SCOPE_CONTRACTS_WRITE, F_SLOW, P_ID, contract_send_it, "Seal and send" },
	/* Internal, as V1 "/_upload_ok". */
	{ "POST", PUBLIC "/_upload_ok", SCOPE_CONTRACTS_WRITE, F_BODY_FILE | F_NO_TOUCH | F_ABOUT, NULL, upload_allowed,
	    "May this upload begin" },
	LAST_ROW,
};
