#include "backend/domain/client/client.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/client/client_token.h"
#include "backend/domain/people/approver.h"
#include "backend/domain/people/member.h"
#include "common/random.h"

/* ---- whose it is ---- */

/* Client c of organization o is one that act->who looks after. Parameters: MINE_CLIENT_P. */
#define MINE_CLIENT \
	" (c.organization_id = ? AND ((o.kind = 'agency' AND ?) OR (o.kind = 'vendor' AND ?)))"
#define MINE_CLIENT_P(act) yx_p_str((act)->who.organization_id), \
	yx_p_int(((act)->who.roles & ROLE_AGENCY_ADMIN) != 0), yx_p_int(((act)->who.roles & ROLE_VENDOR_ADMIN) != 0)
/* … or sees. Parameters: SEEN_CLIENT_P. */
#define SEEN_CLIENT " (? OR" MINE_CLIENT ")"
#define SEEN_CLIENT_P(act) yx_p_int(((act)->who.roles & ROLE_PLATFORM_ADMIN) != 0), MINE_CLIENT_P(act)

#define COLUMNS \
	"SELECT c.id, c.name, c.purpose, c.contact, o.id, o.name, o.kind, c.scopes, c.asked_scopes, a.name, b.name," \
	" c.asked_at, c.created_at, c.disabled_at, c.seen_at, c.per_minute, c.version, COALESCE(c.asked_by, '')," \
	MINE_CLIENT
#define FROM \
	" FROM client c JOIN organization o ON o.id = c.organization_id JOIN member b ON b.id = c.created_by" \
	" LEFT JOIN member a ON a.id = c.asked_by WHERE" SEEN_CLIENT

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	const struct act *act = ctx;
	struct client *c = item;

	*c = (struct client){ .id = yx_row_str(r, 0), .name = yx_row_str(r, 1), .purpose = yx_row_str(r, 2),
		.contact = yx_row_str(r, 3), .organization_id = yx_row_str(r, 4), .organization_name = yx_row_str(r, 5),
		.organization_kind = yx_row_str(r, 6), .scopes = yx_row_str(r, 7), .asked_scopes = yx_row_str(r, 8),
		.asked_by = yx_row_str(r, 9), .created_by = yx_row_str(r, 10), .asked_at = yx_row_time(r, 11),
		.created_at = yx_row_time(r, 12), .disabled_at = yx_row_time(r, 13), .seen_at = yx_row_time(r, 14),
		.per_minute = yx_row_int(r, 15), .version = yx_row_int(r, 16), .mine = yx_row_int(r, 18) != 0 };
	c->may_agree = c->asked_scopes != NULL && strcmp(yx_row_str(r, 17), act->who.member_id) != 0;
}

int
client_list(struct act *act, const struct client_filter *f, struct client **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill, .ctx = act };
	struct yx_rows *from = NULL;
	const char *name = NULL, *id = "";
	int rc = f->after == NULL ? YX_OK : yx_db_one(act->db, act->arena, "SELECT c.name, c.id" FROM " AND c.id = ?",
	    YX_P(SEEN_CLIENT_P(act), yx_p_str(f->after)), &from);

	if (rc != YX_OK)
		return rc;
	if (from != NULL) {
		name = yx_row_str(from, 0);
		id = yx_row_str(from, 1);
	}
	rc = yx_db_list(act->db, act->arena,
	    COLUMNS FROM " AND (? IS NULL OR c.organization_id = ?) AND (NOT ? OR c.asked_at IS NOT NULL)"
	    " AND (? IS NULL OR c.name > ? OR (c.name = ? AND c.id > ?)) ORDER BY c.name, c.id LIMIT ?",
	    YX_P(MINE_CLIENT_P(act), SEEN_CLIENT_P(act), yx_p_str(f->organization_id), yx_p_str(f->organization_id),
	    yx_p_int(f->asked), yx_p_str(name), yx_p_str(name), yx_p_str(name), yx_p_str(id), yx_p_int(f->most)), &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

int
client_count_asked(struct act *act, int64_t *n)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*)" FROM " AND c.asked_at IS NOT NULL AND c.asked_by <> ?",
	    YX_P(SEEN_CLIENT_P(act), yx_p_str(act->who.member_id)), &r);

	*n = rc == YX_OK ? yx_row_int(r, 0) : 0;
	return rc;
}

static void
fill_secret(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct client_secret *)item = (struct client_secret){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_time(r, 3), yx_row_time(r, 4) };
}

static int
secrets_of(struct act *act, struct client *c)
{
	struct yx_db_items l = { .size = sizeof(struct client_secret), .fill = fill_secret };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT s.id, s.tail, m.name, s.created_at, s.used_at FROM client_secret s JOIN member m ON m.id = s.created_by"
	    " WHERE s.client_id = ? AND s.revoked_at IS NULL ORDER BY s.created_at, s.id LIMIT 2",
	    YX_P(yx_p_str(c->id)), &l);

	for (size_t i = 0; rc == YX_OK && i < l.count && i < CLIENT_SECRETS; i++)
		c->secrets[c->secrets_n++] = ((struct client_secret *)l.items)[i];
	return rc;
}

int
client_get(struct act *act, const char *id, struct client *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, COLUMNS FROM " AND c.id = ?",
	    YX_P(MINE_CLIENT_P(act), SEEN_CLIENT_P(act), yx_p_str(id)), &r);

	if (rc != YX_OK)
		return rc;
	fill(out, r, act);
	return secrets_of(act, out);
}

/* Locks the row: of two who change it at the same moment the second sees what the first did. */
static int
take(struct act *act, const char *id, struct client *out)
{
	int rc = yx_db_change(act->db, "UPDATE client SET version = version + 1 WHERE id = ?", YX_P(yx_p_str(id)),
	    YX_NOT_FOUND);

	return rc != YX_OK ? rc : client_get(act, id, out);
}

/* The same for who looks after it. */
static int
take_mine(struct act *act, const char *id, struct client *out)
{
	int rc = take(act, id, out);

	return rc == YX_OK && !out->mine ? YX_NOT_FOUND : rc;
}

static int
tell_approvers(struct act *act, const char *name, const char *scopes)
{
	return approver_tell(act, &(struct approver_mail){ act->who.organization_id, NULL, "請核可介接程式的授權範圍",
		yx_arena_printf(act->arena, "%s申請讓介接程式「%s」取得授權範圍 %s，待您核可。\n"
		    "Scopes wait for your approval: %s for the client %s.", act->who.name, name, scopes, scopes, name) });
}

/* ---- making and changing ---- */

/* What of the wanted scopes is in force now, and what is asked for; kept: what was before. */
struct wanted { const char *in_force, *asked; };

static int
divide(struct act *act, const char *scopes, unsigned kept, struct wanted *w)
{
	int unknown = 0;
	unsigned bits = client_scope_bits(scopes, &unknown), two;

	if (unknown || !client_scope_fits(act->who.organization_kind, bits))
		return act_field(act, "scopes", YX_BAD_FIELD);
	two = client_scope_of_two(act->who.organization_kind, bits & ~kept);
	w->in_force = client_scope_words(act->arena, bits & ~two);
	w->asked = two != 0 ? client_scope_words(act->arena, two) : NULL;
	return w->in_force == NULL || (two != 0 && w->asked == NULL) ? YX_NO_MEMORY : YX_OK;
}

static int
put_wanted(struct act *act, const char *id, const struct client_new *n, const struct wanted *w)
{
	int asked = w->asked != NULL;
	int rc = yx_db_change(act->db,
	    "UPDATE client SET name = ?, purpose = ?, contact = ?, scopes = ?, asked_scopes = ?, asked_by = ?, asked_at = ?"
	    " WHERE id = ?",
	    YX_P(yx_p_str(n->name), yx_p_str(n->purpose), yx_p_str(n->contact), yx_p_str(w->in_force), yx_p_str(w->asked),
	    yx_p_str(asked ? act->who.member_id : NULL), asked ? yx_p_time(act_now(act)) : yx_p_null(), yx_p_str(id)),
	    YX_NOT_FOUND);

	return rc != YX_OK || !asked ? rc : tell_approvers(act, n->name, w->asked);
}

int
client_create(struct act *act, const struct client_new *n, char id[YX_ID_SIZE])
{
	struct wanted w;
	int rc = divide(act, n->scopes, 0, &w);

	if (rc != YX_OK || (rc = member_create_service(act, act->who.organization_id, n->name, n->contact, id)) != YX_OK)
		return rc;
	rc = yx_db_exec(act->db,
	    "INSERT INTO client (id, organization_id, name, purpose, contact, created_by, created_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(act->who.organization_id), yx_p_str(n->name), yx_p_str(n->purpose),
	    yx_p_str(n->contact), yx_p_str(act->who.member_id), yx_p_time(act_now(act))), NULL);
	if (rc != YX_OK || (rc = put_wanted(act, id, n, &w)) != YX_OK)
		return rc;
	return audit_act(act, "client.create", id, "scopes", n->scopes);
}

int
client_change(struct act *act, const char *id, const struct client_new *n, int64_t version)
{
	struct client c;
	struct wanted w;
	int rc = take_mine(act, id, &c);

	if (rc != YX_OK)
		return rc;
	if (c.version - 1 != version)
		return YX_CONFLICT;
	if ((rc = divide(act, n->scopes, client_scope_bits(c.scopes, NULL), &w)) != YX_OK ||
	    (rc = put_wanted(act, id, n, &w)) != YX_OK ||
	    (rc = member_put_service(act, id, n->name, n->contact)) != YX_OK)
		return rc;
	/* A token says what it was given for: with fewer scopes the old ones are too many. */
	if ((client_scope_bits(c.scopes, NULL) & ~client_scope_bits(w.in_force, NULL)) != 0 &&
	    (rc = client_token_end(act, id, NULL)) != YX_OK)
		return rc;
	return audit_act(act, "client.change", id, "scopes", n->scopes);
}

static int
decide(struct act *act, const char *id, const char *scopes)
{
	return yx_db_change(act->db,
	    "UPDATE client SET scopes = ?, asked_scopes = NULL, asked_by = NULL, asked_at = NULL WHERE id = ?",
	    YX_P(yx_p_str(scopes), yx_p_str(id)), YX_NOT_FOUND);
}

int
client_agree(struct act *act, const char *id)
{
	struct client c;
	const char *all;
	int rc = take(act, id, &c);

	if (rc != YX_OK)
		return rc;
	if (c.asked_scopes == NULL)
		return YX_STATE;
	if (!c.may_agree)
		return YX_SECOND_APPROVER;
	all = client_scope_words(act->arena, client_scope_bits(c.scopes, NULL) | client_scope_bits(c.asked_scopes, NULL));
	if (all == NULL)
		return YX_NO_MEMORY;
	return (rc = decide(act, id, all)) != YX_OK ? rc : audit_act(act, "client.agree", id, "scopes", c.asked_scopes);
}

int
client_refuse(struct act *act, const char *id)
{
	struct client c;
	int rc = take(act, id, &c);

	if (rc != YX_OK)
		return rc;
	if (c.asked_scopes == NULL)
		return YX_STATE;
	if ((rc = decide(act, id, c.scopes)) != YX_OK)
		return rc;
	return audit_act(act, c.may_agree ? "client.refuse" : "client.withdraw", id, "scopes", c.asked_scopes);
}

int
client_switch(struct act *act, const char *id, int on)
{
	struct client c;
	int rc = take(act, id, &c);

	if (rc != YX_OK)
		return rc;
	/* Who stopped it for the platform need not be who runs it again. */
	if (on && !c.mine)
		return YX_NOT_FOUND;
	if (on == (c.disabled_at == 0))
		return YX_STATE;
	rc = yx_db_change(act->db, "UPDATE client SET disabled_at = ?, disabled_by = ? WHERE id = ?",
	    YX_P(on ? yx_p_null() : yx_p_time(act_now(act)), yx_p_str(on ? NULL : act->who.member_id), yx_p_str(id)),
	    YX_NOT_FOUND);
	if (rc != YX_OK || (!on && (rc = client_token_end(act, id, NULL)) != YX_OK))
		return rc;
	return audit_act(act, on ? "client.resume" : "client.stop", id, NULL, NULL);
}

int
client_put_rate(struct act *act, const char *id, int64_t per_minute)
{
	const char *text = yx_arena_printf(act->arena, "%lld", (long long)per_minute);
	struct client c;
	int rc = text == NULL ? YX_NO_MEMORY : take(act, id, &c);

	if (rc != YX_OK || (rc = yx_db_change(act->db, "UPDATE client SET per_minute = ? WHERE id = ?",
	    YX_P(yx_p_int(per_minute), yx_p_str(id)), YX_NOT_FOUND)) != YX_OK)
		return rc;
	return audit_act(act, "client.rate", id, "per_minute", text);
}

/* ---- secrets ---- */

int
client_secret_add(struct act *act, const char *id, char secret[YX_TOKEN_SIZE])
{
	char secret_id[YX_ID_SIZE];
	uint8_t hash[32];
	struct client c;
	int rc = take_mine(act, id, &c);

	if (rc != YX_OK)
		return rc;
	if (c.secrets_n >= CLIENT_SECRETS)
		return YX_SECRETS_TWO;
	yx_random_id(secret_id);
	yx_random_token(secret);
	yx_token_hash(secret, hash);
	rc = yx_db_exec(act->db,
	    "INSERT INTO client_secret (id, client_id, sha256, tail, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(secret_id), yx_p_str(id), yx_p_bytes(hash, 32), yx_p_str(secret + YX_TOKEN_SIZE - 5),
	    yx_p_str(act->who.member_id), yx_p_time(act_now(act))), NULL);
	return rc != YX_OK ? rc : audit_act(act, "client.secret", id, "secret", secret_id);
}

int
client_secret_revoke(struct act *act, const char *id, const char *secret_id)
{
	struct client c;
	int rc = take_mine(act, id, &c);

	if (rc != YX_OK || (rc = yx_db_change(act->db,
	    "UPDATE client_secret SET revoked_at = ? WHERE id = ? AND client_id = ? AND revoked_at IS NULL",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(secret_id), yx_p_str(id)), YX_NOT_FOUND)) != YX_OK ||
	    (rc = client_token_end(act, id, secret_id)) != YX_OK)
		return rc;
	return audit_act(act, "client.secret_revoke", id, "secret", secret_id);
}

int
client_of_secret(struct act *act, const char *id, const char *secret, struct client_known *out)
{
	struct yx_rows *r = NULL;
	uint8_t hash[32];
	int rc;

	yx_token_hash(secret, hash);
	/* Compared by the database, as a hash: how long that takes tells nothing of the secret. */
	rc = yx_db_one(act->db, act->arena,
	    "SELECT c.id, s.id, c.scopes FROM client c JOIN client_secret s ON s.client_id = c.id"
	    " WHERE c.id = ? AND c.disabled_at IS NULL AND s.sha256 = ? AND s.revoked_at IS NULL LIMIT 1",
	    YX_P(yx_p_str(id), yx_p_bytes(hash, 32)), &r);
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_CLIENT_WRONG : rc;
	*out = (struct client_known){ yx_row_str(r, 0), yx_row_str(r, 1), client_scope_bits(yx_row_str(r, 2), NULL) };
	return YX_OK;
}

int
client_seen(struct act *act, const struct client_known *k)
{
	int rc = yx_db_change(act->db, "UPDATE client SET seen_at = ? WHERE id = ? AND disabled_at IS NULL",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(k->id)), YX_CLIENT_WRONG);

	return rc != YX_OK ? rc
	    : yx_db_change(act->db, "UPDATE client_secret SET used_at = ? WHERE id = ? AND revoked_at IS NULL",
	      YX_P(yx_p_time(act_now(act)), yx_p_str(k->secret_id)), YX_CLIENT_WRONG);
}

int
client_succeed(struct act *act, const struct organization_pair *p, const char *by)
{
	int rc = client_token_succeed(act, p);

	return rc != YX_OK ? rc : yx_db_exec(act->db,
	    "UPDATE client SET organization_id = ?, scopes = '', asked_scopes = NULL, asked_by = NULL, asked_at = NULL,"
	    " disabled_by = IF(disabled_at IS NULL, ?, disabled_by), disabled_at = COALESCE(disabled_at, ?),"
	    " version = version + 1 WHERE organization_id = ?",
	    YX_P(yx_p_str(p->into), yx_p_str(by), yx_p_time(act_now(act)), yx_p_str(p->from)), NULL);
}
