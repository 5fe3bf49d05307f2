#include "backend/domain/people/profile.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/people/link.h"
#include "backend/domain/people/login.h"
#include "backend/domain/people/password.h"
#include "backend/domain/people/session.h"

int
profile_put(struct act *act, const struct member_profile *p)
{
	int rc;

	if (p->phone[strspn(p->phone, "0123456789+-#*() ")] != '\0')
		return act_field(act, "phone", YX_BAD_FIELD);
	rc = member_put_profile(act, p);
	return rc != YX_OK ? rc : audit_act(act, "member.profile", act->who.member_id, NULL, NULL);
}

int
profile_ask_email(struct act *act, const char *email)
{
	struct member_profile me;
	int rc = member_profile(act, &me);

	if (rc != YX_OK)
		return rc;
	if (strcasecmp(me.email, email) == 0)
		return act_field(act, "email", YX_BAD_FIELD);
	return link_send(act, act->who.member_id, "email", email);
}

struct change { struct act *act; const char *hash; char *token; };

static int
put_password(struct yx_db *db, void *ctx)
{
	const struct change *c = ctx;
	int rc = password_put(c->act, c->act->who.member_id, c->hash);

	(void)db;
	if (rc != YX_OK || (rc = session_renew(c->act, NULL, c->token)) != YX_OK)
		return rc;
	return audit_act(c->act, "member.password", c->act->who.member_id, NULL, NULL);
}

int
profile_password(struct act *act, const struct profile_password *p, char token[YX_TOKEN_SIZE])
{
	struct change c = { .act = act, .token = token };
	int rc = login_check(act, "current", p->current);

	if (rc != YX_OK)
		return rc;
	if ((rc = password_prepare(act, act->who.member_id, p->password, &c.hash)) != YX_OK)
		return act_field(act, "password", rc);
	rc = yx_db_tx(act->db, put_password, &c);
	return rc != YX_OK ? rc : session_authenticate(act, token, 0);
}

int
profile_put_notices(struct act *act, const struct profile_notices *n)
{
	int rc;

	if ((n->quiet_from < 0) != (n->quiet_to < 0))
		return act_field(act, n->quiet_from < 0 ? "quietFrom" : "quietTo", YX_FIELD_REQUIRED);
	if ((rc = notice_choose(act, n->channel)) != YX_OK ||
	    (rc = member_put_quiet(act, n->quiet_from, n->quiet_to)) != YX_OK)
		return rc;
	return audit_act(act, "member.notices", act->who.member_id, NULL, NULL);
}
