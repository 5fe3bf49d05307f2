#include "backend/domain/wallet/grant.h"

#include <stdio.h>
#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/like.h"
#include "backend/domain/people/member.h"
#include "backend/domain/people/notice.h"
#include "backend/domain/wallet/wallet.h"
#include "common/codec.h"

#define DAY_MS   (24 * 3600 * (int64_t)1000)
#define CHOICES  20
#define USES     200

/* ---- giving ---- */

static int
find_item(struct act *act, const struct grant_new *g, struct yx_rows **r)
{
	return yx_db_one(act->db, act->arena,
	    "SELECT i.name, i.sealed_key, (SELECT COUNT(*) FROM wallet_grant g WHERE g.item_id = i.id"
	    " AND g.revoked_at IS NULL AND g.until > ?), i.verdict IN ('not_pdf', 'unreadable') FROM wallet_item i"
	    " WHERE i.id = ? AND i.member_id = ? AND i.state = 'kept' FOR UPDATE",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(g->item_id), yx_p_str(act->who.member_id)), r);
}

/* To the public key of the recipient's wallet. */
static int
for_member(struct act *act, struct grant_new *g, const uint8_t key[WALLET_KEY], uint8_t out[WALLET_SEALED])
{
	uint8_t public_key[WALLET_KEY];
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT m.name, o.name FROM member m JOIN organization o ON o.id = m.organization_id"
	    " WHERE m.id = ? AND NOT m.disabled AND m.organization_id <> ?",
	    YX_P(yx_p_str(g->recipient_id), yx_p_str(act->who.organization_id)), &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? act_field(act, "recipientId", YX_BAD_FIELD) : rc;
	g->to_name = yx_arena_printf(act->arena, "%s %s", yx_row_str(r, 1), yx_row_str(r, 0));
	if (g->to_name == NULL)
		return YX_NO_MEMORY;
	if ((rc = wallet_public_key(act, g->recipient_id, public_key)) != YX_OK)
		return rc == YX_WALLET_NONE ? YX_NO_RECIPIENT_WALLET : rc;
	return wallet_seal(public_key, g->id, key, out);
}

/* Under a code of 256 bits that stands nowhere but in the link. */
static int
for_link(struct grant_new *g, const uint8_t key[WALLET_KEY], uint8_t out[WALLET_WRAPPED])
{
	uint8_t code[WALLET_KEY], under[WALLET_KEY];
	int rc;

	yx_random_token(g->code);
	if ((rc = yx_unhex(code, sizeof(code), g->code)) == YX_OK &&
	    (rc = wallet_derive(code, "link", g->id, under)) == YX_OK)
		rc = wallet_wrap(under, g->id, key, out);
	explicit_bzero(code, sizeof(code));
	explicit_bzero(under, sizeof(under));
	return rc;
}

static int
tell(struct act *act, const struct grant_new *g, const char *item)
{
	const struct yx_conf *conf = act->domain->conf;
	struct notice n = { .member_id = g->recipient_id, .event = "task", .at = act_now(act) };

	n.subject = yx_arena_printf(act->arena, "%s 授權您查看證件：%s", act->who.organization_name, item);
	n.body = yx_arena_printf(act->arena,
	    "%s %s 授權您查看證件「%s」。\n用途：%s\n\n請登入後於個人證件包的「收到的授權」開啟。\n\n"
	    "%s has given you permission to read “%s”, for this purpose: %s\n\n%s/#/wallet/received\n\n（本信由%s自動寄發。）\n",
	    act->who.organization_name, act->who.name, item, g->purpose, act->who.name, item, g->purpose, conf->origin,
	    conf->platform_name);
	return n.subject == NULL || n.body == NULL ? YX_NO_MEMORY : notice_send(act, &n);
}

static int
insert(struct act *act, const struct grant_new *g, const char *item, const uint8_t *sealed, size_t n)
{
	int64_t now = act_now(act);
	int rc = yx_db_exec(act->db,
	    "INSERT INTO wallet_grant (id, item_id, owner_id, recipient_id, to_name, purpose, item_name, original,"
	    " sealed_key, created_at, until) VALUES (?, ?, ?, ?, LEFT(?, 200), ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(g->id), yx_p_str(g->item_id), yx_p_str(act->who.member_id), yx_p_str(g->recipient_id),
	    yx_p_str(g->to_name), yx_p_str(g->purpose), yx_p_str(item), yx_p_int(g->original), yx_p_bytes(sealed, n),
	    yx_p_time(now), yx_p_time(now + g->days * DAY_MS)), NULL);

	if (rc == YX_OK && g->recipient_id != NULL)
		rc = tell(act, g, item);
	return rc != YX_OK ? rc : audit_act(act, "wallet.grant", g->id, "item", g->item_id);
}

int
grant_add(struct act *act, const uint8_t secret[WALLET_KEY], struct grant_new *g)
{
	uint8_t key[WALLET_KEY], sealed[WALLET_SEALED];
	struct yx_rows *r = NULL;
	const void *own;
	size_t n = 0;
	int rc = find_item(act, g, &r);

	if (rc != YX_OK)
		return rc;
	if (yx_row_int(r, 2) >= GRANT_OF_ITEM)
		return YX_TOO_LARGE;
	if (yx_row_int(r, 3) && !g->original)
		return act_field(act, "original", YX_BAD_FIELD);
	yx_random_id(g->id);
	g->code[0] = '\0';
	own = yx_row_bytes(r, 1, &n);
	if ((rc = wallet_unseal(secret, g->item_id, own, n, key)) == YX_OK)
		rc = g->recipient_id != NULL ? for_member(act, g, key, sealed) : for_link(g, key, sealed);
	if (rc == YX_OK)
		rc = insert(act, g, yx_row_str(r, 0), sealed, g->recipient_id != NULL ? WALLET_SEALED : WALLET_WRAPPED);
	explicit_bzero(key, sizeof(key));
	return rc;
}

int
grant_revoke(struct act *act, const char *id)
{
	int rc = yx_db_change(act->db,
	    "UPDATE wallet_grant SET revoked_at = ?, sealed_key = NULL WHERE id = ? AND owner_id = ?"
	    " AND revoked_at IS NULL",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(id), yx_p_str(act->who.member_id)), YX_NOT_FOUND);

	return rc != YX_OK ? rc : audit_act(act, "wallet.revoke", id, NULL, NULL);
}

int
grant_end_all(struct act *act)
{
	return yx_db_exec(act->db,
	    "UPDATE wallet_grant SET revoked_at = ?, sealed_key = NULL WHERE owner_id = ? AND revoked_at IS NULL",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(act->who.member_id)), NULL);
}

int
grant_sweep(struct act *act)
{
	return yx_db_exec(act->db, "UPDATE wallet_grant SET sealed_key = NULL WHERE until < ? AND sealed_key IS NOT NULL",
	    YX_P(yx_p_time(act_now(act))), NULL);
}

/* ---- reading ---- */

/* One parameter: now. */
#define STATE " CASE WHEN g.revoked_at IS NOT NULL THEN 'revoked' WHEN g.until <= ? THEN 'over'" \
	" WHEN COALESCE(i.state, '') <> 'kept' THEN 'gone' ELSE 'open' END"
#define COLUMNS "SELECT g.id, g.item_id, g.item_name, g.purpose, g.recipient_id IS NULL, g.original, g.created_at," \
	" g.until, g.revoked_at, g.uses, g.used_at, i.format, i.verdict, COALESCE(i.size, 0), COALESCE(i.signatures, 0)," \
	STATE
#define FROM " FROM wallet_grant g LEFT JOIN wallet_item i ON i.id = g.item_id"
#define OWNER " JOIN member m ON m.id = g.owner_id JOIN organization o ON o.id = m.organization_id"
#define WHERE_NEXT " AND (g.created_at < ? OR (g.created_at = ? AND g.id < ?))" \
	" ORDER BY g.created_at DESC, g.id DESC LIMIT ?"

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct grant *)item = (struct grant){ .id = yx_row_str(r, 0), .item_id = yx_row_str(r, 1),
		.item_name = yx_row_str(r, 2), .purpose = yx_row_str(r, 3), .link = yx_row_int(r, 4) != 0,
		.original = yx_row_int(r, 5) != 0, .created_at = yx_row_time(r, 6), .until = yx_row_time(r, 7),
		.revoked_at = yx_row_time(r, 8), .uses = yx_row_int(r, 9), .used_at = yx_row_time(r, 10),
		.format = yx_row_str(r, 11), .verdict = yx_row_str(r, 12), .size = yx_row_int(r, 13),
		.signatures = yx_row_int(r, 14), .state = yx_row_str(r, 15), .other = yx_row_str(r, 16) };
}

/* Where a page ended: "MILLISECONDS:ID". */
struct cursor { int64_t at; const char *id; };

static int
read_cursor(struct act *act, const char *after, struct cursor *out)
{
	char id[YX_ID_SIZE];
	long long at = 0;

	*out = (struct cursor){ .at = act_now(act) + DAY_MS, .id = "" };
	if (after == NULL)
		return YX_OK;
	if (sscanf(after, "%lld:%32s", &at, id) != 2 || at < 0 || !yx_is_id(id))
		return act_field(act, "after", YX_BAD_FIELD);
	out->at = at;
	return (out->id = yx_arena_strdup(act->arena, id)) == NULL ? YX_NO_MEMORY : YX_OK;
}

static int
read_list(struct act *act, const struct grant_filter *f, const struct cursor *c, struct yx_db_items *l)
{
	struct yx_db_param now = yx_p_time(act_now(act)), me = yx_p_str(act->who.member_id), at = yx_p_time(c->at),
	    id = yx_p_str(c->id), most = yx_p_int(f->size + 1);

	if (f->received)
		return yx_db_list(act->db, act->arena, COLUMNS ", CONCAT(o.name, ' ', m.name)" FROM OWNER
		    " WHERE g.recipient_id = ?" WHERE_NEXT, YX_P(now, me, at, at, id, most), l);
	if (f->item_id != NULL)
		return yx_db_list(act->db, act->arena, COLUMNS ", g.to_name" FROM " WHERE g.item_id = ? AND g.owner_id = ?"
		    WHERE_NEXT, YX_P(now, yx_p_str(f->item_id), me, at, at, id, most), l);
	return yx_db_list(act->db, act->arena, COLUMNS ", g.to_name" FROM " WHERE g.owner_id = ?" WHERE_NEXT,
	    YX_P(now, me, at, at, id, most), l);
}

int
grant_list(struct act *act, const struct grant_filter *f, struct grant_page *out)
{
	struct yx_db_items l = { .size = sizeof(struct grant), .fill = fill };
	struct cursor c;
	int rc = read_cursor(act, f->after, &c);

	*out = (struct grant_page){ .n = 0 };
	if (rc != YX_OK || (rc = read_list(act, f, &c, &l)) != YX_OK)
		return rc;
	out->grants = l.items;
	out->n = l.count;
	if (l.count > (size_t)f->size) {
		const struct grant *last = &out->grants[f->size - 1];

		out->n = (size_t)f->size;
		out->next = yx_arena_printf(act->arena, "%lld:%s", (long long)last->created_at, last->id);
	}
	return out->n < l.count && out->next == NULL ? YX_NO_MEMORY : YX_OK;
}

static void
fill_use(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct grant_use *)item = (struct grant_use){ yx_row_time(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_str(r, 3), yx_row_str(r, 4) };
}

int
grant_uses(struct act *act, const char *id, struct grant_use **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill_use };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT id FROM wallet_grant WHERE id = ? AND owner_id = ?",
	    YX_P(yx_p_str(id), yx_p_str(act->who.member_id)), &r);

	if (rc == YX_OK)
		rc = yx_db_list(act->db, act->arena,
		    "SELECT u.at, IF(m.id IS NULL, NULL, CONCAT(o.name, ' ', m.name)), u.what, u.ip, u.agent FROM wallet_use u"
		    " LEFT JOIN member m ON m.id = u.member_id LEFT JOIN organization o ON o.id = m.organization_id"
		    " WHERE u.grant_id = ? ORDER BY u.at DESC, u.id LIMIT ?", YX_P(yx_p_str(id), yx_p_int(USES)), &l);
	*list = l.items;
	*n = l.count;
	return rc;
}

static void
fill_choice(void *item, const struct yx_rows *r, void *ctx)
{
	struct grant_choice *c = item;

	*c = (struct grant_choice){ yx_row_str(r, 0), member_mask(ctx, yx_row_str(r, 1)), yx_row_str(r, 2),
		yx_row_str(r, 3) };
}

int
grant_choices(struct act *act, const char *q, struct grant_choice **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill_choice, .ctx = act };
	const char *like = like_text(act->arena, q);
	int rc = like == NULL ? YX_NO_MEMORY : yx_db_list(act->db, act->arena,
	    "SELECT m.id, m.name, o.name, COALESCE(u.name, '') FROM wallet w JOIN member m ON m.id = w.member_id"
	    " JOIN organization o ON o.id = m.organization_id LEFT JOIN unit u ON u.id = m.unit_id"
	    " WHERE NOT m.disabled AND m.organization_id <> ? AND (m.name LIKE ? OR o.name LIKE ? OR u.name LIKE ?)"
	    " ORDER BY o.code, m.id LIMIT ?",
	    YX_P(yx_p_str(act->who.organization_id), yx_p_str(like), yx_p_str(like), yx_p_str(like),
	    yx_p_int(CHOICES)), &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

/* ---- use ---- */

/* The row, with the sealed key as its last column. */
static int
find(struct act *act, const char *id, int link, struct yx_rows **r, struct grant_opened *out)
{
	int rc = yx_db_one(act->db, act->arena, COLUMNS ", CONCAT(o.name, ' ', m.name), g.to_name, g.sealed_key" FROM OWNER
	    " WHERE g.id = ? AND IF(?, g.recipient_id IS NULL, g.recipient_id = ?)",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(id), yx_p_int(link), yx_p_str(act->who.member_id)), r);

	if (rc != YX_OK)
		return rc;
	memset(out, 0, sizeof(*out));
	fill(&out->grant, *r, NULL);
	out->reader = yx_row_str(*r, 17);
	if (out->grant.item_id != NULL)
		memcpy(out->item_id, out->grant.item_id, YX_ID_SIZE);
	return YX_OK;
}

static int
is_over(const struct grant_opened *g, const struct yx_rows *r)
{
	return strcmp(g->grant.state, "open") != 0 || yx_row_is_null(r, 18);
}

int
grant_look(struct act *act, const char *id)
{
	struct grant_opened g;
	struct yx_rows *r = NULL;

	return find(act, id, 0, &r, &g);
}

int
grant_open(struct act *act, const uint8_t secret[WALLET_KEY], const char *id, struct grant_opened *out)
{
	struct yx_rows *r = NULL;
	const void *sealed;
	size_t n = 0;
	int rc = find(act, id, 0, &r, out);

	if (rc != YX_OK)
		return rc;
	if (is_over(out, r))
		return YX_GRANT_OVER;
	sealed = yx_row_bytes(r, 18, &n);
	return wallet_unseal(secret, id, sealed, n, out->key);
}

int
grant_open_link(struct act *act, const char *id, const char *code, struct grant_opened *out)
{
	uint8_t half[WALLET_KEY], under[WALLET_KEY];
	struct yx_rows *r = NULL;
	const void *sealed;
	size_t n = 0;
	int rc = find(act, id, 1, &r, out);

	if (rc != YX_OK)
		return rc;
	if (is_over(out, r))
		return YX_GRANT_OVER;
	sealed = yx_row_bytes(r, 18, &n);
	if ((rc = yx_unhex(half, sizeof(half), code)) == YX_OK && (rc = wallet_derive(half, "link", id, under)) == YX_OK)
		rc = wallet_unwrap(under, id, sealed, n, out->key);
	explicit_bzero(half, sizeof(half));
	explicit_bzero(under, sizeof(under));
	return rc == YX_WALLET_DAMAGED || rc == YX_BAD_FIELD ? YX_NOT_FOUND : rc;
}

int
grant_note(struct act *act, const struct grant_opened *g, int original)
{
	int64_t now = act_now(act);
	char id[YX_ID_SIZE];
	int rc;

	if (original && !g->grant.original)
		return YX_NOT_FOUND;
	/* Its row is held: whoever revokes at this moment comes before this, or after it. */
	rc = yx_db_change(act->db,
	    "UPDATE wallet_grant g JOIN wallet_item i ON i.id = g.item_id SET g.uses = g.uses + 1, g.used_at = ?"
	    " WHERE g.id = ? AND g.revoked_at IS NULL AND g.until > ? AND i.state = 'kept'",
	    YX_P(yx_p_time(now), yx_p_str(g->grant.id), yx_p_time(now)), YX_GRANT_OVER);
	if (rc != YX_OK)
		return rc;
	yx_random_id(id);
	rc = yx_db_exec(act->db,
	    "INSERT INTO wallet_use (id, grant_id, at, member_id, what, ip, agent) VALUES (?, ?, ?, ?, ?, ?, LEFT(?, 300))",
	    YX_P(yx_p_str(id), yx_p_str(g->grant.id), yx_p_time(now),
	    yx_p_str(g->grant.link ? NULL : act->who.member_id), yx_p_str(original ? "original" : "marked"),
	    yx_p_str(act->ip), yx_p_str(act->agent != NULL ? act->agent : "")), NULL);
	return rc != YX_OK ? rc : audit_act(act, "wallet.use", g->grant.id, NULL, NULL);
}
