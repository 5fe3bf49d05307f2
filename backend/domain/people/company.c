#include "backend/domain/people/company.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/card/certificate.h"
#include "backend/domain/people/authority.h"
#include "backend/domain/people/link.h"
#include "backend/domain/people/member.h"
#include "backend/domain/people/notice.h"
#include "backend/domain/people/session.h"

int
company_number_fits(const char *number)
{
	static const int weight[8] = { 1, 2, 1, 2, 1, 2, 4, 1 };
	int sum = 0;

	if (strlen(number) != 8 || strspn(number, "0123456789") != 8)
		return 0;
	for (size_t i = 0; i < 8; i++) {
		int product = (number[i] - '0') * weight[i];

		sum += product / 10 + product % 10;
	}
	return sum % 5 == 0 || (number[6] == '7' && (sum + 1) % 5 == 0);
}

static void
fill_member(void *item, const struct yx_rows *r, void *ctx)
{
	const struct act *act = ctx;

	*(struct company_member *)item = (struct company_member){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_str(r, 3), yx_row_str(r, 4), member_role_bits(yx_row_str(r, 5)), yx_row_str(r, 6), yx_row_time(r, 7),
		yx_row_time(r, 8), yx_row_time(r, 9), strcmp(yx_row_str(r, 0), act->who.member_id) == 0 };
}

int
company_members(struct act *act, struct page *page, struct company_member **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill_member, .ctx = act };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*) FROM member WHERE organization_id = ? AND NOT service",
	    YX_P(yx_p_str(act->who.organization_id)), &r);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_list(act->db, act->arena,
	    "SELECT m.id, m.account, m.name, m.email, m.phone,"
	    " (SELECT GROUP_CONCAT(x.role) FROM member_role x WHERE x.member_id = m.id),"
	    " IF(m.disabled, 'left', IF(m.password_hash IS NULL AND NOT EXISTS"
	    " (SELECT 1 FROM sign_in s WHERE s.member_id = m.id AND s.fits), 'invited', 'active')), m.created_at,"
	    " (SELECT MAX(s.at) FROM sign_in s WHERE s.member_id = m.id AND s.fits), m.left_at"
	    " FROM member m WHERE m.organization_id = ? AND NOT m.service"
	    " ORDER BY m.disabled, m.created_at, m.id LIMIT ? OFFSET ?",
	    YX_P(yx_p_str(act->who.organization_id), yx_p_int(page->size), yx_p_int(page->offset)), &l);
	*list = l.items;
	*n = l.count;
	return rc;
}

int
company_work(struct act *act, struct company_work *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT (SELECT COUNT(*) FROM member m WHERE m.organization_id = ? AND" MEMBER_SIGNS("m") "),"
	    " (SELECT COUNT(*) FROM sign_task t WHERE t.organization_id = ? AND t.kind = 'vendor'"
	    " AND t.state IN ('ready', 'read', 'prepared'))",
	    YX_P(yx_p_str(act->who.organization_id), yx_p_str(act->who.organization_id)), &r);

	if (rc == YX_OK)
		*out = (struct company_work){ yx_row_int(r, 0), yx_row_int(r, 1) };
	return rc;
}

static const char *
role_words(int signer, int admin)
{
	return signer && admin ? "vendor_signer vendor_admin" : signer ? "vendor_signer" : admin ? "vendor_admin" : "";
}

int
company_invite(struct act *act, const struct company_invitation *i, char id[YX_ID_SIZE])
{
	struct member_new m = { .organization_id = act->who.organization_id, .account = i->account, .name = i->name,
		.email = i->email, .roles = role_words(i->signer, i->admin) };
	int rc;

	if (!member_account_fits(i->account))
		return act_field(act, "account", YX_BAD_FIELD);
	if ((rc = member_create(act, &m, id)) != YX_OK)
		return rc == YX_CONFLICT ? act_field(act, "account", YX_ACCOUNT_TAKEN) : rc;
	if ((rc = link_send(act, id, "invitation", i->email)) != YX_OK)
		return rc;
	return audit_act(act, "member.invite", id, "roles", m.roles);
}

int
company_invite_again(struct act *act, const char *id)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT email, password_hash IS NOT NULL FROM member WHERE id = ? AND organization_id = ? AND NOT disabled",
	    YX_P(yx_p_str(id), yx_p_str(act->who.organization_id)), &r);

	if (rc != YX_OK || yx_row_int(r, 1) != 0)
		return rc != YX_OK ? rc : YX_STATE;
	if ((rc = link_send(act, id, "invitation", yx_row_str(r, 0))) != YX_OK)
		return rc;
	return audit_act(act, "member.invite", id, NULL, NULL);
}

/* Somebody else looks after the company as well. The rows are held, so that two who leave at
 * the same moment do not both count on the other. */
static int
others_administrate(struct act *act, const char *id)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(act->db, act->arena,
	    "SELECT m.id FROM member m JOIN member_role x ON x.member_id = m.id AND x.role = 'vendor_admin'"
	    " WHERE m.organization_id = ? AND NOT m.disabled ORDER BY m.id FOR UPDATE",
	    YX_P(yx_p_str(act->who.organization_id)), &r);
	int left = 0;

	while (rc == YX_OK && yx_rows_next(r))
		left += strcmp(yx_row_str(r, 0), id) != 0;
	return rc != YX_OK ? rc : left > 0 ? YX_OK : YX_LAST_ADMIN;
}

int
company_set_roles(struct act *act, const char *id, int signer, int admin)
{
	const struct member_key key = { act->who.organization_id, id };
	const char *roles = role_words(signer, admin);
	int rc = admin ? YX_OK : others_administrate(act, id);

	if (rc == YX_OK)
		rc = member_set_roles(act, &key, roles);
	return rc != YX_OK ? rc : audit_act(act, "member.roles", id, "roles", roles);
}

/* ---- leaving ---- */

struct admins { const char *member_id; };

static void
fill_admin(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct admins *)item = (struct admins){ yx_row_str(r, 0) };
}

/* The company's administrators hear who has left, and what is still to be signed. */
static int
tell_admins(struct act *act, const char *id)
{
	struct yx_db_items l = { .size = sizeof(struct admins), .fill = fill_admin };
	struct notice n = { .event = "security", .subject = "成員已離開 A member has left", .at = act_now(act) };
	struct company_work work;
	struct yx_rows *r = NULL;
	int rc = company_work(act, &work);

	if (rc == YX_OK)
		rc = yx_db_one(act->db, act->arena, "SELECT name FROM member WHERE id = ?", YX_P(yx_p_str(id)), &r);
	if (rc != YX_OK)
		return rc;
	n.body = yx_arena_printf(act->arena,
	    "%s 已不再是貴公司的成員，帳號已停用。目前有 %lld 件待簽章，可簽署的成員 %lld 位。\n"
	    "%s is no longer a member of your company; the account is closed. %lld documents wait for a signature, "
	    "%lld members may sign.\n\n%s/#/company\n", yx_row_str(r, 0), (long long)work.open, (long long)work.signers,
	    yx_row_str(r, 0), (long long)work.open, (long long)work.signers, act->domain->conf->origin);
	if (n.body == NULL)
		return YX_NO_MEMORY;
	rc = yx_db_list(act->db, act->arena,
	    "SELECT m.id FROM member m JOIN member_role x ON x.member_id = m.id AND x.role = 'vendor_admin'"
	    " WHERE m.organization_id = ? AND NOT m.disabled", YX_P(yx_p_str(act->who.organization_id)), &l);
	for (size_t i = 0; rc == YX_OK && i < l.count; i++) {
		n.member_id = ((const struct admins *)l.items)[i].member_id;
		rc = notice_send(act, &n);
	}
	return rc;
}

int
company_dismiss(struct act *act, const char *id)
{
	const struct member_key key = { act->who.organization_id, id };
	int rc = others_administrate(act, id);

	if (rc != YX_OK || (rc = member_deactivate(act, &key)) != YX_OK ||
	    (rc = authority_end_all(act, id)) != YX_OK || (rc = tell_admins(act, id)) != YX_OK)
		return rc;
	return audit_act(act, "member.leave", id, NULL, NULL);
}

/* ---- a company comes in ---- */

struct coming {
	struct act *act;
	const struct company_registration *r;
	const struct yx_cert *cert;
	char member_id[YX_ID_SIZE];
};

static int
put_company(struct yx_db *db, void *ctx)
{
	struct coming *c = ctx;
	struct act *act = c->act;
	struct organization_new o = { .kind = "vendor", .code = c->cert->subject_serial, .name = c->cert->organization,
		.short_name = "本公司", .card_identity = c->cert->subject_serial };
	struct member_new m = { .account = c->r->account, .name = c->r->name, .email = c->r->email,
		.roles = "vendor_signer vendor_admin" };
	char organization_id[YX_ID_SIZE], certificate_id[YX_ID_SIZE];
	struct audit_event e = { .member_id = c->member_id, .ip = act->ip, .action = "company.register",
		.object_kind = "organization", .object_id = organization_id, .at = act_now(act) };
	int rc = organization_create(act, &o, organization_id);

	if (rc != YX_OK)
		return rc == YX_CONFLICT ? YX_COMPANY_TAKEN : rc;
	m.organization_id = organization_id;
	if ((rc = member_create(act, &m, c->member_id)) != YX_OK)
		return rc == YX_CONFLICT ? act_field(act, "account", YX_ACCOUNT_TAKEN) : rc;
	if ((rc = certificate_put(act, c->member_id, "公司卡", c->cert, certificate_id)) != YX_OK ||
	    (rc = link_send(act, c->member_id, "invitation", c->r->email)) != YX_OK)
		return rc;
	return audit_add(db, act->arena, &e);
}

int
company_register(struct act *act, const struct company_registration *r, char token[YX_TOKEN_SIZE])
{
	struct session_new session = { .method = "card", .action = "session.card" };
	struct coming c = { .act = act, .r = r };
	struct yx_cert cert;
	int rc;

	if (!member_account_fits(r->account))
		return act_field(act, "account", YX_BAD_FIELD);
	if ((rc = card_login_proof(act, &r->card, &cert)) != YX_OK)
		return rc;
	c.cert = &cert;
	/* A person's card has no organization; an agency's no such number. */
	if (*cert.organization == '\0' || !company_number_fits(cert.subject_serial))
		rc = YX_COMPANY_NUMBER;
	if (rc == YX_OK)
		rc = yx_db_tx(act->db, put_company, &c);
	yx_cert_free(&cert);
	session.member_id = c.member_id;
	return rc != YX_OK ? rc : session_open(act, &session, token);
}
