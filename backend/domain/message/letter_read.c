#include "backend/domain/message/letter.h"

#include <string.h>

#include "backend/domain/base/like.h"
#include "backend/domain/base/mine.h"
#include "backend/domain/people/member.h"

#define LETTER_TO \
	", (SELECT GROUP_CONCAT(DISTINCT xo.name ORDER BY x.position SEPARATOR '、') FROM letter_recipient x" \
	" JOIN organization xo ON xo.id = x.organization_id WHERE x.letter_id = l.id AND NOT x.copy)"
#define LETTER_COLUMNS \
	"SELECT l.id, m.number, l.state, l.subject, l.body, l.contract_id, c.number, l.original_id, g.subject," \
	" l.thread_id, CAST(l.reply_by AS CHAR), l.needs_reply, l.needs_signature, l.receipt, l.version, l.changed_at," \
	" l.sent_at, l.recalled_at" LETTER_TO " FROM letter l LEFT JOIN message m ON m.id = l.id" \
	" LEFT JOIN contract c ON c.id = l.contract_id LEFT JOIN letter g ON g.id = l.original_id"

static void
fill_letter(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct letter *)item = (struct letter){ .id = yx_row_str(r, 0), .number = yx_row_str(r, 1),
		.state = yx_row_str(r, 2), .subject = yx_row_str(r, 3), .body = yx_row_str(r, 4),
		.contract_id = yx_row_str(r, 5), .contract_number = yx_row_str(r, 6), .original_id = yx_row_str(r, 7),
		.original_subject = yx_row_str(r, 8), .thread_id = yx_row_str(r, 9), .reply_by = yx_row_str(r, 10),
		.needs_reply = yx_row_int(r, 11) != 0, .needs_signature = yx_row_int(r, 12) != 0,
		.receipt = yx_row_int(r, 13) != 0, .version = yx_row_int(r, 14), .changed_at = yx_row_time(r, 15),
		.sent_at = yx_row_time(r, 16), .recalled_at = yx_row_time(r, 17),
		.to = yx_row_str(r, 18) };
}

static void
fill_party(void *item, const struct yx_rows *r, void *ctx)
{
	struct act *act = ctx;
	int person = !yx_row_is_null(r, 1);

	*(struct letter_party *)item = (struct letter_party){ .organization_id = yx_row_str(r, 0),
		.member_id = yx_row_str(r, 1), .id = yx_row_str(r, person ? 1 : 0), .note = yx_row_str(r, 4),
		.name = person ? yx_arena_printf(act->arena, "%s(%s)", yx_row_str(r, 2), member_mask(act, yx_row_str(r, 3)))
		    : yx_row_str(r, 2),
		.copy = yx_row_int(r, 5) != 0, .read_at = yx_row_time(r, 6), .replied_at = yx_row_time(r, 7) };
}

static int
parties(struct act *act, struct letter *l)
{
	struct yx_db_items list = { .size = sizeof(*l->parties), .fill = fill_party, .ctx = act };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT p.organization_id, p.member_id, o.name, m.name, COALESCE(u.name, IF(m.id IS NULL, o.code, '')), p.copy,"
	    " r.read_at, r.replied_at FROM letter_recipient p JOIN organization o ON o.id = p.organization_id"
	    " LEFT JOIN member m ON m.id = p.member_id LEFT JOIN unit u ON u.id = m.unit_id"
	    " LEFT JOIN message_recipient r ON r.message_id = p.letter_id AND r.position = p.position"
	    " WHERE p.letter_id = ? ORDER BY p.position", YX_P(yx_p_str(l->id)), &list);

	l->parties = list.items;
	l->parties_n = list.count;
	return rc;
}

static void
fill_document(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct letter_document *)item = (struct letter_document){ .id = yx_row_str(r, 0), .name = yx_row_str(r, 1),
		.size = yx_row_int(r, 2), .pages = yx_row_int(r, 3), .revision = yx_row_int(r, 4), .task_id = yx_row_str(r, 5),
		.task_state = yx_row_str(r, 6), .signed_at = yx_row_time(r, 7), .format = yx_row_str(r, 8) };
}

static int
documents(struct act *act, struct letter *l)
{
	struct yx_db_items list = { .size = sizeof(*l->documents), .fill = fill_document };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT d.id, d.name, x.size, d.pages, d.revision, t.id, t.state, t.signed_at, d.format FROM document d"
	    " JOIN document_revision v ON v.document_id = d.id AND v.revision = IF(d.format = 'pdf', d.revision, 0)"
	    " JOIN object x ON x.sha256 = v.sha256"
	    " LEFT JOIN sign_task t ON t.document_id = d.id AND t.kind = 'letter' AND t.message_id IS NULL"
	    " WHERE d.letter_id = ? AND d.retired_at IS NULL ORDER BY d.position", YX_P(yx_p_str(l->id)), &list);

	l->documents = list.items;
	l->documents_n = list.count;
	return rc;
}

/* The header, in SQL's words; then what belongs to it. */
static int
whole(struct act *act, const struct yx_rows *r, struct letter *out)
{
	int rc;

	fill_letter(out, r, NULL);
	rc = parties(act, out);
	return rc != YX_OK ? rc : documents(act, out);
}

int
letter_get(struct act *act, const char *id, struct letter *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    LETTER_COLUMNS " WHERE l.id = ? AND l.member_id = ? AND l.state <> 'discarded'",
	    YX_P(yx_p_str(id), yx_p_str(act->who.member_id)), &r);

	return rc != YX_OK ? rc : whole(act, r, out);
}

/* One parameter for each ?: a word for LIKE. */
#define SAYS(text) "REPLACE(" text ", '台', '臺') LIKE ?"
#define LETTER_SAYS \
	"(" SAYS("l.subject") " OR " SAYS("l.body") " OR CONVERT(m.number USING utf8mb4) LIKE ? OR EXISTS" \
	" (SELECT 1 FROM letter_recipient p JOIN organization po ON po.id = p.organization_id" \
	" LEFT JOIN member pm ON pm.id = p.member_id WHERE p.letter_id = l.id AND (" SAYS("po.name") " OR " \
	SAYS("pm.name") ")) OR EXISTS (SELECT 1 FROM document d WHERE d.letter_id = l.id AND d.retired_at IS NULL AND " \
	SAYS("d.name") "))"

int
letter_list(struct act *act, const char *q, struct letter **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill_letter };
	const char *like = like_text(act->arena, q);
	int rc = yx_db_list(act->db, act->arena,
	    LETTER_COLUMNS " WHERE l.member_id = ? AND l.state IN (" LETTER_MINE_STATES ") AND (? OR " LETTER_SAYS ")"
	    " ORDER BY l.state = 'recalled', l.changed_at DESC LIMIT ?",
	    YX_P(yx_p_str(act->who.member_id), yx_p_int(q == NULL), yx_p_str(like), yx_p_str(like), yx_p_str(like),
	    yx_p_str(like), yx_p_str(like), yx_p_str(like), yx_p_int(LETTER_LIST)), &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

/* ---- what a message is as a letter ---- */

/* I wrote message m, or my company did. Parameters: MINE_P. */
#define SENT_BY_ME " (m.sender_id = ? OR (m.sender_organization_id = ? AND ?))"
#define I_RECEIVED \
	" EXISTS (SELECT 1 FROM message_recipient r WHERE r.message_id = m.id AND" RECIPIENT_ME ")"

static void
fill_thread(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct letter_thread *)item = (struct letter_thread){ .id = yx_row_str(r, 0), .number = yx_row_str(r, 1),
		.subject = yx_row_str(r, 2), .sent_at = yx_row_time(r, 3), .sender = yx_row_str(r, 4),
		.mine = yx_row_int(r, 5) != 0 };
}

static int
thread(struct act *act, struct letter_view *v)
{
	struct yx_db_items l = { .size = sizeof(*v->thread), .fill = fill_thread };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT m.id, m.number, m.subject, m.sent_at,"
	    " IF(o.kind = 'agency' AND p.id IS NOT NULL, CONCAT(o.name, '(', p.name, ')'), o.name)," SENT_BY_ME
	    " FROM letter l JOIN message m ON m.id = l.id JOIN organization o ON o.id = m.sender_organization_id"
	    " LEFT JOIN member p ON p.id = m.sender_id WHERE l.thread_id = ? AND l.state = 'sent'"
	    " AND (" SENT_BY_ME " OR" I_RECEIVED ") ORDER BY l.sent_at, m.number LIMIT 200",
	    YX_P(MINE_P(act), yx_p_str(v->letter.thread_id), MINE_P(act), MINE_P(act)), &l);

	v->thread = l.items;
	v->thread_n = l.count;
	return rc;
}

/* Who is not its writer learns neither who has read it nor what else was asked of others. */
static void
only_for_writer(struct letter *l)
{
	for (size_t i = 0; i < l->parties_n; i++)
		l->parties[i].read_at = l->parties[i].replied_at = 0;
	l->receipt = 0;
	for (size_t i = 0; i < l->documents_n; i++)
		l->documents[i].task_id = NULL;
}

int
letter_of_message(struct act *act, const char *message_id, struct letter_view *out)
{
	struct yx_rows *r = NULL, *mine = NULL;
	int rc = yx_db_one(act->db, act->arena, LETTER_COLUMNS " WHERE l.id = ? AND m.id IS NOT NULL"
	    " AND (" SENT_BY_ME " OR" I_RECEIVED ")", YX_P(yx_p_str(message_id), MINE_P(act), MINE_P(act)), &r);

	memset(out, 0, sizeof(*out));
	if (rc != YX_OK || (rc = whole(act, r, &out->letter)) != YX_OK)
		return rc;
	rc = yx_db_one(act->db, act->arena,
	    "SELECT l.member_id = ?, COALESCE(MIN(p.copy), 1), MAX(r.replied_at), COUNT(p.copy)"
	    " FROM letter l LEFT JOIN message_recipient r ON r.message_id = l.id AND" RECIPIENT_ME
	    " LEFT JOIN letter_recipient p ON p.letter_id = r.message_id AND p.position = r.position WHERE l.id = ?",
	    YX_P(yx_p_str(act->who.member_id), MINE_P(act), yx_p_str(message_id)), &mine);
	if (rc != YX_OK)
		return rc;
	out->mine = yx_row_int(mine, 0) != 0;
	out->asked = yx_row_int(mine, 1) == 0;
	out->replied_at = yx_row_time(mine, 2);
	out->can_answer = letter_state_is_sent(out->letter.state) && (out->mine || yx_row_int(mine, 3) > 0);
	out->can_recall = out->mine && letter_state_is_sent(out->letter.state);
	for (size_t i = 0; i < out->letter.parties_n; i++)
		if (out->letter.parties[i].read_at != 0)
			out->can_recall = 0;
	if (!out->mine)
		only_for_writer(&out->letter);
	return thread(act, out);
}

/* ---- whom one can write to ---- */

static void
fill_choice(void *item, const struct yx_rows *r, void *ctx)
{
	*(struct letter_choice *)item = (struct letter_choice){ .id = yx_row_str(r, 0),
		.name = yx_row_int(r, 4) ? member_mask(ctx, yx_row_str(r, 1)) : yx_row_str(r, 1), .note = yx_row_str(r, 2),
		.organization = yx_row_str(r, 3) };
}

#define PEOPLE_FROM \
	" FROM member m JOIN organization o ON o.id = m.organization_id LEFT JOIN unit u ON u.id = m.unit_id" \
	" WHERE o.kind = 'agency' AND NOT m.disabled AND m.id <> ? AND" SAME_WORLD("o") \
	" AND EXISTS (SELECT 1 FROM member_role x" \
	" WHERE x.member_id = m.id AND x.role IN ('officer', 'registry')) AND (REPLACE(m.name, '台', '臺') LIKE ?" \
	" OR REPLACE(COALESCE(u.name, o.name), '台', '臺') LIKE ? OR REPLACE(o.name, '台', '臺') LIKE ?)"
#define VENDORS_FROM \
	" FROM organization o WHERE o.kind = 'vendor' AND o.id <> ? AND" SAME_WORLD("o") \
	" AND (REPLACE(o.name, '台', '臺') LIKE ?" \
	" OR CONVERT(o.code USING utf8mb4) LIKE ? OR o.short_name LIKE ?)"

int
letter_choices(struct act *act, const struct letter_search *s, struct page *page, struct letter_choice **list,
    size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill_choice, .ctx = act };
	int vendors = strcmp(s->kind, "vendor") == 0;
	const char *like = like_text(act->arena, s->q), *me = vendors ? act->who.organization_id : act->who.member_id;
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, vendors ? "SELECT COUNT(*)" VENDORS_FROM : "SELECT COUNT(*)" PEOPLE_FROM,
	    YX_P(yx_p_str(me), SAME_WORLD_P(act), yx_p_str(like), yx_p_str(like), yx_p_str(like)), &r);

	*n = 0;
	/* Vendors do not write to vendors. */
	if (rc != YX_OK || (vendors && strcmp(act->who.organization_kind, "vendor") == 0))
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_list(act->db, act->arena, vendors
	    ? "SELECT o.id, o.name, o.code, o.name, 0" VENDORS_FROM " ORDER BY o.code LIMIT ? OFFSET ?"
	    : "SELECT m.id, m.name, COALESCE(u.name, ''), o.name, 1" PEOPLE_FROM
	    " ORDER BY o.code, u.code, m.created_at, m.id LIMIT ? OFFSET ?",
	    YX_P(yx_p_str(me), SAME_WORLD_P(act), yx_p_str(like), yx_p_str(like), yx_p_str(like), yx_p_int(page->size),
	    yx_p_int(page->offset)), &l);
	*list = l.items;
	*n = l.count;
	return rc;
}
