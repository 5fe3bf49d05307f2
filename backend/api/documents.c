#include "backend/api/api.h"

#include <stdio.h>
#include <string.h>

#include "backend/domain/contract/contract.h"
#include "backend/domain/document/document.h"
#include "backend/domain/document/history.h"
#include "common/codec.h"

/* nginx asks this before it takes a byte of an upload, so nobody but the owner of
 * a draft can fill the disk. */
int
api_upload_allowed(struct http_request *rq)
{
	static const char prefix[] = "/api/v1/contracts/";
	const char *uri = http_header(rq, "X-Original-URI");
	char id[YX_ID_SIZE];

	if (uri == NULL || strncmp(uri, prefix, sizeof(prefix) - 1) != 0 || strlen(uri) < sizeof(prefix) - 1 + YX_ID_SIZE)
		return YX_NOT_FOUND;
	snprintf(id, sizeof(id), "%s", uri + sizeof(prefix) - 1);
	if (!yx_is_id(id))
		return YX_NOT_FOUND;
	return contract_is_my_draft(rq, id);
}

int
api_document_upload(struct http_request *rq)
{
	const char *path = http_body_file(rq), *header = http_header(rq, "X-File-Name");
	struct yx_buf name;
	int rc = contract_is_my_draft(rq, http_str(rq, "id"));

	if (rc != YX_OK || path == NULL)
		return rc != YX_OK ? rc : YX_NOT_PDF;
	yx_buf_init(&name, 4096);
	if (header == NULL || yx_unpercent(&name, header, strlen(header), 0) != YX_OK || name.len == 0)
		rc = http_field(rq, "name", YX_BAD_FIELD);
	if (rc == YX_OK)
		rc = document_upload(rq, http_str(rq, "id"), path, yx_buf_str(&name));
	yx_buf_free(&name);
	return rc;
}

static int
remove_it(struct http_request *rq, void *ctx)
{
	(void)ctx;
	return document_remove(rq, http_str(rq, "id"), http_str(rq, "documentId"));
}

int
api_document_remove(struct http_request *rq)
{
	return http_tx(rq, remove_it, NULL);
}

int
api_document_history(struct http_request *rq)
{
	struct http_page page = http_page_of(rq);
	struct document_name d;
	struct history_row *h = NULL;
	size_t n = 0;
	int rc = history_list(rq, http_str(rq, "id"), &page, &d, &h, &n);

	if (rc != YX_OK)
		return rc;
	yx_jw_object(&rq->json, "document");
	yx_jw_str(&rq->json, "id", d.id);
	yx_jw_str(&rq->json, "name", d.name);
	yx_jw_str(&rq->json, "number", d.number);
	yx_jw_end_object(&rq->json);
	http_page_write(rq, &page);
	yx_jw_array(&rq->json, "items");
	for (size_t i = 0; i < n; i++) {
		yx_jw_object(&rq->json, NULL);
		yx_jw_int(&rq->json, "item", h[i].item);
		http_time(rq, "signedAt", h[i].signed_at);
		yx_jw_str(&rq->json, "signedBy", h[i].signed_by);
		yx_jw_str(&rq->json, "certificate", h[i].label);
		yx_jw_str(&rq->json, "subject", h[i].subject);
		yx_jw_str(&rq->json, "issuer", h[i].issuer);
		yx_jw_str(&rq->json, "serial", h[i].serial);
		yx_jw_end_object(&rq->json);
	}
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

int
api_document_file(struct http_request *rq)
{
	const char *download = http_str(rq, "download");
	struct document_name d;
	uint8_t sha256[32];
	int rc = document_object(rq, http_str(rq, "id"), http_int(rq, "revision", -1), sha256, &d);

	if (rc != YX_OK)
		return rc;
	rq->accel = yx_store_accel(rq->app->store, rq->arena, sha256);
	rq->content_type = "application/pdf";
	rq->file_name = yx_arena_printf(rq->arena, "%s.pdf", d.name);
	rq->download = download != NULL;
	return rq->accel == NULL || rq->file_name == NULL ? YX_NO_MEMORY : YX_OK;
}
