#include "backend/domain/admin/setting.h"

#include <string.h>

#include "backend/domain/admin/admin.h"
#include "backend/domain/base/audit.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/base/mine.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/people/member.h"
#include "backend/domain/people/session.h"
#include "backend/domain/retention/retention.h"
#include "common/json.h"

/* ---- where ---- */

static int
place_contract(struct act *act, const char *id, struct setting_place *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT c.organization_id, c.unit_id, c.id, c.title FROM contract c WHERE c.id = ? AND" CONTRACT_MINE,
	    YX_P(yx_p_str(id), CONTRACT_MINE_P(act)), &r);

	if (rc != YX_OK)
		return rc;
	*out = (struct setting_place){ { yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2) }, LEVEL_CONTRACT,
		yx_row_str(r, 2), yx_row_str(r, 3) };
	return YX_OK;
}

static int
place_agency(struct act *act, const struct parameter_place *asked, struct setting_place *out)
{
	const char *id = asked->organization_id != NULL ? asked->organization_id : act->who.organization_id;
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT o.id, u.id, COALESCE(u.name, o.name) FROM organization o LEFT JOIN unit u ON u.organization_id = o.id"
	    " AND u.id = ? WHERE o.id = ? AND o.kind = 'agency' AND o.closed_at IS NULL AND (? IS NULL OR u.id IS NOT NULL)"
	    " AND" ADMIN_OF,
	    YX_P(yx_p_str(asked->unit_id), yx_p_str(id), yx_p_str(asked->unit_id), ADMIN_P(act)), &r);

	if (rc != YX_OK)
		return rc;
	*out = (struct setting_place){ { yx_row_str(r, 0), yx_row_str(r, 1), NULL }, LEVEL_AGENCY, yx_row_str(r, 0),
		yx_row_str(r, 2) };
	if (asked->unit_id != NULL) {
		out->level = LEVEL_UNIT;
		out->scope = yx_row_str(r, 1);
	}
	return YX_OK;
}

int
setting_place(struct act *act, const struct parameter_place *asked, struct setting_place *out)
{
	if (asked->contract_id != NULL)
		return place_contract(act, asked->contract_id, out);
	if (asked->organization_id != NULL || asked->unit_id != NULL || !(act->who.roles & ROLE_PLATFORM_ADMIN))
		return place_agency(act, asked, out);
	*out = (struct setting_place){ .level = LEVEL_PLATFORM, .scope = "" };
	return YX_OK;
}

/* ---- what counts ---- */

/* height: of PARAMETER_RANK. */
struct set { const char *name, *value; int level, locked, height; };

static void
fill_set(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct set *)item = (struct set){ yx_row_str(r, 0), yx_row_str(r, 1), (int)yx_row_int(r, 2),
		yx_row_int(r, 3) != 0, (int)yx_row_int(r, 4) };
}

/* The value of that name that counts among those that are set higher than `under`. The same
 * rule as PARAMETER_SQL. */
static const struct set *
winner(const struct yx_db_items *sets, const char *name, int under)
{
	const struct set *s = sets->items, *best = NULL;

	for (size_t i = 0; i < sets->count; i++) {
		if (s[i].height >= under || strcmp(s[i].name, name) != 0)
			continue;
		if (best == NULL || (s[i].locked && (!best->locked || s[i].height < best->height)) ||
		    (!s[i].locked && !best->locked && s[i].height > best->height))
			best = &s[i];
	}
	return best;
}

static int
sets_at(struct act *act, const struct setting_place *at, struct yx_db_items *sets)
{
	*sets = (struct yx_db_items){ .size = sizeof(struct set), .fill = fill_set };
	return yx_db_list(act->db, act->arena,
	    "SELECT name, value, level, locked, level * 100 FROM parameter_value WHERE scope IN ('', ?, ?, ?)"
	    " UNION ALL SELECT v.name, v.value, v.level, v.locked, 100 - x.distance FROM organization_above x"
	    " JOIN parameter_value v ON v.scope = x.above_id WHERE x.organization_id = ?",
	    YX_P(yx_p_str(at->at.organization_id), yx_p_str(at->at.unit_id), yx_p_str(at->at.contract_id),
	        yx_p_str(at->at.organization_id)), sets);
}

static const char *
text_of(struct act *act, const struct parameter *p, const struct set *s)
{
	return s != NULL ? s->value : parameter_default(p, act->domain->conf, act->arena);
}

static int
from_of(const struct set *s)
{
	return s == NULL ? -1 : s->height % 100 != 0 ? SETTING_SUPERIOR : s->level;
}

static int
describe(struct act *act, const struct setting_place *at, const struct yx_db_items *sets, struct setting *out)
{
	const struct parameter *p = out->parameter;
	const int here = (int)at->level * 100;
	const struct set *now = winner(sets, p->name, LEVELS * 100), *above = winner(sets, p->name, here);
	const struct set *s = sets->items;

	for (size_t i = 0; i < sets->count; i++)
		if (s[i].height == here && strcmp(s[i].name, p->name) == 0) {
			out->own = s[i].value;
			out->own_locked = s[i].locked;
		}
	out->value = text_of(act, p, now);
	out->from = from_of(now);
	out->above = text_of(act, p, above);
	out->above_from = from_of(above);
	out->locked = above != NULL && above->locked;
	out->settable = (p->levels & 1u << at->level) != 0 && !out->locked;
	out->most = parameter_most(p, act->domain->conf);
	return out->value == NULL || out->above == NULL ? YX_NO_MEMORY : YX_OK;
}

int
setting_list(struct act *act, const struct setting_place *at, struct setting **list, size_t *n)
{
	struct setting *all = yx_arena_alloc(act->arena, PARAMETERS * sizeof(*all));
	struct yx_db_items sets;
	int rc = all == NULL ? YX_NO_MEMORY : sets_at(act, at, &sets);

	*n = 0;
	*list = all;
	for (size_t i = 0; rc == YX_OK && i < PARAMETERS; i++) {
		/* What can't be set here or below is not shown. */
		if (PARAMETER[i].levels >> at->level == 0)
			continue;
		all[*n] = (struct setting){ .parameter = &PARAMETER[i] };
		rc = describe(act, at, &sets, &all[(*n)++]);
	}
	return rc;
}

/* ---- what a change does ---- */

/* What is set here now; YX_BAD_FIELD and YX_SETTING_LOCKED for a change that can't be. */
static int
check(struct act *act, const struct setting_place *at, const struct setting_change *c, struct setting *now)
{
	struct yx_db_items sets;
	int rc;

	*now = (struct setting){ .parameter = parameter_named(c->name) };
	if (now->parameter == NULL || !(now->parameter->levels & 1u << at->level))
		return act_field(act, "name", YX_BAD_FIELD);
	if (c->value != NULL && !parameter_fits(now->parameter, act->domain->conf, c->value))
		return act_field(act, "value", YX_BAD_FIELD);
	if ((rc = sets_at(act, at, &sets)) != YX_OK || (rc = describe(act, at, &sets, now)) != YX_OK)
		return rc;
	return now->locked ? YX_SETTING_LOCKED : YX_OK;
}

static void
fill_below(void *item, const struct yx_rows *r, void *ctx)
{
	int locking = *(const int *)ctx;

	*(struct setting_below *)item = (struct setting_below){ yx_row_str(r, 0), yx_row_str(r, 1), (int)yx_row_int(r, 2),
		locking };
}

/* The agency of that column is the one of the place, or one below it; of the platform it is any. */
#define WITHIN(column) " (? = 0 OR " column " = ? OR (? = 1 AND " column " IN" \
	" (SELECT x.organization_id FROM organization_above x WHERE x.above_id = ?)))"
#define WITHIN_P(at) yx_p_int((at)->level), yx_p_str((at)->at.organization_id), yx_p_int((at)->level), \
	yx_p_str((at)->at.organization_id)
#define BELOW \
	" FROM parameter_value v JOIN organization o ON o.id = v.organization_id" \
	" LEFT JOIN unit u ON u.id = v.unit_id LEFT JOIN contract c ON c.id = v.contract_id" \
	" WHERE v.name = ? AND (v.level > ? OR (? = 1 AND v.level = 1 AND v.organization_id <> ?))" \
	" AND" WITHIN("v.organization_id") " AND (? < 2 OR c.unit_id = ?)"
#define BELOW_P(at, p) yx_p_str((p)->name), yx_p_int((at)->level), yx_p_int((at)->level), \
	yx_p_str((at)->at.organization_id), WITHIN_P(at), yx_p_int((at)->level), yx_p_str((at)->at.unit_id)

static int
look_below(struct act *act, const struct setting_place *at, const struct parameter *p, int lock,
    struct setting_effect *out)
{
	struct yx_db_items l = { .size = sizeof(struct setting_below), .fill = fill_below, .ctx = &lock };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*)" BELOW, YX_P(BELOW_P(at, p)), &r);

	if (rc != YX_OK)
		return rc;
	out->below_all = yx_row_int(r, 0);
	/* Not what a contract is called: an administrator sees no contents. */
	rc = yx_db_list(act->db, act->arena,
	    "SELECT COALESCE(c.number, u.name, o.name), v.value, v.level" BELOW
	    " ORDER BY v.level, o.code, v.scope LIMIT 20",
	    YX_P(BELOW_P(at, p)), &l);
	out->below = l.items;
	out->below_n = l.count;
	return rc;
}

/* Places below at which something else counts then: those without a value of their own, or all if
 * it is locked. One level may be skipped by a value between. */
static int
count_places(struct act *act, const struct setting_place *at, const struct setting_change *c,
    struct setting_effect *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT (SELECT COUNT(*) FROM organization o WHERE ? < 2 AND o.kind = 'agency' AND o.closed_at IS NULL"
	    "  AND o.practice_id IS NULL AND o.id <> COALESCE(?, '') AND" WITHIN("o.id")
	    "  AND (? OR NOT EXISTS (SELECT 1 FROM parameter_value v WHERE v.name = ? AND v.scope = o.id))),"
	    " (SELECT COUNT(*) FROM unit u WHERE ? < 2 AND" WITHIN("u.organization_id") " AND u.closed_at IS NULL"
	    "  AND (? OR NOT EXISTS (SELECT 1 FROM parameter_value v WHERE v.name = ? AND (v.scope = u.id"
	    "  OR (v.scope = u.organization_id AND u.organization_id <> COALESCE(?, ''))))))",
	    YX_P(yx_p_int(at->level), yx_p_str(at->at.organization_id), WITHIN_P(at), yx_p_int(c->lock), yx_p_str(c->name),
	        yx_p_int(at->level), WITHIN_P(at), yx_p_int(c->lock), yx_p_str(c->name),
	        yx_p_str(at->at.organization_id)), &r);

	if (rc != YX_OK)
		return rc;
	out->agencies = yx_row_int(r, 0);
	out->units = yx_row_int(r, 1);
	return YX_OK;
}

/* Contracts that wait for signatures and have a last day. */
static int
count_contracts(struct act *act, const struct setting_place *at, const struct setting_change *c,
    struct setting_effect *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*) FROM contract c WHERE c.state IN (" CONTRACT_PENDING_STATES ") AND c.deadline IS NOT NULL"
	    " AND" WITHIN("c.organization_id") " AND (? < 2 OR c.unit_id <=> ?) AND (? IS NULL OR c.id = ?)"
	    " AND (? OR NOT EXISTS (SELECT 1 FROM parameter_value v WHERE v.name = ? AND v.level >= ?"
	    " AND v.scope <> ? AND v.scope IN (c.organization_id, COALESCE(c.unit_id, ''), c.id)))",
	    YX_P(WITHIN_P(at), yx_p_int(at->level), yx_p_str(at->at.unit_id), yx_p_str(at->at.contract_id),
	        yx_p_str(at->at.contract_id), yx_p_int(c->lock), yx_p_str(c->name), yx_p_int(at->level),
	        yx_p_str(at->scope)), &r);

	out->contracts = rc == YX_OK ? yx_row_int(r, 0) : 0;
	return rc;
}

/* Sessions that the new idle time ends: idle for longer than it, and not for longer than the old. */
static int
count_sessions(struct act *act, const struct setting_place *at, const struct setting_change *c,
    struct setting_effect *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*) FROM session s JOIN member m ON m.id = s.member_id WHERE s.expires_at > ?"
	    " AND TIMESTAMPDIFF(SECOND, s.seen_at, ?) BETWEEN 60 * CAST(? AS SIGNED) AND 60 * CAST(? AS SIGNED) - 1"
	    " AND" WITHIN("m.organization_id") " AND (? OR NOT EXISTS (SELECT 1 FROM parameter_value v"
	    " WHERE v.name = ? AND v.scope = m.organization_id AND v.scope <> ?))",
	    YX_P(yx_p_time(act_now(act)), yx_p_time(act_now(act)), yx_p_str(out->after), yx_p_str(out->before),
	        WITHIN_P(at), yx_p_int(c->lock), yx_p_str(c->name), yx_p_str(at->scope)), &r);

	out->sessions = rc == YX_OK ? yx_row_int(r, 0) : 0;
	return rc;
}

int
setting_preview(struct act *act, const struct setting_place *at, const struct setting_change *c,
    struct setting_effect *out)
{
	struct setting now;
	int rc = check(act, at, c, &now);

	memset(out, 0, sizeof(*out));
	if (rc != YX_OK)
		return rc;
	out->before = now.value;
	out->after = c->value != NULL ? c->value : now.above;
	if ((rc = look_below(act, at, now.parameter, c->lock, out)) != YX_OK ||
	    (rc = count_places(act, at, c, out)) != YX_OK)
		return rc;
	if (!(now.parameter->levels & 1u << LEVEL_AGENCY))
		out->agencies = 0;
	if (!(now.parameter->levels & 1u << LEVEL_UNIT))
		out->units = 0;
	if (now.parameter == &PARAMETER[REMIND_DAYS])
		return count_contracts(act, at, c, out);
	return now.parameter == &PARAMETER[SESSION_IDLE] ? count_sessions(act, at, c, out) : YX_OK;
}

/* ---- changes ---- */

struct state { const char *value; int locked; };

static int
note(struct act *act, const struct setting_place *at, const char *name, const struct state was[2], const char *undoes)
{
	char id[YX_ID_SIZE];
	const char *detail;
	int rc;

	yx_random_id(id);
	rc = yx_db_exec(act->db,
	    "INSERT INTO parameter_change (id, name, scope, organization_id, at, member_id, before_value, before_locked,"
	    " after_value, after_locked, undoes_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(name), yx_p_str(at->scope), yx_p_str(at->at.organization_id),
	        yx_p_time(act_now(act)), yx_p_str(act->who.member_id), yx_p_str(was[0].value), yx_p_int(was[0].locked),
	        yx_p_str(was[1].value), yx_p_int(was[1].locked), yx_p_str(undoes)), NULL);
	detail = yx_arena_printf(act->arena, "%s%s → %s%s", was[0].value != NULL ? was[0].value : "-",
	    was[0].locked ? " (locked)" : "", was[1].value != NULL ? was[1].value : "-", was[1].locked ? " (locked)" : "");
	if (rc != YX_OK || detail == NULL)
		return rc != YX_OK ? rc : YX_NO_MEMORY;
	return audit_act(act, "parameter.set", *at->scope != '\0' ? at->scope : "platform", name, detail);
}

static int
put_row(struct act *act, const struct setting_place *at, const char *name, const struct state *s)
{
	if (s->value == NULL)
		return yx_db_exec(act->db, "DELETE FROM parameter_value WHERE name = ? AND scope = ?",
		    YX_P(yx_p_str(name), yx_p_str(at->scope)), NULL);
	return yx_db_exec(act->db,
	    "INSERT INTO parameter_value (name, scope, level, organization_id, unit_id, contract_id, value, locked)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE value = VALUES(value), locked = VALUES(locked)",
	    YX_P(yx_p_str(name), yx_p_str(at->scope), yx_p_int(at->level), yx_p_str(at->at.organization_id),
	        yx_p_str(at->level == LEVEL_UNIT ? at->at.unit_id : NULL),
	        yx_p_str(at->level == LEVEL_CONTRACT ? at->at.contract_id : NULL), yx_p_str(s->value),
	        yx_p_int(s->locked)), NULL);
}

static int
put(struct act *act, const struct setting_place *at, const char *name, const struct state *s)
{
	int rc = put_row(act, at, name, s);

	/* What was copied from it follows. */
	if (rc == YX_OK && strcmp(name, PARAMETER[SESSION_IDLE].name) == 0)
		rc = session_idle_changed(act);
	return rc != YX_OK ? rc : retention_changed(act, name, &at->at);
}

/* Of two changes at the same place one waits for the other. */
static int
take(struct act *act, const char *name, const char *scope)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT value FROM parameter_value WHERE name = ? AND scope = ? FOR UPDATE",
	    YX_P(yx_p_str(name), yx_p_str(scope)), &r);

	return rc == YX_NOT_FOUND ? YX_OK : rc;
}

static int
same(const struct state *a, const struct state *b)
{
	if (a->value == NULL || b->value == NULL)
		return a->value == b->value;
	return strcmp(a->value, b->value) == 0 && a->locked == b->locked;
}

int
setting_put(struct act *act, const struct setting_place *at, const struct setting_change *c)
{
	struct setting now;
	struct state was[2] = { { NULL, 0 }, { c->value, c->value != NULL && c->lock } };
	int rc = take(act, c->name, at->scope);

	if (rc != YX_OK || (rc = check(act, at, c, &now)) != YX_OK)
		return rc;
	/* Below a contract there is nothing that it could be locked for. */
	if (at->level == LEVEL_CONTRACT)
		was[1].locked = 0;
	was[0] = (struct state){ now.own, now.own_locked };
	if (same(&was[0], &was[1]))
		return YX_OK;
	return (rc = put(act, at, c->name, &was[1])) != YX_OK ? rc : note(act, at, c->name, was, NULL);
}

static void
fill_event(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct setting_event *)item = (struct setting_event){ .id = yx_row_str(r, 0), .name = yx_row_str(r, 1),
		.by = yx_row_str(r, 2), .at = yx_row_time(r, 3), .before = yx_row_str(r, 4), .after = yx_row_str(r, 5),
		.before_locked = yx_row_int(r, 6) != 0, .after_locked = yx_row_int(r, 7) != 0,
		.undone = yx_row_int(r, 8) != 0, .may_undo = yx_row_int(r, 9) != 0 };
}

/* What it left is what is set now, and nobody has undone it. */
#define UNDOABLE \
	"(x.undoes_id IS NULL AND u.id IS NULL AND x.after_value <=> v.value AND x.after_locked = COALESCE(v.locked, 0))"
#define EVENT_FROM \
	" FROM parameter_change x JOIN member m ON m.id = x.member_id LEFT JOIN parameter_change u ON u.undoes_id = x.id" \
	" LEFT JOIN parameter_value v ON v.name = x.name AND v.scope = x.scope"

int
setting_events(struct act *act, const struct setting_place *at, struct setting_event **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill_event };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT x.id, x.name, m.name, x.at, x.before_value, x.after_value, x.before_locked, x.after_locked,"
	    " u.id IS NOT NULL, " UNDOABLE EVENT_FROM " WHERE x.scope = ? ORDER BY x.at DESC, x.id LIMIT 100",
	    YX_P(yx_p_str(at->scope)), &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

/* The change's place again, asked for as the one who undoes it. */
static int
place_of(struct act *act, const struct yx_rows *r, struct setting_place *out)
{
	struct parameter_place asked = { .organization_id = yx_row_str(r, 0) };

	if (*yx_row_str(r, 1) == '\0')
		return act->who.roles & ROLE_PLATFORM_ADMIN ? setting_place(act, &asked, out) : YX_NOT_FOUND;
	if (yx_row_int(r, 2))
		asked.contract_id = yx_row_str(r, 1);
	else if (strcmp(yx_row_str(r, 1), asked.organization_id) != 0)
		asked.unit_id = yx_row_str(r, 1);
	return setting_place(act, &asked, out);
}

int
setting_undo(struct act *act, const char *id)
{
	struct setting_place at;
	struct setting now;
	struct yx_rows *r = NULL;
	const char *name;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT x.organization_id, x.scope, EXISTS (SELECT 1 FROM contract c WHERE c.id = x.scope), x.name,"
	    " x.before_value, x.before_locked, x.after_value, x.after_locked, " UNDOABLE EVENT_FROM
	    " WHERE x.id = ? FOR UPDATE", YX_P(yx_p_str(id)), &r);

	if (rc != YX_OK || (rc = place_of(act, r, &at)) != YX_OK)
		return rc;
	name = yx_row_str(r, 3);
	const struct setting_change back = { name, yx_row_str(r, 4), yx_row_int(r, 5) != 0 };
	const struct state was[2] = { { yx_row_str(r, 6), yx_row_int(r, 7) != 0 }, { back.value, back.lock } };

	if (!yx_row_int(r, 8))
		return YX_CONFLICT;
	if ((rc = check(act, &at, &back, &now)) != YX_OK || (rc = put(act, &at, name, &was[1])) != YX_OK)
		return rc;
	return note(act, &at, name, was, id);
}

/* ---- an agency becomes part of another ---- */

/* What the agency had set is in the history as taken away. id: made of the merger's, so that none comes twice. */
static int
note_dropped(struct act *act, const struct organization_pair *p, const char *merge_id, const char *by)
{
	return yx_db_exec(act->db,
	    "INSERT IGNORE INTO parameter_change (id, name, scope, organization_id, at, member_id, before_value,"
	    " before_locked) SELECT LEFT(SHA2(CONCAT(?, v.name), 256), 32), v.name, v.scope, v.organization_id, ?, ?,"
	    " v.value, v.locked FROM parameter_value v WHERE v.scope = ?",
	    YX_P(yx_p_str(merge_id), yx_p_time(act_now(act)), yx_p_str(by), yx_p_str(p->from)), NULL);
}

/* Periods from the shortest to the longest. */
#define PERIOD_LENGTH(p) "IF(" p " = 'permanent', 999, CAST(" p " AS SIGNED))"

/* Nothing that was promised to be kept is kept for less: where the old agency's period is longer, its contracts have
 * it as their own from now on. */
static int
keep_period(struct act *act, const struct organization_pair *p, enum parameter_id which)
{
	const struct parameter_place old = { .organization_id = p->from }, new = { .organization_id = p->into };
	struct parameter_found a = { NULL, -1, 0 }, b = { NULL, -1, 0 };
	int rc = parameter_find(act, which, &old, &a);

	if (rc != YX_OK || (rc = parameter_find(act, which, &new, &b)) != YX_OK)
		return rc;
	return yx_db_exec(act->db,
	    "INSERT IGNORE INTO parameter_value (name, scope, level, organization_id, contract_id, value)"
	    " SELECT ?, c.id, 3, c.organization_id, c.id, ? FROM contract c WHERE c.organization_id = ?"
	    " AND " PERIOD_LENGTH("?") " > " PERIOD_LENGTH("?")
	    " AND NOT EXISTS (SELECT 1 FROM parameter_value v WHERE v.name = ? AND v.scope IN (c.id, c.unit_id))",
	    YX_P(yx_p_str(PARAMETER[which].name), yx_p_str(a.value), yx_p_str(p->from), yx_p_str(a.value),
	    yx_p_str(a.value), yx_p_str(b.value), yx_p_str(b.value), yx_p_str(PARAMETER[which].name)), NULL);
}

/* What units had set goes with them; one that joins a unit with a value of its own takes that. */
static int
move_values(struct act *act, const struct organization_pair *p)
{
	int rc = yx_db_exec(act->db,
	    "UPDATE IGNORE parameter_value v JOIN unit u ON u.id = v.unit_id SET v.organization_id = ?,"
	    " v.unit_id = u.successor_id, v.scope = u.successor_id WHERE v.organization_id = ? AND v.level = 2",
	    YX_P(yx_p_str(p->into), yx_p_str(p->from)), NULL);

	if (rc == YX_OK)
		rc = yx_db_exec(act->db,
		    "UPDATE parameter_value SET organization_id = ? WHERE organization_id = ? AND level = 3",
		    YX_P(yx_p_str(p->into), yx_p_str(p->from)), NULL);
	return rc != YX_OK ? rc : yx_db_exec(act->db, "DELETE FROM parameter_value WHERE organization_id = ?",
	    YX_P(yx_p_str(p->from)), NULL);
}

int
setting_succeed(struct act *act, const struct organization_pair *p, const char *merge_id, const char *by)
{
	int rc = note_dropped(act, p, merge_id, by);

	if (rc == YX_OK)
		rc = keep_period(act, p, RETAIN_COMPLETED);
	if (rc == YX_OK)
		rc = keep_period(act, p, RETAIN_ENDED);
	return rc != YX_OK ? rc : move_values(act, p);
}
