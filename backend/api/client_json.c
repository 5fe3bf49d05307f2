#include "backend/api/client_json.h"

#include <time.h>

void
client_event_json(struct yx_jw *w, const struct client_event *e)
{
	time_t s = (time_t)(e->at / 1000);
	char text[32] = "";
	struct tm tm;

	if (gmtime_r(&s, &tm) != NULL)
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	yx_jw_str(w, "id", e->id);
	yx_jw_str(w, "type", e->kind);
	yx_jw_str(w, "timestamp", text);
	yx_jw_int(w, "sequence", e->place);
	yx_jw_object(w, "data");
	yx_jw_str(w, "contractId", e->contract_id);
	yx_jw_str(w, "messageId", e->message_id);
	yx_jw_str(w, "state", e->state);
	yx_jw_end_object(w);
}
