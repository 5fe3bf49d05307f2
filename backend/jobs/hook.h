/* hook.h - floor 5: tells clients what happened, where they want to be told. */
#ifndef YX_JOB_HOOK_H
#define YX_JOB_HOOK_H

#include "backend/conf.h"

/* Sends one delivery that is due, and notes how it went. The form: web/api-docs/texts/openapi.json. *done: 1 if
 * there was one. A delivery may go out twice if the worker dies before the note; it cannot be lost. */
int job_hook(struct yx_db *db, const struct yx_conf *conf, const char *owner, int *done) YX_MUST_USE;

#endif
