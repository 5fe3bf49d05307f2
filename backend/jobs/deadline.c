#include "backend/jobs/deadline.h"

#include "backend/domain/contract/contract_life.h"
#include "common/log.h"

#define ARENA_BYTES (16 << 20)

int
job_deadlines(struct yx_db *db, const struct yx_conf *conf, int64_t now_ms)
{
	struct yx_arena *a = yx_arena_new(ARENA_BYTES);
	struct domain d = { .conf = conf };
	struct act act = { .db = db, .arena = a, .domain = &d, .ip = "", .at = now_ms };
	size_t done = 0;
	int rc = a == NULL ? YX_NO_MEMORY : contract_deadlines(&act, &done);

	if (done > 0)
		yx_info("%zu contracts were due or over", done);
	yx_arena_free(&a);
	return rc;
}
