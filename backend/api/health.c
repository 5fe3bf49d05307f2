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

static int
live(struct http_request *rq)
{
	yx_jw_str(&rq->json, "status", "ok");
	return YX_OK;
}

const struct http_route HEALTH_ROUTES[] = {
	{ "GET", V1 "/health", WHO_ANYONE, F_NO_TOUCH, NULL, health, "Is the service up" },
	{ "GET", V1 "/live", WHO_ANYONE, F_NO_TOUCH, NULL, live, "Does the process answer" },
	LAST_ROW,
};
