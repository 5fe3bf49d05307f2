#include "native-host/commands.h"

#include <string.h>

#include "common/log.h"
#include "native-host/command.h"

#define ARENA_MAX (32u << 20)

static const struct command *const commands[] = {
	&command_status,
	&command_certificates,
	&command_prove,
	&command_sign,
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

const char *const *
commands_names(void)
{
	static const char *names[COMMANDS + 1];

	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i]->name;
	return names;
}

static const struct command *
find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
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
