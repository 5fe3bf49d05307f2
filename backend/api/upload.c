#include "backend/api/upload.h"

#include <string.h>

#include "common/codec.h"
#include "common/crash.h"

int
upload_of(struct http_request *rq, const char **path, const char **name)
{
	const char *header = http_header(rq, "X-File-Name");
	struct yx_buf b;
	int rc = YX_OK;

	if ((*path = http_body_file(rq)) == NULL)
		return YX_NOT_PDF;
	yx_buf_init(&b, 4096);
	if (header == NULL || yx_unpercent(&b, header, strlen(header), 0) != YX_OK || b.len == 0)
		rc = act_field(&rq->act, "name", YX_BAD_FIELD);
	else if ((*name = yx_arena_strdup(rq->act.arena, yx_buf_str(&b))) == NULL)
		rc = YX_NO_MEMORY;
	yx_buf_free(&b);
	return rc;
}

void
upload_write(struct http_request *rq, const struct document_upload *up)
{
	struct yx_jw *w = &rq->json;
	char hex[65];

	yx_hex(hex, up->sha256, 32);
	rq->status = 201;
	yx_jw_str(w, "id", up->id);
	yx_jw_str(w, "name", up->name);
	yx_jw_int(w, "size", up->size);
	yx_jw_int(w, "pages", up->pages);
	yx_jw_str(w, "sha256", hex);
	yx_jw_bool(w, "normalised", up->normalised);
	yx_crash_point("upload.before_commit");
}
