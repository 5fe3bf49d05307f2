#include "native-host/signing.h"

#include <string.h>

/* In the arena, so that it lives as long as the worker. */
struct task {
	struct keyring_signing signing;
	struct yx_cert       cert;
};

static int
work(struct job *job)
{
	struct task *task = job->input;
	int rc = keyring_sign(job->arena, &job->watch, &task->signing);

	yx_cert_free(&task->cert);
	return rc;
}

int
signing_run(struct request *r, struct request_key *key, const struct keyring_bytes *messages,
    size_t count, const struct keyring_bytes **signatures)
{
	struct task *task = yx_arena_alloc(r->job->arena, sizeof(*task));
	int rc;

	if (task == NULL)
		return YX_NO_MEMORY;
	task->cert = key->cert;
	memset(&key->cert, 0, sizeof(key->cert));
	task->signing = (struct keyring_signing){ .cert = key->der,
		.cert_len = key->len,
		.summary = &task->cert,
		.secret = r->job->secret,
		.messages = messages,
		.count = count };
	rc = request_work(r, work, task, count);
	if (r->lost)
		return rc;
	r->tries = rc == YX_PIN_WRONG || rc == YX_PIN_BLOCKED ? task->signing.tries : -1;
	*signatures = task->signing.signatures;
	return rc;
}
