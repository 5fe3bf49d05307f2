#include "backend/jobs/retention.h"

#include "backend/domain/base/outbox.h"
#include "backend/domain/base/parameter.h"
#include "backend/domain/client/client_event.h"
#include "backend/domain/people/sign_in.h"
#include "backend/domain/retention/destroy.h"
#include "backend/domain/retention/destruction.h"
#include "common/log.h"

#define ARENA_BYTES (64 << 20)
#define DAY_MS      ((int64_t)86400000)
#define ROWS        1000
#define ROUNDS      5
#define CONTRACTS   100

typedef int (*work_fn)(struct act *act);

static int
run(struct yx_db *db, struct domain *d, int64_t now_ms, work_fn work)
{
	struct yx_arena *a = yx_arena_new(ARENA_BYTES);
	struct act act = { .db = db, .arena = a, .domain = d, .ip = "", .at = now_ms };
	int rc = a == NULL ? YX_NO_MEMORY : work(&act);

	yx_arena_free(&a);
	return rc;
}

static int
collect(struct act *act)
{
	size_t done = ROWS, listed = 0;
	int rc = YX_OK;

	for (int i = 0; rc == YX_OK && done >= ROWS && i < ROUNDS; i++)
		rc = retention_work(act, ROWS, &done);
	if (rc == YX_OK)
		rc = retention_drafts(act, CONTRACTS);
	if (rc == YX_OK)
		rc = destruction_collect(act, CONTRACTS, &listed);
	if (listed > 0)
		yx_info("%zu contracts have been kept for as long as they had to be", listed);
	return rc;
}

int
job_retention(struct yx_db *db, struct domain *d, int64_t now_ms)
{
	return run(db, d, now_ms, collect);
}

/* Days of a parameter of the platform. */
static int
days(struct act *act, enum parameter_id which, int64_t *before)
{
	const struct parameter_place platform = { NULL, NULL, NULL };
	int64_t n = 0;
	int rc = parameter_int(act, which, &platform, &n);

	*before = act_now(act) - n * DAY_MS;
	return rc;
}

static int
destroy(struct act *act)
{
	size_t contracts = 0;
	int rc = destroy_some(act, CONTRACTS, &contracts);

	if (contracts > 0)
		yx_info("%zu contracts of approved lists", contracts);
	return rc;
}

int
job_destruction(struct yx_db *db, struct domain *d, int64_t now_ms)
{
	return run(db, d, now_ms, destroy);
}

static int
sweep(struct act *act)
{
	int64_t before = 0;
	int rc = days(act, RETAIN_MAIL, &before);

	if (rc != YX_OK || (rc = outbox_sweep(act->db, before)) != YX_OK ||
	    (rc = days(act, RETAIN_SIGN_IN, &before)) != YX_OK ||
	    (rc = sign_in_sweep(act->db, before, act_now(act))) != YX_OK ||
	    (rc = days(act, RETAIN_DELIVERY, &before)) != YX_OK)
		return rc;
	return client_event_sweep(act->db, before);
}

int
job_sweep(struct yx_db *db, struct domain *d, int64_t now_ms)
{
	return run(db, d, now_ms, sweep);
}
