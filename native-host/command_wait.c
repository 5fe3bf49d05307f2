/* wait: answers when a card or a reader comes or goes. No polling: the smart card
 * service wakes us. Any further message of the caller ends it too. */
#include "native-host/command.h"
#include "native-host/pcsc.h"

#define SECONDS_MAX 600
#define STATE_MAX   64

static const struct protocol_member members[] = { { "id", YX_JSON_INT, 0 }, { "command", YX_JSON_STRING, 0 },
	{ "state", YX_JSON_STRING, 0 }, { "seconds", YX_JSON_INT, 0 }, { NULL, YX_JSON_NULL, 0 } };

/* In the job's arena. */
struct waiting {
	struct pcsc_state state;
	const char       *seen;
	int               ms;
};

static int
fill(struct job *job, const void *ctx)
{
	const struct request *r = ctx;
	struct waiting *w = yx_arena_alloc(job->arena, sizeof(*w));

	if (w == NULL)
		return YX_NO_MEMORY;
	w->ms = (int)yx_json_int(r->message, "seconds", 0) * 1000;
	w->seen = yx_arena_strdup(job->arena, yx_json_str(r->message, "state", ""));
	job->input = w;
	return w->seen != NULL ? YX_OK : YX_NO_MEMORY;
}

static int
work(struct job *job)
{
	struct waiting *w = job->input;

	return pcsc_wait(job->arena, &job->watch, w->seen, w->ms, &w->state);
}

static enum worker_wish
hear(void *ctx)
{
	struct request *r = ctx;

	(void)inbox_cancels(&r->host->inbox, r->id);
	return WORKER_STOP;
}

static int
run(struct request *r, struct yx_buf *out)
{
	int64_t seconds = yx_json_int(r->message, "seconds", 0);
	const struct request_task task = { .fill = fill,
		.work = work,
		.ctx = r,
		.total_ms = (int)seconds * 1000 + 5000,
		.input = hear };
	const struct waiting *found;
	struct yx_jw w;
	int rc;

	if (seconds < 1 || seconds > SECONDS_MAX || yx_json_get(r->message, "state")->len > STATE_MAX)
		return YX_PROTOCOL;
	if ((rc = request_work(r, &task)) != YX_OK)
		return rc;
	found = r->job->input;
	protocol_begin(&w, out, r->id);
	yx_jw_str(&w, "state", found->state.digest);
	yx_jw_bool(&w, "service", found->state.count.service);
	yx_jw_int(&w, "readers", found->state.count.readers);
	yx_jw_int(&w, "cards", found->state.count.cards);
	return protocol_end(&w);
}

const struct command command_wait = { "wait", members, run, 0 };
