#include "backend/domain/client/client_grant.h"

#include "backend/domain/base/audit.h"
#include "backend/domain/client/client.h"
#include "backend/domain/client/client_token.h"

#define MINUTE_MS 60000

struct issuing {
	struct act               *act;
	const struct client_grant *grant;
	struct client_token      *out;
};

/* The scopes that are asked for, all of which must have been granted. */
static int
scopes_of(struct act *act, unsigned granted, const char *asked, const char **words)
{
	int unknown = 0;
	unsigned bits = asked == NULL ? granted : client_scope_bits(asked, &unknown);

	if (unknown || bits == 0 || (bits & ~granted) != 0)
		return YX_SCOPE;
	*words = client_scope_words(act->arena, bits);
	return *words == NULL ? YX_NO_MEMORY : YX_OK;
}

static int
issue(struct yx_db *db, void *ctx)
{
	struct issuing *x = ctx;
	struct act *act = x->act;
	struct audit_event e = { .ip = act->ip, .action = "client.token", .object_kind = "client", .at = act_now(act) };
	struct client_known k;
	int rc = client_of_secret(act, x->grant->id, x->grant->secret, &k);

	if (rc != YX_OK || (rc = scopes_of(act, k.scopes, x->grant->scopes, &x->out->scopes)) != YX_OK ||
	    (rc = client_seen(act, &k)) != YX_OK)
		return rc;
	rc = client_token_add(act, &(struct client_token_new){ k.id, k.secret_id, x->out->scopes }, x->out->token);
	e.member_id = e.object_id = k.id;
	return rc != YX_OK ? rc : audit_add(db, act->arena, &e);
}

/* A wrong secret for a client that there is: a security event, one a minute at most. */
static int
note_wrong(struct yx_db *db, void *ctx)
{
	const struct issuing *x = ctx;
	struct act *act = x->act;
	struct audit_event e = { .ip = act->ip, .action = "client.refused", .object_kind = "client", .at = act_now(act) };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(db, act->arena, "SELECT id FROM client WHERE id = ?", YX_P(yx_p_str(x->grant->id)), &r);

	if (rc != YX_OK)
		return rc;
	e.member_id = e.object_id = yx_row_str(r, 0);
	rc = yx_db_one(db, act->arena,
	    "SELECT 1 FROM audit WHERE member_id = ? AND at > ? AND action = 'client.refused' LIMIT 1",
	    YX_P(yx_p_str(e.member_id), yx_p_time(act_now(act) - MINUTE_MS)), &r);
	return rc != YX_NOT_FOUND ? rc : audit_add(db, act->arena, &e);
}

int
client_token_issue(struct act *act, const struct client_grant *g, struct client_token *out)
{
	struct issuing x = { act, g, out };
	int rc = yx_db_tx(act->db, issue, &x), noted;

	if (rc == YX_CLIENT_WRONG && (noted = yx_db_tx(act->db, note_wrong, &x)) != YX_OK && noted != YX_NOT_FOUND)
		return noted;
	return rc;
}

struct ending { struct act *act; const struct client_grant *grant; const char *token; };

static int
end_one(struct yx_db *db, void *ctx)
{
	const struct ending *x = ctx;
	struct client_known k;
	int rc = client_of_secret(x->act, x->grant->id, x->grant->secret, &k);

	(void)db;
	return rc != YX_OK ? rc : client_token_drop(x->act, k.id, x->token);
}

int
client_token_revoke(struct act *act, const struct client_grant *g, const char *token)
{
	return yx_db_tx(act->db, end_one, &(struct ending){ act, g, token });
}
