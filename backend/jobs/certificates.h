/* certificates.h - floor 5: the worker looks at registered certificates once a day. */
#ifndef YX_JOBS_CERTIFICATES_H
#define YX_JOBS_CERTIFICATES_H

#include "backend/domain/base/domain.h"

/* Judges one that is due: path, usage, key, revocation. *done: 1 if there was one. */
int job_certificate(struct yx_db *db, struct domain *d, int *done) YX_MUST_USE;

#endif
