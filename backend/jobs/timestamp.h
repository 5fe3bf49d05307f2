/* timestamp.h - floor 5: the worker keeps signatures provable. */
#ifndef YX_JOBS_TIMESTAMP_H
#define YX_JOBS_TIMESTAMP_H

#include "backend/domain/base/domain.h"

/* Takes one document whose timestamps are due, or whose renewal is. *done: 1 if there was one and
 * it got what it needed. An error is that of the attempt; the next is noted in the row. */
int job_timestamp(struct yx_db *db, struct domain *d, const char *owner, int *done) YX_MUST_USE;

#endif
