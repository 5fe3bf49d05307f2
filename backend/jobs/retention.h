/* retention.h - floor 5: what is over is collected, what two people agreed to is destroyed, and short-lived rows
 * are swept. */
#ifndef YX_JOB_RETENTION_H
#define YX_JOB_RETENTION_H

#include "backend/domain/base/domain.h"

/* Last days, drafts, lists of what is over: some thousands of rows a minute at the most. */
int job_retention(struct yx_db *db, struct domain *d, int64_t now_ms) YX_MUST_USE;
/* Contracts of lists that were approved. */
int job_destruction(struct yx_db *db, struct domain *d, int64_t now_ms) YX_MUST_USE;
/* Mails, sign-ins, events and deliveries that are older than the parameters say. */
int job_sweep(struct yx_db *db, struct domain *d, int64_t now_ms) YX_MUST_USE;

#endif
