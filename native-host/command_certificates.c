/* certificates: the signing certificates of the inserted cards. */
#include "native-host/keyring.h"
#include "native-host/command.h"

static const struct protocol_member members[] = {
	{ "id", YX_JSON_INT }, { "command", YX_JSON_STRING }, { "origin", YX_JSON_STRING },
	{ NULL, YX_JSON_NULL } };

static int
work(struct job *job)
{
	return keyring_find(job->arena, &job->watch, job->input);
}

static int
run(struct request *r, struct yx_buf *out)
{
	struct keyring_found **list = yx_arena_alloc(r->job->arena, sizeof(*list));
	struct yx_jw w;
	int rc;

	if (list == NULL)
		return YX_NO_MEMORY;
	if ((rc = request_work(r, work, list, 0)) != YX_OK)
		return rc;
	protocol_begin(&w, out, r->id);
	yx_jw_array(&w, "certificates");
	for (const struct keyring_found *f = *list; f != NULL; f = f->next) {
		yx_jw_object(&w, NULL);
		yx_jw_base64(&w, "certificate", f->cert, f->len);
		yx_jw_str(&w, "reader", f->reader);
		yx_jw_str(&w, "slot", f->slot);
		yx_jw_end_object(&w);
	}
	yx_jw_end_array(&w);
	return protocol_end(&w);
}

const struct command command_certificates = { "certificates", members, run, 1 };
