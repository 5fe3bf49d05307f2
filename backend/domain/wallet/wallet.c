#include "backend/domain/wallet/wallet.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/parameter.h"
#include "backend/domain/people/notice.h"
#include "backend/domain/people/password.h"
#include "common/codec.h"

#define MIB ((int64_t)1 << 20)
#define TOUCH_MS 60000 /* its time is prolonged once a minute at most */

/* What a change of keys puts into the row. */
struct keys {
	uint8_t secret[WALLET_KEY], public_key[WALLET_KEY], salt[WALLET_SALT];
	uint8_t by_passphrase[WALLET_WRAPPED], by_recovery[WALLET_WRAPPED];
};

/* ---- reading ---- */

/* Bytes that it may hold: the platform sets it, or the member's organization. */
static int
quota(struct act *act, int64_t *bytes)
{
	const struct parameter_place place = parameter_mine(act);
	int rc = parameter_int(act, WALLET_MB, &place, bytes);

	*bytes *= MIB;
	return rc;
}

/* The row of the session's unlocking; its owner's key is not touched. */
static int
unlocked(struct act *act, struct yx_rows **r)
{
	return yx_db_one(act->db, act->arena,
	    "SELECT u.wrapped, u.until, s.id FROM session s JOIN wallet_unlock u ON u.session_id = s.id"
	    " WHERE s.token_sha256 = ? AND u.member_id = ? AND u.until > ?",
	    YX_P(yx_p_bytes(act->who.session_hash, 32), yx_p_str(act->who.member_id), yx_p_time(act_now(act))), r);
}

/* A token that does not fit any more is as good as none. */
static int
is_open(struct act *act, const char *token, int64_t *until)
{
	uint8_t secret[WALLET_KEY];
	struct yx_rows *r = NULL;
	int rc = wallet_secret(act, token, secret);

	explicit_bzero(secret, sizeof(secret));
	if (rc == YX_OK && (rc = unlocked(act, &r)) == YX_OK)
		*until = yx_row_time(r, 1);
	return rc == YX_WALLET_LOCKED || rc == YX_NOT_FOUND ? YX_OK : rc;
}

int
wallet_state(struct act *act, const char *token, struct wallet_state *out)
{
	struct yx_rows *r = NULL;
	int rc;

	*out = (struct wallet_state){ .there = 0 };
	if ((rc = quota(act, &out->quota)) != YX_OK)
		return rc;
	rc = yx_db_one(act->db, act->arena,
	    "SELECT created_at, passphrase_at, used_bytes, items, remind_days FROM wallet WHERE member_id = ?",
	    YX_P(yx_p_str(act->who.member_id)), &r);
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	out->there = 1;
	out->created_at = yx_row_time(r, 0);
	out->passphrase_at = yx_row_time(r, 1);
	out->used = yx_row_int(r, 2);
	out->items = yx_row_int(r, 3);
	out->remind_days = yx_row_int(r, 4);
	return is_open(act, token, &out->unlocked_until);
}

int
wallet_public_key(struct act *act, const char *member_id, uint8_t key[WALLET_KEY])
{
	struct yx_rows *r = NULL;
	const uint8_t *p;
	size_t n = 0;
	int rc = yx_db_one(act->db, act->arena, "SELECT public_key FROM wallet WHERE member_id = ?",
	    YX_P(yx_p_str(member_id)), &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_WALLET_NONE : rc;
	if ((p = yx_row_bytes(r, 0, &n)) == NULL || n != WALLET_KEY)
		return YX_INTERNAL;
	memcpy(key, p, WALLET_KEY);
	return YX_OK;
}

/* ---- making and changing ---- */

static int
judge(struct act *act, const char *passphrase)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT account FROM member WHERE id = ?",
	    YX_P(yx_p_str(act->who.member_id)), &r);

	return rc != YX_OK ? rc : password_judge(passphrase, yx_row_str(r, 0));
}

/* Wraps the secret key with a passphrase, under a new salt. */
static int
by_passphrase(struct act *act, const char *passphrase, struct keys *k)
{
	uint8_t key[WALLET_KEY];
	int rc;

	yx_random(k->salt, sizeof(k->salt));
	if ((rc = password_key(passphrase, k->salt, key)) == YX_OK)
		rc = wallet_wrap(key, act->who.member_id, k->secret, k->by_passphrase);
	explicit_bzero(key, sizeof(key));
	return rc;
}

/* Makes a recovery code, and wraps the secret key with it. */
static int
by_recovery(struct act *act, struct keys *k, char code[WALLET_CODE_SIZE])
{
	uint8_t key[WALLET_KEY];
	int rc;

	wallet_code_make(code);
	if ((rc = wallet_code_key(code, act->who.member_id, key)) == YX_OK)
		rc = wallet_wrap(key, act->who.member_id, k->secret, k->by_recovery);
	explicit_bzero(key, sizeof(key));
	return rc;
}

struct change { struct act *act; struct keys keys; const char *action; int passphrase, code; };

static int
tell(struct act *act, const char *subject, const char *body)
{
	const struct notice n = { .member_id = act->who.member_id, .event = "security", .subject = subject, .body = body,
		.at = act_now(act) };

	return notice_send(act, &n);
}

static int
insert(struct yx_db *db, void *ctx)
{
	struct change *c = ctx;
	struct act *act = c->act;
	int rc = yx_db_exec(db,
	    "INSERT INTO wallet (member_id, public_key, salt, by_passphrase, by_recovery, created_at, passphrase_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(act->who.member_id), yx_p_bytes(c->keys.public_key, WALLET_KEY),
	    yx_p_bytes(c->keys.salt, WALLET_SALT), yx_p_bytes(c->keys.by_passphrase, WALLET_WRAPPED),
	    yx_p_bytes(c->keys.by_recovery, WALLET_WRAPPED), yx_p_time(act_now(act)), yx_p_time(act_now(act))), NULL);

	if (rc != YX_OK)
		return rc == YX_CONFLICT ? YX_STATE : rc;
	return audit_act(act, "wallet.create", act->who.member_id, NULL, NULL);
}

int
wallet_create(struct act *act, const char *passphrase, char code[WALLET_CODE_SIZE])
{
	struct change c = { .act = act };
	int rc = judge(act, passphrase);

	if (rc == YX_OK && (rc = wallet_pair(c.keys.public_key, c.keys.secret)) == YX_OK &&
	    (rc = by_passphrase(act, passphrase, &c.keys)) == YX_OK &&
	    (rc = by_recovery(act, &c.keys, code)) == YX_OK)
		rc = yx_db_tx(act->db, insert, &c);
	explicit_bzero(&c.keys, sizeof(c.keys));
	return rc;
}

/* Only what changed; every session has to unlock it anew after another passphrase. */
static int
update(struct yx_db *db, void *ctx)
{
	struct change *c = ctx;
	struct act *act = c->act;
	int rc = YX_OK;

	if (c->passphrase)
		rc = yx_db_change(db, "UPDATE wallet SET salt = ?, by_passphrase = ?, passphrase_at = ? WHERE member_id = ?",
		    YX_P(yx_p_bytes(c->keys.salt, WALLET_SALT), yx_p_bytes(c->keys.by_passphrase, WALLET_WRAPPED),
		    yx_p_time(act_now(act)), yx_p_str(act->who.member_id)), YX_WALLET_NONE);
	if (rc == YX_OK && c->passphrase)
		rc = yx_db_exec(db, "DELETE FROM wallet_unlock WHERE member_id = ?", YX_P(yx_p_str(act->who.member_id)), NULL);
	if (rc == YX_OK && c->code)
		rc = yx_db_change(db, "UPDATE wallet SET by_recovery = ? WHERE member_id = ?",
		    YX_P(yx_p_bytes(c->keys.by_recovery, WALLET_WRAPPED), yx_p_str(act->who.member_id)), YX_WALLET_NONE);
	if (rc == YX_OK)
		rc = tell(act, "證件包的密語或復原碼已變更 Your wallet’s passphrase or recovery code was changed",
		    "您的個人證件包剛變更了密語或復原碼。若非本人操作，請立即變更登入密碼並通知平台管理者。\n\n"
		    "The passphrase or the recovery code of your document wallet was changed just now. If it was not you,"
		    " change your password at once and tell the platform’s administrators.\n");
	return rc != YX_OK ? rc : audit_act(act, c->action, act->who.member_id, NULL, NULL);
}

/* ---- a try: it is counted before it is made, so that many at once are not more than the limit ---- */

static int
count_try(struct yx_db *db, void *ctx)
{
	struct act *act = ctx;
	int64_t now = act_now(act);

	/* (from left to right: both see the failures as they were) */
	return yx_db_change(db,
	    "UPDATE wallet SET locked_until = IF(failures + 1 >= ?, ?, NULL),"
	    " failures = IF(failures + 1 >= ?, 0, failures + 1)"
	    " WHERE member_id = ? AND (locked_until IS NULL OR locked_until <= ?)",
	    YX_P(yx_p_int(WALLET_TRIES), yx_p_time(now + WALLET_WAIT_MS), yx_p_int(WALLET_TRIES),
	    yx_p_str(act->who.member_id), yx_p_time(now)), YX_WALLET_TRIES);
}

static int
note_wrong(struct yx_db *db, void *ctx)
{
	struct act *act = ctx;

	(void)db;
	return audit_act(act, "wallet.refused", act->who.member_id, NULL, NULL);
}

/* It fitted: the tries before it are forgiven. */
static int
forgive(struct act *act)
{
	return yx_db_exec(act->db, "UPDATE wallet SET failures = 0, locked_until = NULL WHERE member_id = ?",
	    YX_P(yx_p_str(act->who.member_id)), NULL);
}

static int
key_of(struct act *act, const char *text, int is_code, const uint8_t *salt, uint8_t key[WALLET_KEY])
{
	return is_code ? wallet_code_key(text, act->who.member_id, key) : password_key(text, salt, key);
}

/* The secret key by a passphrase or a recovery code. */
static int
try_open(struct act *act, const char *text, int is_code, uint8_t secret[WALLET_KEY])
{
	struct yx_rows *r = NULL;
	uint8_t key[WALLET_KEY];
	const uint8_t *salt, *wrapped;
	size_t salt_n = 0, n = 0;
	int rc = yx_db_one(act->db, act->arena, "SELECT salt, by_passphrase, by_recovery FROM wallet WHERE member_id = ?",
	    YX_P(yx_p_str(act->who.member_id)), &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_WALLET_NONE : rc;
	salt = yx_row_bytes(r, 0, &salt_n);
	wrapped = yx_row_bytes(r, is_code ? 2 : 1, &n);
	if (salt_n != WALLET_SALT)
		return YX_INTERNAL;
	if ((rc = yx_db_tx(act->db, count_try, act)) != YX_OK)
		return rc;
	if ((rc = key_of(act, text, is_code, salt, key)) == YX_OK)
		rc = wallet_unwrap(key, act->who.member_id, wrapped, n, secret);
	explicit_bzero(key, sizeof(key));
	if (rc == YX_OK)
		return forgive(act);
	if (rc != YX_WALLET_DAMAGED && rc != YX_WALLET_CODE)
		return rc;
	rc = yx_db_tx(act->db, note_wrong, act);
	return rc != YX_OK ? rc : is_code ? YX_WALLET_CODE : YX_WALLET_PASSPHRASE;
}

int
wallet_change(struct act *act, const char *passphrase, const char *new_passphrase)
{
	struct change c = { .act = act, .action = "wallet.passphrase", .passphrase = 1 };
	int rc = judge(act, new_passphrase);

	if (rc != YX_OK)
		return act_field(act, "newPassphrase", rc);
	if ((rc = try_open(act, passphrase, 0, c.keys.secret)) == YX_OK &&
	    (rc = by_passphrase(act, new_passphrase, &c.keys)) == YX_OK)
		rc = yx_db_tx(act->db, update, &c);
	explicit_bzero(&c.keys, sizeof(c.keys));
	return rc;
}

int
wallet_recover(struct act *act, const char *code, const char *new_passphrase, char new_code[WALLET_CODE_SIZE])
{
	struct change c = { .act = act, .action = "wallet.recover", .passphrase = 1, .code = 1 };
	int rc = judge(act, new_passphrase);

	if (rc != YX_OK)
		return act_field(act, "newPassphrase", rc);
	if ((rc = try_open(act, code, 1, c.keys.secret)) == YX_OK &&
	    (rc = by_passphrase(act, new_passphrase, &c.keys)) == YX_OK &&
	    (rc = by_recovery(act, &c.keys, new_code)) == YX_OK)
		rc = yx_db_tx(act->db, update, &c);
	explicit_bzero(&c.keys, sizeof(c.keys));
	return rc;
}

int
wallet_new_code(struct act *act, const char *passphrase, char code[WALLET_CODE_SIZE])
{
	struct change c = { .act = act, .action = "wallet.code", .code = 1 };
	int rc = try_open(act, passphrase, 0, c.keys.secret);

	if (rc == YX_OK && (rc = by_recovery(act, &c.keys, code)) == YX_OK)
		rc = yx_db_tx(act->db, update, &c);
	explicit_bzero(&c.keys, sizeof(c.keys));
	return rc;
}

/* ---- unlocked for a session ---- */

struct opening { struct act *act; const uint8_t *secret; const char *token; };

static int
put_unlock(struct yx_db *db, void *ctx)
{
	struct opening *o = ctx;
	struct act *act = o->act;
	uint8_t half[WALLET_KEY], under[WALLET_KEY], wrapped[WALLET_WRAPPED];
	int64_t until = act_now(act) + act->domain->conf->wallet_unlocked_minutes * 60000;
	struct yx_rows *r = NULL;
	int rc = yx_db_one(db, act->arena, "SELECT id FROM session WHERE token_sha256 = ?",
	    YX_P(yx_p_bytes(act->who.session_hash, 32)), &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_NOT_LOGGED_IN : rc;
	if ((rc = yx_unhex(half, sizeof(half), o->token)) == YX_OK &&
	    (rc = wallet_derive(half, "session", yx_row_str(r, 0), under)) == YX_OK &&
	    (rc = wallet_wrap(under, act->who.member_id, o->secret, wrapped)) == YX_OK)
		rc = yx_db_exec(db, "REPLACE INTO wallet_unlock (session_id, member_id, wrapped, until) VALUES (?, ?, ?, ?)",
		    YX_P(yx_p_str(yx_row_str(r, 0)), yx_p_str(act->who.member_id), yx_p_bytes(wrapped, sizeof(wrapped)),
		    yx_p_time(until)), NULL);
	explicit_bzero(half, sizeof(half));
	explicit_bzero(under, sizeof(under));
	return rc != YX_OK ? rc : audit_act(act, "wallet.unlock", act->who.member_id, NULL, NULL);
}

int
wallet_unlock(struct act *act, const char *passphrase, char token[YX_TOKEN_SIZE])
{
	uint8_t secret[WALLET_KEY];
	struct opening o = { act, secret, token };
	int rc = try_open(act, passphrase, 0, secret);

	yx_random_token(token);
	if (rc == YX_OK)
		rc = yx_db_tx(act->db, put_unlock, &o);
	explicit_bzero(secret, sizeof(secret));
	return rc;
}

int
wallet_lock(struct act *act)
{
	return yx_db_exec(act->db,
	    "DELETE FROM wallet_unlock WHERE session_id = (SELECT id FROM session WHERE token_sha256 = ?)",
	    YX_P(yx_p_bytes(act->who.session_hash, 32)), NULL);
}

int
wallet_secret(struct act *act, const char *token, uint8_t secret[WALLET_KEY])
{
	uint8_t half[WALLET_KEY], under[WALLET_KEY];
	int64_t until = act_now(act) + act->domain->conf->wallet_unlocked_minutes * 60000;
	struct yx_rows *r = NULL;
	const uint8_t *wrapped;
	size_t n = 0;
	int rc = token == NULL || yx_unhex(half, sizeof(half), token) != YX_OK ? YX_WALLET_LOCKED : unlocked(act, &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_WALLET_LOCKED : rc;
	wrapped = yx_row_bytes(r, 0, &n);
	if ((rc = wallet_derive(half, "session", yx_row_str(r, 2), under)) == YX_OK)
		rc = wallet_unwrap(under, act->who.member_id, wrapped, n, secret);
	explicit_bzero(half, sizeof(half));
	explicit_bzero(under, sizeof(under));
	if (rc != YX_OK)
		return rc == YX_WALLET_DAMAGED ? YX_WALLET_LOCKED : rc;
	if (yx_row_time(r, 1) < until - TOUCH_MS)
		rc = yx_db_exec(act->db, "UPDATE wallet_unlock SET until = ? WHERE session_id = ?",
		    YX_P(yx_p_time(until), yx_p_str(yx_row_str(r, 2))), NULL);
	return rc;
}

/* ---- the rest ---- */

int
wallet_put_remind_days(struct act *act, int64_t days)
{
	return yx_db_change(act->db, "UPDATE wallet SET remind_days = ? WHERE member_id = ?",
	    YX_P(yx_p_int(days), yx_p_str(act->who.member_id)), YX_WALLET_NONE);
}

int
wallet_drop(struct act *act)
{
	int rc = yx_db_change(act->db, "DELETE FROM wallet WHERE member_id = ?", YX_P(yx_p_str(act->who.member_id)),
	    YX_WALLET_NONE);

	if (rc == YX_OK)
		rc = tell(act, "證件包已刪除 Your wallet was deleted",
		    "您的個人證件包與其中所有證件已刪除，無法復原。\n\nYour document wallet and all that was in it were deleted;"
		    " nothing of it can come back.\n");
	return rc != YX_OK ? rc : audit_act(act, "wallet.destroy", act->who.member_id, NULL, NULL);
}

int
wallet_reserve(struct act *act, int64_t bytes, int64_t *position)
{
	struct yx_rows *r = NULL;
	int64_t most = 0;
	int rc = quota(act, &most);

	if (rc != YX_OK)
		return rc;
	rc = yx_db_change(act->db,
	    "UPDATE wallet SET used_bytes = used_bytes + ?, items = items + 1, next_position = next_position + 1"
	    " WHERE member_id = ? AND used_bytes + ? <= ? AND items < ?",
	    YX_P(yx_p_int(bytes), yx_p_str(act->who.member_id), yx_p_int(bytes), yx_p_int(most),
	    yx_p_int(WALLET_ITEMS)), YX_WALLET_FULL);

	if (rc != YX_OK)
		return rc;
	if ((rc = yx_db_one(act->db, act->arena, "SELECT next_position FROM wallet WHERE member_id = ?",
	    YX_P(yx_p_str(act->who.member_id)), &r)) == YX_OK)
		*position = yx_row_int(r, 0) - 1;
	return rc;
}

/* A wallet that was begun anew does not count what the last one held. */
int
wallet_release(struct act *act, const char *member_id, int64_t bytes, int64_t since)
{
	return yx_db_exec(act->db,
	    "UPDATE wallet SET used_bytes = GREATEST(used_bytes - ?, 0), items = GREATEST(items - 1, 0)"
	    " WHERE member_id = ? AND created_at <= ?",
	    YX_P(yx_p_int(bytes), yx_p_str(member_id), yx_p_time(since)), NULL);
}

int
wallet_sweep(struct act *act)
{
	return yx_db_exec(act->db, "DELETE FROM wallet_unlock WHERE until < ?", YX_P(yx_p_time(act_now(act))), NULL);
}
