#include "backend/api/api.h"

int
api_health(struct http_request *rq)
{
	int rc = yx_db_ready(rq->db, rq->arena);

	if (rc == YX_OK)
		yx_jw_str(&rq->json, "status", "ok");
	return rc;
}
