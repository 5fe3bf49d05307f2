#include "backend/jobs/accounts.h"

#include "backend/domain/base/domain.h"
#include "backend/domain/people/link.h"
#include "backend/domain/people/notice.h"

#define ARENA_BYTES (16 << 20)
#define BATCH       50

int
job_accounts(struct yx_db *db, const struct yx_conf *conf, size_t *done)
{
	struct yx_arena *a = yx_arena_new(ARENA_BYTES);
	struct domain d = { .conf = conf };
	struct act act = { .db = db, .arena = a, .domain = &d, .ip = "" };
	size_t asked = 0, told = 0;
	int rc = a == NULL ? YX_NO_MEMORY : link_work(&act, &asked);

	if (rc == YX_OK)
		rc = notice_digests(&act, BATCH, &told);
	*done = asked + told;
	yx_arena_free(&a);
	return rc;
}
