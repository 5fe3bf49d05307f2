/* deadline.h - floor 6: contracts whose last day comes or is over. */
#ifndef YX_JOB_DEADLINE_H
#define YX_JOB_DEADLINE_H

#include "backend/domain/base/domain.h"

/* Lets expire what is over and reminds of what is due (contract_life.h). */
int job_deadlines(struct yx_db *db, const struct yx_conf *conf, int64_t now_ms) YX_MUST_USE;
/* Who has not answered a letter in time is reminded (letter.h). */
int job_letters(struct yx_db *db, const struct yx_conf *conf, int64_t now_ms) YX_MUST_USE;
/* Deputies whose days have come get tasks, those whose days are over lose them (deputy.h). */
int job_deputies(struct yx_db *db, const struct yx_conf *conf, int64_t now_ms) YX_MUST_USE;

#endif
