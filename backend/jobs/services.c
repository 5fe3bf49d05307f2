#include "backend/jobs/services.h"

#include "backend/domain/admin/service.h"

#define ARENA_BYTES (16 << 20)

int
job_services(struct yx_db *db, struct domain *d)
{
	struct yx_arena *a = yx_arena_new(ARENA_BYTES);
	struct act act = { .db = db, .arena = a, .domain = d, .ip = "" };
	int done = 0, rc = a == NULL ? YX_NO_MEMORY : service_work(&act, &done);

	yx_arena_free(&a);
	return rc;
}
