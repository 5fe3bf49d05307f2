#include "backend/jobs/deadline.h"

#include "backend/domain/contract/contract_life.h"
#include "backend/domain/message/letter.h"
#include "backend/domain/registry/deputy.h"
#include "common/log.h"

#define ARENA_BYTES (16 << 20)
#define DEPUTIES_A_MINUTE 2000

typedef int (*work_fn)(struct act *act, size_t *done);

static int
run(struct yx_db *db, const struct yx_conf *conf, int64_t now_ms, work_fn work, size_t *done)
{
	struct yx_arena *a = yx_arena_new(ARENA_BYTES);
	struct domain d = { .conf = conf };
	struct act act = { .db = db, .arena = a, .domain = &d, .ip = "", .at = now_ms };
	int rc = a == NULL ? YX_NO_MEMORY : work(&act, done);

	yx_arena_free(&a);
	return rc;
}

int
job_deadlines(struct yx_db *db, const struct yx_conf *conf, int64_t now_ms)
{
	size_t done = 0;
	int rc = run(db, conf, now_ms, contract_deadlines, &done);

	if (done > 0)
		yx_info("%zu contracts were due or over", done);
	return rc;
}

int
job_letters(struct yx_db *db, const struct yx_conf *conf, int64_t now_ms)
{
	size_t done = 0;
	int rc = run(db, conf, now_ms, letter_remind_due, &done);

	if (done > 0)
		yx_info("%zu letters wait for an answer", done);
	return rc;
}

int
job_deputies(struct yx_db *db, const struct yx_conf *conf, int64_t now_ms)
{
	size_t all = 0, done = 0;
	int rc;

	do {
		rc = run(db, conf, now_ms, deputy_work, &done);
		all += done;
	} while (rc == YX_OK && done > 0 && all < DEPUTIES_A_MINUTE);
	if (all > 0)
		yx_info("deputies of %zu contracts came or went", all);
	return rc;
}
