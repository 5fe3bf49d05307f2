#include "backend/domain/admin/staff.h"

#include <string.h>

#include "backend/domain/admin/admin.h"
#include "backend/domain/base/audit.h"
#include "backend/domain/base/like.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/contract/contract_handover.h"
#include "backend/domain/people/link.h"
#include "backend/domain/people/member.h"
#include "backend/domain/signing/task.h"

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct staff *)item = (struct staff){ .id = yx_row_str(r, 0), .account = yx_row_str(r, 1),
		.name = yx_row_str(r, 2), .email = yx_row_str(r, 3), .organization_id = yx_row_str(r, 4),
		.organization_name = yx_row_str(r, 5), .organization_kind = yx_row_str(r, 6),
		.unit = { yx_row_str(r, 7), yx_row_str(r, 8), yx_row_str(r, 9) },
		.roles = member_role_bits(yx_row_str(r, 10)), .away = yx_row_int(r, 11) != 0,
		.created_at = yx_row_time(r, 12), .seen_at = yx_row_time(r, 13), .invited = yx_row_int(r, 14) != 0 };
}

#define STAFF_COLUMNS \
	"SELECT m.id, m.account, m.name, m.email, o.id, o.name, o.kind, u.id, CONCAT(o.code, u.code), u.name," \
	" (SELECT GROUP_CONCAT(x.role) FROM member_role x WHERE x.member_id = m.id), m.disabled, m.created_at," \
	" (SELECT MAX(s.seen_at) FROM session s WHERE s.member_id = m.id), m.password_hash IS NULL"
#define STAFF_FROM \
	" FROM member m JOIN organization o ON o.id = m.organization_id LEFT JOIN unit u ON u.id = m.unit_id"

#define STAFF_WHERE STAFF_FROM " WHERE m.organization_id = ? AND" ADMIN_OF " AND m.disabled = ? AND NOT m.service" \
	" AND (? IS NULL OR m.unit_id = ?)" \
	" AND (? IS NULL OR EXISTS (SELECT 1 FROM member_role x WHERE x.member_id = m.id AND x.role = ?))" \
	" AND (REPLACE(m.name, '台', '臺') LIKE ? OR REPLACE(COALESCE(u.name, ''), '台', '臺') LIKE ?" \
	" OR CONVERT(m.account USING utf8mb4) LIKE ? OR m.email LIKE ?)"
#define STAFF_P(act, id, f, like) yx_p_str(id), ADMIN_P(act), yx_p_int((f)->away != 0), yx_p_str((f)->unit_id), \
	yx_p_str((f)->unit_id), yx_p_str((f)->role), yx_p_str((f)->role), yx_p_str(like), yx_p_str(like), \
	yx_p_str(like), yx_p_str(like)

static int
is_mine(struct act *act, const char *organization_id)
{
	struct yx_rows *r = NULL;

	return yx_db_one(act->db, act->arena, "SELECT 1 FROM organization o WHERE o.id = ? AND" ADMIN_OF,
	    YX_P(yx_p_str(organization_id), ADMIN_P(act)), &r);
}

int
staff_list(struct act *act, const struct staff_filter *f, struct page *page, struct staff **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill };
	const char *id = f->organization_id != NULL ? f->organization_id : act->who.organization_id;
	const char *like = like_text(act->arena, f->q);
	struct yx_rows *r = NULL;
	int rc = is_mine(act, id);

	*n = 0;
	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*)" STAFF_WHERE,
	    YX_P(STAFF_P(act, id, f, like)), &r)) != YX_OK)
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_list(act->db, act->arena, STAFF_COLUMNS STAFF_WHERE " ORDER BY m.name, m.account LIMIT ? OFFSET ?",
	    YX_P(STAFF_P(act, id, f, like), yx_p_int(page->size), yx_p_int(page->offset)), &l);
	*list = l.items;
	*n = l.count;
	return rc;
}

int
staff_get(struct act *act, const char *id, struct staff *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, STAFF_COLUMNS STAFF_FROM " WHERE m.id = ? AND NOT m.service AND" ADMIN_OF,
	    YX_P(yx_p_str(id), ADMIN_P(act)), &r);

	if (rc == YX_OK)
		fill(out, r, NULL);
	return rc;
}

/* States in which nobody has anything to do any more. */
#define OVER yx_p_int(CONTRACT_COMPLETED), yx_p_int(CONTRACT_VOIDED)

int
staff_work(struct act *act, const char *id, struct staff_work *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT (SELECT COUNT(*) FROM contract c WHERE c.handler_id = ? AND c.state + 0 NOT IN (?, ?)),"
	    " (SELECT COUNT(*) FROM contract_officer f JOIN contract c ON c.id = f.contract_id"
	    "  WHERE f.member_id = ? AND c.state + 0 NOT IN (?, ?)),"
	    " (SELECT COUNT(*) FROM sign_task t WHERE t.member_id = ? AND t.state IN ('ready', 'read', 'prepared'))",
	    YX_P(yx_p_str(id), OVER, yx_p_str(id), OVER, yx_p_str(id)), &r);

	if (rc == YX_OK)
		*out = (struct staff_work){ yx_row_int(r, 0), yx_row_int(r, 1), yx_row_int(r, 2) };
	return rc;
}

/* ---- who comes and goes ---- */

int
staff_invite(struct act *act, const struct staff_new *n, char id[YX_ID_SIZE])
{
	const char *organization = n->organization_id != NULL ? n->organization_id : act->who.organization_id;
	struct member_new m = { .organization_id = organization, .unit_id = n->unit_id, .account = n->account,
		.name = n->name, .email = n->email, .roles = "" };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT o.closed_at IS NOT NULL FROM organization o WHERE o.id = ? AND" ADMIN_OF,
	    YX_P(yx_p_str(organization), ADMIN_P(act)), &r);

	if (rc != YX_OK || yx_row_int(r, 0))
		return rc != YX_OK ? rc : YX_STATE;
	if ((rc = member_create(act, &m, id)) != YX_OK)
		return rc == YX_CONFLICT ? act_field(act, "account", YX_ACCOUNT_TAKEN)
		    : rc == YX_BAD_FIELD ? act_field(act, "unitId", rc) : rc;
	if ((rc = link_send(act, id, "invitation", n->email)) != YX_OK)
		return rc;
	return audit_act(act, "member.invite", id, "account", n->account);
}

static int
own_organization(struct act *act, const char **id)
{
	const char *name = act->domain->conf->platform_name;
	char *made = yx_arena_alloc(act->arena, YX_ID_SIZE);
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT id FROM organization WHERE kind = 'platform' LIMIT 1", YX_P_NONE,
	    &r);

	*id = rc == YX_OK ? yx_row_str(r, 0) : made;
	if (rc != YX_NOT_FOUND || made == NULL)
		return made == NULL ? YX_NO_MEMORY : rc;
	return organization_create(act, &(struct organization_new){ .kind = "platform", .code = "platform", .name = name,
	    .short_name = "本平台", .card_identity = name }, made);
}

int
staff_first_admin(struct act *act, const struct staff_new *n, char id[YX_ID_SIZE])
{
	struct member_new m = { .account = n->account, .name = n->name, .email = n->email, .roles = "platform_admin" };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*) FROM member m JOIN member_role x ON x.member_id = m.id WHERE NOT m.disabled"
	    " AND x.role = 'platform_admin'", YX_P_NONE, &r);

	if (rc != YX_OK || yx_row_int(r, 0) >= 2)
		return rc != YX_OK ? rc : YX_STATE;
	if ((rc = own_organization(act, &m.organization_id)) != YX_OK)
		return rc;
	if ((rc = member_create(act, &m, id)) != YX_OK)
		return rc == YX_CONFLICT ? YX_ACCOUNT_TAKEN : rc;
	if ((rc = link_send(act, id, "invitation", n->email)) != YX_OK)
		return rc;
	return audit_act(act, "member.first_admin", id, "account", n->account);
}

int
staff_invite_again(struct act *act, const char *id)
{
	struct staff s;
	int rc = staff_get(act, id, &s);

	if (rc != YX_OK)
		return rc;
	if (s.away || !s.invited)
		return YX_STATE;
	return (rc = link_send(act, id, "invitation", s.email)) != YX_OK ? rc
	    : audit_act(act, "member.invite", id, "account", s.account);
}

int
staff_move(struct act *act, const char *id, const char *unit_id)
{
	struct staff s;
	int rc = staff_get(act, id, &s);

	if (rc != YX_OK || (rc = member_move(act, &(struct member_key){ s.organization_id, id }, unit_id)) != YX_OK)
		return rc;
	return audit_act(act, "member.move", id, "unit", unit_id);
}

/* Who takes over is a colleague at work; contracts need an officer. */
static int
check_heir(struct act *act, const struct staff *s, const struct staff_work *w, const char *to)
{
	struct staff heir;
	int rc = to == NULL ? YX_OK : staff_get(act, to, &heir);

	if (to == NULL || (rc != YX_OK && rc != YX_NOT_FOUND))
		return rc;
	if (rc == YX_NOT_FOUND || heir.away || strcmp(heir.id, s->id) == 0 ||
	    strcmp(heir.organization_id, s->organization_id) != 0 ||
	    (w->handles + w->officer > 0 && !(heir.roles & ROLE_OFFICER)))
		return act_field(act, "to", YX_BAD_FIELD);
	return YX_OK;
}

static int
last_admin(struct act *act, const struct staff *s, int *yes)
{
	struct yx_rows *r = NULL;
	int rc;

	*yes = 0;
	if (!(s->roles & (ROLE_AGENCY_ADMIN | ROLE_PLATFORM_ADMIN)))
		return YX_OK;
	rc = yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*) FROM member m JOIN member_role x ON x.member_id = m.id WHERE m.organization_id = ?"
	    " AND m.id <> ? AND NOT m.disabled AND x.role IN ('agency_admin', 'platform_admin')",
	    YX_P(yx_p_str(s->organization_id), yx_p_str(s->id)), &r);
	*yes = rc == YX_OK && yx_row_int(r, 0) == 0;
	return rc;
}

int
staff_leave(struct act *act, const char *id, const char *to, struct staff_work *done)
{
	int64_t contracts = 0;
	struct staff s;
	int last = 0, rc = staff_get(act, id, &s);

	if (rc != YX_OK || (rc = staff_work(act, id, done)) != YX_OK || (rc = check_heir(act, &s, done, to)) != YX_OK ||
	    (rc = last_admin(act, &s, &last)) != YX_OK)
		return rc;
	if (strcmp(id, act->who.member_id) == 0)
		return YX_NOT_YOURSELF;
	if (last)
		return YX_LAST_ADMIN;
	if ((rc = contract_hand_over(act, id, to, &contracts)) != YX_OK ||
	    (rc = task_leave(act, id, &done->seals)) != YX_OK ||
	    (rc = member_deactivate(act, &(struct member_key){ s.organization_id, id })) != YX_OK)
		return rc;
	return audit_act(act, "member.leave", id, "to", to);
}

int
staff_return(struct act *act, const char *id)
{
	struct staff s;
	int rc = staff_get(act, id, &s);

	if (rc != YX_OK || (rc = member_return(act, &(struct member_key){ s.organization_id, id })) != YX_OK)
		return rc;
	return audit_act(act, "member.return", id, NULL, NULL);
}
