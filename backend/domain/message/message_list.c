#include "backend/domain/message/message.h"

#include <string.h>

#include "backend/domain/base/day.h"
#include "backend/domain/base/mine.h"
#include "backend/domain/list/facet.h"
#include "backend/domain/list/list.h"

/* 機關(人), as the agency was called if it is part of another now; a vendor signs as the company. */
#define SENDER \
	"IF(so.kind = 'agency' AND sp.id IS NOT NULL, CONCAT(COALESCE(w.name, so.name), '(', sp.name, ')')," \
	" COALESCE(w.name, so.name))"
#define RECIPIENT \
	"IF(rp.id IS NOT NULL, CONCAT(COALESCE(w.name, ro.name), '(', rp.name, ')'), COALESCE(w.name, ro.name))"
/* The lines of a page (one parameter) with what a list shows of them. */
#define LINES_FROM \
	" FROM" LIST_JSON_ROWS \
	" STRAIGHT_JOIN message_recipient r ON r.message_id = j.ref AND r.position = j.position" \
	" STRAIGHT_JOIN message m ON m.id = r.message_id"
#define SENDER_JOINS \
	" STRAIGHT_JOIN list_entry e ON e.ref = r.message_id AND e.kind = 'R' AND e.position = r.position" \
	" STRAIGHT_JOIN organization so ON so.id = m.sender_organization_id LEFT JOIN member sp ON sp.id = m.sender_id" \
	" LEFT JOIN organization w ON w.id = m.was_id"

/* The last day: what a letter asks of this recipient, who has not answered, or what its contract is due on. */
#define DUE_ON "COALESCE(t.reply_by, c.due_on)"
#define DUE "CAST(" DUE_ON " AS CHAR), r.replied_at IS NOT NULL"
#define DUE_JOINS \
	" LEFT JOIN letter_recipient tr ON tr.letter_id = m.id AND tr.position = r.position AND NOT tr.copy" \
	" LEFT JOIN letter t ON t.id = tr.letter_id AND (t.needs_reply OR t.needs_signature) AND r.replied_at IS NULL" \
	" LEFT JOIN contract c ON c.id = m.contract_id"
/* Unread, read, answered. */
#define STANDING "(r.read_at IS NOT NULL) + (r.replied_at IS NOT NULL)"
/* Two parameters, for what a line has in its column 4, and the order among the states of a list; by
 * time where it does not say. */
#define ORDER_BY(other, state) \
	" ORDER BY CASE ? WHEN 'subject' THEN m.subject WHEN 'party' THEN " other " END," \
	" CASE ? WHEN 'state' THEN " state " WHEN 'due' THEN COALESCE(TO_DAYS(" DUE_ON "), 9999999)" \
	" END, j.turn LIMIT ? OFFSET ?"

static const int64_t PROPERTIES[] = {
	(int64_t)FACET_OWED << 56, (int64_t)FACET_UNREAD << 56, (int64_t)FACET_UNDONE << 56,
};
#define OWED   1u
#define UNREAD 2u
#define UNDONE 4u

static const struct list_tab RECEIVED[] = {
	{ "all", 0, 0 }, { "to_sign", OWED, 0 }, { "unread", UNREAD, 0 }, { "read", 0, UNREAD },
};
static const struct list_tab SEALING[] = {
	{ "all", 0, 0 }, { "pending", OWED, 0 }, { "sealed", 0, OWED | UNDONE }, { "other", UNDONE, OWED },
};
static const struct list_tab SENT[] = { { "all", 0, 0 } };

static int
by_time(const struct message_filter *f)
{
	return f->sort == NULL || strcmp(f->sort, "newest") == 0 || strcmp(f->sort, "oldest") == 0;
}

static struct list_query
query_of(struct act *act, const struct message_filter *f, const struct page *page, char kind)
{
	struct list_query q = { .kind = kind, .owner = act->who.organization_id, .member = act->who.member_id,
		.party = f->organization_id, .from = day_ms(f->from, 0), .to = day_ms(f->to, 1), .text = f->q,
		.properties = PROPERTIES, .properties_n = sizeof(PROPERTIES) / sizeof(PROPERTIES[0]),
		.offset = page->offset, .size = page->size };

	q.oldest_first = f->sort != NULL && strcmp(f->sort, "oldest") == 0;
	/* The index is in the order of time; another one is made of all hits, if they are few. */
	if (!by_time(f)) {
		q.offset = 0;
		q.size = MESSAGE_SORT_MAX;
	}
	return q;
}

static void
choose_tab(struct list_query *q, const struct list_tab *tabs, size_t n, const char *word)
{
	q->tabs = tabs;
	q->tabs_n = n;
	for (size_t i = 0; word != NULL && i < n; i++)
		if (strcmp(tabs[i].word, word) == 0)
			q->tab = i;
}

static void
fill_row(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct message_row *)item = (struct message_row){ .id = yx_row_str(r, 0), .number = yx_row_str(r, 1),
		.subject = yx_row_str(r, 2), .sent_at = yx_row_time(r, 3), .other = yx_row_str(r, 4),
		.read = yx_row_int(r, 5) != 0, .to_sign = yx_row_int(r, 6) != 0, .state = yx_row_str(r, 7),
		.kind = yx_row_str(r, 8), .due_on = yx_row_str(r, 9),
		.replied = yx_row_int(r, 10) != 0 };
}

/* The page's own part of the lines that were read, after they are in order. */
static int64_t
offset_of(const struct message_filter *f, const struct page *page)
{
	return by_time(f) ? 0 : page->offset;
}

/* Reads the list; counters (all, and up to three tabs) and the page's lines as JSON, NULL
 * if it has none: then there is nothing more to ask. */
static int
read_list(struct act *act, const struct list_query *q, struct page *page, struct message_page *out, const char **json)
{
	int sorted = q->size == MESSAGE_SORT_MAX;
	struct list_result r;
	int rc = list_read(act->db, act->arena, q, &r);

	*out = (struct message_page){ .n = 0 };
	if (rc != YX_OK)
		return rc;
	page->total = r.counts[q->tab];
	if (sorted && page->total > MESSAGE_SORT_MAX)
		return act_field(act, "sort", YX_BAD_FIELD);
	out->counters = (struct message_counters){ r.counts[0], r.counts[1], r.counts[2], r.counts[3] };
	*json = r.n == 0 ? NULL : list_json(act->arena, r.lines, r.n);
	return r.n > 0 && *json == NULL ? YX_NO_MEMORY : YX_OK;
}

static int
take_rows(int rc, const struct yx_db_items *l, struct message_page *out)
{
	out->rows = l->items;
	out->n = l->count;
	return rc;
}

int
message_received(struct act *act, const struct message_filter *f, struct page *page,
    struct message_page *out)
{
	struct list_query q = query_of(act, f, page, 'R');
	struct yx_db_items l = { .size = sizeof(*out->rows), .fill = fill_row };
	const char *json = NULL;
	int rc;

	choose_tab(&q, RECEIVED, sizeof(RECEIVED) / sizeof(RECEIVED[0]), f->tab);
	q.member_too = act->who.roles & ROLE_VENDOR_SIGNER ? "" : NULL;
	if ((rc = read_list(act, &q, page, out, &json)) != YX_OK || json == NULL)
		return rc;
	rc = yx_db_list(act->db, act->arena,
	    "SELECT m.id, m.number, m.subject, m.sent_at, " SENDER ", r.read_at IS NOT NULL, e.owed > 0, '', m.kind,"
	    DUE LINES_FROM SENDER_JOINS DUE_JOINS " WHERE" RECIPIENT_ME
	    ORDER_BY(SENDER, "IF(e.owed > 0, 0, 1 + " STANDING ")"),
	    YX_P(yx_p_str(json), MINE_P(act), yx_p_str(f->sort), yx_p_str(f->sort), yx_p_int(page->size),
	    yx_p_int(offset_of(f, page))), &l);
	return take_rows(rc, &l, out);
}

int
message_sent(struct act *act, const struct message_filter *f, struct page *page,
    struct message_page *out)
{
	struct list_query q = query_of(act, f, page, 'S');
	struct yx_db_items l = { .size = sizeof(*out->rows), .fill = fill_row };
	const char *json = NULL;
	int rc;

	choose_tab(&q, SENT, 1, NULL);
	/* A vendor's signers see what the company sent, others what they sent themselves. */
	if (act->who.roles & ROLE_VENDOR_SIGNER)
		q.member = NULL;
	if ((rc = read_list(act, &q, page, out, &json)) != YX_OK || json == NULL)
		return rc;
	rc = yx_db_list(act->db, act->arena,
	    "SELECT m.id, m.number, m.subject, m.sent_at," RECIPIENT ", r.read_at IS NOT NULL, 0, '', m.kind," DUE
	    LINES_FROM " STRAIGHT_JOIN organization ro ON ro.id = r.organization_id"
	    " LEFT JOIN member rp ON rp.id = r.member_id LEFT JOIN organization w ON w.id = r.was_id" DUE_JOINS
	    " WHERE (m.sender_id = ? OR (m.sender_organization_id = ? AND ?))"
	    ORDER_BY(RECIPIENT, STANDING),
	    YX_P(yx_p_str(json), MINE_P(act), yx_p_str(f->sort), yx_p_str(f->sort), yx_p_int(page->size),
	    yx_p_int(offset_of(f, page))), &l);
	return take_rows(rc, &l, out);
}

int
message_sealing(struct act *act, const struct message_filter *f, struct page *page,
    struct message_page *out)
{
	struct list_query q = query_of(act, f, page, 'R');
	struct yx_db_items l = { .size = sizeof(*out->rows), .fill = fill_row };
	const char *json = NULL;
	int rc;

	choose_tab(&q, SEALING, sizeof(SEALING) / sizeof(SEALING[0]), f->tab);
	q.sealing = 1;
	if ((rc = read_list(act, &q, page, out, &json)) != YX_OK || json == NULL)
		return rc;
	rc = yx_db_list(act->db, act->arena,
	    "SELECT m.id, m.number, m.subject, m.sent_at, " SENDER ", r.read_at IS NOT NULL, 0,"
	    " IF(e.owed > 0, 'pending', IF(e.undone > 0, 'other', 'sealed')), m.kind," DUE LINES_FROM SENDER_JOINS DUE_JOINS
	    " WHERE r.member_id = ?" ORDER_BY(SENDER, "IF(e.owed > 0, 0, IF(e.undone > 0, 2, 1))"),
	    YX_P(yx_p_str(json), yx_p_str(act->who.member_id), yx_p_str(f->sort), yx_p_str(f->sort), yx_p_int(page->size),
	    yx_p_int(offset_of(f, page))), &l);
	return take_rows(rc, &l, out);
}

static void
fill_choice(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct message_choice *)item = (struct message_choice){ yx_row_str(r, 0), yx_row_str(r, 1) };
}

int
message_choices(struct act *act, const char *which, struct message_choice **list, size_t *n)
{
	const char *kind = strcmp(which, "sent") == 0 ? "S" : strcmp(which, "sealing") == 0 ? "K" : "R";
	int signer = (act->who.roles & ROLE_VENDOR_SIGNER) != 0;
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill_choice };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT DISTINCT o.id, o.name FROM list_choice x JOIN organization o ON o.id = x.party"
	    " WHERE x.kind = ? AND x.owner = ? AND (x.member = ? OR (? AND (x.kind = 'S' OR x.member = '')))"
	    " ORDER BY o.name LIMIT 200",
	    YX_P(yx_p_str(kind), yx_p_str(act->who.organization_id), yx_p_str(act->who.member_id), yx_p_int(signer)), &l);

	*list = l.items;
	*n = l.count;
	return rc;
}
