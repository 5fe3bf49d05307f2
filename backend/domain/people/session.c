#include "backend/domain/people/session.h"

#include <openssl/sha.h>
#include <pthread.h>
#include <semaphore.h>
#include <sodium.h>
#include <string.h>

#include "backend/domain/base/audit.h"
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
	struct http_request *rq;
	const char          *account, *token;
	char                 member_id[YX_ID_SIZE];
	int64_t              now;
	int                  ok, locked;
};

static int
note_failure(struct login *l)
{
	struct audit_event e = { .ip = l->rq->ip, .action = "session.failed", .object_kind = "account",
		.object_id = l->member_id, .at = l->now };
	/* The first failure after a lock has run out starts a new count. */
	int rc = yx_db_exec(l->rq->db,
	    "UPDATE member SET failed_logins = IF(locked_until IS NOT NULL AND locked_until <= ?, 1, failed_logins + 1),"
	    " locked_until = IF(failed_logins >= ?, ?, IF(locked_until <= ?, NULL, locked_until)), version = version + 1"
	    " WHERE id = ?",
	    YX_P(yx_p_time(l->now), yx_p_int(MAX_FAILURES), yx_p_time(l->now + LOCK_MS), yx_p_time(l->now),
	    yx_p_str(l->member_id)), NULL);

	if (rc != YX_OK)
		return rc;
	return audit_add(l->rq->db, l->rq->arena, &e);
}

static int
open_session(struct login *l)
{
	struct audit_event e = { .member_id = l->member_id, .ip = l->rq->ip, .action = "session.login",
		.object_kind = "member", .object_id = l->member_id, .at = l->now };
	char csrf[YX_TOKEN_SIZE];
	uint8_t hash[32];
	int rc;

	SHA256((const uint8_t *)l->token, strlen(l->token), hash);
	yx_random_token(csrf);
	rc = yx_db_exec(l->rq->db, "UPDATE member SET failed_logins = 0, locked_until = NULL, version = version + 1 WHERE id = ?",
	    YX_P(yx_p_str(l->member_id)), NULL);
	if (rc == YX_OK)
		rc = yx_db_exec(l->rq->db,
		    "INSERT INTO session (token_sha256, member_id, csrf, ip, created_at, seen_at, expires_at)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?)",
		    YX_P(yx_p_bytes(hash, 32), yx_p_str(l->member_id), yx_p_str(csrf), yx_p_str(l->rq->ip),
		    yx_p_time(l->now), yx_p_time(l->now), yx_p_time(l->now + LIFETIME_MS)), NULL);
	return rc != YX_OK ? rc : audit_add(l->rq->db, l->rq->arena, &e);
}

static int
settle(struct yx_db *db, void *ctx)
{
	struct login *l = ctx;

	(void)db;
	return l->ok ? open_session(l) : note_failure(l);
}

static int
look_up(struct login *l, const char *password)
{
	struct yx_rows *r = NULL;
	const char *hash = NULL;
	int rc = yx_db_query(l->rq->db, l->rq->arena,
	    "SELECT id, password_hash, locked_until FROM member WHERE account = ? AND NOT disabled",
	    YX_P(yx_p_str(l->account)), &r);

	if (rc != YX_OK)
		return rc;
	if (yx_rows_next(r)) {
		memcpy(l->member_id, yx_row_str(r, 0), YX_ID_SIZE);
		hash = yx_row_str(r, 1);
		l->locked = yx_row_time(r, 2) > l->now;
	}
	l->ok = password_fits(hash, password) && !l->locked;
	return YX_OK;
}

int
session_login(struct http_request *rq, const char *account, const char *password, const char **cookie)
{
	char token[YX_TOKEN_SIZE];
	struct login l = { .rq = rq, .account = account, .token = token, .now = yx_now_ms() };
	int rc = look_up(&l, password);

	if (rc != YX_OK)
		return rc;
	/* A locked account stays silent about the password. */
	if (l.locked)
		return YX_LOCKED;
	if (l.member_id[0] == '\0')
		return YX_LOGIN_FAILED;
	yx_random_token(token);
	if ((rc = yx_db_tx(rq->db, settle, &l)) != YX_OK)
		return rc;
	if (!l.ok)
		return look_up(&l, password) == YX_OK && l.locked ? YX_LOCKED : YX_LOGIN_FAILED;
	*cookie = yx_arena_printf(rq->arena, HTTP_SESSION_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict", token);
	rc = session_authenticate(rq, token, 0);
	explicit_bzero(token, sizeof(token));
	return *cookie == NULL ? YX_NO_MEMORY : rc;
}

static unsigned
role_bits(const char *list)
{
	static const struct { const char *word; unsigned bit; } roles[] = {
		{ "officer", ROLE_OFFICER }, { "sealer", ROLE_SEALER }, { "vendor_signer", ROLE_VENDOR_SIGNER },
		{ "agency_admin", ROLE_AGENCY_ADMIN }, { "platform_admin", ROLE_PLATFORM_ADMIN },
	};
	unsigned bits = 0;

	while (list != NULL && *list != '\0') {
		size_t n = strcspn(list, ",");

		for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
			if (strlen(roles[i].word) == n && memcmp(roles[i].word, list, n) == 0)
				bits |= roles[i].bit;
		list += n + (list[n] == ',');
	}
	return bits;
}

size_t
session_roles(unsigned bits, const char *words[5])
{
	static const char *const names[5] = { "officer", "sealer", "vendor_signer", "agency_admin", "platform_admin" };
	size_t n = 0;

	for (unsigned i = 0; i < 5; i++)
		if (bits & 1u << i)
			words[n++] = names[i];
	return n;
}

static void
fill_who(struct http_who *w, const struct yx_rows *r, const uint8_t hash[32])
{
	memcpy(w->member_id, yx_row_str(r, 0), YX_ID_SIZE);
	memcpy(w->organization_id, yx_row_str(r, 1), YX_ID_SIZE);
	if (!yx_row_is_null(r, 2))
		memcpy(w->unit_id, yx_row_str(r, 2), YX_ID_SIZE);
	w->name = yx_row_str(r, 3);
	w->organization_name = yx_row_str(r, 4);
	w->organization_kind = yx_row_str(r, 5);
	memcpy(w->csrf, yx_row_str(r, 6), YX_TOKEN_SIZE);
	w->roles = role_bits(yx_row_str(r, 7));
	memcpy(w->session_hash, hash, 32);
}

int
session_authenticate(struct http_request *rq, const char *token, int touch)
{
	int64_t now = yx_now_ms(), idle = rq->app->conf->session_idle_minutes * 60000;
	struct yx_rows *r = NULL;
	uint8_t hash[32];
	int rc;

	SHA256((const uint8_t *)token, strlen(token), hash);
	rc = yx_db_query(rq->db, rq->arena,
	    "SELECT m.id, m.organization_id, m.unit_id, m.name, o.name, o.kind, s.csrf,"
	    " (SELECT GROUP_CONCAT(x.role) FROM member_role x WHERE x.member_id = m.id), s.seen_at"
	    " FROM session s JOIN member m ON m.id = s.member_id JOIN organization o ON o.id = m.organization_id"
	    " WHERE s.token_sha256 = ? AND s.expires_at > ? AND s.seen_at > ? AND NOT m.disabled",
	    YX_P(yx_p_bytes(hash, 32), yx_p_time(now), yx_p_time(now - idle)), &r);
	if (rc != YX_OK)
		return rc;
	if (!yx_rows_next(r))
		return YX_NOT_LOGGED_IN;
	fill_who(&rq->who, r, hash);
	/* Once a minute is enough for an idle time of minutes. */
	if (touch && yx_row_time(r, 8) < now - 60000)
		return yx_db_exec(rq->db, "UPDATE session SET seen_at = ? WHERE token_sha256 = ?",
		    YX_P(yx_p_time(now), yx_p_bytes(hash, 32)), NULL);
	return YX_OK;
}

static int
end_session(struct yx_db *db, void *ctx)
{
	struct http_request *rq = ctx;
	int rc = yx_db_exec(db, "DELETE FROM session WHERE token_sha256 = ?", YX_P(yx_p_bytes(rq->who.session_hash, 32)), NULL);

	return rc != YX_OK ? rc : audit_request(rq, "session.logout", "member", rq->who.member_id, NULL, NULL);
}

int
session_logout(struct http_request *rq)
{
	return yx_db_tx(rq->db, end_session, rq);
}

int
session_profile(struct http_request *rq, struct session_profile *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena,
	    "SELECT m.account, m.email, o.code, o.short_name FROM member m JOIN organization o ON o.id = m.organization_id"
	    " WHERE m.id = ?", YX_P(yx_p_str(rq->who.member_id)), &r);

	if (rc != YX_OK)
		return rc;
	if (!yx_rows_next(r))
		return YX_NOT_LOGGED_IN;
	*out = (struct session_profile){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2), yx_row_str(r, 3) };
	return YX_OK;
}

int
session_sweep(struct yx_db *db, int64_t now_ms)
{
	int rc = yx_db_exec(db, "DELETE FROM session WHERE expires_at < ?", YX_P(yx_p_time(now_ms)), NULL);

	if (rc == YX_OK)
		rc = yx_db_exec(db, "DELETE FROM idempotency WHERE created_at < ?",
		    YX_P(yx_p_time(now_ms - 7 * 24 * 3600 * (int64_t)1000)), NULL);
	if (rc == YX_OK)
		rc = yx_db_exec(db, "DELETE FROM certificate_challenge WHERE expires_at < ?",
		    YX_P(yx_p_time(now_ms - 24 * 3600 * (int64_t)1000)), NULL);
	return rc;
}
