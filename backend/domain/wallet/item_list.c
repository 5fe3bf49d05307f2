#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "backend/domain/list/fold.h"
#include "backend/domain/wallet/item.h"
#include "common/codec.h"

#define COUNT_MAX 100
#define WORDS     3            /* of a search that the index has to have; the rest is looked at */
#define ROUNDS    8            /* of reading on when most candidates do not have the text */
#define SIZE_MAX_ITEMS 101

#define COLUMNS "i.id, i.state, i.kind, i.name, i.issuer, i.note, CAST(i.issued_on AS CHAR)," \
	" CAST(i.expires_on AS CHAR), i.format, i.verdict, i.signatures, i.size, i.position, i.created_at," \
	" i.deleted_at, i.version, COALESCE(DATEDIFF(i.expires_on, DATE(? + INTERVAL 8 HOUR)), 0), i.document_id"
/* Ends within so many days, or has ended: parameters now, days. */
#define ENDS " i.expires_on <= DATE(? + INTERVAL 8 HOUR) + INTERVAL ? DAY"
#define SOON 30                /* days, for who wants no reminders */

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	struct item *i = item;

	(void)ctx;
	*i = (struct item){ .id = yx_row_str(r, 0), .state = yx_row_str(r, 1), .format = yx_row_str(r, 8),
		.verdict = yx_row_str(r, 9), .signatures = yx_row_int(r, 10), .size = yx_row_int(r, 11),
		.position = yx_row_int(r, 12), .created_at = yx_row_time(r, 13), .deleted_at = yx_row_time(r, 14),
		.version = yx_row_int(r, 15), .days_left = yx_row_int(r, 16), .document_id = yx_row_str(r, 17) };
	i->labels = (struct item_labels){ .kind = yx_row_str(r, 2), .name = yx_row_str(r, 3), .issuer = yx_row_str(r, 4),
		.note = yx_row_str(r, 5), .issued_on = yx_row_str(r, 6), .expires_on = yx_row_str(r, 7) };
}

/* In how many days something ends soon. */
static int
soon(struct act *act, int64_t *days)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT IF(remind_days = 0, ?, remind_days) FROM wallet WHERE member_id = ?",
	    YX_P(yx_p_int(SOON), yx_p_str(act->who.member_id)), &r);

	*days = rc == YX_OK ? yx_row_int(r, 0) : SOON;
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}

/* ---- where a page begins: "POSITION", or "YYYY-MM-DD:POSITION" for what ends ---- */

struct cursor { int64_t position; const char *day; };

static int
read_cursor(struct act *act, const struct item_filter *f, int by_day, struct cursor *out)
{
	const char *text = f->after;
	char *end;

	*out = (struct cursor){ .position = by_day ? 0 : INT64_MAX, .day = "0001-01-01" };
	if (text == NULL)
		return YX_OK;
	if (by_day) {
		char *day = yx_arena_strndup(act->arena, text, strcspn(text, ":"));

		if (day == NULL || !yx_is_date(day) || text[strlen(day)] != ':')
			return act_field(act, "after", YX_BAD_FIELD);
		out->day = day;
		text += strlen(day) + 1;
	}
	out->position = strtoll(text, &end, 10);
	return *text == '\0' || *end != '\0' || out->position < 0 ? act_field(act, "after", YX_BAD_FIELD) : YX_OK;
}

static const char *
write_cursor(struct act *act, const struct item *last, int by_day)
{
	return by_day ? yx_arena_printf(act->arena, "%s:%lld", last->labels.expires_on, (long long)last->position)
	    : yx_arena_printf(act->arena, "%lld", (long long)last->position);
}

/* ---- pages without a search ---- */

static int
read_plain(struct act *act, const struct item_filter *f, const char *state, struct yx_db_items *l)
{
	struct yx_db_param now = yx_p_time(act_now(act)), me = yx_p_str(act->who.member_id);
	struct cursor c;
	int rc = read_cursor(act, f, 0, &c);

	if (rc != YX_OK)
		return rc;
	if (f->kind != NULL)
		return yx_db_list(act->db, act->arena,
		    "SELECT " COLUMNS " FROM wallet_item i WHERE i.member_id = ? AND i.state = ?"
		    " AND i.kind = ? AND i.position < ? ORDER BY i.position DESC LIMIT ?",
		    YX_P(now, me, yx_p_str(state), yx_p_str(f->kind), yx_p_int(c.position), yx_p_int(f->size + 1)), l);
	return yx_db_list(act->db, act->arena, "SELECT " COLUMNS " FROM wallet_item i WHERE i.member_id = ? AND i.state = ?"
	    " AND i.position < ? ORDER BY i.position DESC LIMIT ?",
	    YX_P(now, me, yx_p_str(state), yx_p_int(c.position), yx_p_int(f->size + 1)), l);
}

static int
read_expiring(struct act *act, const struct item_filter *f, int64_t days, struct yx_db_items *l)
{
	struct yx_db_param now = yx_p_time(act_now(act));
	struct cursor c;
	int rc = read_cursor(act, f, 1, &c);

	return rc != YX_OK ? rc : yx_db_list(act->db, act->arena,
	    "SELECT " COLUMNS " FROM wallet_item i WHERE i.member_id = ? AND i.state = 'kept' AND" ENDS
	    " AND i.expires_on >= ? AND (i.expires_on > ? OR i.position > ?) AND i.kind = COALESCE(?, i.kind)"
	    " ORDER BY i.expires_on, i.position LIMIT ?",
	    YX_P(now, yx_p_str(act->who.member_id), now, yx_p_int(days), yx_p_str(c.day), yx_p_str(c.day),
	    yx_p_int(c.position), yx_p_str(f->kind), yx_p_int(f->size + 1)), l);
}

/* ---- a search: the index has candidates, the labels decide ---- */

struct search { int64_t days; struct list_text needle; const char *word[WORDS]; };

static const char *
word_at(struct act *act, struct list_text t, size_t at)
{
	utf8proc_uint8_t text[9];
	utf8proc_ssize_t k = utf8proc_encode_char(t.c[at], text);

	if (at + 1 < t.n)
		k += utf8proc_encode_char(t.c[at + 1], text + k);
	return yx_arena_strndup(act->arena, text, (size_t)k);
}

/* First, middle and last pair of the text; a single character is a word as well. */
static int
prepare(struct act *act, const char *q, struct search *s)
{
	size_t pairs;

	s->needle = list_fold(act->arena, q);
	if (s->needle.c == NULL)
		return YX_NO_MEMORY;
	pairs = s->needle.n > 1 ? s->needle.n - 1 : 1;
	for (size_t i = 0; i < WORDS; i++)
		if (s->needle.n > 0 && (s->word[i] = word_at(act, s->needle, i * (pairs - 1) / (WORDS - 1))) == NULL)
			return YX_NO_MEMORY;
	return YX_OK;
}

static int
has(struct act *act, const struct item *i, struct list_text needle)
{
	return list_text_has(list_fold(act->arena, i->labels.name), needle) ||
	    list_text_has(list_fold(act->arena, i->labels.issuer), needle) ||
	    list_text_has(list_fold(act->arena, i->labels.note), needle);
}

/* One round: so many candidates; *more: there may be others behind the last one. */
static int
candidates(struct act *act, const struct item_filter *f, const struct search *s, struct cursor *c,
    struct yx_db_items *l)
{
	const char *state = strcmp(f->tab, "deleted") == 0 ? "deleted" : "kept";
	struct yx_db_param now = yx_p_time(act_now(act));

	return yx_db_list(act->db, act->arena,
	    "SELECT " COLUMNS " FROM wallet_word a JOIN wallet_item i ON i.id = a.item_id"
	    " WHERE a.member_id = ? AND a.word = ? AND a.position < ?"
	    " AND EXISTS (SELECT 1 FROM wallet_word b WHERE b.member_id = a.member_id AND b.word = ?"
	    " AND b.position = a.position)"
	    " AND EXISTS (SELECT 1 FROM wallet_word d WHERE d.member_id = a.member_id AND d.word = ?"
	    " AND d.position = a.position)"
	    " AND i.state = ? AND i.kind = COALESCE(?, i.kind) AND (? OR" ENDS ")"
	    " ORDER BY a.position DESC LIMIT ?",
	    YX_P(now, yx_p_str(act->who.member_id), yx_p_str(s->word[0]), yx_p_int(c->position), yx_p_str(s->word[1]),
	    yx_p_str(s->word[2]), yx_p_str(state), yx_p_str(f->kind), yx_p_int(strcmp(f->tab, "expiring") != 0), now,
	    yx_p_int(s->days), yx_p_int(SIZE_MAX_ITEMS)), l);
}

static int
read_search(struct act *act, const struct item_filter *f, int64_t days, struct yx_db_items *out)
{
	struct item *found = yx_arena_alloc(act->arena, ((size_t)f->size + 1) * sizeof(*found));
	struct search s = { .days = days };
	struct cursor c;
	int rc = found == NULL ? YX_NO_MEMORY : read_cursor(act, f, 0, &c);

	out->items = found;
	out->count = 0;
	if (rc == YX_OK)
		rc = prepare(act, f->q, &s);
	for (int round = 0; rc == YX_OK && round < ROUNDS; round++) {
		struct yx_db_items l = { .size = sizeof(struct item), .fill = fill };
		const struct item *i;

		if ((rc = candidates(act, f, &s, &c, &l)) != YX_OK)
			return rc;
		i = l.items;
		for (size_t k = 0; k < l.count && out->count <= (size_t)f->size; k++)
			if (has(act, &i[k], s.needle))
				found[out->count++] = i[k];
		if (l.count < SIZE_MAX_ITEMS || out->count > (size_t)f->size)
			break;
		c.position = i[l.count - 1].position;
	}
	return rc;
}

/* ---- counts, up to a limit: what they cost does not grow with the wallet ---- */

static int
count(struct act *act, int64_t days, struct item_page *out)
{
	struct yx_db_param now = yx_p_time(act_now(act)), me = yx_p_str(act->who.member_id);
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM wallet_item i WHERE i.member_id = ? AND i.state = 'kept' AND" ENDS
	    " LIMIT ?) e), (SELECT COUNT(*) FROM (SELECT 1 FROM wallet_item i WHERE i.member_id = ? AND i.state = 'deleted'"
	    " LIMIT ?) d)", YX_P(me, now, yx_p_int(days), yx_p_int(COUNT_MAX), me, yx_p_int(COUNT_MAX)), &r);

	if (rc != YX_OK)
		return rc;
	out->expiring = yx_row_int(r, 0);
	out->deleted = yx_row_int(r, 1);
	return YX_OK;
}

int
item_list(struct act *act, const struct item_filter *f, struct item_page *out)
{
	struct yx_db_items l = { .size = sizeof(struct item), .fill = fill };
	int expiring = strcmp(f->tab, "expiring") == 0, searched = f->q != NULL && *f->q != '\0';
	int64_t days = SOON;
	int rc = soon(act, &days);

	*out = (struct item_page){ .n = 0 };
	if (rc == YX_OK)
		rc = searched ? read_search(act, f, days, &l) : expiring ? read_expiring(act, f, days, &l)
		    : read_plain(act, f, strcmp(f->tab, "deleted") == 0 ? "deleted" : "kept", &l);
	if (rc != YX_OK)
		return rc;
	out->items = l.items;
	out->n = l.count;
	if (l.count > (size_t)f->size) {
		out->n = (size_t)f->size;
		if ((out->next = write_cursor(act, &out->items[out->n - 1], expiring && !searched)) == NULL)
			return YX_NO_MEMORY;
	}
	return count(act, days, out);
}

int
item_get(struct act *act, const char *id, struct item *out)
{
	struct yx_db_param now = yx_p_time(act_now(act));
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT " COLUMNS
	    ", (SELECT COUNT(*) FROM wallet_grant g WHERE g.item_id = i.id AND g.revoked_at IS NULL AND g.until > ?)"
	    " FROM wallet_item i WHERE i.id = ? AND i.member_id = ? AND i.state IN ('kept', 'deleted')",
	    YX_P(now, now, yx_p_str(id), yx_p_str(act->who.member_id)), &r);

	if (rc != YX_OK)
		return rc;
	fill(out, r, NULL);
	out->grants = yx_row_int(r, 18);
	return YX_OK;
}
