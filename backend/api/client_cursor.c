#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/api/client_api.h"

int
client_cursor_of(struct http_request *rq, struct client_cursor *out)
{
	const char *text = http_str(rq, "cursor"), *id;
	char *end = NULL;

	*out = (struct client_cursor){ .at = 0 };
	if (text == NULL)
		return YX_OK;
	out->at = strtoll(text, &end, 16);
	id = *end == '-' ? end + 1 : "";
	if (end == text || out->at < 0 || out->at > INT64_MAX / 2000 || !yx_is_id(id))
		return act_field(&rq->act, "cursor", YX_BAD_FIELD);
	snprintf(out->id, sizeof(out->id), "%s", id);
	return YX_OK;
}

int
client_cursor_write(struct http_request *rq, int64_t at, const char *id)
{
	const char *text = id == NULL ? NULL : yx_arena_printf(rq->act.arena, "%llx-%s", (unsigned long long)at, id);

	if (id != NULL && text == NULL)
		return YX_NO_MEMORY;
	yx_jw_str(&rq->json, "nextCursor", text);
	return YX_OK;
}
