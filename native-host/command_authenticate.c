/* authenticate: logs in with a card. What is signed names the site, so it is worth
 * nothing elsewhere, and begins with a tag of its own, so it is no document. */
#include <string.h>
#include <time.h>

#include "common/login_proof.h"
#include "native-host/command.h"
#include "native-host/signing.h"

#define PROOF_MAX 2048

static const struct protocol_member members[] = { SIGNING_MEMBERS, { "nonce", YX_JSON_STRING, 0 },
	{ NULL, YX_JSON_NULL, 0 } };

static int
build(struct request *r, const struct request_key *key, struct yx_login *login, struct yx_bytes *out)
{
	static const struct protocol_blob blob = { "nonce", YX_LOGIN_NONCE_MIN, YX_LOGIN_NONCE_MAX };
	struct yx_bytes nonce;
	struct yx_buf proof;
	int rc;

	login->origin = yx_json_str(r->message, "origin", "");
	login->top_origin = request_top_origin(r);
	login->time = time(NULL);
	if ((rc = protocol_bytes(r->arena, r->message, &blob, &nonce)) != YX_OK)
		return rc;
	login->nonce = nonce.p;
	login->nonce_n = nonce.n;
	yx_buf_init(&proof, PROOF_MAX);
	if ((rc = yx_login_proof(&proof, login, key->cert.sha256)) == YX_OK)
		rc = protocol_keep(r->arena, &proof, out);
	yx_buf_free(&proof);
	return rc;
}

static int
run(struct request *r, struct yx_buf *out)
{
	struct yx_bytes message = { .p = NULL };
	struct signing s = { .command = "authenticate", .messages = &message, .count = 1 };
	struct yx_login login = { .origin = NULL };
	struct yx_jw w;
	int rc;

	if ((rc = request_read_key(r, &s.key)) != YX_OK)
		goto out;
	/* A key for contracts alone (non-repudiation) does not log anybody in. */
	if (!s.key.cert.digital_signature) {
		rc = YX_CERT_USAGE;
		goto out;
	}
	if ((rc = build(r, &s.key, &login, &message)) != YX_OK || (rc = signing_run(r, &s)) != YX_OK)
		goto out;
	protocol_begin(&w, out, r->id);
	yx_jw_base64(&w, "signature", s.signatures[0].p, s.signatures[0].n);
	yx_jw_base64(&w, "signed", message.p, message.n);
	yx_jw_int(&w, "time", login.time);
	rc = protocol_end(&w);
out:
	signing_free(&s);
	return rc;
}

const struct command command_authenticate = { "authenticate", members, run, 1 };
