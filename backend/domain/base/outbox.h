/* outbox.h - floor 4: outgoing mail as rows of the event's own transaction. */
#ifndef YX_OUTBOX_H
#define YX_OUTBOX_H

#include "backend/db/db.h"

struct outbox_mail {
	const char *id, *recipient, *subject, *body;
	int64_t     attempts, created_at;
};

/* Queues one mail (in a transaction). message_id may be NULL. */
int outbox_add(struct yx_db *db, const char *recipient, const char *subject, const char *body,
    const char *message_id, int64_t now_ms) YX_MUST_USE;

/* For the worker. Claims up to `n` due mails for `owner` (32 hex digits) for two
 * minutes; a claim that ran out is due again. Rows into the arena. */
int outbox_claim(struct yx_db *db, struct yx_arena *a, const char *owner, int64_t now_ms, int64_t n,
    struct outbox_mail **mails, size_t *count) YX_MUST_USE;
int outbox_sent(struct yx_db *db, const char *id, const char *owner, int64_t now_ms) YX_MUST_USE;
/* A failed try: permanent, or again after 1 m, 5 m, 30 m, 2 h, 8 h, 24 h (RFC 5321
 * 4.5.4.1); given up after five days' worth of them. */
int outbox_failed(struct yx_db *db, const char *id, const char *owner, int64_t now_ms, int64_t attempts,
    int permanent, const char *why) YX_MUST_USE;

#endif
