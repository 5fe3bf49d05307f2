#include "backend/domain/admin/role_request.h"

#include <stdio.h>
#include <string.h>

#include "backend/domain/admin/admin.h"
#include "backend/domain/base/audit.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/people/approver.h"
#include "backend/domain/people/member.h"

/* Each role: in which kind of organization, who may ask for it, whether a second person
 * has to agree, and what it cannot go together with. */
static const struct rule {
	unsigned    role;
	const char *kind;
	unsigned    by;
	int         two;
	unsigned    never_with;
	const char *zh, *en;      /* as mails call it */
} RULES[] = {
	{ ROLE_OFFICER, "agency", ROLE_AGENCY_ADMIN, 0, 0, "承(經)辦人", "case officer" },
	{ ROLE_SEALER, "agency", ROLE_AGENCY_ADMIN, 1, ROLE_PLATFORM_ADMIN, "機關用印人員", "sealing officer" },
	{ ROLE_REGISTRY, "agency", ROLE_AGENCY_ADMIN, 1, ROLE_PLATFORM_ADMIN, "總收發", "registry" },
	{ ROLE_AGENCY_ADMIN, "agency", ROLE_AGENCY_ADMIN | ROLE_PLATFORM_ADMIN, 1, ROLE_AUDITOR, "機關管理者",
	    "agency administrator" },
	{ ROLE_PLATFORM_ADMIN, "platform", ROLE_PLATFORM_ADMIN, 1, ROLE_AUDITOR | ROLE_SEALER | ROLE_REGISTRY,
	    "平台管理者", "platform administrator" },
	{ ROLE_AUDITOR, "platform", ROLE_PLATFORM_ADMIN, 1, ROLE_PLATFORM_ADMIN | ROLE_AGENCY_ADMIN, "稽核員", "auditor" },
};

static const struct rule *
rule_of(const char *role, const char *kind, unsigned who)
{
	unsigned bit = member_role_bits(role);

	for (size_t i = 0; bit != 0 && i < sizeof(RULES) / sizeof(RULES[0]); i++)
		if (RULES[i].role == bit && strcmp(RULES[i].kind, kind) == 0 && (RULES[i].by & who) != 0)
			return &RULES[i];
	return NULL;
}

/* ---- the member whose roles change ---- */

struct subject {
	const char *id, *organization_id, *kind, *name, *email;
	unsigned    roles;
};

/* Locks the row: of two who give roles at the same moment, the second sees what the first gave. */
static int
take_subject(struct act *act, const char *id, struct subject *out)
{
	struct yx_rows *r = NULL, *roles = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT m.id, o.id, o.kind, m.name, m.email FROM member m JOIN organization o ON o.id = m.organization_id"
	    " WHERE m.id = ? AND NOT m.disabled AND" ADMIN_OF " FOR UPDATE", YX_P(yx_p_str(id), ADMIN_P(act)), &r);

	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena,
	    "SELECT GROUP_CONCAT(role) FROM member_role WHERE member_id = ?", YX_P(yx_p_str(id)), &roles)) != YX_OK)
		return rc;
	*out = (struct subject){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2), yx_row_str(r, 3), yx_row_str(r, 4),
		member_role_bits(yx_row_str(roles, 0)) };
	return YX_OK;
}

static int
put_roles(struct act *act, const struct subject *s, unsigned roles)
{
	char words[256] = "";
	const char *word;

	for (size_t i = 0; (word = member_role(roles, i)) != NULL; i++) {
		size_t n = strlen(words);

		snprintf(words + n, sizeof(words) - n, "%s%s", n > 0 ? " " : "", word);
	}
	return member_set_roles(act, &(struct member_key){ s->organization_id, s->id }, words);
}

/* ---- giving and taking ---- */

/* The others who may agree: of the agency itself, or else of the platform. */
static int
tell_approvers(struct act *act, const struct subject *s, const struct rule *rule)
{
	return approver_tell(act, &(struct approver_mail){ s->organization_id, s->id, "請核可角色申請",
		yx_arena_printf(act->arena, "%s申請將角色「%s」授予%s，待您核可。\n"
		    "A role waits for your approval: %s for %s.", act->who.name, rule->zh, s->name, rule->en, s->name) });
}

static int
ask(struct act *act, const struct subject *s, const struct rule *rule, const char *why)
{
	const char *role = member_role(rule->role, 0);
	char id[YX_ID_SIZE];
	int rc;

	if (why == NULL)
		return act_field(act, "reason", YX_FIELD_REQUIRED);
	yx_random_id(id);
	rc = yx_db_exec(act->db,
	    "INSERT INTO role_request (id, member_id, role, reason, asked_by, asked_at) VALUES (?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(s->id), yx_p_str(role), yx_p_str(why), yx_p_str(act->who.member_id),
	        yx_p_time(act_now(act))), NULL);
	if (rc != YX_OK)
		return rc == YX_CONFLICT ? YX_ASKED_ALREADY : rc;
	if ((rc = tell_approvers(act, s, rule)) != YX_OK)
		return rc;
	return audit_act(act, "role.ask", s->id, "role", role);
}

int
role_give(struct act *act, const char *member_id, const char *role, const char *why, int *asked)
{
	const struct rule *rule;
	struct subject s;
	int rc = take_subject(act, member_id, &s);

	*asked = 0;
	if (rc != YX_OK)
		return rc;
	if ((rule = rule_of(role, s.kind, act->who.roles)) == NULL)
		return YX_NOT_FOUND;
	if (strcmp(member_id, act->who.member_id) == 0)
		return YX_NOT_YOURSELF;
	if (s.roles & rule->role)
		return YX_STATE;
	if (s.roles & rule->never_with)
		return YX_ROLE_CONFLICT;
	*asked = rule->two;
	if (rule->two)
		return ask(act, &s, rule, why);
	if ((rc = put_roles(act, &s, s.roles | rule->role)) != YX_OK)
		return rc;
	return audit_act(act, "role.give", s.id, "role", role);
}

/* Is somebody else left with that role in the organization? */
static int
others_have(struct act *act, const struct subject *s, const char *role, int *yes)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*) FROM member m JOIN member_role x ON x.member_id = m.id WHERE m.organization_id = ?"
	    " AND m.id <> ? AND NOT m.disabled AND x.role = ?",
	    YX_P(yx_p_str(s->organization_id), yx_p_str(s->id), yx_p_str(role)), &r);

	*yes = rc == YX_OK && yx_row_int(r, 0) > 0;
	return rc;
}

int
role_take(struct act *act, const char *member_id, const char *role)
{
	unsigned bit = member_role_bits(role);
	struct subject s;
	int others = 1, rc = take_subject(act, member_id, &s);

	if (rc != YX_OK)
		return rc;
	if ((s.roles & bit) == 0)
		return YX_NOT_FOUND;
	if (bit & (ROLE_AGENCY_ADMIN | ROLE_PLATFORM_ADMIN)) {
		if (strcmp(member_id, act->who.member_id) == 0)
			return YX_NOT_YOURSELF;
		if ((rc = others_have(act, &s, role, &others)) != YX_OK)
			return rc;
	}
	if (!others)
		return YX_LAST_ADMIN;
	if ((rc = put_roles(act, &s, s.roles & ~bit)) != YX_OK)
		return rc;
	return audit_act(act, "role.take", s.id, "role", role);
}

/* ---- requests ---- */

/* Row q is one that act->who may look after; whoever asked sees the own ones as well. */
#define REQUEST_FROM \
	" FROM role_request q JOIN member m ON m.id = q.member_id JOIN organization o ON o.id = m.organization_id" \
	" LEFT JOIN unit u ON u.id = m.unit_id JOIN member a ON a.id = q.asked_by" \
	" LEFT JOIN member d ON d.id = q.decided_by WHERE" ADMIN_OF
#define REQUEST_COLUMNS \
	"SELECT q.id, q.role, q.reason, q.state, m.id, m.name, m.account, o.name, u.name, a.name, d.name, q.asked_at," \
	" q.decided_at, q.asked_by"

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	const struct act *act = ctx;
	int mine = strcmp(yx_row_str(r, 13), act->who.member_id) == 0;

	*(struct role_request *)item = (struct role_request){ .id = yx_row_str(r, 0), .role = yx_row_str(r, 1),
		.reason = yx_row_str(r, 2), .state = yx_row_str(r, 3), .member_id = yx_row_str(r, 4),
		.member = yx_row_str(r, 5), .account = yx_row_str(r, 6), .organization = yx_row_str(r, 7),
		.unit = yx_row_str(r, 8), .asked_by = yx_row_str(r, 9), .decided_by = yx_row_str(r, 10),
		.asked_at = yx_row_time(r, 11), .decided_at = yx_row_time(r, 12), .mine = mine,
		.may = !mine && strcmp(yx_row_str(r, 4), act->who.member_id) != 0 };
}

int
role_request_list(struct act *act, int closed, struct role_request **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill, .ctx = act };
	int rc = closed
	    ? yx_db_list(act->db, act->arena, REQUEST_COLUMNS REQUEST_FROM " AND q.state <> 'open'"
	      " ORDER BY q.decided_at DESC, q.id LIMIT 100", YX_P(ADMIN_P(act)), &l)
	    : yx_db_list(act->db, act->arena, REQUEST_COLUMNS REQUEST_FROM " AND q.state = 'open'"
	      " ORDER BY q.asked_at, q.id LIMIT 200", YX_P(ADMIN_P(act)), &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

int
role_request_count(struct act *act, int64_t *n)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*)" REQUEST_FROM " AND q.state = 'open' AND ? NOT IN (q.asked_by, q.member_id)",
	    YX_P(ADMIN_P(act), yx_p_str(act->who.member_id)), &r);

	*n = rc == YX_OK ? yx_row_int(r, 0) : 0;
	return rc;
}

static int
get_open(struct act *act, const char *id, struct role_request *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    REQUEST_COLUMNS REQUEST_FROM " AND q.id = ? AND q.state = 'open' FOR UPDATE",
	    YX_P(ADMIN_P(act), yx_p_str(id)), &r);

	if (rc == YX_OK)
		fill(out, r, act);
	return rc;
}

static int
decide(struct act *act, const char *id, const char *state)
{
	return yx_db_change(act->db,
	    "UPDATE role_request SET state = ?, decided_by = ?, decided_at = ? WHERE id = ? AND state = 'open'",
	    YX_P(yx_p_str(state), yx_p_str(act->who.member_id), yx_p_time(act_now(act)), yx_p_str(id)), YX_NOT_FOUND);
}

int
role_approve(struct act *act, const char *id)
{
	struct role_request q;
	const struct rule *rule;
	struct subject s;
	const char *text;
	int rc = get_open(act, id, &q);

	if (rc != YX_OK)
		return rc;
	if (!q.may)
		return YX_SECOND_APPROVER;
	if ((rc = take_subject(act, q.member_id, &s)) != YX_OK)
		return rc;
	/* Who agrees need not be one who may ask; the role has to fit all the same. */
	if ((rule = rule_of(q.role, s.kind, ~0u)) == NULL || (s.roles & rule->never_with))
		return YX_ROLE_CONFLICT;
	if ((rc = decide(act, id, "approved")) != YX_OK || (rc = put_roles(act, &s, s.roles | rule->role)) != YX_OK)
		return rc;
	text = yx_arena_printf(act->arena, "您已獲授予角色「%s」。\nYou were given the role: %s.", rule->zh, rule->en);
	if (text == NULL)
		return YX_NO_MEMORY;
	if ((rc = approver_tell_one(act, s.email, "您的角色已變更", text)) != YX_OK)
		return rc;
	return audit_act(act, "role.approve", s.id, "role", q.role);
}

int
role_refuse(struct act *act, const char *id)
{
	struct role_request q;
	int rc = get_open(act, id, &q);

	if (rc != YX_OK || (rc = decide(act, id, q.mine ? "withdrawn" : "refused")) != YX_OK)
		return rc;
	return audit_act(act, q.mine ? "role.withdraw" : "role.refuse", q.member_id, "role", q.role);
}
