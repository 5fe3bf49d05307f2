/* mail.h - floor 5: sends what waits in the outbox, by SMTP (RFC 5321, RFC 5322). */
#ifndef YX_JOB_MAIL_H
#define YX_JOB_MAIL_H

#include "backend/http/http.h"

/* Sends the due mails, at most 50; failures are noted in their rows and tried
 * again later. *done: how many were claimed. */
int job_mail(struct yx_db *db, const struct yx_conf *conf, const char *owner, size_t *done) YX_MUST_USE;

#endif
