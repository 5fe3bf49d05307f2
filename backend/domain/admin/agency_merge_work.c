/* The worker's part of a merger. All of it is one transaction: a kill at any point leaves nothing half done, and the
 * next round begins anew. */
#include <string.h>

#include "backend/domain/admin/agency.h"
#include "backend/domain/admin/agency_merge.h"
#include "backend/domain/admin/setting.h"
#include "backend/domain/admin/wording_set.h"
#include "backend/domain/base/audit.h"
#include "backend/domain/base/outbox.h"
#include "backend/domain/client/client.h"
#include "backend/domain/client/client_event.h"
#include "backend/domain/contract/contract_event.h"
#include "backend/domain/contract/contract_row.h"
#include "backend/domain/home/kept.h"
#include "backend/domain/list/list.h"
#include "backend/domain/message/letter.h"
#include "backend/domain/message/message.h"
#include "backend/domain/people/member.h"
#include "backend/domain/registry/deputy.h"
#include "backend/domain/retention/destruction.h"
#include "backend/domain/retention/hold.h"
#include "backend/domain/retention/retention.h"
#include "backend/domain/seal/picture.h"
#include "backend/domain/signing/task.h"
#include "backend/domain/template/template.h"
#include "common/crash.h"
#include "common/log.h"

#define ARENA_MAX   (64u << 20)

/* One that is done: its id, whose tables go to whom, who agreed. */
struct going { const char *id; struct organization_pair of; const char *by; };

/* ---- what goes over ---- */

typedef int (*going_over)(struct act *act, const struct organization_pair *p);

/* Each table's own file says what becomes of its rows. The contracts come after what is told by them, members after
 * all that asks for their unit. tests/api/merge.test.mjs holds that no table is forgotten. */
static const going_over GO_OVER[] = {
	contract_row_succeed, message_succeed, letter_succeed, task_succeed, deputy_succeed, template_succeed, hold_succeed,
	destruction_succeed, retention_succeed, client_event_succeed, wording_succeed, kept_succeed,
};

static int
go_over(struct act *act, const struct going *g)
{
	const struct organization_pair *p = &g->of;
	int rc = list_succeed_others(act->db, p->from, p->into);

	if (rc != YX_OK || (rc = unit_succeed(act, p, g->id)) != YX_OK ||
	    (rc = setting_succeed(act, p, g->id, g->by)) != YX_OK || (rc = contract_event_succeed(act, p)) != YX_OK)
		return rc;
	for (size_t i = 0; rc == YX_OK && i < sizeof(GO_OVER) / sizeof(GO_OVER[0]); i++)
		rc = GO_OVER[i](act, p);
	if (rc != YX_OK || (rc = picture_succeed(act, p, g->by)) != YX_OK ||
	    (rc = client_succeed(act, p, g->by)) != YX_OK || (rc = member_succeed(act, p)) != YX_OK)
		return rc;
	return list_succeed(act->db, p->from, p->into);
}

/* ---- who is told ---- */

struct told { const char *email; int vendor; };

static void
fill_told(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct told *)item = (struct told){ yx_row_str(r, 0), yx_row_int(r, 1) != 0 };
}

/* Before anybody goes over: the people of the agency, the other one's administrators, and whoever signs for a vendor
 * that has a contract under way with it. One mail an address. */
static int
who_is_told(struct act *act, const struct organization_pair *p, struct yx_db_items *out)
{
	*out = (struct yx_db_items){ .size = sizeof(struct told), .fill = fill_told };
	return yx_db_list(act->db, act->arena,
	    "SELECT x.email, MIN(x.vendor) FROM ("
	    "SELECT m.email, 0 AS vendor FROM member m WHERE m.organization_id = ? AND NOT m.disabled"
	    " UNION ALL SELECT m.email, 0 FROM member m JOIN member_role r ON r.member_id = m.id"
	    " AND r.role = 'agency_admin' WHERE m.organization_id = ? AND NOT m.disabled"
	    " UNION ALL SELECT m.email, 1 FROM (SELECT DISTINCT v.organization_id FROM contract c JOIN contract_vendor v"
	    " ON v.contract_id = c.id WHERE c.organization_id = ? AND c.state IN (" CONTRACT_PENDING_STATES ")) v"
	    " JOIN member m ON m.organization_id = v.organization_id WHERE" MEMBER_SIGNS("m")
	    ") x GROUP BY x.email ORDER BY x.email", YX_P(yx_p_str(p->from), yx_p_str(p->into), yx_p_str(p->from)), out);
}

static int
names_of(struct act *act, const struct organization_pair *p, struct wording_values *v)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT f.name, i.name FROM organization f JOIN organization i ON i.id = ? WHERE f.id = ?",
	    YX_P(yx_p_str(p->into), yx_p_str(p->from)), &r);

	if (rc == YX_OK)
		*v = (struct wording_values){ .of = { [FIELD_OLD_AGENCY] = yx_row_str(r, 0),
			[FIELD_NEW_AGENCY] = yx_row_str(r, 1), [FIELD_LINK] = act->domain->conf->origin } };
	return rc;
}

static int
tell(struct act *act, const struct organization_pair *p, const struct yx_db_items *to)
{
	struct outbox_new mail = { .at = act_now(act) };
	struct wording_out texts[2] = { { NULL, NULL }, { NULL, NULL } };
	const struct told *t = to->items;
	struct wording_values v;
	int rc = names_of(act, p, &v);

	if (rc != YX_OK || (rc = wording_write(act, WORDING_MERGED, p->into, &v, &texts[0])) != YX_OK ||
	    (rc = wording_write(act, WORDING_MERGED_VENDOR, p->into, &v, &texts[1])) != YX_OK)
		return rc;
	for (size_t i = 0; rc == YX_OK && i < to->count; i++) {
		mail.recipient = t[i].email;
		mail.subject = texts[t[i].vendor].subject;
		mail.body = texts[t[i].vendor].body;
		rc = outbox_add(act->db, &mail);
	}
	return rc;
}

/* ---- one merger ---- */

/* Can it be done now? *state: "done" if it can, "agreed" if it waits, "failed" if it can't any more. */
static int
can_be_done(struct act *act, const struct merge_plan *plan, const char **state, const char **waits)
{
	struct merge_preview look = { .counts_n = 0 };
	int rc = merge_look(act, plan, &look);

	*state = rc == YX_OK ? "done" : "failed";
	*waits = rc == YX_OK ? "" : yx_err_word(rc);
	for (size_t i = 0; rc == YX_OK && i < look.blocks_n; i++) {
		*waits = look.blocks[i];
		*state = strcmp(look.blocks[i], "unit_codes") == 0 ? "failed" : "agreed";
	}
	return rc == YX_STATE || rc == YX_BAD_FIELD ? YX_OK : rc;
}

static int
do_it(struct act *act, const struct going *g)
{
	struct yx_db_items to;
	int rc = who_is_told(act, &g->of, &to);

	if (rc != YX_OK || (rc = go_over(act, g)) != YX_OK || (rc = agency_merged(act, &g->of, g->by)) != YX_OK ||
	    (rc = tell(act, &g->of, &to)) != YX_OK)
		return rc;
	/* Its row comes last: until then nobody who writes for the agency has to wait for it. */
	yx_crash_point("merge.half");
	if ((rc = organization_succeed(act, &g->of)) != YX_OK)
		return rc;
	return audit_act(act, "agency.merge", g->of.from, "into", g->of.into);
}

struct doing { struct act *act; const char *id; };

static int
merge_tx(struct yx_db *db, void *ctx)
{
	const struct doing *x = ctx;
	struct act *act = x->act;
	const char *state = NULL, *waits = NULL;
	struct merge_plan plan;
	struct merge m;
	struct yx_rows *r = NULL;
	/* All that are open are taken: mergers come one after the other, whoever works. */
	int rc = yx_db_query(db, act->arena, "SELECT id FROM agency_merge WHERE is_open = 1 ORDER BY id FOR UPDATE",
	    YX_P_NONE, &r);

	if (rc != YX_OK || (rc = merge_get(act, x->id, &m, &plan)) != YX_OK || strcmp(m.state, "agreed") != 0)
		return rc;
	yx_crash_point("merge.taken");
	if ((rc = can_be_done(act, &plan, &state, &waits)) != YX_OK)
		return rc;
	if (strcmp(state, "done") == 0) {
		struct going g = { .id = m.id, .of = plan.of };

		if ((rc = yx_db_one(db, act->arena, "SELECT decided_by FROM agency_merge WHERE id = ?", YX_P(yx_p_str(m.id)),
		    &r)) != YX_OK)
			return rc;
		g.by = yx_row_str(r, 0);
		if ((rc = do_it(act, &g)) != YX_OK)
			return rc;
		yx_info("merger of %s into %s", m.from_code, m.into_code);
	}
	return merge_took(act, m.id, state, waits);
}

/* ---- stragglers ---- */

static int
sweep_tx(struct yx_db *db, void *ctx)
{
	const struct doing *x = ctx;
	struct act *act = x->act;
	struct yx_rows *r = NULL;
	struct going g;
	int rc = yx_db_one(db, act->arena,
	    "SELECT x.id, x.from_id, f.successor_id, x.decided_by FROM agency_merge x"
	    " JOIN organization f ON f.id = x.from_id WHERE x.id = ? FOR UPDATE", YX_P(yx_p_str(x->id)), &r);

	if (rc != YX_OK)
		return rc;
	g = (struct going){ yx_row_str(r, 0), { yx_row_str(r, 1), yx_row_str(r, 2) }, yx_row_str(r, 3) };
	rc = yx_db_one(db, act->arena,
	    "SELECT f.id FROM organization f WHERE f.id = ? AND ("
	    "EXISTS (SELECT 1 FROM contract c WHERE c.organization_id = f.id)"
	    " OR EXISTS (SELECT 1 FROM message m WHERE m.sender_organization_id = f.id)"
	    " OR EXISTS (SELECT 1 FROM message_recipient r WHERE r.organization_id = f.id)"
	    " OR EXISTS (SELECT 1 FROM sign_task t WHERE t.organization_id = f.id)"
	    " OR EXISTS (SELECT 1 FROM letter l WHERE l.organization_id = f.id)"
	    " OR EXISTS (SELECT 1 FROM letter_recipient l WHERE l.organization_id = f.id)"
	    " OR EXISTS (SELECT 1 FROM template t WHERE t.organization_id = f.id)"
	    " OR EXISTS (SELECT 1 FROM seal_picture p WHERE p.organization_id = f.id)"
	    " OR EXISTS (SELECT 1 FROM seal_deputy d WHERE d.organization_id = f.id)"
	    " OR EXISTS (SELECT 1 FROM client k WHERE k.organization_id = f.id)"
	    " OR EXISTS (SELECT 1 FROM legal_hold h WHERE h.organization_id = f.id)"
	    " OR EXISTS (SELECT 1 FROM parameter_value v WHERE v.organization_id = f.id)"
	    " OR EXISTS (SELECT 1 FROM unit u WHERE u.organization_id = f.id AND u.successor_id IS NULL)"
	    " OR EXISTS (SELECT 1 FROM member p WHERE p.organization_id = f.id))", YX_P(yx_p_str(g.of.from)), &r);
	if (rc == YX_OK && (rc = go_over(act, &g)) == YX_OK) {
		yx_warn("merger: something was still written for %s, and went over", g.of.from);
		rc = audit_act(act, "agency.merge_rest", g.of.from, "into", g.of.into);
	}
	return rc == YX_OK || rc == YX_NOT_FOUND ? merge_looked(act, g.id) : rc;
}

/* ---- for the worker ---- */

static void
fill_id(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(const char **)item = yx_row_str(r, 0);
}

/* Each that the query names, in a transaction and an arena of its own. One that fails does not stop the others. */
static int
each(struct yx_db *db, struct domain *d, const char *sql, int (*fn)(struct yx_db *db, void *ctx))
{
	struct yx_arena *a = yx_arena_new(1 << 20);
	struct yx_db_items l = { .size = sizeof(const char *), .fill = fill_id };
	int first = YX_OK, rc = a == NULL ? YX_NO_MEMORY : yx_db_list(db, a, sql, YX_P_NONE, &l);

	for (size_t i = 0; rc == YX_OK && i < l.count; i++) {
		struct act act = { .db = db, .domain = d, .ip = "", .arena = yx_arena_new(ARENA_MAX) };
		struct doing x = { &act, ((const char *const *)l.items)[i] };
		int one = act.arena == NULL ? YX_NO_MEMORY : yx_db_tx(db, fn, &x);

		first = first != YX_OK ? first : one;
		yx_arena_free(&act.arena);
	}
	yx_arena_free(&a);
	return rc != YX_OK ? rc : first;
}

int
merge_work(struct yx_db *db, struct domain *d)
{
	return each(db, d, "SELECT id FROM agency_merge WHERE state = 'agreed' ORDER BY decided_at LIMIT 100", merge_tx);
}

int
merge_sweep(struct yx_db *db, struct domain *d)
{
	return each(db, d, "SELECT id FROM agency_merge WHERE state = 'done'"
	    " AND done_at > UTC_TIMESTAMP(3) - INTERVAL 1 DAY AND looked_at < UTC_TIMESTAMP(3) - INTERVAL 30 SECOND"
	    " ORDER BY done_at LIMIT 100", sweep_tx);
}
