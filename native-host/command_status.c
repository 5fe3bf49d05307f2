/* status: could signing work here? Tells nothing about who. */
#include "native-host/command.h"
#include "native-host/pcsc.h"

static const struct protocol_member members[] = {
	{ "id", YX_JSON_INT }, { "command", YX_JSON_STRING }, { NULL, YX_JSON_NULL } };

static int
work(struct job *job)
{
	return pcsc_count(job->arena, job->input);
}

static int
run(struct request *r, struct yx_buf *out)
{
	struct pcsc_count *count = yx_arena_alloc(r->job->arena, sizeof(*count));
	struct yx_jw w;
	int rc;

	if (count == NULL)
		return YX_NO_MEMORY;
	r->stdin_fd = -1; /* harmless and short: answered even if nobody listens */
	if ((rc = request_work(r, work, count, 0)) != YX_OK)
		return rc;
	protocol_begin(&w, out, r->id);
	yx_jw_bool(&w, "service", count->service);
	yx_jw_int(&w, "readers", count->readers);
	yx_jw_int(&w, "cards", count->cards);
	return protocol_end(&w);
}

const struct command command_status = { "status", members, run, 0 };
