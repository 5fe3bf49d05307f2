#include "backend/domain/people/notice.h"

#include <string.h>

#include "backend/domain/base/domain.h"
#include "backend/domain/base/outbox.h"
#include "common/buf.h"

#define HOUR_MS   (3600 * (int64_t)1000)
#define DAY_MS    (24 * HOUR_MS)
#define TAIPEI_MS (8 * HOUR_MS)
#define LINES     200  /* of one summary */

const char *const NOTICE_EVENT[NOTICE_EVENTS] = { "task", "returned", "completed", "reply", "reminder" };

int64_t
notice_when(int64_t ms, int64_t quiet_from, int64_t quiet_to)
{
	int64_t in_day = (ms + TAIPEI_MS) % DAY_MS, hour = in_day / HOUR_MS, midnight = ms - in_day;
	int over_night = quiet_from > quiet_to;

	if (quiet_from < 0 || quiet_from == quiet_to)
		return ms;
	if (over_night ? hour < quiet_from && hour >= quiet_to : hour < quiet_from || hour >= quiet_to)
		return ms;
	/* Before midnight of a quiet night its end is tomorrow. */
	return midnight + quiet_to * HOUR_MS + (over_night && hour >= quiet_from ? DAY_MS : 0);
}

struct choice { const char *event, *channel; };

static void
fill_choice(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct choice *)item = (struct choice){ yx_row_str(r, 0), yx_row_str(r, 1) };
}

int
notice_choices(struct act *act, const char *out[NOTICE_EVENTS])
{
	struct yx_db_items l = { .size = sizeof(struct choice), .fill = fill_choice };
	int rc = yx_db_list(act->db, act->arena, "SELECT event, channel FROM notice_choice WHERE member_id = ?",
	    YX_P(yx_p_str(act->who.member_id)), &l);
	const struct choice *c = l.items;

	for (size_t i = 0; i < NOTICE_EVENTS; i++) {
		out[i] = "mail";
		for (size_t k = 0; k < l.count; k++)
			if (strcmp(c[k].event, NOTICE_EVENT[i]) == 0)
				out[i] = c[k].channel;
	}
	return rc;
}

int
notice_choose(struct act *act, const char *const channel[NOTICE_EVENTS])
{
	int rc = yx_db_exec(act->db, "DELETE FROM notice_choice WHERE member_id = ?",
	    YX_P(yx_p_str(act->who.member_id)), NULL);

	for (size_t i = 0; rc == YX_OK && i < NOTICE_EVENTS; i++)
		if (strcmp(channel[i], "mail") != 0)
			rc = yx_db_exec(act->db, "INSERT INTO notice_choice (member_id, event, channel) VALUES (?, ?, ?)",
			    YX_P(yx_p_str(act->who.member_id), yx_p_str(NOTICE_EVENT[i]), yx_p_str(channel[i])), NULL);
	return rc;
}

static int
put_line(struct act *act, const struct notice *n)
{
	char id[YX_ID_SIZE];

	yx_random_id(id);
	return yx_db_exec(act->db,
	    "INSERT INTO notice_digest (id, member_id, at, subject, message_id) VALUES (?, ?, ?, LEFT(?, 300), ?)",
	    YX_P(yx_p_str(id), yx_p_str(n->member_id), yx_p_time(n->at), yx_p_str(n->subject),
	    yx_p_str(n->message_id)), NULL);
}

int
notice_send(struct act *act, const struct notice *n)
{
	struct outbox_new mail = { .subject = n->subject, .body = n->body, .message_id = n->message_id, .at = n->at };
	struct yx_rows *r = NULL;
	const char *channel;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT m.email, COALESCE(m.quiet_from, -1), COALESCE(m.quiet_to, -1), COALESCE(c.channel, 'mail')"
	    " FROM member m LEFT JOIN notice_choice c ON c.member_id = m.id AND c.event = ?"
	    " WHERE m.id = ? AND NOT m.disabled", YX_P(yx_p_str(n->event), yx_p_str(n->member_id)), &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	channel = yx_row_str(r, 3);
	if (strcmp(channel, "portal") == 0)
		return YX_OK;
	if (strcmp(channel, "digest") == 0)
		return put_line(act, n);
	mail.recipient = yx_row_str(r, 0);
	if (strcmp(n->event, "security") != 0)
		mail.at = notice_when(n->at, yx_row_int(r, 1), yx_row_int(r, 2));
	return outbox_add(act->db, &mail);
}

/* ---- the summary of a day ---- */

/* The last moment at which summaries were due. */
static int64_t
last_due(int64_t now)
{
	int64_t in_day = (now + TAIPEI_MS) % DAY_MS, due = now - in_day + NOTICE_DIGEST_HOUR * HOUR_MS;

	return due <= now ? due : due - DAY_MS;
}

struct digest { struct act *act; const char *member_id, *email; int64_t until; };

static const char *
digest_body(struct act *act, struct yx_rows *r)
{
	const struct yx_conf *conf = act->domain->conf;
	const char *out = NULL;
	struct yx_buf b;

	yx_buf_init(&b, 1 << 18);
	yx_buf_adds(&b, "以下是這段時間的通知。\nThis is what happened since the last summary.\n\n");
	while (yx_rows_next(r)) {
		yx_buf_addf(&b, "・%s\n", yx_row_str(r, 0));
		if (!yx_row_is_null(r, 1))
			yx_buf_addf(&b, "  %s/#/messages/%s\n", conf->origin, yx_row_str(r, 1));
	}
	yx_buf_addf(&b, "\n（本信由%s自動寄發，可在「會員設定」調整。You can change this in “My account”.）\n", conf->platform_name);
	if (yx_buf_status(&b) == YX_OK)
		out = yx_arena_strdup(act->arena, yx_buf_str(&b));
	yx_buf_free(&b);
	return out;
}

static int
send_digest(struct yx_db *db, void *ctx)
{
	struct digest *d = ctx;
	struct outbox_new mail = { .recipient = d->email, .subject = "每日通知摘要 Your daily summary", .at = act_now(d->act) };
	struct yx_rows *r = NULL;
	int rc = yx_db_query(db, d->act->arena,
	    "SELECT subject, message_id FROM notice_digest WHERE member_id = ? AND at <= ? ORDER BY at, id"
	    " LIMIT ? FOR UPDATE",
	    YX_P(yx_p_str(d->member_id), yx_p_time(d->until), yx_p_int(LINES)), &r);

	/* Another worker was quicker. */
	if (rc != YX_OK || yx_rows_count(r) == 0)
		return rc;
	if ((mail.body = digest_body(d->act, r)) == NULL)
		return YX_NO_MEMORY;
	rc = yx_db_exec(db, "DELETE FROM notice_digest WHERE member_id = ? AND at <= ? ORDER BY at, id LIMIT ?",
	    YX_P(yx_p_str(d->member_id), yx_p_time(d->until), yx_p_int(LINES)), NULL);
	return rc != YX_OK ? rc : outbox_add(db, &mail);
}

static void
fill_digest(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct digest *)item = (struct digest){ .member_id = yx_row_str(r, 0), .email = yx_row_str(r, 1) };
}

int
notice_digests(struct act *act, int64_t most, size_t *done)
{
	struct yx_db_items l = { .size = sizeof(struct digest), .fill = fill_digest };
	int64_t until = last_due(act_now(act));
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT DISTINCT m.id, m.email FROM notice_digest d JOIN member m ON m.id = d.member_id"
	    " WHERE d.at <= ? AND NOT m.disabled LIMIT ?", YX_P(yx_p_time(until), yx_p_int(most)), &l);
	struct digest *d = l.items;

	for (size_t i = 0; rc == YX_OK && i < l.count; i++) {
		d[i].act = act;
		d[i].until = until;
		rc = yx_db_tx(act->db, send_digest, &d[i]);
	}
	*done = l.count;
	return rc;
}
