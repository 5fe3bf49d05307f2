#include "backend/domain/base/mine.h"
#include "backend/domain/message/message.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backend/domain/base/like.h"

/* Midnight in Taipei (UTC+8) of a YYYY-MM-DD, plus whole days; 0 for NULL. */
static int64_t
day_ms(const char *date, int add)
{
	struct tm tm = { .tm_mday = 1 };

	if (date == NULL)
		return 0;
	tm.tm_year = (int)strtol(date, NULL, 10) - 1900;
	tm.tm_mon = (int)strtol(date + 5, NULL, 10) - 1;
	tm.tm_mday = (int)strtol(date + 8, NULL, 10) + add;
	return ((int64_t)timegm(&tm) - 8 * 3600) * 1000;
}

/* The filters that all lists know, on message m and contract c; nine parameters. */
#define FILTERS(organization) \
	" AND (? IS NULL OR m.sent_at >= ?) AND (? IS NULL OR m.sent_at < ?)" \
	" AND (? IS NULL OR " organization " = ?)" \
	" AND (REPLACE(m.subject, '台', '臺') LIKE ? OR REPLACE(COALESCE(c.title, ''), '台', '臺') LIKE ?)"
#define FILTERS_P(f, like) \
	yx_p_str((f)->from), yx_p_time(day_ms((f)->from, 0)), yx_p_str((f)->to), yx_p_time(day_ms((f)->to, 1)), \
	yx_p_str((f)->organization_id), yx_p_str((f)->organization_id), yx_p_str(like), yx_p_str(like)

#define MESSAGE_JOINS \
	" JOIN organization so ON so.id = m.sender_organization_id LEFT JOIN member sp ON sp.id = m.sender_id" \
	" LEFT JOIN contract c ON c.id = m.contract_id"
/* 機關(人); a vendor signs as the company. */
#define SENDER "IF(so.kind = 'agency' AND sp.id IS NOT NULL, CONCAT(so.name, '(', sp.name, ')'), so.name)"

/* A signature of mine that the message asked for and that is still owed. */
#define TO_SIGN \
	"EXISTS (SELECT 1 FROM sign_task t WHERE t.message_id = m.id" \
	" AND t.state IN ('ready', 'read', 'prepared') AND" TASK_MINE ")"

#define RECEIVED_FROM \
	" FROM message_recipient r JOIN message m ON m.id = r.message_id" MESSAGE_JOINS \
	" WHERE" RECIPIENT_ME FILTERS("m.sender_organization_id")
#define TAB \
	" AND (? = 'all' OR (? = 'unread' AND r.read_at IS NULL) OR (? = 'read' AND r.read_at IS NOT NULL)" \
	" OR (? = 'to_sign' AND " TO_SIGN "))"

static int
count_received(struct act *act, const struct message_filter *f, const char *like, struct message_counters *c)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(act->db, act->arena,
	    "SELECT COUNT(*), COALESCE(SUM(" TO_SIGN "), 0), COALESCE(SUM(r.read_at IS NULL), 0),"
	    " COALESCE(SUM(r.read_at IS NOT NULL), 0)" RECEIVED_FROM,
	    YX_P(MINE_P(act), MINE_P(act), FILTERS_P(f, like)), &r);

	if (rc == YX_OK && yx_rows_next(r))
		*c = (struct message_counters){ yx_row_int(r, 0), yx_row_int(r, 1), yx_row_int(r, 2), yx_row_int(r, 3) };
	return rc;
}

static int
take_rows(struct act *act, struct yx_rows *r, struct message_row **rows, size_t *n)
{
	struct message_row *m = yx_arena_alloc(act->arena, (yx_rows_count(r) + 1) * sizeof(*m));

	if (m == NULL)
		return YX_NO_MEMORY;
	*rows = m;
	while (yx_rows_next(r))
		m[(*n)++] = (struct message_row){ .id = yx_row_str(r, 0), .number = yx_row_str(r, 1),
			.subject = yx_row_str(r, 2), .sent_at = yx_row_time(r, 3), .other = yx_row_str(r, 4),
			.read = yx_row_int(r, 5) != 0, .to_sign = yx_row_int(r, 6) != 0, .state = yx_row_str(r, 7) };
	return YX_OK;
}

int
message_received(struct act *act, const struct message_filter *f, struct page *page,
    struct message_row **rows, size_t *n, struct message_counters *counters)
{
	const char *like = like_text(act->arena, f->q), *tab = f->tab == NULL ? "all" : f->tab;
	struct yx_rows *r = NULL;
	int rc;

	*n = 0;
	memset(counters, 0, sizeof(*counters));
	if ((rc = count_received(act, f, like, counters)) != YX_OK)
		return rc;
	page->total = strcmp(tab, "to_sign") == 0 ? counters->a : strcmp(tab, "unread") == 0 ? counters->b
	    : strcmp(tab, "read") == 0 ? counters->c : counters->all;
	rc = yx_db_query(act->db, act->arena,
	    "SELECT m.id, m.number, m.subject, m.sent_at, " SENDER ", r.read_at IS NOT NULL, " TO_SIGN ", ''"
	    RECEIVED_FROM TAB " ORDER BY m.sent_at DESC, m.number DESC LIMIT ? OFFSET ?",
	    YX_P(MINE_P(act), MINE_P(act), FILTERS_P(f, like), yx_p_str(tab), yx_p_str(tab), yx_p_str(tab),
	    yx_p_str(tab), MINE_P(act), yx_p_int(page->size), yx_p_int(page->offset)), &r);
	return rc != YX_OK ? rc : take_rows(act, r, rows, n);
}

/* A vendor's signers see what the company sent, others what they sent themselves. */
#define SENT_MINE " (m.sender_id = ? OR (m.sender_organization_id = ? AND ?))"
#define SENT_FROM \
	" FROM message m JOIN message_recipient r ON r.message_id = m.id" \
	" JOIN organization ro ON ro.id = r.organization_id LEFT JOIN member rp ON rp.id = r.member_id" \
	" LEFT JOIN contract c ON c.id = m.contract_id WHERE" SENT_MINE FILTERS("r.organization_id")

int
message_sent(struct act *act, const struct message_filter *f, struct page *page,
    struct message_row **rows, size_t *n)
{
	const char *like = like_text(act->arena, f->q);
	struct yx_rows *r = NULL;
	int rc;

	*n = 0;
	rc = yx_db_query(act->db, act->arena, "SELECT COUNT(*)" SENT_FROM,
	    YX_P(MINE_P(act), FILTERS_P(f, like)), &r);
	if (rc != YX_OK || !yx_rows_next(r))
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_query(act->db, act->arena,
	    "SELECT m.id, m.number, m.subject, m.sent_at,"
	    " IF(rp.id IS NOT NULL, CONCAT(ro.name, '(', rp.name, ')'), ro.name), r.read_at IS NOT NULL, 0, ''"
	    SENT_FROM " ORDER BY m.sent_at DESC, m.number DESC, r.position LIMIT ? OFFSET ?",
	    YX_P(MINE_P(act), FILTERS_P(f, like), yx_p_int(page->size), yx_p_int(page->offset)), &r);
	return rc != YX_OK ? rc : take_rows(act, r, rows, n);
}

/* One row a sealing message of mine with what became of my tasks. */
#define SEALING_STATE \
	"(SELECT IF(SUM(t.state IN ('ready', 'read', 'prepared')) > 0, 'pending'," \
	" IF(SUM(t.state <> 'signed') > 0, 'other', 'sealed')) FROM sign_task t" \
	" WHERE t.message_id = m.id AND t.member_id = r.member_id)"
#define SEALING_FROM \
	" FROM message_recipient r JOIN message m ON m.id = r.message_id AND m.kind = 'sealing'" MESSAGE_JOINS \
	" WHERE r.member_id = ?" FILTERS("m.sender_organization_id")

int
message_sealing(struct act *act, const struct message_filter *f, struct page *page,
    struct message_row **rows, size_t *n, struct message_counters *counters)
{
	const char *like = like_text(act->arena, f->q), *tab = f->tab == NULL ? "all" : f->tab;
	struct yx_rows *r = NULL;
	int rc;

	*n = 0;
	rc = yx_db_query(act->db, act->arena,
	    "SELECT COUNT(*), COALESCE(SUM(state = 'pending'), 0), COALESCE(SUM(state = 'sealed'), 0),"
	    " COALESCE(SUM(state = 'other'), 0) FROM (SELECT " SEALING_STATE " AS state" SEALING_FROM ") s",
	    YX_P(yx_p_str(act->who.member_id), FILTERS_P(f, like)), &r);
	if (rc != YX_OK || !yx_rows_next(r))
		return rc;
	*counters = (struct message_counters){ yx_row_int(r, 0), yx_row_int(r, 1), yx_row_int(r, 2), yx_row_int(r, 3) };
	page->total = strcmp(tab, "pending") == 0 ? counters->a : strcmp(tab, "sealed") == 0 ? counters->b
	    : strcmp(tab, "other") == 0 ? counters->c : counters->all;
	rc = yx_db_query(act->db, act->arena,
	    "SELECT id, number, subject, sent_at, other, is_read, 0, state FROM (SELECT m.id,"
	    " m.number, m.subject, m.sent_at, " SENDER
	    " AS other, r.read_at IS NOT NULL AS is_read, " SEALING_STATE " AS state" SEALING_FROM ") s"
	    " WHERE ? = 'all' OR state = ? ORDER BY sent_at DESC, number DESC LIMIT ? OFFSET ?",
	    YX_P(yx_p_str(act->who.member_id), FILTERS_P(f, like), yx_p_str(tab), yx_p_str(tab), yx_p_int(page->size),
	        yx_p_int(page->offset)),
	    &r);
	return rc != YX_OK ? rc : take_rows(act, r, rows, n);
}

int
message_choices(struct act *act, const char *which, struct message_choice **list, size_t *n)
{
	int sent = strcmp(which, "sent") == 0, sealing = strcmp(which, "sealing") == 0;
	struct yx_rows *r = NULL;
	struct message_choice *c;
	int rc;

	*n = 0;
	rc = sent ? yx_db_query(act->db, act->arena,
	    "SELECT DISTINCT ro.id, ro.name FROM message m JOIN message_recipient r ON r.message_id = m.id"
	    " JOIN organization ro ON ro.id = r.organization_id WHERE" SENT_MINE " ORDER BY ro.name LIMIT 200",
	    YX_P(MINE_P(act)), &r) : yx_db_query(act->db, act->arena,
	    "SELECT DISTINCT so.id, so.name FROM message_recipient r JOIN message m ON m.id = r.message_id"
	    " JOIN organization so ON so.id = m.sender_organization_id WHERE" RECIPIENT_ME
	    " AND (NOT ? OR m.kind = 'sealing') ORDER BY so.name LIMIT 200",
	    YX_P(MINE_P(act), yx_p_int(sealing)), &r);
	if (rc != YX_OK)
		return rc;
	if ((*list = c = yx_arena_alloc(act->arena, (yx_rows_count(r) + 1) * sizeof(*c))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		c[(*n)++] = (struct message_choice){ yx_row_str(r, 0), yx_row_str(r, 1) };
	return YX_OK;
}
