/* accounts.h - floor 5: forgotten passwords and daily summaries. */
#ifndef YX_JOB_ACCOUNTS_H
#define YX_JOB_ACCOUNTS_H

#include "backend/conf.h"
#include "backend/db/db.h"

/* Mails links to those who forgot a password, and the summaries that are due. *done: how
 * many requests and summaries there were. */
int job_accounts(struct yx_db *db, const struct yx_conf *conf, size_t *done) YX_MUST_USE;

#endif
