#include "native-host/commands.h"

#include <string.h>

#include "common/codec.h"
#include "common/frame.h"
#include "common/log.h"
#include "native-host/command.h"

#define ARENA_MAX (48u << 20)

static const struct command *const commands[] = {
	&command_status,
	&command_certificates,
	&command_prove,
	&command_sign,
	&command_authenticate,
	&command_wait,
	&command_forget,
	&command_doctor,
	&command_page,
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* These two are no requests of their own: they are handled before a request begins. */
static const char PART[] = "part", CANCEL[] = "cancel";
static const struct protocol_member part_members[] = { { "id", YX_JSON_INT, 0 }, { "command", YX_JSON_STRING, 0 },
	{ "data", YX_JSON_STRING, 0 }, { "last", YX_JSON_BOOL, 0 }, { NULL, YX_JSON_NULL, 0 } };

const char *const *
commands_names(void)
{
	static const char *names[COMMANDS + 3];
	size_t n = 0;

	for (size_t i = 0; i < COMMANDS; i++)
		names[n++] = commands[i]->name;
	names[n++] = PART;
	names[n] = CANCEL;
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
	if ((r->secret = secret_new()) == NULL)
		return YX_NO_MEMORY;
	/* The tree is ours: the string lies in the request's arena. */
	return secret_set(r->secret, (char *)(uintptr_t)pin->str);
}

/* Both the frame that asks and the page around it must be sites that may. */
static int
check_origins(const struct request *r)
{
	int rc = config_allows(r->host->config, yx_json_str(r->message, "origin", ""));

	return rc != YX_OK ? rc : config_allows(r->host->config, request_top_origin(r));
}

static int
dispatch(struct request *r, const char *name, struct yx_buf *out)
{
	const struct command *command = find(name);
	int pin_result = take_pin(r), rc;

	if (command == NULL)
		return YX_UNKNOWN_COMMAND;
	if ((rc = protocol_exact(r->message, command->members)) != YX_OK)
		return rc;
	if (command->has_origin && (rc = check_origins(r)) != YX_OK)
		return rc;
	return pin_result != YX_OK ? pin_result : command->run(r, out);
}

/* Keeps an answer that no browser would take, and says how to fetch it. */
static int
page_answer(struct request *r, struct yx_buf *out)
{
	struct host *h = r->host;

	if (out->len <= YX_FRAME_MAX)
		return YX_OK;
	yx_buf_reset(&h->pages);
	yx_buf_add(&h->pages, out->data, out->len);
	h->pages_of = r->id;
	yx_buf_reset(out);
	if (yx_buf_status(&h->pages) != YX_OK)
		return YX_TOO_LARGE;
	return protocol_paged(out, r->id, h->pages.len, PROTOCOL_PAGE);
}

/* One part of a request. 1: it was the last, h->parts has the whole. */
static int
take_part(struct request *r, struct yx_buf *out, int *whole)
{
	const struct yx_json *data = yx_json_get(r->message, "data");
	struct yx_buf *parts = &r->host->parts;
	struct yx_jw w;
	int rc = protocol_exact(r->message, part_members);

	if (rc != YX_OK)
		return rc;
	rc = yx_unbase64(parts, data->str, data->len) == YX_OK ? yx_buf_status(parts) : YX_PROTOCOL;
	if (rc != YX_OK) {
		yx_buf_reset(parts);
		return rc;
	}
	*whole = request_flag(r, "last", 0);
	if (*whole)
		return YX_OK;
	protocol_begin(&w, out, r->id);
	yx_jw_int(&w, "size", (int64_t)parts->len);
	return protocol_end(&w);
}

static int
handle_one(struct host *host, struct yx_buf *message, struct yx_buf *out, int *whole)
{
	struct request r = { .host = host, .tries = -1 };
	struct protocol_message m = { .json = NULL };
	int rc = YX_NO_MEMORY;

	if ((r.arena = yx_arena_new(ARENA_MAX)) != NULL)
		rc = protocol_parse(r.arena, message->data, message->len, &m);
	r.message = m.json;
	r.id = m.id;
	yx_buf_reset(message);
	if (rc == YX_OK && whole != NULL && strcmp(m.command, PART) == 0)
		rc = take_part(&r, out, whole);
	else if (rc == YX_OK && strcmp(m.command, CANCEL) != 0) /* too late: there is nothing to stop */
		rc = dispatch(&r, m.command, out);
	if (rc == YX_OK)
		rc = page_answer(&r, out);
	job_free(&r.job);
	secret_free(&r.secret);
	yx_arena_free(&r.arena);
	if (rc != YX_OK) {
		yx_info("request %lld: %s", (long long)r.id, yx_err_word(rc));
		yx_buf_reset(out);
		rc = protocol_error(out, r.id, rc, r.tries);
	}
	return rc;
}

int
commands_handle(struct host *host, struct yx_buf *message, struct yx_buf *out)
{
	int whole = 0, rc = handle_one(host, message, out, &whole);

	if (rc == YX_OK && whole)
		rc = handle_one(host, &host->parts, out, NULL);
	return rc;
}
