#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/api/write.h"
#include "backend/domain/registry/deputy.h"
#include "backend/domain/registry/register.h"
#include "backend/domain/registry/register_pdf.h"
#include "backend/domain/registry/registry.h"

#define SEALERS_MAX 50

static void
write_row(struct http_request *rq, const struct registry_row *r)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, NULL);
	yx_jw_str(w, "id", r->id);
	yx_jw_str(w, "number", r->number);
	yx_jw_str(w, "title", r->title);
	yx_jw_str(w, "vendors", r->vendors);
	yx_jw_str(w, "handler", r->handler);
	yx_jw_str(w, "state", r->state);
	http_time(rq, "sentAt", r->sent_at);
	http_time(rq, "askedAt", r->asked_at);
	yx_jw_str(w, "sealers", r->sealers);
	yx_jw_int(w, "sealed", r->sealed);
	yx_jw_int(w, "needed", r->needed);
	yx_jw_str(w, "deadline", r->deadline);
	yx_jw_end_object(w);
}

static int
list(struct http_request *rq)
{
	const struct registry_filter f = { .tab = http_str(rq, "tab"), .q = http_str(rq, "q"),
		.from = http_str(rq, "from"), .to = http_str(rq, "to") };
	struct page page = http_page_of(rq);
	struct registry_page p;
	const struct registry_counters *c = &p.counters;
	int rc = registry_list(&rq->act, &f, &page, &p);

	if (rc != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < p.n; i++)
		write_row(rq, &p.rows[i]);
	yx_jw_end_array(&rq->json);
	yx_jw_object(&rq->json, "counters");
	yx_jw_int(&rq->json, "pending", c->pending);
	yx_jw_int(&rq->json, "coming", c->coming);
	yx_jw_int(&rq->json, "sealed", c->sealed);
	yx_jw_int(&rq->json, "other", c->other);
	yx_jw_int(&rq->json, "all", c->all);
	yx_jw_end_object(&rq->json);
	return YX_OK;
}

static void
write_person_line(struct http_request *rq, const struct member_person *p)
{
	yx_jw_str(&rq->json, "id", p->id);
	yx_jw_str(&rq->json, "name", p->name);
	yx_jw_str(&rq->json, "account", p->account);
	yx_jw_str(&rq->json, "unit", p->unit_name);
}

static void
write_tasks(struct http_request *rq, const struct registry_task *t, size_t n)
{
	yx_jw_array(&rq->json, "sealers");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		write_person_line(rq, &t[i].person);
		yx_jw_str(&rq->json, "deputyFor", t[i].deputy_for);
		yx_jw_str(&rq->json, "state", t[i].state);
		http_time(rq, "signedAt", t[i].at);
		yx_jw_bool(&rq->json, "open", t[i].open);
		yx_jw_bool(&rq->json, "lives", t[i].lives);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
}

/* What was sent: who signs it, and the documents at their newest revisions. */
static void
write_contract(struct http_request *rq, const struct contract *c)
{
	struct yx_jw *w = &rq->json;

	yx_jw_str(w, "id", c->id);
	yx_jw_str(w, "number", c->number);
	yx_jw_str(w, "title", c->title);
	yx_jw_str(w, "caseNumber", c->case_number);
	yx_jw_str(w, "state", c->state);
	yx_jw_bool(w, "pending", contract_state_is_pending(c->state));
	yx_jw_str(w, "deadline", c->deadline);
	http_time(rq, "sentAt", c->sent_at);
	http_time(rq, "completedAt", c->completed_at);
	write_person(rq, "handler", &c->handler);
	write_unit(rq, "unit", &c->unit);
	write_signing_rules(rq, c);
	yx_jw_array(w, "documents");
	for (size_t i = 0; i < c->documents_n; i++) {
		yx_jw_object(w, NULL);
		write_document_name(rq, c->documents[i].id, c->documents[i].number, c->documents[i].name);
		yx_jw_int(w, "size", c->documents[i].size);
		yx_jw_int(w, "revision", c->documents[i].revision);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

static int
one(struct http_request *rq)
{
	struct contract_event_row *e = NULL;
	struct registry_task *t = NULL;
	struct contract c;
	size_t n = 0, k = 0;
	int rc = registry_get(&rq->act, http_str(rq, "id"), &c, &t, &n);

	if (rc != YX_OK || (rc = contract_event_all(&rq->act, c.id, &e, &k)) != YX_OK)
		return rc;
	write_contract(rq, &c);
	write_tasks(rq, t, n);
	write_events(rq, e, k);
	return YX_OK;
}

static int
assign(struct http_request *rq)
{
	size_t n;
	const char *const *members = http_list(rq, "sealers", &n);

	return registry_assign(&rq->act, http_str(rq, "id"), members, n);
}

static int
people(struct http_request *rq)
{
	struct member_person *p = NULL;
	size_t n = 0;
	struct unit *u = NULL;
	size_t units = 0;
	int rc = registry_people(&rq->act, &p, &n);

	if (rc != YX_OK || (rc = unit_list(&rq->act, rq->act.who.organization_id, &u, &units)) != YX_OK)
		return rc;
	yx_jw_array(&rq->json, "units");
	for (size_t i = 0; i < units; i++)
		write_unit(rq, NULL, &u[i]);
	yx_jw_end_array(&rq->json);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		write_person_line(rq, &p[i]);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

/* ---- 用印登記簿 ---- */

static void
write_line(struct http_request *rq, const struct register_row *b)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, NULL);
	yx_jw_str(w, "agency", b->agency);
	yx_jw_int(w, "year", b->year);
	yx_jw_int(w, "number", b->number);
	http_time(rq, "sealedAt", b->sealed_at);
	yx_jw_str(w, "contractNumber", b->contract_number);
	yx_jw_str(w, "contractTitle", b->contract_title);
	yx_jw_str(w, "vendors", b->vendors);
	yx_jw_str(w, "documentNumber", b->document_number);
	yx_jw_str(w, "documentName", b->document_name);
	yx_jw_int(w, "pages", b->pages);
	yx_jw_int(w, "revision", b->revision);
	yx_jw_str(w, "sha256", b->sha256);
	yx_jw_str(w, "sealer", b->sealer);
	yx_jw_str(w, "deputyFor", b->deputy_for);
	yx_jw_str(w, "certificate", b->certificate);
	yx_jw_str(w, "serial", b->serial);
	yx_jw_end_object(w);
}

static struct register_filter
book_filter(struct http_request *rq)
{
	return (struct register_filter){ .from = http_str(rq, "from"), .to = http_str(rq, "to"),
		.member_id = http_str(rq, "sealer") };
}

static int
book(struct http_request *rq)
{
	const struct register_filter f = book_filter(rq);
	struct page page = http_page_of(rq);
	struct register_row *b = NULL;
	size_t n = 0;
	int rc = register_list(&rq->act, &f, &page, &b, &n);

	if (rc != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++)
		write_line(rq, &b[i]);
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
book_file(struct http_request *rq)
{
	const struct register_filter f = book_filter(rq);
	char id[YX_ID_SIZE];
	int rc = register_pdf(&rq->act, &f, id);

	if (rc != YX_OK)
		return rc;
	rq->accel = yx_store_prepared_accel(rq->app->store, rq->act.arena, id);
	rq->content_type = "application/pdf";
	rq->file_name = yx_arena_printf(rq->act.arena, "用印登記簿_%s_%s.pdf", f.from, f.to);
	rq->download = 1;
	return rq->accel == NULL || rq->file_name == NULL ? YX_NO_MEMORY : YX_OK;
}

/* ---- 代理人 ---- */

static int
deputies(struct http_request *rq)
{
	struct page page = http_page_of(rq);
	struct deputy_row *d = NULL;
	size_t n = 0;
	int rc = deputy_list(&rq->act, &page, &d, &n);

	if (rc != YX_OK)
		return rc;
	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_str(&rq->json, "id", d[i].id);
		yx_jw_str(&rq->json, "member", d[i].member);
		yx_jw_str(&rq->json, "deputy", d[i].deputy);
		yx_jw_str(&rq->json, "from", d[i].from);
		yx_jw_str(&rq->json, "to", d[i].to);
		yx_jw_str(&rq->json, "unit", d[i].unit);
		yx_jw_str(&rq->json, "state", d[i].state);
		yx_jw_bool(&rq->json, "mine", d[i].mine);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
deputy(struct http_request *rq, void *ctx)
{
	const struct deputy_new d = { .member_id = http_str(rq, "memberId"), .deputy_id = http_str(rq, "deputyId"),
		.from = http_str(rq, "from"), .to = http_str(rq, "to"), .unit_id = http_str(rq, "unitId") };
	char id[YX_ID_SIZE];
	int rc = deputy_add(&rq->act, &d, id);

	(void)ctx;
	return http_made(rq, rc, id);
}

static int
deputy_it(struct http_request *rq)
{
	size_t done = 0;
	int rc = http_tx(rq, deputy, NULL);

	/* What is open already goes to him at once; the worker does what is left. */
	return rc != YX_OK ? rc : deputy_work(&rq->act, &done);
}

static int
end_deputy(struct http_request *rq, void *ctx)
{
	(void)ctx;
	return deputy_end(&rq->act, http_str(rq, "id"));
}

static int
end_deputy_it(struct http_request *rq)
{
	size_t done = 0;
	int rc = http_tx(rq, end_deputy, NULL);

	return rc != YX_OK ? rc : deputy_work(&rq->act, &done);
}

#define WHO_DEPUTIES (ROLE_SEALER | ROLES_REGISTRY)
static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_LIST[] = {
	{ "tab", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "pending|coming|sealed|other|all" },
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL },
	{ "from", IN_QUERY, T_DATE, OPTIONAL, 0, 0, NULL },
	{ "to", IN_QUERY, T_DATE, OPTIONAL, 0, 0, NULL }, HTTP_PAGE_PARAMS, END };
static const struct http_param P_ASSIGN[] = { ID("id"),
	{ "sealers", IN_BODY, T_IDS, 0, 1, SEALERS_MAX, NULL }, END };
#define BOOK \
	{ "from", IN_QUERY, T_DATE, 0, 0, 0, NULL }, { "to", IN_QUERY, T_DATE, 0, 0, 0, NULL }, \
	{ "sealer", IN_QUERY, T_ID, OPTIONAL, 0, 0, NULL }
static const struct http_param P_BOOK[] = { BOOK, HTTP_PAGE_PARAMS, END };
static const struct http_param P_BOOK_FILE[] = { BOOK, END };
static const struct http_param P_PAGE[] = { HTTP_PAGE_PARAMS, END };
static const struct http_param P_DEPUTY[] = {
	{ "memberId", IN_BODY, T_ID, 0, 0, 0, NULL },
	{ "deputyId", IN_BODY, T_ID, 0, 0, 0, NULL },
	{ "from", IN_BODY, T_DATE, 0, 0, 0, NULL },
	{ "to", IN_BODY, T_DATE, 0, 0, 0, NULL },
	{ "unitId", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL }, END };

const struct http_route REGISTRY_ROUTES[] = {
	{ "GET", V1 "/registry", ROLES_REGISTRY, 0, P_LIST, list, "Sealing of the whole agency" },
	{ "GET", V1 "/registry/people", WHO_DEPUTIES, 0, NULL, people, "Who may seal for the agency" },
	{ "GET", V1 "/registry/book", ROLES_REGISTRY, 0, P_BOOK, book, "The book of seals" },
	{ "GET", V1 "/registry/book/file", ROLES_REGISTRY, F_SLOW, P_BOOK_FILE, book_file, "The same, a sealed PDF" },
	{ "GET", V1 "/registry/{id}", ROLES_REGISTRY, 0, P_ID, one, "Who seals a contract" },
	{ "POST", V1 "/registry/{id}/assign", ROLES_REGISTRY, F_TX, P_ASSIGN, assign, "These seal it from now on" },
	{ "GET", V1 "/deputies", WHO_DEPUTIES, 0, P_PAGE, deputies, "Who seals for whom" },
	{ "POST", V1 "/deputies", WHO_DEPUTIES, 0, P_DEPUTY, deputy_it, "Name a deputy" },
	{ "DELETE", V1 "/deputies/{id}", WHO_DEPUTIES, 0, P_ID, end_deputy_it, "Call a deputy off" },
	LAST_ROW,
};
