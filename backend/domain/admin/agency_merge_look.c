/* What a merger would do, before it does it. */
#include <string.h>

#include "backend/domain/admin/agency_merge.h"
#include "backend/domain/base/parameter.h"
#include "backend/domain/contract/contract.h"

/* What goes over, or ends; each asks for one thing, the agency. */
static const struct { const char *word, *sql; } COUNTS[] = {
	{ "members", "SELECT COUNT(*) FROM member m WHERE m.organization_id = ? AND NOT m.disabled" },
	{ "admins", "SELECT COUNT(*) FROM member m JOIN member_role r ON r.member_id = m.id AND r.role = 'agency_admin'"
	    " WHERE m.organization_id = ? AND NOT m.disabled" },
	{ "sealers", "SELECT COUNT(*) FROM member m JOIN member_role r ON r.member_id = m.id AND r.role = 'sealer'"
	    " WHERE m.organization_id = ? AND NOT m.disabled" },
	{ "units", "SELECT COUNT(*) FROM unit u WHERE u.organization_id = ? AND u.closed_at IS NULL" },
	{ "below", "SELECT COUNT(*) FROM organization b WHERE b.parent_id = ? AND b.closed_at IS NULL" },
	{ "contracts", "SELECT COUNT(*) FROM contract c WHERE c.organization_id = ?" },
	{ "pending", "SELECT COUNT(*) FROM contract c WHERE c.organization_id = ?"
	    " AND c.state IN (" CONTRACT_PENDING_STATES ")" },
	{ "vendors", "SELECT COUNT(DISTINCT v.organization_id) FROM contract c JOIN contract_vendor v"
	    " ON v.contract_id = c.id WHERE c.organization_id = ? AND c.state IN (" CONTRACT_PENDING_STATES ")" },
	{ "sent", "SELECT COUNT(*) FROM message m WHERE m.sender_organization_id = ?" },
	{ "received", "SELECT COUNT(*) FROM message_recipient r WHERE r.organization_id = ?" },
	{ "letters", "SELECT COUNT(*) FROM letter l WHERE l.organization_id = ?" },
	{ "templates", "SELECT COUNT(*) FROM template t WHERE t.organization_id = ? AND t.retired_at IS NULL" },
	{ "pictures", "SELECT COUNT(*) FROM seal_picture p WHERE p.organization_id = ? AND p.disabled_at IS NULL" },
	{ "seals", "SELECT COUNT(*) FROM seal_register g WHERE g.organization_id = ?" },
	{ "deputies", "SELECT COUNT(*) FROM seal_deputy d WHERE d.organization_id = ? AND d.ended_at IS NULL" },
	{ "clients", "SELECT COUNT(*) FROM client k WHERE k.organization_id = ?" },
	{ "holds", "SELECT COUNT(*) FROM legal_hold h WHERE h.organization_id = ?"
	    " AND h.state NOT IN ('refused', 'lifted')" },
	{ "lists", "SELECT COUNT(*) FROM destruction_list d WHERE d.organization_id = ? AND d.state <> 'done'" },
	{ "requests", "SELECT COUNT(*) FROM role_request q JOIN member m ON m.id = q.member_id WHERE m.organization_id = ?"
	    " AND q.state = 'open'" },
	{ "parameters", "SELECT COUNT(*) FROM parameter_value v WHERE v.organization_id = ? AND v.level = 1" },
	{ "unit_parameters", "SELECT COUNT(*) FROM parameter_value v WHERE v.organization_id = ? AND v.level = 2" },
	{ "wordings", "SELECT COUNT(*) FROM mail_wording w WHERE w.organization_id = ?" },
};
#define COUNTS_N (sizeof(COUNTS) / sizeof(COUNTS[0]))
_Static_assert(COUNTS_N + 1 <= MERGE_COUNTS, "certificates are counted as well");

/* Certificates in use that name the old agency and not the new one: they seal for nobody then. */
static int
count_certificates(struct act *act, const struct organization_pair *p, int64_t *n)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*) FROM organization f JOIN organization i ON i.id = ? AND i.card_identity <> f.card_identity"
	    " JOIN member m ON m.organization_id = f.id AND NOT m.disabled"
	    " JOIN certificate x ON x.member_id = m.id AND x.disabled_at IS NULL"
	    " AND INSTR(x.subject, CONCAT('O=', f.card_identity)) > 0 WHERE f.id = ?",
	    YX_P(yx_p_str(p->into), yx_p_str(p->from)), &r);

	*n = rc == YX_OK ? yx_row_int(r, 0) : 0;
	return rc;
}

static int
count_all(struct act *act, const struct organization_pair *p, struct merge_preview *out)
{
	struct yx_rows *r = NULL;
	int64_t certificates = 0;
	int rc = count_certificates(act, p, &certificates);

	for (size_t i = 0; rc == YX_OK && i < COUNTS_N; i++)
		if ((rc = yx_db_one(act->db, act->arena, COUNTS[i].sql, YX_P(yx_p_str(p->from)), &r)) == YX_OK)
			out->counts[out->counts_n++] = (struct merge_count){ COUNTS[i].word, yx_row_int(r, 0) };
	out->counts[out->counts_n++] = (struct merge_count){ "certificates", certificates };
	return rc;
}

/* ---- units ---- */

struct there { const char *id, *code, *name; int closed; };

static void
fill_there(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct there *)item = (struct there){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_int(r, 3) != 0 };
}

static void
fill_unit(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct merge_unit *)item = (struct merge_unit){ .id = yx_row_str(r, 0), .code = yx_row_str(r, 1),
		.name = yx_row_str(r, 2), .new_name = yx_row_str(r, 3), .people = yx_row_int(r, 4),
		.new_code = yx_row_str(r, 1) };
}

static const struct there *
there_with(const struct yx_db_items *l, const char *id, const char *code)
{
	const struct there *t = l->items;

	for (size_t i = 0; i < l->count; i++)
		if ((id != NULL && strcmp(t[i].id, id) == 0) || (code != NULL && strcmp(t[i].code, code) == 0))
			return &t[i];
	return NULL;
}

static struct merge_unit *
unit_named(struct merge_preview *out, const char *id)
{
	for (size_t i = 0; i < out->units_n; i++)
		if (strcmp(out->units[i].id, id) == 0)
			return &out->units[i];
	return NULL;
}

static int
apply_choice(struct act *act, const struct merge_choice *c, const struct yx_db_items *there, struct merge_preview *out)
{
	struct merge_unit *u = unit_named(out, c->unit_id);
	const struct there *t = c->into_id == NULL ? NULL : there_with(there, c->into_id, NULL);

	if (u == NULL || (c->into_id != NULL && (t == NULL || t->closed)))
		return act_field(act, "units", YX_BAD_FIELD);
	if (t != NULL) {
		u->into_id = t->id;
		u->into_name = t->name;
		u->new_code = u->new_name = NULL;
	} else {
		u->new_code = c->code;
	}
	return YX_OK;
}

/* Is the code free in the other agency, and no other unit gets it? */
static int
is_solved(const struct merge_preview *out, const struct merge_unit *u, const struct yx_db_items *there)
{
	if (u->new_code == NULL)
		return 1;
	if (there_with(there, NULL, u->new_code) != NULL)
		return 0;
	for (size_t i = 0; i < out->units_n; i++)
		if (&out->units[i] != u && out->units[i].new_code != NULL &&
		    strcmp(out->units[i].new_code, u->new_code) == 0)
			return 0;
	return 1;
}

static int
look_at_units(struct act *act, const struct merge_plan *p, struct merge_preview *out)
{
	struct yx_db_items there = { .size = sizeof(struct there), .fill = fill_there };
	struct yx_db_items l = { .size = sizeof(struct merge_unit), .fill = fill_unit };
	int all = 1, rc = yx_db_list(act->db, act->arena,
	    "SELECT u.id, u.code, u.name, u.closed_at IS NOT NULL FROM unit u WHERE u.organization_id = ?"
	    " AND u.was_id = ''",
	    YX_P(yx_p_str(p->of.into)), &there);

	if (rc != YX_OK || (rc = yx_db_list(act->db, act->arena,
	    "SELECT u.id, u.code, u.name, " UNIT_NAME_AFTER ", (SELECT COUNT(*) FROM member m"
	    " WHERE m.organization_id = f.id AND m.unit_id = u.id AND NOT m.disabled) FROM unit u"
	    " JOIN organization f ON f.id = u.organization_id"
	    " JOIN organization i ON i.id = ? WHERE u.organization_id = ? AND u.closed_at IS NULL"
	    " ORDER BY u.code LIMIT 1000",
	    YX_P(yx_p_str(p->of.into), yx_p_str(p->of.from)), &l)) != YX_OK)
		return rc;
	out->units = l.items;
	out->units_n = l.count;
	for (size_t i = 0; rc == YX_OK && i < p->n; i++)
		rc = apply_choice(act, &p->choices[i], &there, out);
	for (size_t i = 0; i < out->units_n; i++) {
		struct merge_unit *u = &out->units[i];
		const struct there *same = there_with(&there, NULL, u->code);

		u->taken_by = same != NULL ? same->name : NULL;
		u->solved = is_solved(out, u, &there);
		all &= u->solved;
	}
	if (!all)
		out->blocks[out->blocks_n++] = "unit_codes";
	return rc;
}

/* ---- parameters ---- */

static void
fill_parameter(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct merge_parameter *)item = (struct merge_parameter){ yx_row_str(r, 0), yx_row_str(r, 1), NULL };
}

static int
look_at_parameters(struct act *act, const struct organization_pair *p, struct merge_preview *out)
{
	const struct parameter_place at = { .organization_id = p->into };
	struct yx_db_items l = { .size = sizeof(struct merge_parameter), .fill = fill_parameter };
	struct parameter_found found = { NULL, -1, 0 };
	int rc = yx_db_list(act->db, act->arena, "SELECT name, value FROM parameter_value WHERE scope = ? ORDER BY name",
	    YX_P(yx_p_str(p->from)), &l);

	out->parameters = l.items;
	out->parameters_n = rc == YX_OK ? l.count : 0;
	for (size_t i = 0; rc == YX_OK && i < out->parameters_n; i++) {
		const struct parameter *q = parameter_named(out->parameters[i].name);

		if (q != NULL && (rc = parameter_find(act, (enum parameter_id)(q - PARAMETER), &at, &found)) == YX_OK)
			out->parameters[i].then = found.value;
	}
	return rc;
}

/* ---- all of it ---- */

int
merge_waits(struct act *act, const char *from, const char **word)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT EXISTS (SELECT 1 FROM contract c WHERE c.organization_id = ? AND c.state = ?),"
	    " EXISTS (SELECT 1 FROM sign_task t WHERE t.organization_id = ? AND t.kind = 'sealer'"
	    " AND t.state = 'prepared'),"
	    " EXISTS (SELECT 1 FROM destruction_list d WHERE d.organization_id = ? AND d.state = 'approved')",
	    YX_P(yx_p_str(from), yx_p_str(contract_state_word(CONTRACT_SEALING)), yx_p_str(from),
	    yx_p_str(from)), &r);

	*word = NULL;
	if (rc != YX_OK)
		return rc;
	*word = yx_row_int(r, 0) ? "sealing" : yx_row_int(r, 1) ? "signing" : yx_row_int(r, 2) ? "destruction" : NULL;
	return YX_OK;
}

/* Two agencies that are real and go on, for an administrator of the platform. */
static int
look_at_both(struct act *act, const struct organization_pair *p, struct merge_preview *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT f.name, f.code, i.name, i.code, f.closed_at IS NOT NULL OR i.closed_at IS NOT NULL"
	    " FROM organization f JOIN organization i ON i.id = ? WHERE f.id = ? AND f.kind = 'agency'"
	    " AND i.kind = 'agency' AND f.practice_id IS NULL AND i.practice_id IS NULL",
	    YX_P(yx_p_str(p->into), yx_p_str(p->from)), &r);

	if (rc != YX_OK)
		return rc;
	if (strcmp(p->from, p->into) == 0)
		return act_field(act, "intoId", YX_BAD_FIELD);
	out->from_name = yx_row_str(r, 0);
	out->from_code = yx_row_str(r, 1);
	out->into_name = yx_row_str(r, 2);
	out->into_code = yx_row_str(r, 3);
	return yx_row_int(r, 4) ? YX_STATE : YX_OK;
}

int
merge_look(struct act *act, const struct merge_plan *p, struct merge_preview *out)
{
	const char *word = NULL;
	int rc = look_at_both(act, &p->of, out);

	if (rc != YX_OK || (rc = count_all(act, &p->of, out)) != YX_OK || (rc = look_at_units(act, p, out)) != YX_OK ||
	    (rc = look_at_parameters(act, &p->of, out)) != YX_OK || (rc = merge_waits(act, p->of.from, &word)) != YX_OK)
		return rc;
	if (word != NULL)
		out->blocks[out->blocks_n++] = word;
	return YX_OK;
}
