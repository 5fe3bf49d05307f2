/* sign: the CMS signed attributes of one or more documents. */
#include "common/log.h"
#include "native-host/attributes.h"
#include "native-host/command.h"
#include "native-host/signing.h"

#define ATTRIBUTES_MAX 8192
#define DIGEST_MAX     64

static const struct protocol_member members[] = { SIGNING_MEMBERS, { "items", YX_JSON_ARRAY, 0 },
	{ "progress", YX_JSON_BOOL, 1 }, { "partial", YX_JSON_BOOL, 1 }, { NULL, YX_JSON_NULL, 0 } };
static const struct protocol_member item_members[] = { { "name", YX_JSON_STRING, 0 }, { "number", YX_JSON_STRING, 0 },
	{ "size", YX_JSON_INT, 0 }, { "digestAlgorithm", YX_JSON_STRING, 0 }, { "messageDigest", YX_JSON_STRING, 0 },
	{ "signedAttributes", YX_JSON_STRING, 0 }, { NULL, YX_JSON_NULL, 0 } };

static int
read_item(struct request *r, const struct yx_json *json, const struct yx_cert *cert, struct yx_bytes *out,
    struct yx_bytes *document)
{
	static const struct protocol_blob digest = { "messageDigest", 0, DIGEST_MAX };
	static const struct protocol_blob attributes = { "signedAttributes", 0, ATTRIBUTES_MAX };
	struct attributes_item item;
	const char *why = "";
	int rc = protocol_exact(json, item_members);

	if (rc != YX_OK || yx_json_int(json, "size", -1) < 0)
		return YX_PROTOCOL;
	if ((rc = protocol_bytes(r->arena, json, &digest, document)) != YX_OK ||
	    (rc = protocol_bytes(r->arena, json, &attributes, out)) != YX_OK)
		return rc;
	item = (struct attributes_item){ out->p, out->n, document->p, document->n,
		yx_json_str(json, "digestAlgorithm", "") };
	if ((rc = attributes_check(&item, cert, &why)) != YX_OK) {
		yx_warn("signed attributes refused: %s", why);
		return rc;
	}
	return YX_OK;
}

/* All or nothing: one bad item refuses the whole request. */
static int
read_items(struct request *r, struct signing *s)
{
	const struct yx_json *items = yx_json_get(r->message, "items");
	struct yx_bytes *documents;
	struct yx_bytes *messages;
	size_t i = 0;
	int rc = YX_OK;

	s->count = items->len;
	if (s->count < 1 || s->count > (size_t)r->host->config->batch_max)
		return YX_PROTOCOL;
	messages = yx_arena_alloc(r->arena, s->count * sizeof(*messages));
	documents = yx_arena_alloc(r->arena, s->count * sizeof(*documents));
	if (messages == NULL || documents == NULL)
		return YX_NO_MEMORY;
	for (const struct yx_json *item = items->child; rc == YX_OK && item != NULL; item = item->next, i++)
		rc = read_item(r, item, &s->key.cert, &messages[i], &documents[i]);
	s->messages = messages;
	s->documents = documents;
	return rc;
}

/* `stopped`: why there are not all of them, YX_OK if there are. */
static int
answer(struct request *r, const struct signing *s, int stopped, struct yx_buf *out)
{
	struct yx_jw w;

	protocol_begin(&w, out, r->id);
	yx_jw_array(&w, "signatures");
	for (size_t i = 0; i < s->count; i++) {
		if (i < s->done)
			yx_jw_base64(&w, NULL, s->signatures[i].p, s->signatures[i].n);
		else
			yx_jw_null(&w, NULL);
	}
	yx_jw_end_array(&w);
	if (stopped != YX_OK)
		protocol_put_error(&w, "stopped", stopped, r->tries);
	if (s->remembered > 0)
		yx_jw_int(&w, "rememberedSeconds", s->remembered);
	return protocol_end(&w);
}

static int
run(struct request *r, struct yx_buf *out)
{
	struct signing s = { .command = "sign", .progress = request_flag(r, "progress", 0) };
	int rc;

	if ((rc = request_read_key(r, &s.key)) != YX_OK || (rc = read_items(r, &s)) != YX_OK)
		goto out;
	rc = signing_run(r, &s);
	if (rc == YX_OK || (s.done > 0 && request_flag(r, "partial", 0)))
		rc = answer(r, &s, rc, out);
out:
	signing_free(&s);
	return rc;
}

const struct command command_sign = { "sign", members, run, 1 };
