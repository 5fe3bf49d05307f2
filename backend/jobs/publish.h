/* publish.h - floor 5: the newest head of the audit trail leaves the database. */
#ifndef YX_JOB_PUBLISH_H
#define YX_JOB_PUBLISH_H

#include "backend/domain/base/domain.h"

/* A published head gets its timestamp; waits for the authority. */
int job_stamp(struct yx_db *db, struct domain *d) YX_MUST_USE;
int job_publish(struct yx_db *db, const struct yx_conf *conf, int64_t now_ms) YX_MUST_USE;

#endif
