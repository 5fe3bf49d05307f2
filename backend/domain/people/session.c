#include "backend/domain/people/session.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/base/parameter.h"
#include "backend/domain/people/member.h"
#include "backend/domain/people/sign_in.h"
#include "backend/domain/practice/practice_play.h"
#include "common/codec.h"
#include "common/random.h"

struct opening {
	struct act *act;
	const struct session_new *s;
	const char *token;
};

/* How long a session that is opened may live and idle. */
struct limits {
	int64_t hours, idle;
};

static int
limits_of(struct act *act, const char *organization_id, struct limits *out)
{
	const struct parameter_place at = { .organization_id = organization_id };
	int rc = parameter_int(act, SESSION_HOURS, &at, &out->hours);

	return rc != YX_OK ? rc : parameter_int(act, SESSION_IDLE, &at, &out->idle);
}

static int
put_session(struct act *act, const struct session_new *s, const char *token, const struct limits *limits)
{
	int64_t now = act_now(act), life = limits->hours * 3600000;
	char csrf[YX_TOKEN_SIZE], id[YX_ID_SIZE];
	uint8_t hash[32];

	yx_token_hash(token, hash);
	yx_random_token(csrf);
	yx_random_id(id);
	return yx_db_exec(act->db,
	    "INSERT INTO session (token_sha256, id, member_id, csrf, ip, agent, method, created_at, seen_at,"
	    " idle_minutes, proved_at, expires_at) VALUES (?, ?, ?, ?, ?, LEFT(?, 300), ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_bytes(hash, 32), yx_p_str(id), yx_p_str(s->member_id), yx_p_str(csrf), yx_p_str(act->ip),
	    yx_p_str(act->agent != NULL ? act->agent : ""), yx_p_str(s->method), yx_p_time(now), yx_p_time(now),
	    yx_p_int(limits->idle), yx_p_time(now), yx_p_time(now + life)), NULL);
}

static int
open_session(struct yx_db *db, void *ctx)
{
	struct opening *o = ctx;
	struct act *act = o->act;
	struct audit_event e = { .member_id = o->s->member_id, .ip = act->ip, .action = o->s->action,
		.object_kind = "member", .object_id = o->s->member_id, .at = act_now(act) };
	struct sign_in in = { .account = o->s->account, .member_id = o->s->member_id, .method = o->s->method };
	struct limits limits;
	struct yx_rows *r = NULL;
	int rc = yx_db_one(db, act->arena, "SELECT account, organization_id FROM member WHERE id = ? AND NOT disabled",
	    YX_P(yx_p_str(in.member_id)), &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_NOT_LOGGED_IN : rc;
	if ((rc = limits_of(act, yx_row_str(r, 1), &limits)) != YX_OK)
		return rc;
	if (in.account == NULL)
		in.account = yx_row_str(r, 0);
	/* Who comes in anew has no use for the session that the browser came with. */
	rc = yx_db_exec(db, "DELETE FROM session WHERE token_sha256 = ?",
	    YX_P(yx_p_bytes(act->who.session_hash, 32)), NULL);
	if (rc != YX_OK || (rc = put_session(act, o->s, o->token, &limits)) != YX_OK ||
	    (rc = sign_in_done(act, &in)) != YX_OK)
		return rc;
	return audit_add(db, act->arena, &e);
}

int
session_open(struct act *act, const struct session_new *s, char token[YX_TOKEN_SIZE])
{
	struct opening o = { .act = act, .s = s, .token = token };
	int rc;

	yx_random_token(token);
	rc = yx_db_tx(act->db, open_session, &o);
	return rc != YX_OK ? rc : session_authenticate(act, token, 0);
}

int
session_renew(struct act *act, const char *method, char token[YX_TOKEN_SIZE])
{
	int64_t now = act_now(act);
	uint8_t hash[32];
	int rc;

	yx_random_token(token);
	yx_token_hash(token, hash);
	/* created_at as well: a change of rights in the same transaction ends the others only. */
	rc = yx_db_change(act->db,
	    "UPDATE session SET token_sha256 = ?, method = COALESCE(?, method), proved_at = ?, created_at = ?, seen_at = ?"
	    " WHERE token_sha256 = ?",
	    YX_P(yx_p_bytes(hash, 32), yx_p_str(method), yx_p_time(now), yx_p_time(now), yx_p_time(now),
	    yx_p_bytes(act->who.session_hash, 32)), YX_NOT_LOGGED_IN);
	return rc != YX_OK ? rc : audit_act(act, "session.proved", act->who.member_id,
	    method != NULL ? "method" : NULL, method);
}

/* Roles that want a second factor let only those do something who have one. A card is two: it
 * is held, and it has a PIN. */
static int
lacks_factor(const struct act *act, const char *method)
{
	unsigned wanted = member_role_bits(act->domain->conf->second_factor_roles);

	return (act->who.roles & wanted) != 0 && (strcmp(method, "password") == 0 || strcmp(method, "link") == 0);
}

/* Session s was used of late; its parameter is the time. */
#define NOT_IDLE " TIMESTAMPDIFF(SECOND, s.seen_at, ?) < 60 * s.idle_minutes"
/* How long session s of member m may idle, as it is set now; its parameter is what yinxin.conf says. */
#define IDLE_MINUTES "COALESCE(" PARAMETER_SQL("session.idle_minutes", "m.organization_id", \
	"'', m.organization_id") ", ?)"

/* Once a minute is enough for an idle time of minutes. */
static int
touch_session(struct act *act, int64_t now, const uint8_t hash[32])
{
	return yx_db_exec(act->db,
	    "UPDATE session s JOIN member m ON m.id = s.member_id SET s.seen_at = ?, s.idle_minutes = " IDLE_MINUTES
	    " WHERE s.token_sha256 = ?",
	    YX_P(yx_p_time(now), yx_p_int(act->domain->conf->session_idle_minutes), yx_p_bytes(hash, 32)), NULL);
}

int
session_idle_changed(struct act *act)
{
	return yx_db_exec(act->db,
	    "UPDATE session s JOIN member m ON m.id = s.member_id SET s.idle_minutes = " IDLE_MINUTES,
	    YX_P(yx_p_int(act->domain->conf->session_idle_minutes)), NULL);
}

int
session_authenticate(struct act *act, const char *token, int touch)
{
	int64_t now = yx_now_ms();
	struct yx_rows *r = NULL;
	uint8_t hash[32];
	int rc;

	yx_token_hash(token, hash);
	rc = yx_db_one(act->db, act->arena,
	    "SELECT m.id, m.organization_id, m.unit_id, m.name, o.name, o.kind, m.roles, s.csrf,"
	    " s.seen_at, s.proved_at, s.method, s.plays_id"
	    " FROM session s JOIN member m ON m.id = s.member_id JOIN organization o ON o.id = m.organization_id"
	    " WHERE s.token_sha256 = ? AND s.expires_at > ? AND" NOT_IDLE " AND s.created_at >= m.rights_at"
	    " AND NOT m.disabled",
	    YX_P(yx_p_bytes(hash, 32), yx_p_time(now), yx_p_time(now)), &r);
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_NOT_LOGGED_IN : rc;
	member_fill_who(&act->who, r);
	memcpy(act->who.csrf, yx_row_str(r, 7), YX_TOKEN_SIZE);
	memcpy(act->who.session_hash, hash, sizeof(act->who.session_hash));
	act->who.proved_at = yx_row_time(r, 9);
	act->who.by_card = strcmp(yx_row_str(r, 10), "card") == 0;
	act->who.lacks_factor = lacks_factor(act, yx_row_str(r, 10));
	if (!yx_row_is_null(r, 11) && (rc = practice_play(act, yx_row_str(r, 11))) != YX_OK)
		return rc;
	return touch && yx_row_time(r, 8) < now - 60000 ? touch_session(act, now, hash) : YX_OK;
}

int
session_plays(struct act *act, const char *member_id)
{
	char csrf[YX_TOKEN_SIZE];

	/* A page that is open still writes in the world that it was opened in, or not at all. */
	yx_random_token(csrf);
	return yx_db_change(act->db, "UPDATE session SET plays_id = ?, csrf = ? WHERE token_sha256 = ?",
	    YX_P(yx_p_str(member_id), yx_p_str(csrf), yx_p_bytes(act->who.session_hash, 32)), YX_NOT_LOGGED_IN);
}

static int
end_session(struct yx_db *db, void *ctx)
{
	struct act *act = ctx;
	int rc =
	    yx_db_exec(db, "DELETE FROM session WHERE token_sha256 = ?", YX_P(yx_p_bytes(act->who.session_hash, 32)), NULL);

	return rc != YX_OK ? rc : audit_act(act, "session.logout", act->who.member_id, NULL, NULL);
}

int
session_logout(struct act *act)
{
	return yx_db_tx(act->db, end_session, act);
}

static void
fill_session(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct session_row *)item = (struct session_row){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_str(r, 3), yx_row_time(r, 4), yx_row_time(r, 5), (int)yx_row_int(r, 6) };
}

int
session_list(struct act *act, struct session_row **rows, size_t *n)
{
	int64_t now = act_now(act);
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill_session };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT s.id, s.ip, s.agent, s.method, s.created_at, s.seen_at, s.token_sha256 = ? FROM session s"
	    " JOIN member m ON m.id = s.member_id WHERE s.member_id = ? AND s.expires_at > ? AND" NOT_IDLE
	    " AND s.created_at >= m.rights_at ORDER BY s.seen_at DESC LIMIT 100",
	    YX_P(yx_p_bytes(act->who.session_hash, 32), yx_p_str(act->who.member_id), yx_p_time(now),
	    yx_p_time(now)), &l);

	*rows = l.items;
	*n = l.count;
	return rc;
}

int
session_end(struct act *act, const char *id)
{
	int rc = yx_db_change(act->db,
	    "DELETE FROM session WHERE member_id = ? AND IF(? IS NULL, token_sha256 <> ?, id = ?)",
	    YX_P(yx_p_str(act->who.member_id), yx_p_str(id), yx_p_bytes(act->who.session_hash, 32), yx_p_str(id)),
	    id == NULL ? YX_OK : YX_NOT_FOUND);

	return rc != YX_OK ? rc : audit_act(act, "session.ended", act->who.member_id, "session",
	    id != NULL ? id : "others");
}

int
session_profile(struct act *act, struct session_profile *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT m.account, m.email, o.code, o.short_name, m.language, m.years"
	    " FROM member m JOIN organization o ON o.id = m.organization_id WHERE m.id = ?",
	    YX_P(yx_p_str(act->who.member_id)), &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_NOT_LOGGED_IN : rc;
	*out = (struct session_profile){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2), yx_row_str(r, 3),
		yx_row_str(r, 4), yx_row_str(r, 5) };
	return YX_OK;
}

int
session_sweep(struct yx_db *db, int64_t now_ms)
{
	return yx_db_exec(db, "DELETE FROM session WHERE expires_at < ? LIMIT 5000", YX_P(yx_p_time(now_ms)), NULL);
}
