/* sign: the CMS signed attributes of one or more documents. */
#include "common/log.h"
#include "native-host/attributes.h"
#include "native-host/command.h"
#include "native-host/signing.h"

#define ATTRIBUTES_MAX 8192
#define DIGEST_MAX     64

static const struct protocol_member members[] = {
	{ "id", YX_JSON_INT }, { "command", YX_JSON_STRING }, { "origin", YX_JSON_STRING },
	{ "certificate", YX_JSON_STRING }, { "pin", YX_JSON_STRING }, { "items", YX_JSON_ARRAY },
	{ NULL, YX_JSON_NULL } };

static const struct protocol_member item_members[] = {
	{ "name", YX_JSON_STRING }, { "number", YX_JSON_STRING }, { "size", YX_JSON_INT },
	{ "digestAlgorithm", YX_JSON_STRING }, { "messageDigest", YX_JSON_STRING },
	{ "signedAttributes", YX_JSON_STRING }, { NULL, YX_JSON_NULL } };

static int
read_item(struct request *r, const struct yx_json *json, const struct yx_cert *cert,
    struct keyring_bytes *out)
{
	struct attributes_item item = { .algorithm = yx_json_str(json, "digestAlgorithm", "") };
	struct yx_arena *a = r->job->arena;
	const char *why = "";
	int rc = protocol_exact(json, item_members);

	if (rc != YX_OK || yx_json_int(json, "size", -1) < 0)
		return YX_PROTOCOL;
	if ((rc = protocol_bytes(a, json, "messageDigest", 0, DIGEST_MAX, &item.digest,
		 &item.digest_len)) != YX_OK ||
	    (rc = protocol_bytes(a, json, "signedAttributes", 0, ATTRIBUTES_MAX, &item.der,
		 &item.der_len)) != YX_OK)
		return rc;
	if ((rc = attributes_check(&item, cert, &why)) != YX_OK) {
		yx_warn("signed attributes refused: %s", why);
		return rc;
	}
	*out = (struct keyring_bytes){ .p = item.der, .n = item.der_len };
	return YX_OK;
}

/* All or nothing: one bad item refuses the whole request. */
static int
read_items(struct request *r, const struct yx_cert *cert, struct keyring_bytes **out, size_t *n)
{
	const struct yx_json *items = yx_json_get(r->message, "items");
	size_t i = 0;
	int rc = YX_OK;

	*n = items->len;
	if (*n < 1 || *n > PROTOCOL_ITEMS_MAX)
		return YX_PROTOCOL;
	if ((*out = yx_arena_alloc(r->job->arena, *n * sizeof(**out))) == NULL)
		return YX_NO_MEMORY;
	for (const struct yx_json *item = items->child; rc == YX_OK && item != NULL;
	    item = item->next)
		rc = read_item(r, item, cert, &(*out)[i++]);
	return rc;
}

static int
run(struct request *r, struct yx_buf *out)
{
	const struct keyring_bytes *signatures = NULL;
	struct keyring_bytes *messages = NULL;
	struct request_key key = { .der = NULL };
	size_t n = 0;
	struct yx_jw w;
	int rc;

	if ((rc = request_read_key(r, &key)) != YX_OK ||
	    (rc = read_items(r, &key.cert, &messages, &n)) != YX_OK ||
	    (rc = signing_run(r, &key, messages, n, &signatures)) != YX_OK)
		goto out;
	protocol_begin(&w, out, r->id);
	yx_jw_array(&w, "signatures");
	for (size_t i = 0; i < n; i++)
		yx_jw_base64(&w, NULL, signatures[i].p, signatures[i].n);
	yx_jw_end_array(&w);
	rc = protocol_end(&w);
out:
	yx_cert_free(&key.cert);
	return rc;
}

const struct command command_sign = { "sign", members, run, 1 };
