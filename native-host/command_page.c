/* page: a part of an answer that was too long for one message. */
#include "native-host/command.h"

static const struct protocol_member members[] = { { "id", YX_JSON_INT, 0 }, { "command", YX_JSON_STRING, 0 },
	{ "request", YX_JSON_INT, 0 }, { "page", YX_JSON_INT, 0 }, { NULL, YX_JSON_NULL, 0 } };

static int
run(struct request *r, struct yx_buf *out)
{
	const struct yx_buf *whole = &r->host->pages;
	int64_t page = yx_json_int(r->message, "page", -1);
	size_t from, n;
	struct yx_jw w;

	if (r->host->pages_of == 0 || yx_json_int(r->message, "request", 0) != r->host->pages_of)
		return YX_NOT_FOUND;
	if (page < 0 || page > INT32_MAX || (from = (size_t)page * PROTOCOL_PAGE) >= whole->len)
		return YX_NOT_FOUND;
	n = whole->len - from < PROTOCOL_PAGE ? whole->len - from : PROTOCOL_PAGE;
	protocol_begin(&w, out, r->id);
	yx_jw_base64(&w, "data", whole->data + from, n);
	return protocol_end(&w);
}

const struct command command_page = { "page", members, run, 0 };
