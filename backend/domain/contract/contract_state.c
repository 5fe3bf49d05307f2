#include "backend/domain/contract/contract.h"

#include <string.h>
#include <unistd.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/client/client_event.h"
#include "backend/domain/contract/contract_parties.h"
#include "backend/domain/contract/contract_row.h"

/* The one table of a contract's life. */
static const struct step {
	enum contract_event event;
	const char *from, *to;
	enum { NO_TIME, SENT, COMPLETED, ENDED } time;  /* which moment it sets */
} STEPS[] = {
	{ CONTRACT_SEND, "draft", "sealing", NO_TIME },
	{ CONTRACT_SEND, "seal_failed", "sealing", NO_TIME },
	{ CONTRACT_SEALED, "sealing", "vendor_pending", SENT },
	{ CONTRACT_SEAL_FAILED, "sealing", "seal_failed", NO_TIME },
	{ CONTRACT_INTERRUPTED, "sealing", "draft", NO_TIME },
	{ CONTRACT_VENDORS_SIGNED, "vendor_pending", "agency_pending", NO_TIME },
	{ CONTRACT_COMPLETE, "agency_pending", "completed", COMPLETED },
	{ CONTRACT_VENDOR_RETURNS, "vendor_pending", "returned", NO_TIME },
	{ CONTRACT_AGENCY_RETURNS, "agency_pending", "returned", NO_TIME },
	{ CONTRACT_REVISE, "returned", "draft", NO_TIME },
	{ CONTRACT_VOID, "vendor_pending", "voided", ENDED },
	{ CONTRACT_VOID, "agency_pending", "voided", ENDED },
	{ CONTRACT_VOID, "returned", "voided", ENDED },
	{ CONTRACT_VOID, "expired", "voided", ENDED },
	{ CONTRACT_VOID, "draft", "voided", ENDED },        /* one that was sent before */
	{ CONTRACT_EXPIRE, "vendor_pending", "expired", ENDED },
	{ CONTRACT_EXPIRE, "agency_pending", "expired", ENDED },
	{ CONTRACT_RESUME_VENDOR, "expired", "vendor_pending", NO_TIME },
	{ CONTRACT_RESUME_AGENCY, "expired", "agency_pending", NO_TIME },
};

/* In the order of the ENUM. */
static const char *const WORDS[CONTRACT_STATES + 1] = { "", "draft", "sealing", "seal_failed", "vendor_pending",
	"agency_pending", "completed", "returned", "voided", "expired" };

const char *
contract_state_word(enum contract_state state)
{
	return WORDS[state];
}

/* What clients of the public API hear of it; drafts are not their vendors' business. */
static const struct { const char *kind; int vendors; } TOLD[] = {
	[CONTRACT_SEALED] = { "contract.sent", 1 },
	[CONTRACT_SEAL_FAILED] = { "contract.send_failed", 0 },
	[CONTRACT_INTERRUPTED] = { "contract.send_failed", 0 },
	[CONTRACT_VENDORS_SIGNED] = { "contract.vendors_signed", 1 },
	[CONTRACT_COMPLETE] = { "contract.completed", 1 },
	[CONTRACT_VENDOR_RETURNS] = { "contract.returned", 1 },
	[CONTRACT_AGENCY_RETURNS] = { "contract.returned", 1 },
	[CONTRACT_REVISE] = { "contract.revised", 1 },
	[CONTRACT_VOID] = { "contract.voided", 1 },
	[CONTRACT_EXPIRE] = { "contract.expired", 1 },
	[CONTRACT_RESUME_VENDOR] = { "contract.resumed", 1 },
	[CONTRACT_RESUME_AGENCY] = { "contract.resumed", 1 },
};

static int
tell_clients(struct act *act, const char *id, enum contract_event event, const char *state)
{
	struct client_event_new e = { id, TOLD[event].kind, state, TOLD[event].vendors };

	return e.kind == NULL ? YX_OK : client_event_contract(act, &e);
}

static const struct step *
find_step(const char *from, enum contract_event event)
{
	for (size_t i = 0; i < sizeof(STEPS) / sizeof(STEPS[0]); i++)
		if (STEPS[i].event == event && strcmp(STEPS[i].from, from) == 0)
			return &STEPS[i];
	return NULL;
}

int
contract_state_is_draft(const char *state)
{
	return strcmp(state, "draft") == 0 || strcmp(state, "seal_failed") == 0;
}

int
contract_state_is_done(const char *state)
{
	return strcmp(state, "completed") == 0;
}

int
contract_state_is_sent(const char *state)
{
	return !contract_state_is_draft(state) && strcmp(state, "sealing") != 0;
}

int
contract_state_may(const char *state, enum contract_event event)
{
	return find_step(state, event) != NULL;
}

int
contract_state_is_pending(const char *state)
{
	return find_step(state, CONTRACT_EXPIRE) != NULL;
}

int
contract_state_why(const char *state)
{
	static const struct { const char *state; int why; } table[] = {
		{ "returned", YX_RETURNED }, { "voided", YX_VOIDED }, { "expired", YX_EXPIRED },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].state, state) == 0)
			return table[i].why;
	return YX_STATE;
}

int
contract_hold_for_signature(struct act *act, const char *id, const char *kind)
{
	enum contract_event turn = strcmp(kind, "vendor") == 0 ? CONTRACT_VENDOR_RETURNS : CONTRACT_AGENCY_RETURNS;
	struct yx_rows *r = NULL;
	int rc = contract_row_touch(act->db, id);

	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena, "SELECT state FROM contract WHERE id = ?",
	    YX_P(yx_p_str(id)), &r)) != YX_OK)
		return rc;
	return find_step(yx_row_str(r, 0), turn) != NULL ? YX_OK : contract_state_why(yx_row_str(r, 0));
}

int
contract_apply(struct act *act, const char *id, enum contract_event event, int64_t now_ms, const char **state)
{
	struct yx_rows *r = NULL;
	const struct step *step;
	int rc = contract_row_touch(act->db, id);

	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena, "SELECT state, destroyed_at FROM contract WHERE id = ?",
	    YX_P(yx_p_str(id)), &r)) != YX_OK)
		return rc;
	if (!yx_row_is_null(r, 1))
		return YX_DESTROYED;
	if ((step = find_step(yx_row_str(r, 0), event)) == NULL)
		return contract_state_why(yx_row_str(r, 0));
	if (state != NULL)
		*state = step->to;
	const struct contract_moments m = { step->time == SENT ? now_ms : 0, step->time == COMPLETED ? now_ms : 0,
		step->time == COMPLETED || step->time == ENDED ? now_ms : 0 };

	rc = contract_row_state(act->db, id, step->to, &m);
	if (rc != YX_OK || (rc = contract_officers_due(act->db, id)) != YX_OK)
		return rc;
	return tell_clients(act, id, event, step->to);
}

struct stuck {
	struct act *act;
	const char *id;
};

static int
take_back(struct yx_db *db, void *ctx)
{
	struct stuck *s = ctx;
	int rc = contract_apply(s->act, s->id, CONTRACT_INTERRUPTED, act_now(s->act), NULL);

	(void)db;
	return rc != YX_OK ? rc : audit_act(s->act, "contract.interrupted", s->id, NULL, NULL);
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
	struct act act = { .db = db, .arena = a, .ip = "", .at = now_ms };
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
		struct stuck s = { &act, yx_row_str(r, 0) };

		rc = yx_db_tx(db, take_back, &s);
		if (rc == YX_STATE)
			rc = YX_OK; /* it went on meanwhile */
	}
	yx_arena_free(&a);
	return rc;
}
