#include "backend/domain/people/session.h"

#include <openssl/sha.h>
#include <pthread.h>
#include <semaphore.h>
#include <sodium.h>
#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/people/member.h"
#include "common/codec.h"

#define MAX_FAILURES    5
#define LOCK_MS         (15 * 60 * 1000)
#define LIFETIME_MS     (12 * 3600 * 1000)
#define ARGON_OPS       2
#define ARGON_BYTES     (19u << 20)
#define ARGON_PARALLEL  2  /* 19 MiB each */

static sem_t argon_slots;
static pthread_once_t argon_once = PTHREAD_ONCE_INIT;

static void
argon_init(void)
{
	sem_init(&argon_slots, 0, ARGON_PARALLEL);
	if (sodium_init() < 0)
		sem_init(&argon_slots, 0, 0);
}

int
session_hash_password(struct yx_arena *a, const char *password, const char **hash)
{
	char out[crypto_pwhash_STRBYTES];
	int rc;

	pthread_once(&argon_once, argon_init);
	sem_wait(&argon_slots);
	rc = crypto_pwhash_str(out, password, strlen(password), ARGON_OPS, ARGON_BYTES);
	sem_post(&argon_slots);
	if (rc != 0 || (*hash = yx_arena_strdup(a, out)) == NULL)
		return YX_NO_MEMORY;
	return YX_OK;
}

/* 1 if it fits. An unknown account costs as much time as a known one. */
static int
password_fits(const char *hash, const char *password)
{
	static const char nobody[crypto_pwhash_STRBYTES] =
	    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	int rc;

	pthread_once(&argon_once, argon_init);
	sem_wait(&argon_slots);
	rc = crypto_pwhash_str_verify(hash != NULL ? hash : nobody, password, strlen(password));
	sem_post(&argon_slots);
	return hash != NULL && rc == 0;
}

struct login {
	struct act *act;
	const char *account, *token, *action;
	char        member_id[YX_ID_SIZE]; /* "" for an unknown account */
	int64_t     now;
	int         fits, locked;
};

/* An unknown account takes the same statements as a known one. */
static int
note_failure(struct login *l)
{
	struct audit_event e = { .ip = l->act->ip, .action = "session.failed", .object_kind = "account",
		.object_id = l->member_id, .at = l->now };
	struct yx_rows *r = NULL;
	int rc = member_login_failed(l->act->db, l->member_id, l->now, MAX_FAILURES, LOCK_MS);

	if (rc != YX_OK || (rc = yx_db_query(l->act->db, l->act->arena, "SELECT locked_until FROM member WHERE id = ?",
	    YX_P(yx_p_str(l->member_id)), &r)) != YX_OK)
		return rc;
	l->locked = yx_rows_next(r) && yx_row_time(r, 0) > l->now;
	return audit_add(l->act->db, l->act->arena, &e);
}

static int
open_session(struct yx_db *db, void *ctx)
{
	struct login *l = ctx;
	struct audit_event e = { .member_id = l->member_id, .ip = l->act->ip, .action = l->action,
		.object_kind = "member", .object_id = l->member_id, .at = l->now };
	char csrf[YX_TOKEN_SIZE];
	uint8_t hash[32];
	int rc;

	SHA256((const uint8_t *)l->token, strlen(l->token), hash);
	yx_random_token(csrf);
	rc = yx_db_exec(db,
	    "INSERT INTO session (token_sha256, member_id, csrf, ip, created_at, seen_at, expires_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_bytes(hash, 32), yx_p_str(l->member_id), yx_p_str(csrf), yx_p_str(l->act->ip), yx_p_time(l->now),
	    yx_p_time(l->now), yx_p_time(l->now + LIFETIME_MS)), NULL);
	return rc != YX_OK ? rc : audit_add(db, l->act->arena, &e);
}

int
session_open(struct act *act, const char *member_id, const char *action, char token[YX_TOKEN_SIZE])
{
	struct login l = { .act = act, .token = token, .action = action, .now = yx_now_ms() };
	int rc;

	memcpy(l.member_id, member_id, YX_ID_SIZE);
	yx_random_token(token);
	rc = yx_db_tx(act->db, open_session, &l);
	return rc != YX_OK ? rc : session_authenticate(act, token, 0);
}

/* A locked account stays silent about the password. */
static int
settle(struct yx_db *db, void *ctx)
{
	struct login *l = ctx;
	int rc;

	if (l->locked)
		return YX_OK;
	if (!l->fits)
		return note_failure(l);
	rc = member_login_done(db, l->member_id);
	return rc != YX_OK ? rc : open_session(db, l);
}

static int
look_up(struct login *l, const char **hash)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(l->act->db, l->act->arena,
	    "SELECT id, password_hash, locked_until FROM member WHERE account = ? AND NOT disabled",
	    YX_P(yx_p_str(l->account)), &r);

	if (rc != YX_OK || !yx_rows_next(r))
		return rc;
	memcpy(l->member_id, yx_row_str(r, 0), YX_ID_SIZE);
	*hash = yx_row_str(r, 1);
	l->locked = yx_row_time(r, 2) > l->now;
	return YX_OK;
}

int
session_login(struct act *act, const char *account, const char *password, char token[YX_TOKEN_SIZE])
{
	struct login l = { .act = act, .account = account, .token = token, .action = "session.login",
		.now = yx_now_ms() };
	const char *hash = NULL;
	int rc = look_up(&l, &hash);

	if (rc != YX_OK)
		return rc;
	yx_random_token(token);
	/* One hash a try, whoever asks: the time tells nobody whether the account exists. */
	l.fits = password_fits(hash, password);
	if ((rc = yx_db_tx(act->db, settle, &l)) != YX_OK)
		return rc;
	if (l.locked)
		return YX_LOCKED;
	return l.fits ? session_authenticate(act, token, 0) : YX_LOGIN_FAILED;
}

int
session_authenticate(struct act *act, const char *token, int touch)
{
	int64_t now = yx_now_ms(), idle = act->domain->conf->session_idle_minutes * 60000;
	struct yx_rows *r = NULL;
	uint8_t hash[32];
	int rc;

	SHA256((const uint8_t *)token, strlen(token), hash);
	rc = yx_db_one(act->db, act->arena,
	    "SELECT m.id, m.organization_id, m.unit_id, m.name, o.name, o.kind,"
	    " (SELECT GROUP_CONCAT(x.role) FROM member_role x WHERE x.member_id = m.id), s.csrf, s.seen_at"
	    " FROM session s JOIN member m ON m.id = s.member_id JOIN organization o ON o.id = m.organization_id"
	    " WHERE s.token_sha256 = ? AND s.expires_at > ? AND s.seen_at > ? AND NOT m.disabled",
	    YX_P(yx_p_bytes(hash, 32), yx_p_time(now), yx_p_time(now - idle)), &r);
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_NOT_LOGGED_IN : rc;
	member_fill_who(&act->who, r);
	memcpy(act->who.csrf, yx_row_str(r, 7), YX_TOKEN_SIZE);
	memcpy(act->who.session_hash, hash, sizeof(act->who.session_hash));
	/* Once a minute is enough for an idle time of minutes. */
	if (touch && yx_row_time(r, 8) < now - 60000)
		return yx_db_exec(act->db, "UPDATE session SET seen_at = ? WHERE token_sha256 = ?",
		    YX_P(yx_p_time(now), yx_p_bytes(hash, 32)), NULL);
	return YX_OK;
}

static int
end_session(struct yx_db *db, void *ctx)
{
	struct act *act = ctx;
	int rc =
	    yx_db_exec(db, "DELETE FROM session WHERE token_sha256 = ?", YX_P(yx_p_bytes(act->who.session_hash, 32)), NULL);

	return rc != YX_OK ? rc : audit_act(act, "session.logout", act->who.member_id, NULL, NULL);
}

int
session_logout(struct act *act)
{
	return yx_db_tx(act->db, end_session, act);
}

int
session_profile(struct act *act, struct session_profile *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT m.account, m.email, o.code, o.short_name FROM member m JOIN organization o ON o.id = m.organization_id"
	    " WHERE m.id = ?", YX_P(yx_p_str(act->who.member_id)), &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_NOT_LOGGED_IN : rc;
	*out = (struct session_profile){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2), yx_row_str(r, 3) };
	return YX_OK;
}

int
session_sweep(struct yx_db *db, int64_t now_ms)
{
	return yx_db_exec(db, "DELETE FROM session WHERE expires_at < ?", YX_P(yx_p_time(now_ms)), NULL);
}
