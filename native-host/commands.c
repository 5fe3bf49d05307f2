#include "native-host/commands.h"

#include <string.h>

#include "common/cert.h"
#include "common/log.h"
#include "native-host/cards.h"

#define ARENA_MAX     (32u << 20)
#define CERT_DER_MAX  16384
/* What a slow card takes for one signature, PIN and all. */
#define SIGNATURE_MS  3000

static const struct protocol_member status_members[] = {
	{ "id", YX_JSON_INT }, { "command", YX_JSON_STRING }, { NULL, YX_JSON_NULL } };
static const struct protocol_member certificates_members[] = {
	{ "id", YX_JSON_INT }, { "command", YX_JSON_STRING }, { "origin", YX_JSON_STRING },
	{ NULL, YX_JSON_NULL } };
static const struct protocol_member prove_members[] = {
	{ "id", YX_JSON_INT }, { "command", YX_JSON_STRING }, { "origin", YX_JSON_STRING },
	{ "certificate", YX_JSON_STRING }, { "pin", YX_JSON_STRING }, { "nonce", YX_JSON_STRING },
	{ NULL, YX_JSON_NULL } };
static const struct protocol_member sign_members[] = {
	{ "id", YX_JSON_INT }, { "command", YX_JSON_STRING }, { "origin", YX_JSON_STRING },
	{ "certificate", YX_JSON_STRING }, { "pin", YX_JSON_STRING }, { "items", YX_JSON_ARRAY },
	{ NULL, YX_JSON_NULL } };

static const struct command commands[] = {
	{ "status", status_members, command_status, 0 },
	{ "certificates", certificates_members, command_certificates, 1 },
	{ "prove", prove_members, command_prove, 1 },
	{ "sign", sign_members, command_sign, 1 },
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

const char *const *
commands_names(void)
{
	static const char *names[COMMANDS + 1];

	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	return names;
}

static const struct command *
find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* Moves the PIN out of the message into its locked page. */
static int
take_pin(struct request *r)
{
	const struct yx_json *pin = yx_json_get(r->message, "pin");

	if (pin == NULL || pin->type != YX_JSON_STRING)
		return YX_OK;
	if ((r->job->secret = secret_new()) == NULL)
		return YX_NO_MEMORY;
	/* The tree is ours: the string lies in the job's arena. */
	return secret_set(r->job->secret, (char *)(uintptr_t)pin->str);
}

static int
dispatch(struct request *r, const char *name, int pin_result, struct yx_buf *out)
{
	const struct command *command = find(name);
	int rc;

	if (command == NULL)
		return YX_UNKNOWN_COMMAND;
	if ((rc = protocol_exact(r->message, command->members)) != YX_OK)
		return rc;
	if (command->has_origin &&
	    (rc = config_allows(r->config, yx_json_str(r->message, "origin", ""))) != YX_OK)
		return rc;
	if (pin_result != YX_OK)
		return pin_result;
	return command->run(r, out);
}

int
commands_handle(
    const struct config *config, int stdin_fd, struct yx_buf *message, struct yx_buf *out)
{
	struct request r = { .config = config, .stdin_fd = stdin_fd, .tries = -1 };
	const char *name = NULL;
	int rc = YX_NO_MEMORY, pin_result;

	if ((r.job = job_new(ARENA_MAX)) != NULL)
		rc = protocol_parse(
		    r.job->arena, message->data, message->len, &r.message, &r.id, &name);
	yx_buf_reset(message);
	if (rc == YX_OK) {
		pin_result = take_pin(&r);
		rc = dispatch(&r, name, pin_result, out);
	}
	job_free(&r.job);
	if (rc != YX_OK) {
		yx_info("request %lld: %s", (long long)r.id, yx_err_word(rc));
		yx_buf_reset(out);
		rc = protocol_error(out, r.id, rc, r.tries);
	}
	return rc;
}

int
commands_work(struct request *r, int (*work)(struct job *), void *input, size_t signatures)
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
commands_read_key(struct request *r, struct command_key *out)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = protocol_bytes(
	    r->job->arena, r->message, "certificate", 1, CERT_DER_MAX, &out->der, &out->len);
	if (rc != YX_OK)
		return rc;
	if (yx_cert_parse(r->job->arena, out->der, out->len, &out->cert) != YX_OK)
		return YX_PROTOCOL;
	return cards_usable(&out->cert) ? YX_OK : YX_CARD_UNSUPPORTED;
}
