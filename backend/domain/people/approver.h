/* approver.h - floor 4: mails around what a second administrator has to agree to. */
#ifndef YX_APPROVER_H
#define YX_APPROVER_H

#include "backend/act.h"

struct approver_mail {
	const char *organization_id;  /* whose administrators agree; else the platform's do */
	const char *about;            /* a member who may not, beside act->who; or NULL */
	const char *subject, *text;   /* NULL text: no memory was left for it */
};
/* To the others who may agree, five at most. In the event's transaction. */
int approver_tell(struct act *act, const struct approver_mail *m) YX_MUST_USE;
/* To one address: the text, and where to log in. None while the demo is loaded. */
int approver_tell_one(struct act *act, const char *to, const char *subject, const char *text) YX_MUST_USE;

#endif
