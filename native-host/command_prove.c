/* prove: possession of a card, for the registration of its certificate. The host
 * builds the bytes, so that no page can have something else signed as a proof. */
#include "common/proof.h"
#include "native-host/command.h"
#include "native-host/signing.h"

#define PROOF_MAX 1024

static const struct protocol_member members[] = { SIGNING_MEMBERS, { "nonce", YX_JSON_STRING, 0 },
	{ NULL, YX_JSON_NULL, 0 } };

static int
build(struct request *r, const struct request_key *key, struct yx_bytes *out)
{
	static const struct protocol_blob blob = { "nonce", YX_NONCE_MIN, YX_NONCE_MAX };
	struct yx_bytes nonce;
	struct yx_buf proof;
	int rc;

	if ((rc = protocol_bytes(r->arena, r->message, &blob, &nonce)) != YX_OK)
		return rc;
	yx_buf_init(&proof, PROOF_MAX);
	rc = yx_proof(&proof, yx_json_str(r->message, "origin", ""), nonce.p, nonce.n, key->cert.sha256);
	if (rc == YX_OK)
		rc = protocol_keep(r->arena, &proof, out);
	yx_buf_free(&proof);
	return rc;
}

static int
run(struct request *r, struct yx_buf *out)
{
	struct yx_bytes message = { .p = NULL };
	struct signing s = { .command = "prove", .messages = &message, .count = 1 };
	struct yx_jw w;
	int rc;

	if ((rc = request_read_key(r, &s.key)) != YX_OK || (rc = build(r, &s.key, &message)) != YX_OK ||
	    (rc = signing_run(r, &s)) != YX_OK)
		goto out;
	protocol_begin(&w, out, r->id);
	yx_jw_base64(&w, "signature", s.signatures[0].p, s.signatures[0].n);
	rc = protocol_end(&w);
out:
	signing_free(&s);
	return rc;
}

const struct command command_prove = { "prove", members, run, 1 };
