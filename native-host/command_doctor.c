/* doctor: what keeps signing from working on this machine, for the page that shows it. No
 * path, no reader's name, nothing of a certificate: those the user's own terminal tells. */
#include "native-host/command.h"
#include "native-host/doctor.h"

static const struct protocol_member members[] = { { "id", YX_JSON_INT, 0 }, { "command", YX_JSON_STRING, 0 },
	{ "origin", YX_JSON_STRING, 0 }, { "topOrigin", YX_JSON_STRING, 1 }, { NULL, YX_JSON_NULL, 0 } };

static int
run(struct request *r, struct yx_buf *out)
{
	const struct request_task task = { .fill = doctor_fill, .work = doctor_work, .ctx = r };
	struct yx_jw w;
	int rc;

	if ((rc = request_work(r, &task)) != YX_OK)
		return rc;
	protocol_begin(&w, out, r->id);
	doctor_put(&w, r->job->input, 0);
	return protocol_end(&w);
}

const struct command command_doctor = { "doctor", members, run, 1 };
