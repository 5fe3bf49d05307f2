#include "backend/domain/people/link.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/base/outbox.h"
#include "backend/domain/base/parameter.h"
#include "backend/domain/base/wording.h"
#include "backend/domain/people/member.h"
#include "backend/domain/people/notice.h"
#include "backend/domain/people/password.h"
#include "backend/domain/people/sign_in.h"
#include "common/random.h"

#define MINUTE_MS ((int64_t)60 * 1000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)
#define BATCH     20

struct link_kind {
	const char       *kind, *page;
	enum wording_id   wording;
	enum parameter_id life;
	int64_t           unit_ms;
	const char       *unit;
};

static const struct link_kind KINDS[] = {
	{ "email", "confirm", WORDING_EMAIL, LINK_EMAIL, HOUR_MS, "小時 hours" },
	{ "password", "password", WORDING_PASSWORD, LINK_PASSWORD, MINUTE_MS, "分鐘 minutes" },
	{ "invitation", "password", WORDING_INVITATION, LINK_INVITATION, DAY_MS, "天 days" },
};

static const struct link_kind *
kind_of(const char *kind)
{
	for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++)
		if (strcmp(KINDS[i].kind, kind) == 0)
			return &KINDS[i];
	return NULL;
}

struct making { const struct link_kind *kind; const char *member_id, *email, *token; int64_t life; };

static int
mail_link(struct act *act, const struct making *l, const struct yx_rows *who)
{
	const struct link_kind *k = l->kind;
	struct wording_values v = { .of = { [FIELD_ACCOUNT] = yx_row_str(who, 0), [FIELD_NAME] = yx_row_str(who, 1),
		[FIELD_BELONGS] = yx_row_str(who, 2),
		[FIELD_LINK] = yx_arena_printf(act->arena, "%s/#/account/%s/%s", act->domain->conf->origin, k->page, l->token),
		[FIELD_GOOD_FOR] = yx_arena_printf(act->arena, "%lld %s", (long long)l->life, k->unit) } };
	struct wording_out out = { NULL, NULL };
	int rc = v.of[FIELD_LINK] == NULL || v.of[FIELD_GOOD_FOR] == NULL ? YX_NO_MEMORY
	    : wording_write(act, k->wording, yx_row_str(who, 3), &v, &out);

	return rc != YX_OK ? rc : outbox_add(act->db, &(struct outbox_new){ .recipient = l->email, .subject = out.subject,
	    .body = out.body, .at = act_now(act) });
}

static int
put_link(struct act *act, struct making *l)
{
	int64_t now = act_now(act);
	struct parameter_place at = { .organization_id = NULL };
	struct yx_rows *r = NULL;
	uint8_t hash[32];
	int rc = yx_db_one(act->db, act->arena, "SELECT m.account, m.name, o.name, o.id FROM member m"
	    " JOIN organization o ON o.id = m.organization_id WHERE m.id = ?", YX_P(yx_p_str(l->member_id)), &r);

	if (rc != YX_OK)
		return rc;
	at.organization_id = yx_row_str(r, 3);
	if ((rc = parameter_int(act, l->kind->life, &at, &l->life)) != YX_OK)
		return rc;
	yx_token_hash(l->token, hash);
	rc = yx_db_exec(act->db,
	    "INSERT INTO account_link (token_sha256, member_id, kind, email, created_at, expires_at)"
	    " VALUES (?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_bytes(hash, 32), yx_p_str(l->member_id), yx_p_str(l->kind->kind), yx_p_str(l->email), yx_p_time(now),
	    yx_p_time(now + l->life * l->kind->unit_ms)), NULL);
	return rc != YX_OK ? rc : mail_link(act, l, r);
}

int
link_send(struct act *act, const char *member_id, const char *kind, const char *email)
{
	char token[YX_TOKEN_SIZE];
	struct making l = { .kind = kind_of(kind), .member_id = member_id, .email = email, .token = token };
	int rc;

	if (l.kind == NULL)
		return YX_INTERNAL;
	yx_random_token(token);
	rc = yx_db_exec(act->db, "UPDATE account_link SET used_at = ? WHERE member_id = ? AND kind = ? AND used_at IS NULL",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(member_id), yx_p_str(kind)), NULL);
	if (rc == YX_OK)
		rc = put_link(act, &l);
	explicit_bzero(token, sizeof(token));
	return rc;
}

int
link_look(struct act *act, const char *token, struct link *out)
{
	struct yx_rows *r = NULL;
	uint8_t hash[32];
	int rc;

	yx_token_hash(token, hash);
	rc = yx_db_one(act->db, act->arena,
	    "SELECT l.kind, l.member_id, l.email, m.account, m.name, o.name FROM account_link l"
	    " JOIN member m ON m.id = l.member_id JOIN organization o ON o.id = m.organization_id"
	    " WHERE l.token_sha256 = ? AND l.used_at IS NULL AND l.expires_at > ? AND NOT m.disabled",
	    YX_P(yx_p_bytes(hash, 32), yx_p_time(act_now(act))), &r);
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_LINK_EXPIRED : rc;
	*out = (struct link){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2), yx_row_str(r, 3), yx_row_str(r, 4),
		yx_row_str(r, 5) };
	return YX_OK;
}

/* Once: of two at the same moment one finds it used. */
static int
use(struct act *act, const char *token)
{
	int64_t now = act_now(act);
	uint8_t hash[32];

	yx_token_hash(token, hash);
	return yx_db_change(act->db,
	    "UPDATE account_link SET used_at = ? WHERE token_sha256 = ? AND used_at IS NULL AND expires_at > ?",
	    YX_P(yx_p_time(now), yx_p_bytes(hash, 32), yx_p_time(now)), YX_LINK_EXPIRED);
}

/* An event of the account that its member should know of. */
static int
tell(struct act *act, const char *member_id, const char *subject, const char *what)
{
	struct notice n = { .member_id = member_id, .event = "security", .subject = subject, .at = act_now(act) };

	n.body = yx_arena_printf(act->arena,
	    "%s\n\n若不是您本人所為，請立即聯絡管理者。If it was not you, please tell your administrator at once.\n\n"
	    MAIL_CLOSING,
	    what, act->domain->conf->platform_name);
	return n.body == NULL ? YX_NO_MEMORY : notice_send(act, &n);
}

int
link_confirm_email(struct act *act, const char *token)
{
	struct link l;
	int rc = link_look(act, token, &l);

	if (rc == YX_OK && strcmp(l.kind, "email") != 0)
		rc = YX_LINK_EXPIRED;
	/* Told first, as it goes to the old address. */
	if (rc != YX_OK || (rc = use(act, token)) != YX_OK ||
	    (rc = tell(act, l.member_id, "電子郵件已變更 Your e-mail address was changed",
	         "您帳號的電子郵件已變更，今後的通知將寄到新的地址。\n"
	         "The e-mail address of your account was changed; notices go to the new one.")) != YX_OK ||
	    (rc = member_put_email(act, l.member_id, l.email)) != YX_OK)
		return rc;
	return audit_act(act, "member.email", l.member_id, NULL, NULL);
}

struct setting { struct act *act; const char *token, *hash; struct link l; };

static int
set_password(struct yx_db *db, void *ctx)
{
	struct setting *s = ctx;
	struct act *act = s->act;
	struct sign_in in = { .account = s->l.account, .member_id = s->l.member_id, .method = "link" };
	struct audit_event e = { .member_id = s->l.member_id, .ip = act->ip, .action = "member.password",
		.object_kind = "member", .object_id = s->l.member_id, .at = act_now(act), .detail = "{\"by\":\"link\"}" };
	int rc = use(act, s->token);

	/* Who reads the member's mail is not held up by what others tried at the same place. */
	if (rc != YX_OK || (rc = password_put(act, s->l.member_id, s->hash)) != YX_OK ||
	    (rc = sign_in_done(act, &in)) != YX_OK ||
	    (rc = tell(act, s->l.member_id, "密碼已設定 Your password was set",
	         "您帳號的密碼剛剛已設定。\nThe password of your account was set just now.")) != YX_OK)
		return rc;
	return audit_add(db, act->arena, &e);
}

int
link_set_password(struct act *act, const char *token, const char *password)
{
	struct setting s = { .act = act, .token = token };
	int rc = link_look(act, token, &s.l);

	if (rc == YX_OK && strcmp(s.l.kind, "email") == 0)
		rc = YX_LINK_EXPIRED;
	if (rc != YX_OK || (rc = password_prepare(act, s.l.member_id, password, &s.hash)) != YX_OK)
		return rc;
	return yx_db_tx(act->db, set_password, &s);
}

int
link_pending_email(struct act *act, const char **email)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT email FROM account_link WHERE member_id = ? AND kind = 'email' AND used_at IS NULL AND expires_at > ?"
	    " ORDER BY created_at DESC LIMIT 1", YX_P(yx_p_str(act->who.member_id), yx_p_time(act_now(act))), &r);

	*email = rc == YX_OK ? yx_row_str(r, 0) : NULL;
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}

/* ---- forgotten passwords ---- */

int
link_forgotten(struct act *act, const char *account)
{
	char id[YX_ID_SIZE];

	yx_random_id(id);
	return yx_db_exec(act->db, "INSERT INTO password_request (id, account, ip, at) VALUES (?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(account), yx_p_str(act->ip), yx_p_time(act_now(act))), NULL);
}

struct request { struct act *act; const char *id, *account, *ip; };
struct meant { const char *member_id, *email; };

static void
fill_request(void *item, const struct yx_rows *r, void *ctx)
{
	*(struct request *)item = (struct request){ ctx, yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2) };
}

static void
fill_meant(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct meant *)item = (struct meant){ yx_row_str(r, 0), yx_row_str(r, 1) };
}

/* The request goes, the mails come, in one transaction. */
static int
answer(struct yx_db *db, void *ctx)
{
	struct request *q = ctx;
	struct act *act = q->act;
	struct yx_db_items l = { .size = sizeof(struct meant), .fill = fill_meant };
	const char *account = q->account;
	uint64_t taken = 0;
	int rc = yx_db_exec(db, "DELETE FROM password_request WHERE id = ?", YX_P(yx_p_str(q->id)), &taken);

	if (rc != YX_OK || taken == 0)
		return rc;
	if (!member_account_fits(q->account))
		account = "";
	rc = yx_db_list(db, act->arena,
	    "SELECT m.id, m.email FROM member m WHERE (m.account = ? OR m.email = ?) AND NOT m.disabled"
	    " AND (SELECT COUNT(*) FROM account_link k WHERE k.member_id = m.id AND k.kind = 'password'"
	    " AND k.created_at > ?) < ? LIMIT 5",
	    YX_P(yx_p_str(account), yx_p_str(q->account), yx_p_time(act_now(act) - HOUR_MS),
	    yx_p_int(LINK_PASSWORD_MOST)), &l);
	act->ip = q->ip;
	for (size_t i = 0; rc == YX_OK && i < l.count; i++) {
		const struct meant *m = (const struct meant *)l.items + i;

		if ((rc = link_send(act, m->member_id, "password", m->email)) == YX_OK)
			rc = audit_act(act, "member.forgotten", m->member_id, NULL, NULL);
	}
	return rc;
}

int
link_work(struct act *act, size_t *done)
{
	struct yx_db_items l = { .size = sizeof(struct request), .fill = fill_request, .ctx = act };
	int rc = yx_db_list(act->db, act->arena, "SELECT id, account, ip FROM password_request ORDER BY at LIMIT ?",
	    YX_P(yx_p_int(BATCH)), &l);
	struct request *q = l.items;

	/* One that fails comes again; it does not hold up the others. */
	for (size_t i = 0; i < l.count; i++) {
		int one = yx_db_tx(act->db, answer, &q[i]);

		rc = one != YX_OK ? one : rc;
	}
	*done = l.count;
	return rc;
}

int
link_sweep(struct yx_db *db, int64_t now_ms)
{
	return yx_db_exec(db, "DELETE FROM account_link WHERE expires_at < ? LIMIT 5000",
	    YX_P(yx_p_time(now_ms - 30 * DAY_MS)), NULL);
}
