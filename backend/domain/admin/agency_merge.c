#include "backend/domain/admin/agency_merge.h"

#include <string.h>

#include "backend/domain/admin/agency.h"
#include "backend/domain/base/audit.h"
#include "backend/domain/people/approver.h"

/* ---- the plan ---- */

static int
is_id(const char *s)
{
	return strlen(s) == 32 && strspn(s, "0123456789abcdef") == 32;
}

/* "id:id" or "id:6300" */
static int
parse_choice(struct act *act, const char *text, struct merge_choice *out)
{
	const char *colon = strchr(text, ':'), *rest = colon != NULL ? colon + 1 : NULL;
	char *unit = colon != NULL ? yx_arena_strndup(act->arena, text, (size_t)(colon - text)) : NULL;
	int joins = rest != NULL && is_id(rest);

	if (rest == NULL || (!joins && (strlen(rest) != 4 || strspn(rest, "0123456789") != 4)))
		return act_field(act, "units", YX_BAD_FIELD);
	if (unit == NULL)
		return YX_NO_MEMORY;
	*out = (struct merge_choice){ unit, joins ? rest : NULL, joins ? NULL : rest };
	return is_id(unit) ? YX_OK : act_field(act, "units", YX_BAD_FIELD);
}

int
merge_choices(struct act *act, const char *const *texts, size_t n, struct merge_plan *out)
{
	struct merge_choice *c = yx_arena_alloc(act->arena, (n + 1) * sizeof(*c));
	int rc = c == NULL ? YX_NO_MEMORY : YX_OK;

	for (size_t i = 0; rc == YX_OK && i < n; i++) {
		rc = parse_choice(act, texts[i], &c[i]);
		for (size_t k = 0; rc == YX_OK && k < i; k++)
			if (strcmp(c[k].unit_id, c[i].unit_id) == 0)
				rc = act_field(act, "units", YX_BAD_FIELD);
	}
	out->choices = c;
	out->n = n;
	return rc;
}

static void
fill_choice(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct merge_choice *)item = (struct merge_choice){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2) };
}

static int
plan_of(struct act *act, const struct merge *m, struct merge_plan *out)
{
	struct yx_db_items l = { .size = sizeof(struct merge_choice), .fill = fill_choice };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT x.unit_id, x.into_id, x.code FROM agency_merge_unit x JOIN unit u ON u.id = x.unit_id"
	    " WHERE x.merge_id = ? AND u.closed_at IS NULL ORDER BY x.unit_id", YX_P(yx_p_str(m->id)), &l);

	*out = (struct merge_plan){ { m->from_id, m->into_id }, l.items, l.count };
	return rc;
}

/* ---- what there is ---- */

#define MERGE_FROM \
	" FROM agency_merge x JOIN organization f ON f.id = x.from_id JOIN organization i ON i.id = x.into_id" \
	" JOIN member a ON a.id = x.asked_by LEFT JOIN member d ON d.id = x.decided_by"
#define MERGE_COLUMNS \
	"SELECT x.id, x.state, x.waits, x.reason, f.id, f.name, f.code, i.id, i.name, i.code, a.name, d.name, x.asked_at," \
	" x.decided_at, x.done_at, x.asked_by"

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	const struct act *act = ctx;
	int mine = strcmp(yx_row_str(r, 15), act->who.member_id) == 0;

	*(struct merge *)item = (struct merge){ .id = yx_row_str(r, 0), .state = yx_row_str(r, 1),
		.waits = yx_row_str(r, 2), .reason = yx_row_str(r, 3),
		.from_id = yx_row_str(r, 4), .from_name = yx_row_str(r, 5),
		.from_code = yx_row_str(r, 6), .into_id = yx_row_str(r, 7), .into_name = yx_row_str(r, 8),
		.into_code = yx_row_str(r, 9), .asked_by = yx_row_str(r, 10), .decided_by = yx_row_str(r, 11),
		.asked_at = yx_row_time(r, 12), .decided_at = yx_row_time(r, 13), .done_at = yx_row_time(r, 14),
		.mine = mine, .may = !mine && strcmp(yx_row_str(r, 1), "asked") == 0 };
}

int
merge_list(struct act *act, struct merge **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill, .ctx = act };
	int rc = yx_db_list(act->db, act->arena,
	    MERGE_COLUMNS MERGE_FROM " ORDER BY x.is_open IS NULL, x.asked_at DESC, x.id LIMIT 100", YX_P_NONE, &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

int
merge_get(struct act *act, const char *id, struct merge *out, struct merge_plan *plan)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, MERGE_COLUMNS MERGE_FROM " WHERE x.id = ?", YX_P(yx_p_str(id)), &r);

	if (rc != YX_OK)
		return rc;
	fill(out, r, act);
	return plan_of(act, out, plan);
}

int
merge_count_asked(struct act *act, int64_t *n)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*) FROM agency_merge x WHERE ? AND x.state = 'asked' AND x.asked_by <> ?",
	    YX_P(yx_p_int((act->who.roles & ROLE_PLATFORM_ADMIN) != 0), yx_p_str(act->who.member_id)), &r);

	*n = rc == YX_OK ? yx_row_int(r, 0) : 0;
	return rc;
}

/* ---- one asks, another agrees ---- */

/* Nobody else is at one of the two. */
static int
is_free(struct act *act, const struct organization_pair *p)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT x.id FROM agency_merge x WHERE x.is_open = 1 AND (x.from_id IN (?, ?) OR x.into_id = ?) LIMIT 1",
	    YX_P(yx_p_str(p->from), yx_p_str(p->into), yx_p_str(p->from)), &r);

	return rc == YX_OK ? YX_ASKED_ALREADY : rc == YX_NOT_FOUND ? YX_OK : rc;
}

/* Can be done, at once or after a while. */
static int
check(struct act *act, const struct merge_plan *p, struct merge_preview *look)
{
	int rc = merge_look(act, p, look);

	for (size_t i = 0; rc == YX_OK && i < look->blocks_n; i++)
		if (strcmp(look->blocks[i], "unit_codes") == 0)
			rc = act_field(act, "units", YX_CODE_TAKEN);
	return rc;
}

static int
put_choices(struct act *act, const char *id, const struct merge_plan *p)
{
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < p->n; i++)
		rc = yx_db_exec(act->db, "INSERT INTO agency_merge_unit (merge_id, unit_id, into_id, code) VALUES (?, ?, ?, ?)",
		    YX_P(yx_p_str(id), yx_p_str(p->choices[i].unit_id), yx_p_str(p->choices[i].into_id),
		    yx_p_str(p->choices[i].code)), NULL);
	return rc == YX_BAD_FIELD ? act_field(act, "units", rc) : rc;
}

static int
tell_asked(struct act *act, const struct merge_preview *look, const char *reason)
{
	return approver_tell(act, &(struct approver_mail){ "", NULL, "請核可機關整併 A merger waits for your approval",
		yx_arena_printf(act->arena, "%s申請將「%s」（%s）併入「%s」（%s），待您核可。\n原因：%s\n\n"
		    "A merger of two agencies waits for your approval.", act->who.name, look->from_name, look->from_code,
		    look->into_name, look->into_code, reason) });
}

int
merge_ask(struct act *act, const struct merge_plan *p, const char *reason, char id[YX_ID_SIZE])
{
	struct merge_preview look = { .counts_n = 0 };
	int rc = check(act, p, &look);

	if (rc != YX_OK || (rc = is_free(act, &p->of)) != YX_OK)
		return rc;
	yx_random_id(id);
	rc = yx_db_exec(act->db,
	    "INSERT INTO agency_merge (id, from_id, into_id, reason, asked_by, asked_at) VALUES (?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(p->of.from), yx_p_str(p->of.into), yx_p_str(reason), yx_p_str(act->who.member_id),
	    yx_p_time(act_now(act))), NULL);
	if (rc != YX_OK)
		return rc == YX_CONFLICT ? YX_ASKED_ALREADY : rc;
	if ((rc = put_choices(act, id, p)) != YX_OK || (rc = tell_asked(act, &look, reason)) != YX_OK)
		return rc;
	return audit_act(act, "agency.merge_ask", p->of.from, "into", look.into_code);
}

/* The row is the lock of whoever decides, and of the worker. */
static int
take(struct act *act, const char *id, struct merge *m, struct merge_plan *plan)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT state FROM agency_merge WHERE id = ? FOR UPDATE",
	    YX_P(yx_p_str(id)), &r);

	return rc != YX_OK ? rc : merge_get(act, id, m, plan);
}

static int
decide(struct act *act, const char *id, const char *state)
{
	return yx_db_change(act->db, "UPDATE agency_merge SET state = ?, decided_by = ?, decided_at = ?, waits = ''"
	    " WHERE id = ?", YX_P(yx_p_str(state), yx_p_str(act->who.member_id), yx_p_time(act_now(act)), yx_p_str(id)),
	    YX_NOT_FOUND);
}

int
merge_agree(struct act *act, const char *id)
{
	struct merge_preview look = { .counts_n = 0 };
	struct merge_plan plan;
	struct merge m;
	int rc = take(act, id, &m, &plan);

	if (rc != YX_OK)
		return rc;
	if (strcmp(m.state, "asked") != 0)
		return YX_STATE;
	if (m.mine)
		return YX_SECOND_APPROVER;
	if ((rc = check(act, &plan, &look)) != YX_OK || (rc = decide(act, id, "agreed")) != YX_OK)
		return rc;
	return audit_act(act, "agency.merge_agree", m.from_id, "into", m.into_code);
}

int
merge_refuse(struct act *act, const char *id)
{
	struct merge_plan plan;
	struct merge m;
	int rc = take(act, id, &m, &plan);

	if (rc != YX_OK)
		return rc;
	if (strcmp(m.state, "asked") != 0 && strcmp(m.state, "agreed") != 0)
		return YX_STATE;
	if ((rc = decide(act, id, m.mine ? "withdrawn" : "refused")) != YX_OK)
		return rc;
	return audit_act(act, m.mine ? "agency.merge_withdraw" : "agency.merge_refuse", m.from_id, "into", m.into_code);
}

/* ---- for the worker ---- */

int
merge_took(struct act *act, const char *id, const char *state, const char *waits)
{
	int done = strcmp(state, "done") == 0;

	return yx_db_change(act->db,
	    "UPDATE agency_merge SET state = ?, waits = ?, done_at = IF(?, ?, NULL), looked_at = IF(?, ?, NULL)"
	    " WHERE id = ?",
	    YX_P(yx_p_str(state), yx_p_str(waits), yx_p_int(done), yx_p_time(act_now(act)), yx_p_int(done),
	    yx_p_time(act_now(act)), yx_p_str(id)), YX_NOT_FOUND);
}

int
merge_looked(struct act *act, const char *id)
{
	return yx_db_exec(act->db, "UPDATE agency_merge SET looked_at = ? WHERE id = ?",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(id)), NULL);
}
