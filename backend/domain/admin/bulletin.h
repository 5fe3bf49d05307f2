/* bulletin.h - floor 4: 公告, what the platform tells everybody on the home page; the one
 * writer of the table bulletin. */
#ifndef YX_BULLETIN_H
#define YX_BULLETIN_H

#include "backend/act.h"

struct bulletin {
	const char *id, *title, *body, *first_day, *last_day; /* YYYY-MM-DD in Taipei, both shown */
	const char *by;
	int         urgent;
	int64_t     created_at;
};
/* Those of today, the urgent ones first; or (all 1) the newest 100 for whoever writes them. */
int bulletin_list(struct act *act, int all, struct bulletin **list, size_t *n) YX_MUST_USE;
/* In a transaction. YX_BAD_FIELD ("lastDay"): before the first. */
int bulletin_add(struct act *act, const struct bulletin *b, char id[YX_ID_SIZE]) YX_MUST_USE;
/* In a transaction: it is shown no more; the audit trail keeps that it was. YX_NOT_FOUND. */
int bulletin_remove(struct act *act, const char *id) YX_MUST_USE;

#endif
