#include "backend/domain/base/outbox.h"

#include "common/random.h"

#define LEASE_MS (2 * 60 * 1000)

int
outbox_add(struct yx_db *db, const char *recipient, const char *subject, const char *body,
    const char *message_id, int64_t now_ms)
{
	char id[YX_ID_SIZE];

	yx_random_id(id);
	return yx_db_exec(db,
	    "INSERT INTO outbox (id, message_id, recipient, subject, body, next_at, created_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(message_id), yx_p_str(recipient), yx_p_str(subject), yx_p_str(body),
	    yx_p_time(now_ms), yx_p_time(now_ms)), NULL);
}

int
outbox_claim(struct yx_db *db, struct yx_arena *a, const char *owner, int64_t now_ms, int64_t n,
    struct outbox_mail **mails, size_t *count)
{
	struct yx_rows *r = NULL;
	struct outbox_mail *m;
	int rc = yx_db_exec(db,
	    "UPDATE outbox SET state = 'sending', lease_owner = ?, lease_until = ?, attempts = attempts + 1"
	    " WHERE (state = 'pending' AND next_at <= ?) OR (state = 'sending' AND lease_until < ?)"
	    " ORDER BY next_at LIMIT ?",
	    YX_P(yx_p_str(owner), yx_p_time(now_ms + LEASE_MS), yx_p_time(now_ms), yx_p_time(now_ms), yx_p_int(n)), NULL);

	*count = 0;
	if (rc != YX_OK || (rc = yx_db_query(db, a,
	    "SELECT id, recipient, subject, body, attempts, created_at FROM outbox"
	    " WHERE state = 'sending' AND lease_owner = ? AND lease_until >= ?",
	    YX_P(yx_p_str(owner), yx_p_time(now_ms)), &r)) != YX_OK)
		return rc;
	if ((*mails = m = yx_arena_alloc(a, (yx_rows_count(r) + 1) * sizeof(*m))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		m[(*count)++] = (struct outbox_mail){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
			yx_row_str(r, 3), yx_row_int(r, 4), yx_row_time(r, 5) };
	return YX_OK;
}

int
outbox_sent(struct yx_db *db, const char *id, const char *owner, int64_t now_ms)
{
	return yx_db_exec(db,
	    "UPDATE outbox SET state = 'sent', sent_at = ?, lease_owner = NULL, lease_until = NULL, last_error = ''"
	    " WHERE id = ? AND lease_owner = ?",
	    YX_P(yx_p_time(now_ms), yx_p_str(id), yx_p_str(owner)), NULL);
}

int
outbox_failed(struct yx_db *db, const char *id, const char *owner, int64_t now_ms, int64_t attempts,
    int permanent, const char *why)
{
	static const int64_t minutes[] = { 1, 5, 30, 120, 480, 1440, 1440, 1440, 1440 };
	const int64_t n = sizeof(minutes) / sizeof(minutes[0]);
	int64_t wait = attempts >= 1 && attempts <= n ? minutes[attempts - 1] : 0;

	return yx_db_exec(db,
	    "UPDATE outbox SET state = ?, next_at = ?, lease_owner = NULL, lease_until = NULL, last_error = LEFT(?, 300)"
	    " WHERE id = ? AND lease_owner = ?",
	    YX_P(yx_p_str(permanent || wait == 0 ? "failed" : "pending"), yx_p_time(now_ms + wait * 60000),
	    yx_p_str(why), yx_p_str(id), yx_p_str(owner)), NULL);
}
