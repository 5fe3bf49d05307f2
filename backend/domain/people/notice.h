/* notice.h - floor 4: how a member wants to hear of what happened; the one writer of the
 * tables notice_choice and notice_digest.
 *
 * In the portal everything stands anyway. By mail: at once, in one summary a day, or not at
 * all; and not in the quiet hours (a mail waits for their end). What concerns the account's
 * security is mailed at once, always. */
#ifndef YX_NOTICE_H
#define YX_NOTICE_H

#include "backend/act.h"

/* The events that a member can choose for, in the order of the page. */
#define NOTICE_EVENTS 5
extern const char *const NOTICE_EVENT[NOTICE_EVENTS]; /* task, returned, completed, reply, reminder */
#define NOTICE_DIGEST_HOUR 8                          /* in Taipei */

/* "mail", "digest" or "portal" for each event of act->who. */
int notice_choices(struct act *act, const char *out[NOTICE_EVENTS]) YX_MUST_USE;
/* In a transaction. */
int notice_choose(struct act *act, const char *const channel[NOTICE_EVENTS]) YX_MUST_USE;

struct notice {
	const char *member_id, *event;     /* one of NOTICE_EVENT, or "security" */
	const char *subject, *body;
	const char *message_id;            /* what it tells of, or NULL */
	int64_t     at;                    /* ms UTC */
};
/* In a transaction: mails it, puts it into the summary, or leaves it to the portal, as its
 * member wants it. Members who have left hear nothing. */
int notice_send(struct act *act, const struct notice *n) YX_MUST_USE;

/* For the worker: the summaries that are due, at most `most` members' in a transaction each. */
int notice_digests(struct act *act, int64_t most, size_t *done) YX_MUST_USE;

/* The moment itself, or the end of the quiet hours that it falls into; hours in Taipei,
 * -1: none. Of equal hours the day has none. */
int64_t notice_when(int64_t ms, int64_t quiet_from, int64_t quiet_to);

#endif
