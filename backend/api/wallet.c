/* 個人證件包: its passphrase and recovery code, unlocking, settings. Passphrases, codes and tokens are
 * never kept as the answer of a request: these handlers run outside http_tx. */
#include "backend/api/wallet.h"

#include <string.h>

#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/domain/people/password.h"
#include "backend/domain/wallet/wallet.h"

int
wallet_key_of(struct http_request *rq, uint8_t secret[WALLET_KEY])
{
	return wallet_secret(&rq->act, http_cookie_of(rq, WALLET_COOKIE), secret);
}

static int
wallet(struct http_request *rq)
{
	struct wallet_state s;
	struct yx_jw *w = &rq->json;
	int rc = wallet_state(&rq->act, http_cookie_of(rq, WALLET_COOKIE), &s);

	if (rc != YX_OK)
		return rc;
	yx_jw_bool(w, "there", s.there);
	http_time(rq, "createdAt", s.created_at);
	http_time(rq, "passphraseAt", s.passphrase_at);
	yx_jw_int(w, "used", s.used);
	yx_jw_int(w, "quota", s.quota);
	yx_jw_int(w, "items", s.items);
	yx_jw_int(w, "itemsMost", WALLET_ITEMS);
	yx_jw_int(w, "remindDays", s.remind_days);
	yx_jw_bool(w, "unlocked", s.unlocked_until != 0);
	http_time(rq, "unlockedUntil", s.unlocked_until);
	yx_jw_int(w, "deletedDays", rq->app->conf->wallet_deleted_days);
	yx_jw_int(w, "unlockedMinutes", rq->app->conf->wallet_unlocked_minutes);
	return YX_OK;
}

static int
tell_code(struct http_request *rq, int rc, char code[WALLET_CODE_SIZE])
{
	if (rc == YX_OK)
		yx_jw_str(&rq->json, "recoveryCode", code);
	explicit_bzero(code, WALLET_CODE_SIZE);
	return rc;
}

static int
create(struct http_request *rq)
{
	char code[WALLET_CODE_SIZE];
	int rc = wallet_create(&rq->act, http_str(rq, "passphrase"), code);

	rq->status = 201;
	return tell_code(rq, rc == YX_PASSWORD_SHORT || rc == YX_PASSWORD_COMMON
	    ? act_field(&rq->act, "passphrase", rc) : rc, code);
}

/* How long the cookie lives does not matter: what it opens ends by itself. */
static int
set_cookie(struct http_request *rq, const char *token)
{
	rq->set_cookie = yx_arena_printf(rq->act.arena, WALLET_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict%s",
	    token, *token == '\0' ? "; Max-Age=0" : "");
	return rq->set_cookie == NULL ? YX_NO_MEMORY : YX_OK;
}

static int
unlock(struct http_request *rq)
{
	char token[YX_TOKEN_SIZE];
	int rc = wallet_unlock(&rq->act, http_str(rq, "passphrase"), token);

	if (rc == YX_WALLET_PASSPHRASE)
		rc = act_field(&rq->act, "passphrase", rc);
	if (rc == YX_OK)
		rc = set_cookie(rq, token);
	explicit_bzero(token, sizeof(token));
	return rc;
}

static int
lock_now(struct yx_db *db, void *ctx)
{
	(void)db;
	return wallet_lock(ctx);
}

static int
lock(struct http_request *rq)
{
	int rc = yx_db_tx(rq->act.db, lock_now, &rq->act);

	return rc != YX_OK ? rc : set_cookie(rq, "");
}

static int
change(struct http_request *rq)
{
	return wallet_change(&rq->act, http_str(rq, "passphrase"), http_str(rq, "newPassphrase"));
}

static int
recover(struct http_request *rq)
{
	char code[WALLET_CODE_SIZE];
	int rc = wallet_recover(&rq->act, http_str(rq, "code"), http_str(rq, "newPassphrase"), code);

	return tell_code(rq, rc, code);
}

static int
other_code(struct http_request *rq)
{
	char code[WALLET_CODE_SIZE];
	int rc = wallet_new_code(&rq->act, http_str(rq, "passphrase"), code);

	return tell_code(rq, rc, code);
}

static int
settings(struct http_request *rq)
{
	return wallet_remind_days(&rq->act, http_int(rq, "remindDays", 0));
}

static int
destroy(struct http_request *rq)
{
	return wallet_destroy(&rq->act);
}

#define PASSPHRASE(name) { name, IN_BODY, T_STRING, 0, 1, PASSWORD_MAX, NULL }
static const struct http_param P_PASSPHRASE[] = { PASSPHRASE("passphrase"), END };
static const struct http_param P_CHANGE[] = { PASSPHRASE("passphrase"), PASSPHRASE("newPassphrase"), END };
static const struct http_param P_RECOVER[] = {
	{ "code", IN_BODY, T_STRING, 0, 32, 60, NULL }, PASSPHRASE("newPassphrase"), END };
static const struct http_param P_SETTINGS[] = { { "remindDays", IN_BODY, T_INT, 0, 0, 365, NULL }, END };

const struct http_route WALLET_ROUTES[] = {
	{ "GET", V1 "/wallet", WHO_MEMBER, 0, NULL, wallet, "How my wallet stands" },
	{ "POST", V1 "/wallet", WHO_MEMBER, F_SLOW, P_PASSPHRASE, create, "A wallet; tells its recovery code once" },
	{ "DELETE", V1 "/wallet", WHO_MEMBER, F_PROVED | F_TX, NULL, destroy, "Lose it with all that is in it" },
	{ "POST", V1 "/wallet/unlock", WHO_MEMBER, F_SLOW, P_PASSPHRASE, unlock, "Unlock it in this session" },
	{ "POST", V1 "/wallet/lock", WHO_MEMBER, 0, NULL, lock, "Lock it again" },
	{ "PUT", V1 "/wallet/passphrase", WHO_MEMBER, F_SLOW, P_CHANGE, change, "Another passphrase" },
	{ "POST", V1 "/wallet/recover", WHO_MEMBER, F_SLOW, P_RECOVER, recover, "Another passphrase by recovery code" },
	{ "POST", V1 "/wallet/code", WHO_MEMBER, F_SLOW, P_PASSPHRASE, other_code, "Another recovery code" },
	{ "PUT", V1 "/wallet/settings", WHO_MEMBER, F_TX, P_SETTINGS, settings, "When to be reminded" },
	LAST_ROW,
};
