#include "backend/domain/base/outbox.h"

#include "backend/domain/base/parameter.h"
#include "common/random.h"

#define LEASE_MS (2 * 60 * 1000)

/* The agency that sends the message, or ''. One parameter, its id. */
#define SENDER "COALESCE((SELECT m.sender_organization_id FROM message m WHERE m.id = ?), '')"

int
outbox_add(struct yx_db *db, const struct outbox_new *m)
{
	char id[YX_ID_SIZE];

	yx_random_id(id);
	return yx_db_exec(db,
	    "INSERT INTO outbox (id, message_id, recipient, subject, body, next_at, created_at)"
	    " SELECT ?, ?, ?, ?, CONCAT(?, IF(f.foot = '', '', CONCAT('\n\n', f.foot, '\n'))), ?, ?"
	    " FROM (SELECT COALESCE(" PARAMETER_SQL("mail.footer", SENDER, "'', " SENDER) ", '') AS foot) f"
	    " WHERE NOT EXISTS (SELECT 1 FROM message m"
	    " JOIN organization o ON o.id = m.sender_organization_id WHERE m.id = ? AND o.practice_id IS NOT NULL)"
	    " AND ? NOT LIKE '%@practice.invalid'",
	    YX_P(yx_p_str(id), yx_p_str(m->message_id), yx_p_str(m->recipient), yx_p_str(m->subject), yx_p_str(m->body),
	    yx_p_time(m->at), yx_p_time(m->at), yx_p_str(m->message_id), yx_p_str(m->message_id), yx_p_str(m->message_id),
	    yx_p_str(m->recipient)), NULL);
}

static void
fill_address(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(const char **)item = yx_row_str(r, 0);
}

int
outbox_take_back(struct yx_db *db, struct yx_arena *a, const struct outbox_new *m)
{
	struct yx_db_items l = { .size = sizeof(const char *), .fill = fill_address };
	struct outbox_new mail = *m;
	const char *const *to;
	int rc = yx_db_exec(db, "DELETE FROM outbox WHERE message_id = ? AND state = 'pending'",
	    YX_P(yx_p_str(m->message_id)), NULL);

	if (rc != YX_OK || (rc = yx_db_list(db, a, "SELECT DISTINCT recipient FROM outbox WHERE message_id = ?",
	    YX_P(yx_p_str(m->message_id)), &l)) != YX_OK)
		return rc;
	to = l.items;
	for (size_t i = 0; rc == YX_OK && i < l.count; i++) {
		mail.recipient = to[i];
		rc = outbox_add(db, &mail);
	}
	return rc;
}

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct outbox_mail *)item = (struct outbox_mail){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_str(r, 3), yx_row_int(r, 4), yx_row_time(r, 5) };
}

int
outbox_claim(struct yx_db *db, struct yx_arena *a, const struct outbox_lease *by, struct outbox_mail **mails,
    size_t *count)
{
	struct yx_db_items l = { .size = sizeof(**mails), .fill = fill };
	int rc = yx_db_exec(db,
	    "UPDATE outbox SET state = 'sending', lease_owner = ?, lease_until = ?, attempts = attempts + 1"
	    " WHERE (state = 'pending' AND next_at <= ?) OR (state = 'sending' AND lease_until < ?)"
	    " ORDER BY next_at LIMIT ?",
	    YX_P(yx_p_str(by->owner), yx_p_time(by->now_ms + LEASE_MS), yx_p_time(by->now_ms), yx_p_time(by->now_ms),
	    yx_p_int(by->most)), NULL);

	*count = 0;
	if (rc != YX_OK || (rc = yx_db_list(db, a,
	    "SELECT id, recipient, subject, body, attempts, created_at FROM outbox"
	    " WHERE state = 'sending' AND lease_owner = ? AND lease_until >= ?",
	    YX_P(yx_p_str(by->owner), yx_p_time(by->now_ms)), &l)) != YX_OK)
		return rc;
	*mails = l.items;
	*count = l.count;
	return YX_OK;
}

int
outbox_sent(struct yx_db *db, const struct outbox_lease *by, const char *id)
{
	return yx_db_exec(db,
	    "UPDATE outbox SET state = 'sent', sent_at = ?, lease_owner = NULL, lease_until = NULL, last_error = ''"
	    " WHERE id = ? AND lease_owner = ?",
	    YX_P(yx_p_time(by->now_ms), yx_p_str(id), yx_p_str(by->owner)), NULL);
}

int
outbox_failed(struct yx_db *db, const struct outbox_lease *by, const struct outbox_mail *m, int permanent,
    const char *why)
{
	static const int64_t minutes[] = { 1, 5, 30, 120, 480, 1440, 1440, 1440, 1440 };
	const int64_t n = sizeof(minutes) / sizeof(minutes[0]);
	int64_t wait = m->attempts >= 1 && m->attempts <= n ? minutes[m->attempts - 1] : 0;

	return yx_db_exec(db,
	    "UPDATE outbox SET state = ?, next_at = ?, lease_owner = NULL, lease_until = NULL, last_error = LEFT(?, 300)"
	    " WHERE id = ? AND lease_owner = ?",
	    YX_P(yx_p_str(permanent || wait == 0 ? "failed" : "pending"), yx_p_time(by->now_ms + wait * 60000),
	    yx_p_str(why), yx_p_str(m->id), yx_p_str(by->owner)), NULL);
}

int
outbox_again(struct yx_db *db, const char *id, int64_t now_ms)
{
	uint64_t there = 0;
	int rc = yx_db_exec(db,
	    "UPDATE outbox SET state = 'pending', attempts = 0, next_at = ?, last_error = '', sent_at = NULL"
	    " WHERE id = ? AND state <> 'sending'", YX_P(yx_p_time(now_ms), yx_p_str(id)), &there);

	if (rc != YX_OK || there > 0)
		return rc;
	rc = yx_db_change(db, "UPDATE outbox SET id = id WHERE id = ?", YX_P(yx_p_str(id)), YX_NOT_FOUND);
	return rc != YX_OK ? rc : YX_STATE;
}

int
outbox_sweep(struct yx_db *db, int64_t before_ms)
{
	return yx_db_exec(db, "DELETE FROM outbox WHERE state IN ('sent', 'failed') AND created_at < ? LIMIT 5000",
	    YX_P(yx_p_time(before_ms)), NULL);
}
