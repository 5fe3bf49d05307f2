/* certificates: the signing certificates of the inserted cards. */
#include "native-host/cards.h"
#include "native-host/commands.h"

static int
work(struct job *job)
{
	return cards_find(job->arena, &job->watch, job->input);
}

int
command_certificates(struct request *r, struct yx_buf *out)
{
	struct cards_found **list = yx_arena_alloc(r->job->arena, sizeof(*list));
	struct yx_jw w;
	int rc;

	if (list == NULL)
		return YX_NO_MEMORY;
	if ((rc = commands_work(r, work, list, 0)) != YX_OK)
		return rc;
	protocol_begin(&w, out, r->id);
	yx_jw_array(&w, "certificates");
	for (const struct cards_found *f = *list; f != NULL; f = f->next) {
		yx_jw_object(&w, NULL);
		yx_jw_base64(&w, "certificate", f->cert, f->len);
		yx_jw_str(&w, "reader", f->reader);
		yx_jw_str(&w, "slot", f->slot);
		yx_jw_end_object(&w);
	}
	yx_jw_end_array(&w);
	return protocol_end(&w);
}
