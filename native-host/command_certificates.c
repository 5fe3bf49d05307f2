/* certificates: the signing certificates of the inserted cards. */
#include "native-host/command.h"
#include "native-host/keyring.h"

static const struct protocol_member members[] = { { "id", YX_JSON_INT, 0 }, { "command", YX_JSON_STRING, 0 },
	{ "origin", YX_JSON_STRING, 0 }, { "topOrigin", YX_JSON_STRING, 1 }, { NULL, YX_JSON_NULL, 0 } };

/* In the job's arena. */
struct search {
	struct keyring        keyring;
	struct keyring_found *found;
};

static int
fill(struct job *job, const void *ctx)
{
	const struct config *config = ctx;
	struct search *s = yx_arena_alloc(job->arena, sizeof(*s));

	if (s == NULL)
		return YX_NO_MEMORY;
	s->keyring = (struct keyring){
		.arena = job->arena, .watch = &job->watch, .modules = config->pkcs11_modules,
		.silent_ms = config_module_ms(config), .pin_pads = config->pin_pad
	};
	job->input = s;
	return YX_OK;
}

static int
work(struct job *job)
{
	struct search *s = job->input;

	return keyring_find(&s->keyring, &s->found, NULL);
}

static void
put_certificate(struct yx_jw *w, const struct keyring_found *f)
{
	yx_jw_object(w, NULL);
	yx_jw_base64(w, "certificate", f->cert, f->len);
	yx_jw_str(w, "reader", f->reader);
	yx_jw_str(w, "slot", f->slot);
	yx_jw_str(w, "kind", f->kind);
	yx_jw_int(w, "pinMin", (int64_t)f->pin_min);
	yx_jw_int(w, "pinMax", (int64_t)f->pin_max);
	yx_jw_bool(w, "pinEach", f->pin_each);
	yx_jw_bool(w, "pinPad", f->on_pad);
	if (f->tries >= 0)
		yx_jw_int(w, "triesLeft", f->tries);
	yx_jw_end_object(w);
}

static int
run(struct request *r, struct yx_buf *out)
{
	const struct request_task task = { .fill = fill, .work = work, .ctx = r->host->config };
	const struct search *s;
	struct yx_jw w;
	int rc;

	if ((rc = request_work(r, &task)) != YX_OK)
		return rc;
	s = r->job->input;
	protocol_begin(&w, out, r->id);
	yx_jw_array(&w, "certificates");
	for (const struct keyring_found *f = s->found; f != NULL; f = f->next)
		put_certificate(&w, f);
	yx_jw_end_array(&w);
	return protocol_end(&w);
}

const struct command command_certificates = { "certificates", members, run, 1 };
