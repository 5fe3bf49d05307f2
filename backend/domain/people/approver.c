#include "backend/domain/people/approver.h"

#include "backend/domain/base/domain.h"
#include "backend/domain/base/outbox.h"

int
approver_tell_one(struct act *act, const char *to, const char *subject, const char *text)
{
	const struct yx_conf *conf = act->domain->conf;
	struct outbox_new m = { .recipient = to, .subject = subject, .at = act_now(act),
		.body = yx_arena_printf(act->arena, "%s\n\n請登入查看 See it here：%s/\n\n"
		    MAIL_CLOSING, text, conf->origin,
		    conf->platform_name) };

	if (act->no_mail)
		return YX_OK;
	return m.body == NULL ? YX_NO_MEMORY : outbox_add(act->db, &m);
}

static void
fill_email(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(const char **)item = yx_row_str(r, 0);
}

int
approver_tell(struct act *act, const struct approver_mail *m)
{
	struct yx_db_items l = { .size = sizeof(char *), .fill = fill_email };
	int rc = m->text == NULL ? YX_NO_MEMORY : yx_db_list(act->db, act->arena,
	    "SELECT m.email FROM member m JOIN member_role x ON x.member_id = m.id"
	    " WHERE NOT m.disabled AND m.id NOT IN (?, COALESCE(?, ''))"
	    " AND ((x.role = 'agency_admin' AND m.organization_id = ?) OR x.role = 'platform_admin')"
	    " ORDER BY x.role = 'platform_admin', m.created_at LIMIT 5",
	    YX_P(yx_p_str(act->who.member_id), yx_p_str(m->about), yx_p_str(m->organization_id)), &l);

	for (size_t i = 0; rc == YX_OK && i < l.count; i++)
		rc = approver_tell_one(act, ((const char **)l.items)[i], m->subject, m->text);
	return rc;
}
