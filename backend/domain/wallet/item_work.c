#include <string.h>

#include "backend/domain/base/parameter.h"
#include "backend/domain/people/notice.h"
#include "backend/domain/wallet/item.h"
#include "common/crash.h"

#define BATCH 100

/* ---- what is gone ---- */

struct dropping { struct act *act; const struct item_dead *dead; };

static int
drop(struct yx_db *db, void *ctx)
{
	struct dropping *d = ctx;

	(void)db;
	return item_drop(d->act, d->dead);
}

static int
expire(struct yx_db *db, void *ctx)
{
	(void)db;
	return item_expire(ctx);
}

static void
fill_dead(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct item_dead *)item = (struct item_dead){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_int(r, 2),
		yx_row_time(r, 3) };
}

/* The file first, its row afterwards: a power cut between the two leaves a row that is found again. */
int
item_collect(struct act *act, size_t *done)
{
	struct yx_db_items l = { .size = sizeof(struct item_dead), .fill = fill_dead };
	int rc = yx_db_tx(act->db, expire, act);

	*done = 0;
	if (rc == YX_OK)
		rc = yx_db_list(act->db, act->arena,
		    "SELECT id, member_id, size, created_at FROM wallet_item WHERE state = 'gone' LIMIT ?",
		    YX_P(yx_p_int(BATCH)), &l);
	for (size_t i = 0; rc == YX_OK && i < l.count; i++) {
		struct dropping d = { act, &((const struct item_dead *)l.items)[i] };

		if ((rc = yx_store_drop_private(act->domain->store, d.dead->id)) != YX_OK)
			break;
		yx_crash_point("wallet.dropped");
		rc = yx_db_tx(act->db, drop, &d);
		*done += rc == YX_OK;
	}
	return rc;
}

/* ---- what ends ---- */

struct due { const char *id, *member_id, *name, *expires_on; int64_t days; };
struct reminding { struct act *act; const struct due *due; };

static void
fill_due(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct due *)item = (struct due){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2), yx_row_str(r, 3),
		yx_row_int(r, 4) };
}

static int
send(struct act *act, const struct due *d)
{
	const struct yx_conf *conf = act->domain->conf;
	struct notice n = { .member_id = d->member_id, .event = "reminder", .at = act_now(act) };

	n.subject = d->days > 0
	    ? yx_arena_printf(act->arena, "證件將於 %lld 天後到期：%s", (long long)d->days, d->name)
	    : yx_arena_printf(act->arena, "證件今日到期：%s", d->name);
	n.body = yx_arena_printf(act->arena,
	    "您個人證件包中的「%s」有效期限為 %s。\n若已換發新證，可將新證件存入證件包，並更新有效期限。\n\n"
	    "“%s” in your document wallet is valid until %s. If you have got a new one, put it into the wallet.\n\n"
	    "%s/#/wallet/items/%s\n\n（本信由%s自動寄發，可在證件包設定中調整提醒天數。）\n",
	    d->name, d->expires_on, d->name, d->expires_on, conf->origin, d->id, conf->platform_name);
	return n.subject == NULL || n.body == NULL ? YX_NO_MEMORY : notice_send(act, &n);
}

static int
remind(struct yx_db *db, void *ctx)
{
	struct reminding *r = ctx;
	int taken = 0, rc = item_take_reminder(r->act, r->due->member_id, r->due->id, &taken);

	(void)db;
	return rc != YX_OK || !taken ? rc : send(r->act, r->due);
}

int
item_remind_due(struct act *act, size_t *done)
{
	struct yx_db_items l = { .size = sizeof(struct due), .fill = fill_due };
	int64_t at = act_now(act), when = at;
	struct yx_db_param now = yx_p_time(at);
	int rc = parameter_hours(act, NULL, &when);

	*done = 0;
	if (rc != YX_OK || when != at)
		return rc;
	rc = yx_db_list(act->db, act->arena,
	    "SELECT id, member_id, name, CAST(expires_on AS CHAR), DATEDIFF(expires_on, DATE(? + INTERVAL 8 HOUR))"
	    " FROM wallet_item WHERE remind_on <= DATE(? + INTERVAL 8 HOUR) ORDER BY remind_on LIMIT ?",
	    YX_P(now, now, yx_p_int(BATCH)), &l);
	for (size_t i = 0; rc == YX_OK && i < l.count; i++) {
		struct reminding r = { act, &((const struct due *)l.items)[i] };

		if ((rc = yx_db_tx(act->db, remind, &r)) == YX_OK)
			(*done)++;
	}
	return rc;
}
