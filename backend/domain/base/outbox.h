/* outbox.h - floor 4: outgoing mail as rows of the event's own transaction. */
#ifndef YX_OUTBOX_H
#define YX_OUTBOX_H

#include "backend/db/db.h"

struct outbox_mail {
	const char *id, *recipient, *subject, *body;
	int64_t     attempts, created_at;
};

/* How a mail of the platform ends; one parameter, the platform's name. What is worded anew has the same in its
 * own languages (wording.c); summaries and the wallet say where they are switched off instead. */
#define MAIL_CLOSING "（本信由%s自動寄發，請勿直接回覆。This is an automatic notice; please do not reply.）\n"

struct outbox_new {
	const char *recipient, *subject, *body;
	const char *message_id;          /* what it tells of, or NULL */
	int64_t     at;                  /* ms UTC: due from then on */
};
/* Queues one mail, in a transaction, with the foot that its sender's agency or the platform has
 * set (mail.footer) below it. None about a message of a practice (實機演練), and none to somebody who is
 * played. */
int outbox_add(struct yx_db *db, const struct outbox_new *m) YX_MUST_USE;

/* In a transaction: mails about m->message_id that nobody has sent yet go no more; whoever
 * got one, or may be getting it now, gets `m` (its recipient is not looked at). */
int outbox_take_back(struct yx_db *db, struct yx_arena *a, const struct outbox_new *m) YX_MUST_USE;

/* For the worker: who it is, and what time it is. */
struct outbox_lease {
	const char *owner;               /* 32 hex digits */
	int64_t     now_ms, most;        /* so many at a time */
};
/* Claims due mails for two minutes; a claim that ran out is due again. Rows into the arena. */
int outbox_claim(struct yx_db *db, struct yx_arena *a, const struct outbox_lease *by, struct outbox_mail **mails,
    size_t *count) YX_MUST_USE;
int outbox_sent(struct yx_db *db, const struct outbox_lease *by, const char *id) YX_MUST_USE;
/* A failed try: permanent, or again after 1 m, 5 m, 30 m, 2 h, 8 h, and then four times
 * after a day each; then it is given up (RFC 5321, 4.5.4.1: after four or five days). */
int outbox_failed(struct yx_db *db, const struct outbox_lease *by, const struct outbox_mail *m, int permanent,
    const char *why) YX_MUST_USE;

/* In a transaction: a mail that went out, failed or waits goes out again at once, from the
 * first try. YX_NOT_FOUND; YX_STATE: it is on its way. */
int outbox_again(struct yx_db *db, const char *id, int64_t now_ms) YX_MUST_USE;
/* Removes some thousands of mails that went out or were given up, written before then (ms UTC; worker). */
int outbox_sweep(struct yx_db *db, int64_t before_ms) YX_MUST_USE;

#endif
