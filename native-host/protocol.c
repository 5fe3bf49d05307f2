#include "native-host/protocol.h"

#include <string.h>

#include "common/codec.h"
#include "common/frame.h"

int
protocol_exact(const struct yx_json *object, const struct protocol_member *members)
{
	size_t n = 0;

	if (object == NULL || object->type != YX_JSON_OBJECT)
		return YX_PROTOCOL;
	for (size_t i = 0; members[i].name != NULL; i++) {
		const struct yx_json *member = yx_json_get(object, members[i].name);

		if (member == NULL && members[i].optional)
			continue;
		if (member == NULL || member->type != members[i].type)
			return YX_PROTOCOL;
		n++;
	}
	/* No name comes twice (the parser sees to it), so equal counts mean no other. */
	return object->len == n ? YX_OK : YX_PROTOCOL;
}

int
protocol_parse(struct yx_arena *a, const void *text, size_t n, struct protocol_message *out)
{
	int64_t given;
	int rc;

	*out = (struct protocol_message){ .json = NULL };
	if ((rc = yx_json_parse(a, text, n, &out->json)) != YX_OK)
		return rc;
	given = yx_json_int(out->json, "id", 0);
	if (given < 1 || given > INT32_MAX)
		return YX_PROTOCOL;
	out->id = given;
	out->command = yx_json_str(out->json, "command", NULL);
	return out->command != NULL ? YX_OK : YX_PROTOCOL;
}

int
protocol_keep(struct yx_arena *a, const struct yx_buf *b, struct yx_bytes *out)
{
	int rc = yx_buf_status(b);

	if (rc != YX_OK)
		return rc;
	out->p = (const uint8_t *)yx_arena_strndup(a, yx_buf_str(b), b->len);
	out->n = b->len;
	return out->p != NULL ? YX_OK : YX_NO_MEMORY;
}

int
protocol_bytes(struct yx_arena *a, const struct yx_json *object, const struct protocol_blob *blob,
    struct yx_bytes *out)
{
	const struct yx_json *member = yx_json_get(object, blob->name);
	struct yx_buf bytes;
	int rc = YX_PROTOCOL;

	if (member == NULL || member->type != YX_JSON_STRING)
		return rc;
	yx_buf_init(&bytes, blob->max);
	if (yx_unbase64(&bytes, member->str, member->len) == YX_OK && bytes.len >= blob->min &&
	    yx_buf_status(&bytes) == YX_OK)
		rc = protocol_keep(a, &bytes, out);
	yx_buf_free(&bytes);
	return rc;
}

int
protocol_hello(struct yx_buf *out, const char *const *commands, const struct config *config)
{
	struct yx_jw w;

	yx_jw_open(&w, out);
	yx_jw_object(&w, NULL);
	yx_jw_object(&w, "hello");
	yx_jw_int(&w, "protocol", PROTOCOL_VERSION);
	yx_jw_str(&w, "version", SIGNER_VERSION);
	yx_jw_array(&w, "commands");
	for (size_t i = 0; commands[i] != NULL; i++)
		yx_jw_str(&w, NULL, commands[i]);
	yx_jw_end_array(&w);
	yx_jw_int(&w, "maxIn", YX_FRAME_MAX);
	yx_jw_int(&w, "maxOut", YX_FRAME_MAX);
	yx_jw_int(&w, "batchMax", config->batch_max);
	yx_jw_int(&w, "rememberMinutes", config->remember_minutes);
	yx_jw_str(&w, "pinDialog", config->pin_dialog);
	yx_jw_end_object(&w);
	yx_jw_end_object(&w);
	return yx_jw_close(&w);
}

void
protocol_begin(struct yx_jw *w, struct yx_buf *out, int64_t id)
{
	yx_jw_open(w, out);
	yx_jw_object(w, NULL);
	yx_jw_int(w, "id", id);
	yx_jw_object(w, "ok");
}

int
protocol_end(struct yx_jw *w)
{
	yx_jw_end_object(w);
	yx_jw_end_object(w);
	return yx_jw_close(w);
}

void
protocol_put_error(struct yx_jw *w, const char *name, int code, int tries)
{
	const struct yx_err_row *row = yx_err_row(code);

	yx_jw_object(w, name);
	yx_jw_str(w, "code", row->word);
	yx_jw_bool(w, "retriable", row->retriable);
	if (tries >= 0)
		yx_jw_int(w, "triesLeft", tries);
	yx_jw_end_object(w);
}

int
protocol_error(struct yx_buf *out, int64_t id, int code, int tries)
{
	struct yx_jw w;

	yx_jw_open(&w, out);
	yx_jw_object(&w, NULL);
	yx_jw_int(&w, "id", id);
	protocol_put_error(&w, "error", code, tries);
	yx_jw_end_object(&w);
	return yx_jw_close(&w);
}

int
protocol_progress(struct yx_buf *out, int64_t id, int done, int of)
{
	struct yx_jw w;

	yx_jw_open(&w, out);
	yx_jw_object(&w, NULL);
	yx_jw_int(&w, "id", id);
	yx_jw_object(&w, "progress");
	yx_jw_int(&w, "done", done);
	yx_jw_int(&w, "of", of);
	yx_jw_end_object(&w);
	yx_jw_end_object(&w);
	return yx_jw_close(&w);
}

int
protocol_paged(struct yx_buf *out, int64_t id, size_t size, size_t page_size)
{
	struct yx_jw w;

	yx_jw_open(&w, out);
	yx_jw_object(&w, NULL);
	yx_jw_int(&w, "id", id);
	yx_jw_object(&w, "paged");
	yx_jw_int(&w, "size", (int64_t)size);
	yx_jw_int(&w, "pages", (int64_t)((size + page_size - 1) / page_size));
	yx_jw_end_object(&w);
	yx_jw_end_object(&w);
	return yx_jw_close(&w);
}
