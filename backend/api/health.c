#include "backend/api/api.h"
#include "backend/api/rows.h"

static int
health(struct http_request *rq)
{
	int rc = yx_db_ready(rq->act.db, rq->act.arena);

	if (rc == YX_OK)
		yx_jw_str(&rq->json, "status", "ok");
	return rc;
}

const struct http_route HEALTH_ROUTES[] = {
	{ "GET", V1 "/health", WHO_ANYONE, F_NO_TOUCH, NULL, health, "Is the service up" },
	LAST_ROW,
};
