#include <stdio.h>
#include <string.h>

#include "backend/api/api.h"
#include "backend/api/handlers.h"
#include "backend/api/rows.h"
#include "backend/api/upload.h"
#include "backend/api/write.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/contract/contract_change.h"
#include "backend/domain/document/document.h"
#include "backend/domain/document/history.h"
#include "backend/domain/message/letter.h"
#include "backend/domain/wallet/wallet.h"
#include "common/crash.h"

/* Where files go, and who may put one there: asked with the id that follows. */
static const struct { const char *prefix; int (*may)(struct act *act, const char *id); } UPLOADS[] = {
	{ V1 "/contracts/", contract_is_my_draft },
	{ V1 "/letters/", letter_is_my_draft },
};

/* nginx asks this before it takes a byte of an upload, so nobody but the owner of
 * a draft can fill the disk. */
static int
upload_allowed(struct http_request *rq)
{
	static const char authority[] = "/api/v1/company/authorities", wallet[] = "/api/v1/wallet/uploads";
	struct wallet_state mine;
	const char *uri = http_header(rq, "X-Original-URI");
	char id[YX_ID_SIZE];

	if (uri != NULL && strncmp(uri, authority, sizeof(authority) - 1) == 0)
		return rq->act.who.roles & ROLE_VENDOR_ADMIN ? YX_OK : YX_NOT_FOUND;
	if (uri != NULL && strncmp(uri, wallet, sizeof(wallet) - 1) == 0)
		return wallet_state(&rq->act, NULL, &mine) == YX_OK && mine.there ? YX_OK : YX_NOT_FOUND;
	for (size_t i = 0; uri != NULL && i < sizeof(UPLOADS) / sizeof(UPLOADS[0]); i++) {
		size_t n = strlen(UPLOADS[i].prefix);

		if (strncmp(uri, UPLOADS[i].prefix, n) != 0)
			continue;
		snprintf(id, sizeof(id), "%s", uri + n);
		return yx_is_id(id) ? UPLOADS[i].may(&rq->act, id) : YX_NOT_FOUND;
	}
	return YX_NOT_FOUND;
}

static int
put(struct http_request *rq, void *ctx)
{
	struct document_upload *up = ctx;
	int rc = document_put(&rq->act, up);

	if (rc == YX_OK)
		upload_write(rq, up);
	return rc;
}

static int
take(struct http_request *rq, const char *path, const char *name)
{
	struct document_upload up = { .contract_id = http_str(rq, "id"), .name = name,
		.normalise = http_str(rq, "normalise") != NULL };
	int rc = document_take(&rq->act, path, &up);

	if (rc == YX_OK && (rc = http_tx(rq, put, &up)) == YX_OK)
		yx_crash_point("upload.committed");
	return rc;
}

int
document_upload_it(struct http_request *rq)
{
	const char *path = NULL, *name = NULL;
	int rc = contract_is_my_draft(&rq->act, http_str(rq, "id"));

	if (rc != YX_OK || (rc = upload_of(rq, &path, &name)) != YX_OK)
		return rc;
	return take(rq, path, name);
}

static int
remove_it(struct http_request *rq)
{
	return document_remove(&rq->act, http_str(rq, "id"), http_str(rq, "documentId"));
}

static void
write_history(struct http_request *rq, const struct history_row *h, size_t n)
{
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_int(&rq->json, "item", h[i].item);
		http_time(rq, "signedAt", h[i].signed_at);
		http_time(rq, "stampedAt", h[i].stamped_at);
		yx_jw_str(&rq->json, "signedBy", h[i].signed_by);
		yx_jw_str(&rq->json, "certificate", h[i].label);
		yx_jw_str(&rq->json, "subject", h[i].subject);
		yx_jw_str(&rq->json, "issuer", h[i].issuer);
		yx_jw_str(&rq->json, "serial", h[i].serial);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
}

/* What was changed about the contract after it was sent. */
static void
write_changes(struct http_request *rq, const struct contract_change *c, size_t n)
{
	yx_jw_array(&rq->json, "changes");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		http_time(rq, "at", c[i].at);
		yx_jw_str(&rq->json, "by", c[i].by);
		yx_jw_str(&rq->json, "field", c[i].field);
		yx_jw_str(&rq->json, "before", c[i].before);
		yx_jw_str(&rq->json, "after", c[i].after);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
}

static int
history(struct http_request *rq)
{
	struct page page = http_page_of(rq);
	struct history_list h;
	struct contract_change *c = NULL;
	struct contract_event_row *e = NULL;
	struct proof_row proof;
	size_t k = 0, events = 0;
	int rc = history_list(&rq->act, http_str(rq, "id"), &page, &h);

	if (rc != YX_OK || (rc = contract_change_list(&rq->act, h.document.id, &c, &k)) != YX_OK ||
	    (rc = contract_event_list(&rq->act, h.document.id, &e, &events)) != YX_OK ||
	    (rc = proof_get(&rq->act, h.document.id, &proof)) != YX_OK)
		return rc;
	yx_jw_object(&rq->json, "document");
	write_document_name(rq, h.document.id, h.document.number, h.document.name);
	write_proof(rq, "proof", &proof);
	yx_jw_end_object(&rq->json);
	http_page_write(rq, &page);
	write_history(rq, h.rows, h.n);
	write_changes(rq, c, k);
	write_events(rq, e, events);
	yx_jw_bool(&rq->json, "complete", contract_state_is_done(h.document.contract_state) && !h.document.retired);
	return YX_OK;
}

/* The viewer's page asks by a script, and says so (Fetch Metadata, Sec-Fetch-Dest); a tab, a frame or a saved link
 * would show and keep the file without its mark. */
static int
is_for_a_script(struct http_request *rq)
{
	const char *dest = http_header(rq, "Sec-Fetch-Dest");

	return dest != NULL && strcmp(dest, "empty") == 0;
}

int
document_file_it(struct http_request *rq)
{
	const char *download = http_str(rq, "download"), *id = http_str(rq, "id");
	struct document_name d;
	uint8_t sha256[32];
	int is_pdf, rc = http_str(rq, "original") != NULL ? document_original(&rq->act, id, sha256, &d) :
	    document_object(&rq->act, id, http_int(rq, "revision", -1), sha256, &d);

	if (rc != YX_OK)
		return rc;
	if (d.withheld != DOCUMENT_FREE && (download != NULL || !is_for_a_script(rq)))
		return YX_WITHHELD;
	rq->accel = yx_store_accel(rq->app->store, rq->act.arena, sha256);
	/* What is no PDF is only ever saved: no browser shows it as of this site. */
	is_pdf = strcmp(d.format, "pdf") == 0;
	rq->content_type = is_pdf ? "application/pdf" : "application/octet-stream";
	/* What not everybody has signed says so in its very name. */
	rq->file_name = is_pdf ? yx_arena_printf(rq->act.arena, "%s%s.pdf", d.name, document_name_note(&d)) : d.name;
	rq->download = download != NULL || !is_pdf;
	return rq->accel == NULL || rq->file_name == NULL ? YX_NO_MEMORY : YX_OK;
}

static const struct http_param P_UPLOAD[] = { ID("id"),
	{ "normalise", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "true" }, END };
static const struct http_param P_DOCUMENT[] = { ID("id"), ID("documentId"), END };
static const struct http_param P_HISTORY[] = { ID("id"), HTTP_PAGE_PARAMS, END };
static const struct http_param P_FILE[] = { ID("id"),
	{ "revision", IN_QUERY, T_INT, OPTIONAL, 0, 1000, NULL },
	{ "download", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "1" },
	{ "original", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "1" }, END };

const struct http_route DOCUMENT_ROUTES[] = {
	{ "POST", V1 "/contracts/{id}/documents", ROLE_OFFICER, F_BODY_FILE | F_SLOW, P_UPLOAD, document_upload_it,
	    "Step 2: upload a PDF" },
	{ "DELETE", V1 "/contracts/{id}/documents/{documentId}", ROLE_OFFICER, F_TX, P_DOCUMENT, remove_it,
	    "Remove an upload" },
	/* Internal: nginx's auth_request before an upload. It is a GET there, but asks
	 * about a POST, so it checks the token like one. */
	{ "POST", V1 "/_upload_ok", WHO_MEMBER, F_BODY_FILE, NULL, upload_allowed, "May this upload begin" },
	{ "GET", V1 "/documents/{id}/history", WHO_MEMBER, 0, P_HISTORY, history, "Signing history" },
	{ "GET", V1 "/documents/{id}/file", WHO_MEMBER, 0, P_FILE, document_file_it, "The PDF" },
	LAST_ROW,
};
