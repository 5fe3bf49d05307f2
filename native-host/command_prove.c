/* prove: possession of a card, for the registration of its certificate. The host
 * builds the bytes, so that no page can have something else signed as a proof. */
#include "common/proof.h"
#include "native-host/command.h"
#include "native-host/signing.h"

#define PROOF_MAX 1024

static const struct protocol_member members[] = {
	{ "id", YX_JSON_INT }, { "command", YX_JSON_STRING }, { "origin", YX_JSON_STRING },
	{ "certificate", YX_JSON_STRING }, { "pin", YX_JSON_STRING }, { "nonce", YX_JSON_STRING },
	{ NULL, YX_JSON_NULL } };

static int
build(struct request *r, const struct request_key *key, const uint8_t *nonce, size_t nonce_len,
    struct keyring_bytes *out)
{
	const char *origin = yx_json_str(r->message, "origin", "");
	struct yx_buf proof;
	int rc;

	yx_buf_init(&proof, PROOF_MAX);
	if ((rc = yx_proof(&proof, origin, nonce, nonce_len, key->cert.sha256)) == YX_OK) {
		out->n = proof.len;
		out->p = (const uint8_t *)yx_arena_strndup(r->job->arena, proof.data, proof.len);
		rc = out->p != NULL ? YX_OK : YX_NO_MEMORY;
	}
	yx_buf_free(&proof);
	return rc;
}

static int
run(struct request *r, struct yx_buf *out)
{
	struct keyring_bytes *message = yx_arena_alloc(r->job->arena, sizeof(*message));
	const struct keyring_bytes *signature = NULL;
	struct request_key key = { .der = NULL };
	const uint8_t *nonce = NULL;
	size_t nonce_len = 0;
	struct yx_jw w;
	int rc = YX_NO_MEMORY;

	if (message == NULL || (rc = request_read_key(r, &key)) != YX_OK ||
	    (rc = protocol_bytes(r->job->arena, r->message, "nonce", YX_NONCE_MIN, YX_NONCE_MAX, &nonce,
		 &nonce_len)) != YX_OK ||
	    (rc = build(r, &key, nonce, nonce_len, message)) != YX_OK ||
	    (rc = signing_run(r, &key, message, 1, &signature)) != YX_OK)
		goto out;
	protocol_begin(&w, out, r->id);
	yx_jw_base64(&w, "signature", signature->p, signature->n);
	rc = protocol_end(&w);
out:
	yx_cert_free(&key.cert);
	return rc;
}

const struct command command_prove = { "prove", members, run, 1 };
