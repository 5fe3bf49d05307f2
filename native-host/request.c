#include "native-host/request.h"

#include <string.h>

#include "native-host/keyring.h"

#define CERT_DER_MAX 16384
/* What a slow card takes for one signature, PIN and all. */
#define SIGNATURE_MS 3000

int
request_work(struct request *r, int (*work)(struct job *), void *input, size_t signatures)
{
	int silent = (int)r->config->card_timeout_seconds * 1000, rc;
	struct worker_limits limits = { .silent_ms = silent,
		.total_ms = 3 * silent + SIGNATURE_MS * (int)signatures, .stdin_fd = r->stdin_fd };

	r->job->work = work;
	r->job->input = input;
	rc = worker_run(r->job, &limits);
	r->lost = atomic_load(&r->job->watch.cancelled) != 0;
	return rc;
}

int
request_read_key(struct request *r, struct request_key *out)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = protocol_bytes(
	    r->job->arena, r->message, "certificate", 1, CERT_DER_MAX, &out->der, &out->len);
	if (rc != YX_OK)
		return rc;
	if (yx_cert_parse(r->job->arena, out->der, out->len, &out->cert) != YX_OK)
		return YX_PROTOCOL;
	return keyring_usable(&out->cert) ? YX_OK : YX_CARD_UNSUPPORTED;
}
