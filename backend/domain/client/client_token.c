#include "backend/domain/client/client_token.h"

#include <string.h>

#include "backend/domain/client/client_scope.h"
#include "backend/domain/people/member.h"
#include "common/random.h"

#define MINUTE_MS 60000

int
client_token_add(struct act *act, const struct client_token_new *n, char token[YX_TOKEN_SIZE])
{
	uint8_t hash[32];

	yx_random_token(token);
	yx_token_hash(token, hash);
	return yx_db_exec(act->db,
	    "INSERT INTO client_token (sha256, client_id, secret_id, scopes, created_at, expires_at)"
	    " VALUES (?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_bytes(hash, 32), yx_p_str(n->client_id), yx_p_str(n->secret_id), yx_p_str(n->scopes),
	    yx_p_time(act_now(act)), yx_p_time(act_now(act) + CLIENT_TOKEN_SECONDS * 1000)), NULL);
}

int
client_token_drop(struct act *act, const char *client_id, const char *token)
{
	uint8_t hash[32];

	yx_token_hash(token, hash);
	return yx_db_change(act->db, "DELETE FROM client_token WHERE sha256 = ? AND client_id = ?",
	    YX_P(yx_p_bytes(hash, 32), yx_p_str(client_id)), YX_OK);
}

/* What the rules of people ask for: a client reads and writes as an officer of its own contracts, or
 * as the registry, which sees what the agency has sent; a company's as one of its signers. */
static unsigned
roles_of(const char *kind, unsigned scopes)
{
	if (strcmp(kind, "vendor") == 0)
		return ROLE_VENDOR_SIGNER;
	return ROLE_OFFICER | (scopes & SCOPE_CONTRACTS_ALL ? ROLE_REGISTRY : 0u);
}

int
client_authenticate(struct act *act, const char *token, int64_t *per_minute)
{
	struct yx_rows *r = NULL;
	struct who *w = &act->who;
	uint8_t hash[32];
	int rc;

	yx_token_hash(token, hash);
	rc = yx_db_one(act->db, act->arena,
	    "SELECT m.id, m.organization_id, m.unit_id, m.name, o.name, o.kind, '', t.scopes, c.per_minute"
	    " FROM client_token t JOIN client c ON c.id = t.client_id JOIN member m ON m.id = c.id"
	    " JOIN organization o ON o.id = c.organization_id"
	    " WHERE t.sha256 = ? AND t.expires_at > ? AND c.disabled_at IS NULL",
	    YX_P(yx_p_bytes(hash, 32), yx_p_time(act_now(act))), &r);
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_TOKEN : rc;
	memset(w, 0, sizeof(*w));
	member_fill_who(w, r);
	w->scopes = client_scope_bits(yx_row_str(r, 7), NULL);
	w->roles = roles_of(w->organization_kind, w->scopes);
	*per_minute = yx_row_int(r, 8);
	return YX_OK;
}

static int
look(struct act *act, int64_t per_minute, int64_t now, struct client_rate *out)
{
	int64_t minute = now / MINUTE_MS;
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT used FROM client_rate WHERE client_id = ? AND minute = ?",
	    YX_P(yx_p_str(act->who.member_id), yx_p_int(minute)), &r);

	if (rc != YX_OK && rc != YX_NOT_FOUND)
		return rc;
	out->left = per_minute - (rc == YX_OK ? yx_row_int(r, 0) : 0);
	out->seconds = ((minute + 1) * MINUTE_MS - now + 999) / 1000;
	return YX_OK;
}

int
client_rate_look(struct act *act, int64_t per_minute, struct client_rate *out)
{
	return look(act, per_minute, act_now(act), out);
}

int
client_rate_take(struct act *act, int64_t per_minute, struct client_rate *out)
{
	int64_t now = act_now(act);   /* one moment for both: a minute may end between */
	int rc = yx_db_exec(act->db,
	    "INSERT INTO client_rate (client_id, minute, used) VALUES (?, ?, 1)"
	    " ON DUPLICATE KEY UPDATE used = IF(minute = VALUES(minute), LEAST(used, 1000000) + 1, 1),"
	    " minute = VALUES(minute)", YX_P(yx_p_str(act->who.member_id), yx_p_int(now / MINUTE_MS)), NULL);

	return rc != YX_OK ? rc : look(act, per_minute, now, out);
}

int
client_token_end(struct act *act, const char *client_id, const char *secret_id)
{
	return yx_db_exec(act->db, "DELETE FROM client_token WHERE client_id = ? AND (? IS NULL OR secret_id = ?)",
	    YX_P(yx_p_str(client_id), yx_p_str(secret_id), yx_p_str(secret_id)), NULL);
}

int
client_token_sweep(struct yx_db *db, int64_t now_ms)
{
	return yx_db_exec(db, "DELETE FROM client_token WHERE expires_at < ? LIMIT 5000", YX_P(yx_p_time(now_ms)), NULL);
}

int
client_token_succeed(struct act *act, const struct organization_pair *p)
{
	return yx_db_exec(act->db,
	    "DELETE t FROM client_token t JOIN client c ON c.id = t.client_id WHERE c.organization_id = ?",
	    YX_P(yx_p_str(p->from)), NULL);
}
