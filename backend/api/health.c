#include "backend/api/api.h"

int
api_health(struct http_request *rq)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena, "SELECT COUNT(*) FROM schema_migration", YX_P_NONE, &r);

	if (rc != YX_OK)
		return YX_UNAVAILABLE;
	yx_jw_str(&rq->json, "status", "ok");
	return YX_OK;
}
