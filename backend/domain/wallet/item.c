#include "backend/domain/wallet/item.h"

#include <string.h>
#include <utf8proc.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/list/fold.h"
#include "backend/domain/wallet/wallet.h"
#include "common/codec.h"

#define HOUR_MS (3600 * (int64_t)1000)
#define DAY_MS  (24 * HOUR_MS)
#define WORDS_MAX ((size_t)1 << 17)   /* bytes of the JSON of an item's words */

#define TODAY "DATE(? + INTERVAL 8 HOUR)" /* in Taipei; one parameter: now */

/* ---- words ---- */

/* One or two neighbours as hex of UTF-8: ["e5…","…"]. */
static void
add_word(struct yx_buf *b, const int32_t *c, size_t n)
{
	utf8proc_uint8_t text[8];
	utf8proc_ssize_t k = 0;
	char hex[17];

	for (size_t i = 0; i < n; i++)
		k += utf8proc_encode_char(c[i], text + k);
	yx_hex(hex, text, (size_t)k);
	yx_buf_addf(b, "%s\"%s\"", b->len > 1 ? "," : "", hex);
}

static int
words_of(struct act *act, const struct item_labels *l, struct yx_buf *b)
{
	const char *all = yx_arena_printf(act->arena, "%s\n%s\n%s", l->name, l->issuer, l->note);
	struct list_text t = list_fold(act->arena, all);

	if (all == NULL || t.c == NULL)
		return YX_NO_MEMORY;
	yx_buf_adds(b, "[");
	for (size_t i = 0; i < t.n; i++) {
		if (t.c[i] == '\n')
			continue;
		add_word(b, t.c + i, 1);
		if (i + 1 < t.n && t.c[i + 1] != '\n')
			add_word(b, t.c + i, 2);
	}
	yx_buf_adds(b, "]");
	return yx_buf_status(b);
}

static int
put_words(struct act *act, const char *id, const struct item_labels *l)
{
	struct yx_buf b;
	int rc;

	yx_buf_init(&b, WORDS_MAX);
	if ((rc = words_of(act, l, &b)) == YX_OK)
		rc = yx_db_exec(act->db, "DELETE FROM wallet_word WHERE item_id = ?", YX_P(yx_p_str(id)), NULL);
	if (rc == YX_OK)
		rc = yx_db_exec(act->db,
		    "INSERT IGNORE INTO wallet_word (member_id, word, position, item_id)"
		    " SELECT i.member_id, CONVERT(UNHEX(j.word) USING utf8mb4), i.position, i.id FROM wallet_item i,"
		    " JSON_TABLE(?, '$[*]' COLUMNS (word VARCHAR(16) CHARACTER SET ascii PATH '$')) j WHERE i.id = ?",
		    YX_P(yx_p_str(yx_buf_str(&b)), yx_p_str(id)), NULL);
	yx_buf_free(&b);
	return rc;
}

/* ---- coming in ---- */

int
item_begin(struct act *act, struct item_new *n)
{
	int rc = wallet_reserve(act, n->size, &n->position);

	yx_random_id(n->id);
	return rc != YX_OK ? rc : yx_db_exec(act->db,
	    "INSERT INTO wallet_item (id, member_id, position, size, created_at) VALUES (?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(n->id), yx_p_str(act->who.member_id), yx_p_int(n->position), yx_p_int(n->size),
	    yx_p_time(act_now(act))), NULL);
}

int
item_abandon(struct act *act, const char *id)
{
	return yx_db_exec(act->db, "UPDATE wallet_item SET state = 'gone' WHERE id = ? AND state = 'storing'",
	    YX_P(yx_p_str(id)), NULL);
}

static int
days_fit(struct act *act, const struct item_labels *l)
{
	if (l->issued_on != NULL && l->expires_on != NULL && strcmp(l->issued_on, l->expires_on) > 0)
		return act_field(act, "expiresOn", YX_BAD_FIELD);
	return YX_OK;
}

int
item_put(struct act *act, const struct item_new *n)
{
	const struct item_labels *l = &n->labels;
	int rc = days_fit(act, l);

	if (rc != YX_OK)
		return rc;
	rc = yx_db_change(act->db,
	    "UPDATE wallet_item SET state = 'kept', kind = ?, name = ?, issuer = ?, note = ?, issued_on = ?,"
	    " expires_on = ?, format = ?, verdict = ?, signatures = ?, sealed_key = ?, sealed_facts = ?,"
	    " document_id = ?, revision = ? WHERE id = ? AND member_id = ? AND state = 'storing'",
	    YX_P(yx_p_str(l->kind), yx_p_str(l->name), yx_p_str(l->issuer), yx_p_str(l->note), yx_p_str(l->issued_on),
	    yx_p_str(l->expires_on), yx_p_str(n->format), yx_p_str(n->verdict), yx_p_int(n->signatures),
	    yx_p_bytes(n->sealed_key, WALLET_SEALED), yx_p_bytes(n->sealed_facts, n->sealed_facts_n),
	    yx_p_str(n->document_id), n->document_id == NULL ? yx_p_null() : yx_p_int(n->revision), yx_p_str(n->id),
	    yx_p_str(act->who.member_id)), YX_STATE);
	if (rc != YX_OK)
		return rc == YX_CONFLICT ? YX_WALLET_THERE : rc;
	if ((rc = put_words(act, n->id, l)) != YX_OK || (rc = item_remind(act, act->who.member_id, n->id)) != YX_OK)
		return rc;
	return audit_act(act, "wallet.store", n->id, NULL, NULL);
}

/* ---- changes ---- */

static int
of_mine(struct act *act, const char *id, const char *state)
{
	return yx_db_change(act->db,
	    "UPDATE wallet_item SET version = version + 1 WHERE id = ? AND member_id = ? AND state = ?",
	    YX_P(yx_p_str(id), yx_p_str(act->who.member_id), yx_p_str(state)), YX_NOT_FOUND);
}

int
item_edit(struct act *act, const char *id, const struct item_labels *l, int64_t version)
{
	int rc = days_fit(act, l);

	if (rc != YX_OK || (rc = of_mine(act, id, "kept")) != YX_OK)
		return rc;
	rc = yx_db_change(act->db,
	    "UPDATE wallet_item SET kind = ?, name = ?, issuer = ?, note = ?, issued_on = ?, expires_on = ?"
	    " WHERE id = ? AND version = ?",
	    YX_P(yx_p_str(l->kind), yx_p_str(l->name), yx_p_str(l->issuer), yx_p_str(l->note), yx_p_str(l->issued_on),
	    yx_p_str(l->expires_on), yx_p_str(id), yx_p_int(version + 1)), YX_CONFLICT);
	if (rc != YX_OK || (rc = put_words(act, id, l)) != YX_OK ||
	    (rc = item_remind(act, act->who.member_id, id)) != YX_OK)
		return rc;
	return audit_act(act, "wallet.edit", id, NULL, NULL);
}

int
item_delete(struct act *act, const char *id)
{
	int rc = of_mine(act, id, "kept");

	if (rc == YX_OK)
		rc = yx_db_exec(act->db,
		    "UPDATE wallet_item SET state = 'deleted', deleted_at = ?, remind_on = NULL WHERE id = ?",
		    YX_P(yx_p_time(act_now(act)), yx_p_str(id)), NULL);
	return rc != YX_OK ? rc : audit_act(act, "wallet.delete", id, NULL, NULL);
}

int
item_restore(struct act *act, const char *id)
{
	int rc = of_mine(act, id, "deleted");

	if (rc == YX_OK)
		rc = yx_db_exec(act->db, "UPDATE wallet_item SET state = 'kept', deleted_at = NULL WHERE id = ?",
		    YX_P(yx_p_str(id)), NULL);
	if (rc == YX_OK)
		rc = item_remind(act, act->who.member_id, id);
	return rc != YX_OK ? rc : audit_act(act, "wallet.restore", id, NULL, NULL);
}

/* The key goes first: what is left of the file afterwards is noise. */
#define GONE "state = 'gone', sealed_key = NULL, sealed_facts = NULL, document_id = NULL, revision = NULL," \
	" name = '', issuer = '', note = '', remind_on = NULL"

int
item_purge(struct act *act, const char *id)
{
	int rc = of_mine(act, id, "deleted");

	if (rc == YX_OK)
		rc = yx_db_exec(act->db, "UPDATE wallet_item SET " GONE " WHERE id = ?", YX_P(yx_p_str(id)), NULL);
	if (rc == YX_OK)
		rc = yx_db_exec(act->db, "DELETE FROM wallet_word WHERE item_id = ?", YX_P(yx_p_str(id)), NULL);
	return rc != YX_OK ? rc : audit_act(act, "wallet.purge", id, NULL, NULL);
}

int
item_end_all(struct act *act)
{
	int rc = yx_db_exec(act->db, "UPDATE wallet_item SET " GONE " WHERE member_id = ? AND state <> 'gone'",
	    YX_P(yx_p_str(act->who.member_id)), NULL);

	return rc != YX_OK ? rc : yx_db_exec(act->db, "DELETE FROM wallet_word WHERE member_id = ?",
	    YX_P(yx_p_str(act->who.member_id)), NULL);
}

int
item_expire(struct act *act)
{
	int64_t now = act_now(act), days = act->domain->conf->wallet_deleted_days;
	int rc = yx_db_exec(act->db, "UPDATE wallet_item SET " GONE " WHERE state = 'storing' AND created_at < ?",
	    YX_P(yx_p_time(now - HOUR_MS)), NULL);

	return rc != YX_OK ? rc : yx_db_exec(act->db, "UPDATE wallet_item SET " GONE
	    " WHERE state = 'deleted' AND deleted_at < ?", YX_P(yx_p_time(now - days * DAY_MS)), NULL);
}

int
item_drop(struct act *act, const struct item_dead *d)
{
	int rc = yx_db_change(act->db, "DELETE FROM wallet_item WHERE id = ? AND state = 'gone'", YX_P(yx_p_str(d->id)),
	    YX_NOT_FOUND);

	return rc == YX_NOT_FOUND ? YX_OK : rc != YX_OK ? rc
	    : wallet_release(act, d->member_id, d->size, d->created_at);
}

/* ---- reminders: so many days before, seven days before, and on the last day ---- */

int
item_remind(struct act *act, const char *member_id, const char *id)
{
	struct yx_db_param now = yx_p_time(act_now(act));

	return yx_db_exec(act->db,
	    "UPDATE wallet_item i JOIN wallet w ON w.member_id = i.member_id SET i.remind_on = CASE"
	    " WHEN w.remind_days = 0 THEN NULL"
	    " WHEN i.expires_on - INTERVAL w.remind_days DAY > " TODAY " THEN i.expires_on - INTERVAL w.remind_days DAY"
	    " WHEN w.remind_days > 7 AND i.expires_on - INTERVAL 7 DAY > " TODAY " THEN i.expires_on - INTERVAL 7 DAY"
	    " WHEN i.expires_on > " TODAY " THEN i.expires_on END"
	    " WHERE i.member_id = ? AND i.id = COALESCE(?, i.id) AND i.state = 'kept'",
	    YX_P(now, now, now, yx_p_str(member_id), yx_p_str(id)), NULL);
}

int
item_take_reminder(struct act *act, const char *member_id, const char *id, int *taken)
{
	uint64_t changed = 0;
	int rc = yx_db_exec(act->db,
	    "UPDATE wallet_item SET remind_on = NULL WHERE id = ? AND state = 'kept' AND remind_on <= " TODAY,
	    YX_P(yx_p_str(id), yx_p_time(act_now(act))), &changed);

	*taken = changed > 0;
	return rc != YX_OK || changed == 0 ? rc : item_remind(act, member_id, id);
}
