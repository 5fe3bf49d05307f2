/* client_json.h - floor 5: an event as clients read it and as they are told it. */
#ifndef YX_CLIENT_JSON_H
#define YX_CLIENT_JSON_H

#include "backend/domain/client/client_event.h"
#include "common/json.h"

/* Members of the open object. */
void client_event_json(struct yx_jw *w, const struct client_event *e);

#endif
