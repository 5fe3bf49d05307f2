#include "backend/domain/client/hook.h"

#include <stdio.h>
#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/client/client.h"
#include "backend/pki/hosts.h"
#include "common/codec.h"

#define DAY_MS      ((int64_t)86400000)
#define REST_MAX_MS ((int64_t)300000)   /* after a failure another delivery is tried every five minutes */

static const char *const KINDS[] = { "contract.created", "contract.sent", "contract.send_failed",
	"contract.vendors_signed", "contract.completed", "contract.returned", "contract.revised", "contract.voided",
	"contract.expired", "contract.resumed", "contract.held", "contract.released", "contract.destroyed",
	"message.received" };

static int
is_kind(const char *word, size_t n)
{
	for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++)
		if (strlen(KINDS[i]) == n && memcmp(KINDS[i], word, n) == 0)
			return 1;
	return 0;
}

static int
check(struct act *act, const struct hook_new *n)
{
	const char *words = n->kinds;

	if (!pki_host_may_tell(n->url, act->domain->conf->hook_allow_hosts))
		return act_field(act, "url", YX_HOOK_URL);
	while (strcmp(n->kinds, "*") != 0 && *words != '\0') {
		size_t k = strcspn(words, " ");

		if (!is_kind(words, k))
			return act_field(act, "kinds", YX_BAD_FIELD);
		words += k + (words[k] == ' ');
	}
	return YX_OK;
}

/* ---- reading ---- */

#define COLUMNS \
	"SELECT h.id, h.client_id, h.url, h.kinds, h.state, h.failing_since, h.told_at, h.before_until, h.created_at," \
	" h.version FROM hook h WHERE h.client_id = ? AND h.removed_at IS NULL"

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	const struct client *c = ctx;

	*(struct hook *)item = (struct hook){ .id = yx_row_str(r, 0), .client_id = yx_row_str(r, 1),
		.url = yx_row_str(r, 2), .kinds = yx_row_str(r, 3), .state = yx_row_str(r, 4),
		.failing_since = yx_row_time(r, 5), .told_at = yx_row_time(r, 6), .before_until = yx_row_time(r, 7),
		.created_at = yx_row_time(r, 8), .version = yx_row_int(r, 9), .mine = c->mine };
}

int
hook_list(struct act *act, const char *client_id, struct hook **list, size_t *n)
{
	struct client c;
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill, .ctx = &c };
	int rc = client_get(act, client_id, &c);

	*n = 0;
	if (rc != YX_OK || (rc = yx_db_list(act->db, act->arena, COLUMNS " ORDER BY h.created_at, h.id",
	    YX_P(yx_p_str(client_id)), &l)) != YX_OK)
		return rc;
	*list = l.items;
	*n = l.count;
	return YX_OK;
}

int
hook_get(struct act *act, const struct hook_key *k, struct hook *out)
{
	struct yx_rows *r = NULL;
	struct client c;
	int rc = client_get(act, k->client_id, &c);

	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena, COLUMNS " AND h.id = ?",
	    YX_P(yx_p_str(k->client_id), yx_p_str(k->id)), &r)) != YX_OK)
		return rc;
	fill(out, r, &c);
	return YX_OK;
}

/* Locks the row, for who looks after it. */
static int
take(struct act *act, const struct hook_key *k, struct hook *out)
{
	int rc = yx_db_change(act->db,
	    "UPDATE hook SET version = version + 1 WHERE id = ? AND client_id = ? AND removed_at IS NULL",
	    YX_P(yx_p_str(k->id), yx_p_str(k->client_id)), YX_NOT_FOUND);

	if (rc != YX_OK || (rc = hook_get(act, k, out)) != YX_OK)
		return rc;
	return out->mine ? YX_OK : YX_NOT_FOUND;
}

/* ---- changing ---- */

static int
new_secret(const char *id, char text[HOOK_SECRET_SIZE], uint8_t sealed[HOOK_SEALED_BYTES])
{
	uint8_t secret[HOOK_SECRET_BYTES];
	struct yx_buf b;
	int rc;

	yx_random(secret, sizeof(secret));
	yx_buf_init_secret(&b, HOOK_SECRET_SIZE);
	yx_buf_adds(&b, "whsec_");
	yx_base64(&b, secret, sizeof(secret));
	if ((rc = yx_buf_status(&b)) == YX_OK)
		snprintf(text, HOOK_SECRET_SIZE, "%s", yx_buf_str(&b));
	yx_buf_free(&b);
	if (rc == YX_OK)
		rc = hook_secret_seal(id, secret, sealed);
	explicit_bzero(secret, sizeof(secret));
	return rc;
}

int
hook_add(struct act *act, const char *client_id, const struct hook_new *n, char id[YX_ID_SIZE],
    char secret[HOOK_SECRET_SIZE])
{
	uint8_t sealed[HOOK_SEALED_BYTES];
	struct hook *there = NULL;
	struct client c;
	size_t count = 0;
	int rc = client_get(act, client_id, &c);

	if (rc != YX_OK || !c.mine)
		return rc != YX_OK ? rc : YX_NOT_FOUND;
	if ((rc = check(act, n)) != YX_OK || (rc = hook_list(act, client_id, &there, &count)) != YX_OK)
		return rc;
	if (count >= HOOKS_MAX)
		return YX_CONFLICT;
	yx_random_id(id);
	if ((rc = new_secret(id, secret, sealed)) != YX_OK || (rc = yx_db_exec(act->db,
	    "INSERT INTO hook (id, client_id, url, kinds, secret, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(client_id), yx_p_str(n->url), yx_p_str(n->kinds),
	    yx_p_bytes(sealed, sizeof(sealed)), yx_p_str(act->who.member_id), yx_p_time(act_now(act))), NULL)) != YX_OK)
		return rc;
	return audit_act(act, "hook.create", id, "url", n->url);
}

int
hook_change(struct act *act, const struct hook_key *k, const struct hook_new *n, int64_t version)
{
	struct hook h;
	int rc = take(act, k, &h);

	if (rc != YX_OK)
		return rc;
	if (h.version - 1 != version)
		return YX_CONFLICT;
	if ((rc = check(act, n)) != YX_OK || (rc = yx_db_change(act->db,
	    "UPDATE hook SET url = ?, kinds = ?, rest_until = NULL WHERE id = ?",
	    YX_P(yx_p_str(n->url), yx_p_str(n->kinds), yx_p_str(k->id)), YX_NOT_FOUND)) != YX_OK)
		return rc;
	return audit_act(act, "hook.change", k->id, "url", n->url);
}

int
hook_rotate(struct act *act, const struct hook_key *k, char secret[HOOK_SECRET_SIZE])
{
	uint8_t sealed[HOOK_SEALED_BYTES];
	struct hook h;
	int rc = take(act, k, &h);

	if (rc != YX_OK || (rc = new_secret(k->id, secret, sealed)) != YX_OK)
		return rc;
	/* (the columns of an UPDATE are set from left to right) */
	rc = yx_db_change(act->db, "UPDATE hook SET secret_before = secret, before_until = ?, secret = ? WHERE id = ?",
	    YX_P(yx_p_time(act_now(act) + DAY_MS), yx_p_bytes(sealed, sizeof(sealed)), yx_p_str(k->id)), YX_NOT_FOUND);
	return rc != YX_OK ? rc : audit_act(act, "hook.rotate", k->id, NULL, NULL);
}

int
hook_switch(struct act *act, const struct hook_key *k, int on)
{
	struct hook h;
	int rc = take(act, k, &h);

	if (rc != YX_OK)
		return rc;
	if (on == (strcmp(h.state, "active") == 0))
		return YX_STATE;
	rc = yx_db_change(act->db,
	    "UPDATE hook SET state = ?, failing_since = IF(?, NULL, failing_since), rest_until = NULL WHERE id = ?",
	    YX_P(yx_p_str(on ? "active" : "paused"), yx_p_int(on), yx_p_str(k->id)), YX_NOT_FOUND);
	return rc != YX_OK ? rc : audit_act(act, on ? "hook.resume" : "hook.pause", k->id, NULL, NULL);
}

int
hook_remove(struct act *act, const struct hook_key *k)
{
	struct hook h;
	int rc = take(act, k, &h);

	if (rc != YX_OK || (rc = yx_db_change(act->db, "UPDATE hook SET removed_at = ?, state = 'disabled' WHERE id = ?",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(k->id)), YX_NOT_FOUND)) != YX_OK)
		return rc;
	return audit_act(act, "hook.remove", k->id, NULL, NULL);
}

/* ---- for the worker ---- */

#define READY " h.state = 'active' AND h.removed_at IS NULL AND (h.busy_until IS NULL OR h.busy_until < ?)" \
	" AND (h.rest_until IS NULL OR h.rest_until <= ?)"
#define READY_P(by) yx_p_time((by)->now_ms), yx_p_time((by)->now_ms)

static int
open_secrets(const struct yx_rows *r, int64_t now, struct hook_target *out)
{
	size_t n = 0;
	const void *sealed = yx_row_bytes(r, 2, &n);
	int rc = hook_secret_unseal(out->id, sealed, n, out->secret[0]);

	out->secrets_n = 1;
	if (rc != YX_OK || yx_row_is_null(r, 3) || yx_row_time(r, 4) < now)
		return rc;
	sealed = yx_row_bytes(r, 3, &n);
	if ((rc = hook_secret_unseal(out->id, sealed, n, out->secret[1])) == YX_OK)
		out->secrets_n = 2;
	return rc;
}

int
hook_claim(struct yx_db *db, struct yx_arena *a, const struct hook_lease *by, struct hook_target *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(db, a,
	    "SELECT h.id, h.url, h.secret, h.secret_before, h.before_until, k.contact, k.name FROM hook h"
	    " JOIN client k ON k.id = h.client_id AND k.disabled_at IS NULL"
	    " AND FIND_IN_SET('events:read', REPLACE(k.scopes, ' ', ',')) WHERE" READY
	    " AND EXISTS (SELECT 1 FROM hook_delivery d WHERE d.hook_id = h.id AND d.state = 'pending' AND d.next_at <= ?)"
	    " ORDER BY h.busy_until LIMIT 1", YX_P(READY_P(by), yx_p_time(by->now_ms)), &r);

	if (rc != YX_OK)
		return rc;
	*out = (struct hook_target){ .id = yx_row_str(r, 0), .url = yx_row_str(r, 1), .contact = yx_row_str(r, 5),
		.client_name = yx_row_str(r, 6) };
	rc = yx_db_change(db, "UPDATE hook h SET h.busy_until = ?, h.busy_by = ? WHERE h.id = ? AND" READY,
	    YX_P(yx_p_time(by->now_ms + HOOK_LEASE_MS), yx_p_str(by->owner), yx_p_str(out->id), READY_P(by)),
	    YX_NOT_FOUND);
	return rc != YX_OK ? rc : open_secrets(r, by->now_ms, out);
}

/* busy_until stays as the time of the last turn, so that the others come first. */
static int
note_arrived(struct yx_db *db, const struct hook_lease *by, const char *id)
{
	return yx_db_exec(db,
	    "UPDATE hook SET told_at = ?, failing_since = NULL, rest_until = NULL,"
	    " busy_until = IF(busy_by = ?, ?, busy_until) WHERE id = ?",
	    YX_P(yx_p_time(by->now_ms), yx_p_str(by->owner), yx_p_time(by->now_ms - 1), yx_p_str(id)), NULL);
}

int
hook_note(struct yx_db *db, const struct hook_lease *by, const char *id, const struct hook_result *r, int *disabled)
{
	int64_t rest = r->next_ms != 0 && r->next_ms < by->now_ms + REST_MAX_MS ? r->next_ms : by->now_ms + REST_MAX_MS;
	uint64_t stopped = 0;
	int rc;

	*disabled = 0;
	if (r->arrived)
		return note_arrived(db, by, id);
	rc = yx_db_exec(db,
	    "UPDATE hook SET failing_since = COALESCE(failing_since, ?), rest_until = ?,"
	    " busy_until = IF(busy_by = ?, ?, busy_until) WHERE id = ?",
	    YX_P(yx_p_time(by->now_ms), yx_p_time(rest), yx_p_str(by->owner), yx_p_time(by->now_ms - 1), yx_p_str(id)),
	    NULL);
	if (rc == YX_OK)
		rc = yx_db_exec(db,
		    "UPDATE hook SET state = 'disabled' WHERE id = ? AND state = 'active' AND (? OR failing_since < ?)",
		    YX_P(yx_p_str(id), yx_p_int(r->gone), yx_p_time(by->now_ms - HOOK_PATIENCE_MS)), &stopped);
	*disabled = rc == YX_OK && stopped > 0;
	return rc;
}
