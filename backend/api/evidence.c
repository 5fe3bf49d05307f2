/* 證明頁 and 證據包 of a document that everybody has signed, and the code for everybody. */
#include "backend/api/api.h"
#include "backend/api/handlers.h"
#include "backend/api/rows.h"
#include "backend/conf.h"
#include "backend/domain/evidence/package.h"
#include "backend/pades/examine.h"
#include "common/codec.h"

#define HISTORY_MAX ((size_t)1 << 20)

static void
write_code(struct http_request *rq, const struct evidence_facts *f)
{
	char code[20];

	evidence_code_text(f->code, code);
	yx_jw_str(&rq->json, "code", code);
	http_time(rq, "madeAt", f->made_at);
}

struct making { struct evidence_facts *facts; struct evidence_sheet sheet; };

static int
keep(struct http_request *rq, void *ctx)
{
	struct making *m = ctx;
	int rc = evidence_keep(&rq->act, m->facts, &m->sheet);

	if (rc == YX_OK)
		write_code(rq, m->facts);
	return rc;
}

int
evidence_make_it(struct http_request *rq)
{
	struct evidence_facts facts;
	struct making m = { .facts = &facts };
	int rc = evidence_facts(&rq->act, http_str(rq, "id"), &facts);

	if (rc != YX_OK)
		return rc;
	if (facts.made_at != 0) {
		write_code(rq, &facts);
		return YX_OK;
	}
	return (rc = evidence_draw(&rq->act, &facts, &m.sheet)) == YX_OK ? http_tx(rq, keep, &m) : rc;
}

static int
sheet(struct http_request *rq)
{
	struct document_name name;
	uint8_t sha256[32];
	int rc = evidence_object(&rq->act, http_str(rq, "id"), sha256, &name);

	if (rc != YX_OK)
		return rc;
	rq->accel = yx_store_accel(rq->app->store, rq->act.arena, sha256);
	rq->content_type = "application/pdf";
	rq->file_name = yx_arena_printf(rq->act.arena, "%s 證明頁.pdf", name.number);
	rq->download = 1;
	return rq->accel == NULL || rq->file_name == NULL ? YX_NO_MEMORY : YX_OK;
}

/* ---- the package ---- */

static void
time_member(struct yx_jw *w, const char *key, int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	char text[32];
	struct tm tm;

	if (ms == 0 || gmtime_r(&t, &tm) == NULL) {
		yx_jw_null(w, key);
		return;
	}
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	yx_jw_str(w, key, text);
}

static void
write_signatures(struct yx_jw *w, const struct evidence_facts *f)
{
	yx_jw_array(w, "signatures");
	for (size_t i = 0; i < f->history_n; i++) {
		const struct history_row *h = &f->history[i];

		yx_jw_object(w, NULL);
		yx_jw_int(w, "item", h->item);
		time_member(w, "signedAt", h->signed_at);
		yx_jw_str(w, "signedBy", h->signed_by);
		yx_jw_str(w, "certificate", h->label);
		yx_jw_str(w, "subject", h->subject);
		yx_jw_str(w, "issuer", h->issuer);
		yx_jw_str(w, "serial", h->serial);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

static void
write_deliveries(struct yx_jw *w, const struct evidence_facts *f)
{
	yx_jw_array(w, "deliveries");
	for (size_t i = 0; i < f->deliveries_n; i++) {
		const struct evidence_delivery *d = &f->deliveries[i];

		yx_jw_object(w, NULL);
		yx_jw_str(w, "message", d->number);
		yx_jw_str(w, "kind", d->kind);
		yx_jw_str(w, "to", d->to);
		time_member(w, "deliveredAt", d->sent_at);
		time_member(w, "openedAt", d->read_at);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

static int
write_history(struct yx_buf *out, const struct evidence_facts *f)
{
	struct yx_jw w;
	char code[20], hex[65];

	evidence_code_text(f->code, code);
	yx_hex(hex, f->sha256, 32);
	yx_jw_open(&w, out);
	yx_jw_object(&w, NULL);
	yx_jw_str(&w, "code", code);
	yx_jw_str(&w, "contractNumber", f->contract.number);
	yx_jw_str(&w, "contractTitle", f->contract.title);
	yx_jw_str(&w, "agency", f->contract.organization_name);
	yx_jw_array(&w, "vendors");
	for (size_t i = 0; i < f->contract.vendors_n; i++)
		yx_jw_str(&w, NULL, f->contract.vendors[i].name);
	yx_jw_end_array(&w);
	yx_jw_str(&w, "documentNumber", f->document_number);
	yx_jw_str(&w, "documentName", f->document_name);
	yx_jw_str(&w, "sha256", hex);
	yx_hex(hex, f->kept, 32);
	yx_jw_str(&w, "newestSha256", hex);
	yx_jw_int(&w, "size", f->size);
	time_member(&w, "sentAt", f->contract.sent_at);
	time_member(&w, "completedAt", f->contract.completed_at);
	write_signatures(&w, f);
	write_deliveries(&w, f);
	yx_jw_end_object(&w);
	return yx_jw_close(&w);
}

/* The report of today, made as for anybody. */
static int
write_report(struct http_request *rq, const struct evidence_facts *f, struct yx_buf *out)
{
	const struct pades_limits limits = domain_pdf_limits(rq->act.domain);
	struct pades_exhibit x = { 0 };
	int rc = yx_store_path(rq->app->store, rq->act.arena, f->kept, &x.path);

	return rc == YX_OK ? pades_examine(&x, rq->app->conf->trust_dir, &limits, out) : rc;
}

/* One file a sheet: asked for again, it takes the place of the last one. */
static int
send_package(struct http_request *rq, const struct evidence_facts *f, struct evidence_package *p)
{
	char id[65];
	int rc;

	yx_hex(id, p->sheet, 32);
	id[YX_ID_SIZE - 1] = '\0';
	if ((rc = evidence_package(&rq->act, p, id)) != YX_OK)
		return rc;
	rq->accel = yx_store_prepared_accel(rq->app->store, rq->act.arena, id);
	rq->content_type = "application/zip";
	rq->file_name = yx_arena_printf(rq->act.arena, "%s 證據包.zip", f->document_number);
	rq->download = 1;
	return rq->accel == NULL || rq->file_name == NULL ? YX_NO_MEMORY : YX_OK;
}

int
evidence_package_it(struct http_request *rq)
{
	struct document_name name;
	struct evidence_facts facts;
	struct yx_buf history, report;
	const struct evidence_file files[] = { { "history.json", &history }, { "verification.json", &report } };
	uint8_t sheet_sha256[32];
	struct evidence_package p = { .facts = &facts, .sheet = sheet_sha256, .files = files, .n = 2 };
	int rc = evidence_object(&rq->act, http_str(rq, "id"), sheet_sha256, &name);

	if (rc != YX_OK || (rc = evidence_facts(&rq->act, http_str(rq, "id"), &facts)) != YX_OK)
		return rc;
	yx_buf_init(&history, HISTORY_MAX);
	yx_buf_init(&report, PADES_EXAMINE_MAX);
	if ((rc = write_history(&history, &facts)) == YX_OK && (rc = write_report(rq, &facts, &report)) == YX_OK)
		rc = send_package(rq, &facts, &p);
	yx_buf_free(&history);
	yx_buf_free(&report);
	return rc;
}

/* ---- for everybody ---- */

static int
of_code(struct http_request *rq)
{
	struct evidence_told told;
	char hex[65];
	int rc = evidence_of_code(&rq->act, http_str(rq, "code"), &told);

	if (rc != YX_OK)
		return rc;
	yx_hex(hex, told.sha256, 32);
	yx_jw_str(&rq->json, "sha256", hex);
	yx_hex(hex, told.newest, 32);
	yx_jw_str(&rq->json, "newestSha256", hex);
	yx_jw_int(&rq->json, "size", told.size);
	yx_jw_int(&rq->json, "signatures", told.signatures);
	yx_jw_str(&rq->json, "contractState", told.state);
	http_time(rq, "completedAt", told.completed_at);
	http_time(rq, "madeAt", told.made_at);
	return YX_OK;
}

static const struct http_param P_EVIDENCE[] = { ID("id"), END };
static const struct http_param P_CODE[] = { { "code", IN_PATH, T_STRING, 0, 16, 40, NULL }, END };

const struct http_route EVIDENCE_ROUTES[] = {
	{ "POST", V1 "/documents/{id}/evidence", WHO_MEMBER, F_SLOW, P_EVIDENCE, evidence_make_it,
	    "Make the sealed sheet, once" },
	{ "GET", V1 "/documents/{id}/evidence/sheet", WHO_MEMBER, 0, P_EVIDENCE, sheet, "The sealed sheet" },
	{ "GET", V1 "/documents/{id}/evidence/package", WHO_MEMBER, F_SLOW, P_EVIDENCE, evidence_package_it,
	    "The evidence package" },
	{ "GET", V1 "/verify/codes/{code}", WHO_ANYONE, F_NO_TOUCH, P_CODE, of_code, "What a verification code tells" },
	LAST_ROW,
};
