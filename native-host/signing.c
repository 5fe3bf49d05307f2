#include "native-host/signing.h"

#include <string.h>

#include "common/frame.h"
#include "common/log.h"
#include "native-host/dialog.h"
#include "native-host/memory.h"

/* What the worker has, all of it in its job's arena. */
struct task {
	struct keyring         keyring;
	struct keyring_signing signing;
	struct yx_cert         cert;
};

/* What it is made from. */
struct order {
	const struct request *r;
	const struct signing *s;
};

static int
work(struct job *job)
{
	struct task *task = job->input;
	int rc = keyring_sign(&task->keyring, &task->signing);

	yx_cert_free(&task->cert);
	return rc;
}

static const struct yx_bytes *
copy_messages(struct yx_arena *a, const struct yx_bytes *from, size_t n)
{
	struct yx_bytes *to = yx_arena_alloc(a, n * sizeof(*to));

	for (size_t i = 0; to != NULL && i < n; i++) {
		to[i].n = from[i].n;
		to[i].p = (const uint8_t *)yx_arena_strndup(a, from[i].p, from[i].n);
		if (to[i].p == NULL)
			return NULL;
	}
	return to;
}

static int
fill(struct job *job, const void *ctx)
{
	const struct order *order = ctx;
	const struct request_key *key = &order->s->key;
	struct task *task = yx_arena_alloc(job->arena, sizeof(*task));
	struct keyring_signing *s = task != NULL ? &task->signing : NULL;

	if (s == NULL)
		return YX_NO_MEMORY;
	if (order->r->secret != NULL && (job->secret = secret_copy(order->r->secret)) == NULL)
		return YX_NO_MEMORY;
	task->keyring = (struct keyring){ .arena = job->arena,
		.watch = &job->watch,
		.modules = order->r->host->config->pkcs11_modules,
		.silent_ms = config_module_ms(order->r->host->config),
		.pin_pads = order->r->host->config->pin_pad };
	s->cert = (const uint8_t *)yx_arena_strndup(job->arena, key->der, key->len);
	s->cert_len = key->len;
	s->messages = copy_messages(job->arena, order->s->messages, order->s->count);
	s->count = order->s->count;
	s->secret = job->secret;
	s->last_try = request_flag(order->r, "lastTry", 1);
	s->summary = &task->cert;
	job->input = task;
	if (s->cert == NULL || s->messages == NULL)
		return YX_NO_MEMORY;
	return yx_cert_parse(job->arena, s->cert, s->cert_len, &task->cert);
}

/* The stop button, if that is what came. */
static enum worker_wish
hear(void *ctx)
{
	struct request *r = ctx;

	return inbox_cancels(&r->host->inbox, r->id) ? WORKER_STOP : WORKER_DEAF;
}

static void
tell_progress(void *ctx)
{
	struct request *r = ctx;
	const struct task *task = r->job->input;
	int done = atomic_load(&r->job->watch.signatures), of = (int)task->signing.count;
	struct yx_buf event;

	if (done == r->told || done == of)
		return;
	r->told = done;
	yx_buf_init(&event, 256);
	if (protocol_progress(&event, r->id, done, of) != YX_OK ||
	    yx_frame_write(r->host->out_fd, event.data, event.len) != YX_OK)
		yx_warn("progress could not be told"); /* if the pipe is broken, the answer fails as well */
	yx_buf_free(&event);
}

static struct memory_whose
whose_pin(const struct request *r, const struct signing *s)
{
	return (struct memory_whose){ .origin = yx_json_str(r->message, "origin", ""),
		.top_origin = request_top_origin(r),
		.cert_sha256 = s->key.cert.sha256 };
}

/* The PIN of the message, one that is typed on the reader (then r->secret stays NULL), the one
 * that is remembered for this site and card, or one that our own window is told. */
static int
find_pin(struct request *r, struct signing *s)
{
	const struct memory_whose whose = whose_pin(r, s);
	const int own = config_own_dialog(r->host->config);
	int left;

	s->typed = 1;
	if (r->secret != NULL)
		return own ? YX_PROTOCOL : YX_OK;
	if (request_flag(r, "onReader", 0))
		return YX_OK;
	s->typed = 0;
	if ((r->secret = memory_get(&whose, &left)) != NULL)
		return YX_OK;
	s->typed = 1;
	return own ? dialog_ask(r, s) : YX_PIN_NEEDED;
}

/* Remembers or forgets, as the outcome and the user's wish say. */
static void
settle_memory(const struct request *r, struct signing *s, int rc)
{
	const struct memory_whose whose = whose_pin(r, s);
	int seconds = 60 * (int)r->host->config->remember_minutes;

	if (rc == YX_PIN_WRONG || rc == YX_PIN_BLOCKED || rc == YX_PIN_FORMAT)
		memory_forget();
	if (rc == YX_OK && seconds > 0 && s->typed && r->secret != NULL && request_flag(r, "remember", 0) &&
	    memory_put(&whose, r->secret, seconds) != YX_OK)
		yx_warn("the PIN could not be remembered");
	s->remembered = memory_left(&whose);
}

static void
write_journal(const struct request *r, const struct signing *s, int rc, int undelivered)
{
	const struct journal_entry entry = { .command = s->command,
		.origin = yx_json_str(r->message, "origin", ""),
		.top_origin = request_top_origin(r),
		.cert_sha256 = s->key.cert.sha256,
		.documents = s->documents,
		.count = s->documents != NULL ? s->count : 0,
		.signatures = s->done,
		.undelivered = undelivered,
		.outcome = rc };

	if (journal_append(r->host->journal, &entry) != YX_OK)
		yx_warn("the log of signatures cannot be written: %s", r->host->journal);
}

/* The caller went away while the card worked: what it signed reaches nobody, and is told of. */
static void
gone(void *ctx)
{
	const struct request *r = ctx;
	struct signing s = *r->signing;

	s.done = (size_t)atomic_load(&r->job->watch.signatures);
	if (atomic_load(&r->job->watch.pin_sent))
		write_journal(r, &s, YX_CANCELLED, 1);
}

int
signing_run(struct request *r, struct signing *s)
{
	const struct order order = { .r = r, .s = s };
	const struct request_task task = { .fill = fill,
		.work = work,
		.ctx = &order,
		.signatures = s->count,
		.input = hear,
		.gone = gone,
		.tick = s->progress && r->host->out_fd >= 0 ? tell_progress : NULL };
	const struct task *done;
	long from;
	int rc;

	if ((rc = find_pin(r, s)) != YX_OK)
		return rc;
	from = watch_us();
	r->signing = s;
	rc = request_work(r, &task);
	if (r->job != NULL && r->job->input != NULL) {
		done = r->job->input;
		s->signatures = done->signing.signatures;
		s->done = done->signing.done;
		yx_info("%s: %zu of %zu in %ld us, of it the token %ld us", s->command, s->done, s->count,
		    watch_us() - from, atomic_load(&r->job->watch.token_us));
		if (rc == YX_PIN_WRONG || rc == YX_PIN_BLOCKED || rc == YX_PIN_LAST_TRY)
			r->tries = done->signing.tries;
	}
	settle_memory(r, s, rc);
	write_journal(r, s, rc, 0);
	return rc;
}

void
signing_free(struct signing *s)
{
	yx_cert_free(&s->key.cert);
}
