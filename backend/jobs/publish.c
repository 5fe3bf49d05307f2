#include "backend/jobs/publish.h"

#include "backend/domain/base/audit_list.h"
#include "backend/domain/base/domain.h"
#include "common/log.h"

int
job_stamp(struct yx_db *db, struct domain *d)
{
	struct yx_arena *a = yx_arena_new(1 << 20);
	struct act act = { .db = db, .arena = a, .domain = d, .ip = "" };
	int rc = a == NULL ? YX_NO_MEMORY : audit_stamp(&act);

	yx_arena_free(&a);
	return rc;
}

int
job_publish(struct yx_db *db, const struct yx_conf *conf, int64_t now_ms)
{
	struct yx_arena *a = yx_arena_new(1 << 20);
	struct domain d = { .conf = conf };
	struct act act = { .db = db, .arena = a, .domain = &d, .ip = "", .at = now_ms };
	int64_t number = 0;
	int rc = a == NULL ? YX_NO_MEMORY : audit_publish(&act, &number);

	if (number != 0)
		yx_info("audit head %lld published", (long long)number);
	yx_arena_free(&a);
	return rc;
}
