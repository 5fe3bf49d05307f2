#include "backend/domain/contract/contract.h"

#include <string.h>
#include <unistd.h>

#include "backend/domain/base/audit.h"

struct step {
	enum contract_event event;
	const char *from, *to;
};

/* The one table of a contract's life. */
static const struct step STEPS[] = {
	{ CONTRACT_SEND, "draft", "sealing" },
	{ CONTRACT_SEND, "seal_failed", "sealing" },
	{ CONTRACT_SEALED, "sealing", "vendor_pending" },
	{ CONTRACT_SEAL_FAILED, "sealing", "seal_failed" },
	{ CONTRACT_INTERRUPTED, "sealing", "draft" },
	{ CONTRACT_VENDORS_SIGNED, "vendor_pending", "agency_pending" },
	{ CONTRACT_COMPLETE, "agency_pending", "completed" },
};

static const char *
next_state(const char *from, enum contract_event event)
{
	for (size_t i = 0; i < sizeof(STEPS) / sizeof(STEPS[0]); i++)
		if (STEPS[i].event == event && strcmp(STEPS[i].from, from) == 0)
			return STEPS[i].to;
	return NULL;
}

static int
move(struct yx_db *db, struct yx_arena *a, const char *id, enum contract_event event, int64_t now_ms)
{
	struct yx_rows *r = NULL;
	const char *to;
	int rc = yx_db_exec(db, "UPDATE contract SET version = version + 1 WHERE id = ?", YX_P(yx_p_str(id)), NULL);

	if (rc != YX_OK || (rc = yx_db_query(db, a, "SELECT state FROM contract WHERE id = ?",
	    YX_P(yx_p_str(id)), &r)) != YX_OK)
		return rc;
	if (!yx_rows_next(r))
		return YX_NOT_FOUND;
	if ((to = next_state(yx_row_str(r, 0), event)) == NULL)
		return YX_STATE;
	return yx_db_exec(db,
	    "UPDATE contract SET state = ?, sent_at = IF(? = 'vendor_pending', ?, sent_at),"
	    " completed_at = IF(? = 'completed', ?, completed_at) WHERE id = ?",
	    YX_P(yx_p_str(to), yx_p_str(to), yx_p_time(now_ms), yx_p_str(to), yx_p_time(now_ms), yx_p_str(id)), NULL);
}

int
contract_apply(struct yx_db *db, const char *id, enum contract_event event, int64_t now_ms)
{
	struct yx_arena *a = yx_arena_new(65536);
	int rc = a == NULL ? YX_NO_MEMORY : move(db, a, id, event, now_ms);

	yx_arena_free(&a);
	return rc;
}

struct stuck {
	struct yx_arena *arena;
	const char      *id;
	int64_t          now;
};

static int
take_back(struct yx_db *db, void *ctx)
{
	struct stuck *s = ctx;
	struct audit_event e = { .action = "contract.interrupted", .object_kind = "contract", .object_id = s->id, .at = s->now };
	int rc = contract_apply(db, s->id, CONTRACT_INTERRUPTED, s->now);

	return rc != YX_OK ? rc : audit_add(db, s->arena, &e);
}

const char *
contract_server(struct yx_arena *a, const struct yx_conf *conf)
{
	char host[256] = "";

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	return yx_arena_printf(a, "%s:%s", host, conf->listen);
}

int
contract_recover(struct yx_db *db, int64_t now_ms, int64_t age_ms, const char *server)
{
	struct yx_arena *a = yx_arena_new(1 << 20);
	struct yx_rows *r = NULL;
	int rc;

	if (a == NULL)
		return YX_NO_MEMORY;
	/* Who claimed it and when stands in the audit trail. */
	rc = yx_db_query(db, a,
	    "SELECT c.id FROM contract c WHERE c.state = 'sealing' AND NOT EXISTS (SELECT 1 FROM audit x"
	    " WHERE x.object_kind = 'contract' AND x.object_id = c.id AND x.action = 'contract.seal'"
	    " AND x.at > ? AND (? IS NULL OR JSON_VALUE(x.detail, '$.server') <> ?))",
	    YX_P(yx_p_time(now_ms - age_ms), yx_p_str(server), yx_p_str(server)), &r);
	while (rc == YX_OK && yx_rows_next(r)) {
		struct stuck s = { a, yx_row_str(r, 0), now_ms };

		rc = yx_db_tx(db, take_back, &s);
		if (rc == YX_STATE)
			rc = YX_OK; /* it went on meanwhile */
	}
	yx_arena_free(&a);
	return rc;
}
