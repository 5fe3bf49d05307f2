#include "backend/domain/people/login.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/people/factor.h"
#include "backend/domain/people/member.h"
#include "backend/domain/people/password.h"
#include "backend/domain/people/session.h"
#include "backend/domain/people/sign_in.h"
#include "common/random.h"

struct attempt {
	struct act *act;
	const char *account, *code;
	const char *method;                /* of the step that is tried */
	const char *ticket;                /* to use up, or NULL */
	char        member_id[YX_ID_SIZE]; /* "" for an unknown account */
	int         fits, locked;
	char        token[YX_TOKEN_SIZE];
};

static struct sign_in
as_sign_in(const struct attempt *t)
{
	return (struct sign_in){ .account = t->account, .member_id = t->member_id, .method = t->method };
}

/* An unknown account takes the same statements as a known one. */
static int
note_failure(struct yx_db *db, void *ctx)
{
	struct attempt *t = ctx;
	struct sign_in s = as_sign_in(t);
	struct audit_event e = { .ip = t->act->ip, .action = "session.failed", .object_kind = "account",
		.object_id = t->member_id, .at = act_now(t->act) };
	int rc = sign_in_failed(t->act, &s, &t->locked);

	return rc != YX_OK ? rc : audit_add(db, t->act->arena, &e);
}

/* It did not fit: `wrong`, or YX_LOCKED if that was once too often. */
static int
fail(struct attempt *t, int wrong)
{
	int rc = yx_db_tx(t->act->db, note_failure, t);

	return rc != YX_OK ? rc : t->locked ? YX_LOCKED : wrong;
}

static void
hash_ticket(const char *ticket, uint8_t hash[32])
{
	yx_token_hash(ticket, hash);
}

static int
give_ticket(struct act *act, const char *member_id, struct login *out)
{
	uint8_t hash[32];

	out->second = 1;
	yx_random_token(out->token);
	hash_ticket(out->token, hash);
	return yx_db_exec(act->db, "INSERT INTO login_ticket (token_sha256, member_id, expires_at) VALUES (?, ?, ?)",
	    YX_P(yx_p_bytes(hash, 32), yx_p_str(member_id), yx_p_time(act_now(act) + 1000 * LOGIN_TICKET_SECONDS)), NULL);
}

static int
look_up(struct attempt *t, const char **hash)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(t->act->db, t->act->arena,
	    "SELECT id, password_hash FROM member WHERE account = ? AND NOT disabled",
	    YX_P(yx_p_str(member_account_fits(t->account) ? t->account : "")), &r);

	if (rc != YX_OK || !yx_rows_next(r))
		return rc;
	memcpy(t->member_id, yx_row_str(r, 0), YX_ID_SIZE);
	*hash = yx_row_str(r, 1);
	return YX_OK;
}

int
login_password(struct act *act, const char *account, const char *password, struct login *out)
{
	struct attempt t = { .act = act, .account = account, .method = "password" };
	struct session_new session = { .member_id = t.member_id, .account = account, .method = t.method,
		.action = "session.login" };
	struct sign_in s = as_sign_in(&t);
	struct factor_state factor = { .on = 0 };
	const char *hash = NULL;
	int rc = look_up(&t, &hash), allowed;

	if (rc != YX_OK)
		return rc;
	allowed = sign_in_allowed(act, &s);
	/* One hash a try, whoever asks: the time tells nobody whether the account exists. */
	t.fits = password_fits(hash, password);
	if (allowed != YX_OK)
		return allowed;
	if (!t.fits)
		return fail(&t, YX_LOGIN_FAILED);
	if ((rc = factor_state(act, t.member_id, &factor)) != YX_OK)
		return rc;
	if (factor.on)
		return give_ticket(act, t.member_id, out);
	out->second = 0;
	return session_open(act, &session, out->token);
}

/* Whose ticket it is. */
static int
read_ticket(struct attempt *t)
{
	struct yx_rows *r = NULL;
	uint8_t hash[32];
	int rc;

	hash_ticket(t->ticket, hash);
	rc = yx_db_one(t->act->db, t->act->arena,
	    "SELECT m.id, m.account FROM login_ticket k JOIN member m ON m.id = k.member_id"
	    " WHERE k.token_sha256 = ? AND k.used_at IS NULL AND k.expires_at > ? AND NOT m.disabled",
	    YX_P(yx_p_bytes(hash, 32), yx_p_time(act_now(t->act))), &r);
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_LINK_EXPIRED : rc;
	memcpy(t->member_id, yx_row_str(r, 0), YX_ID_SIZE);
	t->account = yx_row_str(r, 1);
	return YX_OK;
}

/* Code and ticket are used up together. */
static int
use_code(struct yx_db *db, void *ctx)
{
	struct attempt *t = ctx;
	uint8_t hash[32];
	int rc = factor_use(t->act, t->member_id, t->code, &t->method);

	if (rc != YX_OK || t->ticket == NULL)
		return rc;
	hash_ticket(t->ticket, hash);
	return yx_db_change(db, "UPDATE login_ticket SET used_at = ? WHERE token_sha256 = ? AND used_at IS NULL",
	    YX_P(yx_p_time(act_now(t->act)), yx_p_bytes(hash, 32)), YX_LINK_EXPIRED);
}

int
login_second(struct act *act, const char *ticket, const char *code, char token[YX_TOKEN_SIZE])
{
	struct attempt t = { .act = act, .ticket = ticket, .code = code, .method = "totp" };
	struct session_new session = { .member_id = t.member_id, .action = "session.login" };
	struct sign_in s;
	int rc = read_ticket(&t);

	s = as_sign_in(&t);
	if (rc != YX_OK || (rc = sign_in_allowed(act, &s)) != YX_OK)
		return rc;
	if ((rc = yx_db_tx(act->db, use_code, &t)) == YX_CODE_WRONG)
		return fail(&t, YX_CODE_WRONG);
	if (rc != YX_OK)
		return rc;
	session.account = t.account;
	session.method = t.method;
	return session_open(act, &session, token);
}

/* The code is used up with what it proves. */
static int
renew(struct yx_db *db, void *ctx)
{
	struct attempt *t = ctx;
	int rc = t->code != NULL ? use_code(db, t) : YX_OK;

	return rc != YX_OK ? rc : session_renew(t->act, t->method, t->token);
}

/* act->who's own account. */
static int
mine(struct attempt *t, const char **hash)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(t->act->db, t->act->arena, "SELECT account, password_hash FROM member WHERE id = ?",
	    YX_P(yx_p_str(t->act->who.member_id)), &r);

	if (rc != YX_OK)
		return rc;
	memcpy(t->member_id, t->act->who.member_id, YX_ID_SIZE);
	t->account = yx_row_str(r, 0);
	*hash = yx_row_str(r, 1);
	return YX_OK;
}

int
login_check(struct act *act, const char *field, const char *password)
{
	struct attempt t = { .act = act, .method = "password" };
	const char *hash = NULL;
	struct sign_in s;
	int rc = mine(&t, &hash);

	s = as_sign_in(&t);
	if (rc != YX_OK || (rc = sign_in_allowed(act, &s)) != YX_OK)
		return rc;
	return password_fits(hash, password) ? YX_OK : act_field(act, field, fail(&t, YX_PROOF_WRONG));
}

int
login_prove(struct act *act, const char *password, const char *code, char token[YX_TOKEN_SIZE])
{
	struct attempt t = { .act = act, .method = "password" };
	struct factor_state factor = { .on = 0 };
	const char *hash = NULL;
	int rc = login_check(act, "password", password);

	if (rc != YX_OK || (rc = mine(&t, &hash)) != YX_OK || (rc = factor_state(act, t.member_id, &factor)) != YX_OK)
		return rc;
	if (factor.on && code == NULL)
		return act_field(act, "code", YX_FIELD_REQUIRED);
	t.code = factor.on ? code : NULL;
	if ((rc = yx_db_tx(act->db, renew, &t)) == YX_CODE_WRONG)
		return act_field(act, "code", fail(&t, YX_CODE_WRONG));
	memcpy(token, t.token, YX_TOKEN_SIZE);
	explicit_bzero(t.token, sizeof(t.token));
	return rc != YX_OK ? rc : session_authenticate(act, token, 0);
}

int
login_sweep(struct yx_db *db, int64_t now_ms)
{
	return yx_db_exec(db, "DELETE FROM login_ticket WHERE expires_at < ? LIMIT 5000", YX_P(yx_p_time(now_ms)), NULL);
}
