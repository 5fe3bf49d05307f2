/* job_run.h - floor 4: what the worker did last, and how it went; the one writer of the
 * table job_run. */
#ifndef YX_JOB_RUN_H
#define YX_JOB_RUN_H

#include "backend/act.h"

/* One statement of its own. rc: how it went. */
int job_run_note(struct yx_db *db, const char *name, int64_t now_ms, int rc) YX_MUST_USE;

struct job_run {
	const char *name, *last_error;    /* "": it went well */
	int64_t     at, ok_at;            /* 0: never */
};
int job_run_list(struct act *act, struct job_run **list, size_t *n) YX_MUST_USE;

#endif
