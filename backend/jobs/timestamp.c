#include "backend/jobs/timestamp.h"

#include "backend/domain/proof/proof.h"
#include "common/crash.h"

#define ARENA_BYTES (16 << 20)

int
job_timestamp(struct yx_db *db, struct domain *d, const char *owner, int *done)
{
	struct yx_arena *a = yx_arena_new(ARENA_BYTES);
	struct act act = { .db = db, .arena = a, .domain = d, .ip = "" };
	struct proof_work w;
	int rc = a == NULL ? YX_NO_MEMORY : YX_OK;

	*done = 0;
	if (rc == YX_OK && proof_possible(d) && (rc = proof_claim(&act, owner, &w)) == YX_OK) {
		yx_crash_point("proof.claimed");
		rc = proof_do(&act, &w);
		*done = rc == YX_OK;
	}
	yx_arena_free(&a);
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}
