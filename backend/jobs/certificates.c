#include "backend/jobs/certificates.h"

#include "backend/domain/card/certificate.h"

#define ARENA_BYTES (16 << 20)

int
job_certificate(struct yx_db *db, struct domain *d, int *done)
{
	struct yx_arena *a = yx_arena_new(ARENA_BYTES);
	struct act act = { .db = db, .arena = a, .domain = d, .ip = "" };
	int rc = a == NULL ? YX_NO_MEMORY : certificate_look(&act, done);

	yx_arena_free(&a);
	return rc;
}
