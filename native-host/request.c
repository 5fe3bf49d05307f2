#include "native-host/request.h"

#include <string.h>

#include "native-host/keyring.h"

#define CERT_DER_MAX 32768
#define JOB_MAX      (32u << 20)
#define PAGED_MAX    (16u << 20)
#define READERS_MAX  16
/* What a slow card takes for one signature, PIN and all. */
#define SIGNATURE_MS 3000

void
host_open(struct host *h, const struct config *config, int in_fd, int out_fd)
{
	memset(h, 0, sizeof(*h));
	h->config = config;
	h->out_fd = out_fd;
	inbox_open(&h->inbox, in_fd);
	yx_buf_init(&h->pages, PAGED_MAX);
	yx_buf_init_secret(&h->parts, PAGED_MAX);
}

void
host_close(struct host *h)
{
	inbox_close(&h->inbox);
	yx_buf_free(&h->pages);
	yx_buf_free(&h->parts);
}

static int
run_once(struct request *r, const struct request_task *task)
{
	int silent = (int)r->host->config->card_timeout_seconds * 1000, rc;
	struct worker_limits limits = { .silent_ms = silent,
		.total_ms = 3 * silent + SIGNATURE_MS * (int)task->signatures,
		.stdin_fd = task->detached ? -1 : r->host->inbox.fd,
		.input = r->host->inbox.full ? NULL : task->input,
		.tick = task->tick,
		.gone = task->gone,
		.ctx = r };

	if (task->total_ms > 0)
		limits.silent_ms = limits.total_ms = task->total_ms;
	if ((r->job = job_new(JOB_MAX)) == NULL)
		return YX_NO_MEMORY;
	r->job->work = task->work;
	if ((rc = task->fill(r->job, task->ctx)) == YX_OK)
		rc = worker_run(r->job, &limits);
	return rc;
}

int
request_work(struct request *r, const struct request_task *task)
{
	int rc = YX_CARD_TIMEOUT;

	for (int i = 0; i < READERS_MAX; i++) {
		int again;

		job_free(&r->job);
		rc = run_once(r, task);
		if (r->job == NULL || !job_left(r->job))
			return rc;
		again = atomic_load(&r->job->watch.reader) != NULL && !atomic_load(&r->job->watch.pin_sent);
		job_free(&r->job);
		if (!again)
			return rc;
	}
	return rc;
}

int
request_read_key(struct request *r, struct request_key *out)
{
	static const struct protocol_blob certificate = { "certificate", 1, CERT_DER_MAX };
	struct yx_bytes der;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = protocol_bytes(r->arena, r->message, &certificate, &der)) != YX_OK)
		return rc;
	out->der = der.p;
	out->len = der.n;
	if (yx_cert_parse(r->arena, out->der, out->len, &out->cert) != YX_OK)
		return YX_PROTOCOL;
	return keyring_usable(&out->cert) ? YX_OK : YX_CARD_UNSUPPORTED;
}

const char *
request_top_origin(const struct request *r)
{
	const char *origin = yx_json_str(r->message, "origin", "");

	return yx_json_str(r->message, "topOrigin", origin);
}

int
request_flag(const struct request *r, const char *name, int absent)
{
	const struct yx_json *v = yx_json_get(r->message, name);

	return v != NULL && v->type == YX_JSON_BOOL ? (int)v->num : absent;
}
