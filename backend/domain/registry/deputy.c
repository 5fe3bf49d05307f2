#include "backend/domain/registry/deputy.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/number.h"
#include "backend/domain/contract/contract_event.h"
#include "backend/domain/contract/contract_letter.h"
#include "backend/domain/contract/contract_parties.h"
#include "backend/domain/contract/contract_row.h"
#include "backend/domain/people/member.h"
#include "backend/domain/signing/task.h"

#define BATCH 100

/* Who may name deputies for others. */
static int
rules_all(const struct act *act)
{
	return (act->who.roles & (ROLE_REGISTRY | ROLE_AGENCY_ADMIN)) != 0;
}

static int
check(struct act *act, const struct deputy_new *d)
{
	struct unit unit = { NULL, NULL, NULL };
	int rc;

	if (!rules_all(act) && strcmp(d->member_id, act->who.member_id) != 0)
		return act_field(act, "memberId", YX_BAD_FIELD);
	if (strcmp(d->member_id, d->deputy_id) == 0)
		return act_field(act, "deputyId", YX_BAD_FIELD);
	if (strcmp(d->from, d->to) > 0)
		return act_field(act, "to", YX_BAD_FIELD);
	if ((rc = contract_is_sealer(act, d->member_id, "memberId")) != YX_OK ||
	    (rc = contract_is_sealer(act, d->deputy_id, "deputyId")) != YX_OK || d->unit_id == NULL)
		return rc;
	rc = unit_get(act, act->who.organization_id, d->unit_id, &unit);
	return rc == YX_OK && unit.id == NULL ? act_field(act, "unitId", YX_BAD_FIELD) : rc;
}

int
deputy_add(struct act *act, const struct deputy_new *d, char id[YX_ID_SIZE])
{
	int rc = check(act, d);

	if (rc != YX_OK)
		return rc;
	yx_random_id(id);
	rc = yx_db_exec(act->db,
	    "INSERT INTO seal_deputy (id, organization_id, member_id, deputy_id, from_day, to_day, unit_id, created_by,"
	    " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(act->who.organization_id), yx_p_str(d->member_id), yx_p_str(d->deputy_id),
	    yx_p_str(d->from), yx_p_str(d->to), yx_p_str(d->unit_id), yx_p_str(act->who.member_id),
	    yx_p_time(act_now(act))), NULL);
	return rc != YX_OK ? rc : audit_act(act, "deputy.add", id, "deputy", d->deputy_id);
}

int
deputy_end(struct act *act, const char *id)
{
	int rc = yx_db_change(act->db,
	    "UPDATE seal_deputy SET ended_at = ?, ended_by = ? WHERE id = ? AND organization_id = ? AND ended_at IS NULL"
	    " AND (? OR member_id = ?)",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(act->who.member_id), yx_p_str(id), yx_p_str(act->who.organization_id),
	    yx_p_int(rules_all(act)), yx_p_str(act->who.member_id)), YX_NOT_FOUND);

	return rc != YX_OK ? rc : audit_act(act, "deputy.end", id, NULL, NULL);
}

static void
fill_row(void *item, const struct yx_rows *r, void *ctx)
{
	*(struct deputy_row *)item = (struct deputy_row){ .id = yx_row_str(r, 0), .member_id = yx_row_str(r, 1),
		.member = member_mask(ctx, yx_row_str(r, 2)), .deputy_id = yx_row_str(r, 3),
		.deputy = member_mask(ctx, yx_row_str(r, 4)), .from = yx_row_str(r, 5), .to = yx_row_str(r, 6),
		.unit = yx_row_str(r, 7), .state = yx_row_str(r, 8), .mine = yx_row_int(r, 9) != 0 };
}

/* Parameters: organization, all or not, me twice. */
#define DEPUTIES_WHERE " WHERE y.organization_id = ? AND (? OR ? IN (y.member_id, y.deputy_id))"

int
deputy_list(struct act *act, struct page *page, struct deputy_row **rows, size_t *n)
{
	const struct yx_db_param org = yx_p_str(act->who.organization_id), me = yx_p_str(act->who.member_id);
	const struct yx_db_param all = yx_p_int(rules_all(act));
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill_row, .ctx = act };
	struct yx_rows *r = NULL;
	char today[9];
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*) FROM seal_deputy y" DEPUTIES_WHERE,
	    YX_P(org, all, me), &r);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	page->total = yx_row_int(r, 0);
	number_day(act_now(act), today);
	rc = yx_db_list(act->db, act->arena,
	    "SELECT y.id, y.member_id, m.name, y.deputy_id, d.name, CAST(y.from_day AS CHAR), CAST(y.to_day AS CHAR),"
	    " u.name, IF(y.ended_at IS NOT NULL, 'ended', IF(y.to_day < CAST(? AS DATE), 'over',"
	    " IF(y.from_day > CAST(? AS DATE), 'coming', 'now'))), (? OR y.member_id = ?)"
	    " FROM seal_deputy y JOIN member m ON m.id = y.member_id JOIN member d ON d.id = y.deputy_id"
	    " LEFT JOIN unit u ON u.organization_id = y.organization_id AND u.id = y.unit_id" DEPUTIES_WHERE
	    " ORDER BY y.to_day DESC, y.id LIMIT ? OFFSET ?",
	    YX_P(yx_p_str(today), yx_p_str(today), all, me, org, all, me, yx_p_int(page->size),
	    yx_p_int(page->offset)), &l);
	*rows = l.items;
	*n = l.count;
	return rc;
}

/* ---- who stands for whom today gets a task ---- */

struct due {
	const char *member_id, *deputy_id, *names;  /* names: 代理人, and for whom */
	const char *handler_id, *organization_id, *subject, *body, *original_id;
};

static void
fill_due(void *item, const struct yx_rows *r, void *ctx)
{
	struct act *act = ctx;

	*(struct due *)item = (struct due){ .member_id = yx_row_str(r, 0), .deputy_id = yx_row_str(r, 1),
		.names = yx_arena_printf(act->arena, "%s（代%s）", member_mask(act, yx_row_str(r, 2)),
		    member_mask(act, yx_row_str(r, 3))),
		.handler_id = yx_row_str(r, 4), .organization_id = yx_row_str(r, 5), .subject = yx_row_str(r, 6),
		.body = yx_row_str(r, 7), .original_id = yx_row_str(r, 8) };
}

/* Deputies of today who lack a task that whom they stand for has. Who is asked himself, or
 * as another's deputy, gets no second one. Parameters: day twice. */
#define DUE_FROM \
	" FROM seal_deputy y JOIN sign_task t ON t.member_id = y.member_id AND t.kind = 'sealer' AND t.for_id IS NULL" \
	" AND t.state IN (" TASK_OPEN_STATES ") JOIN document d ON d.id = t.document_id AND d.retired_at IS NULL" \
	" JOIN contract c ON c.id = d.contract_id AND c.organization_id = y.organization_id" \
	" JOIN member m ON m.id = y.member_id JOIN member a ON a.id = y.deputy_id AND NOT a.disabled" \
	" WHERE y.ended_at IS NULL AND y.from_day <= CAST(? AS DATE) AND y.to_day >= CAST(? AS DATE)" \
	" AND (y.unit_id IS NULL OR y.unit_id = c.unit_id) AND NOT EXISTS (SELECT 1 FROM sign_task o" \
	" WHERE o.document_id = t.document_id AND o.kind = 'sealer' AND o.member_id = y.deputy_id" \
	" AND o.state IN (" TASK_LIVE_STATES "))"

static int
ask_deputy(struct act *act, const char *contract_id, const struct due *x)
{
	struct message_recipient to = { x->organization_id, x->deputy_id };
	struct contract_letter l = { .contract_id = contract_id, .kind = "sealing", .only = &to, .only_n = 1,
		.at = act_now(act), .sender_id = x->handler_id, .sender_organization_id = x->organization_id,
		.subject = x->subject, .body = x->body, .original_id = x->original_id };
	const struct task_stand_in in = { .contract_id = contract_id, .member_id = x->member_id,
		.deputy_id = x->deputy_id };
	struct message_sent sent;
	int rc = contract_letter_send(act, &l, &sent);

	if (rc != YX_OK || (rc = task_stand_in(act, &in, sent.id)) != YX_OK)
		return rc;
	return contract_event_add(act, contract_id, "deputy", NULL, x->names);
}

int
deputy_apply(struct act *act, const char *contract_id)
{
	struct yx_db_items l = { .size = sizeof(struct due), .fill = fill_due, .ctx = act };
	char today[9];
	int rc;

	number_day(act_now(act), today);
	rc = yx_db_list(act->db, act->arena,
	    "SELECT y.member_id, y.deputy_id, a.name, m.name, c.handler_id, c.organization_id, c.subject, c.body,"
	    " (SELECT g.original_id FROM message g WHERE g.id = MAX(t.message_id))"
	    DUE_FROM " AND c.id = ? GROUP BY y.member_id, y.deputy_id ORDER BY y.member_id, y.deputy_id",
	    YX_P(yx_p_str(today), yx_p_str(today), yx_p_str(contract_id)), &l);
	for (size_t i = 0; rc == YX_OK && i < l.count; i++)
		rc = ask_deputy(act, contract_id, (const struct due *)l.items + i);
	return rc;
}

/* ---- the worker's part ---- */

struct work { struct act *act; const char *id; };

static void
fill_work(void *item, const struct yx_rows *r, void *ctx)
{
	*(struct work *)item = (struct work){ ctx, yx_row_str(r, 0) };
}

static int
apply(struct yx_db *db, void *ctx)
{
	struct work *x = ctx;
	int rc = contract_row_touch(db, x->id);

	if (rc != YX_OK || (rc = deputy_apply(x->act, x->id)) != YX_OK)
		return rc;
	return audit_act(x->act, "deputy.apply", x->id, NULL, NULL);
}

/* A deputy's task that nobody stands behind any more. */
#define OVER_FROM \
	" FROM sign_task t JOIN document d ON d.id = t.document_id JOIN contract c ON c.id = d.contract_id" \
	" WHERE t.for_id IS NOT NULL AND t.state IN (" TASK_OPEN_STATES ") AND NOT EXISTS (SELECT 1 FROM seal_deputy y" \
	" WHERE y.member_id = t.for_id AND y.deputy_id = t.member_id AND y.ended_at IS NULL" \
	" AND y.from_day <= CAST(? AS DATE) AND y.to_day >= CAST(? AS DATE)" \
	" AND (y.unit_id IS NULL OR y.unit_id = c.unit_id))"

static int
dismiss(struct yx_db *db, void *ctx)
{
	struct work *x = ctx;
	struct yx_db_items l = { .size = sizeof(const char *), .fill = task_fill_id };
	char today[9];
	int rc = contract_row_touch(db, x->id);

	number_day(act_now(x->act), today);
	if (rc == YX_OK)
		rc = yx_db_list(db, x->act->arena, "SELECT t.id" OVER_FROM " AND c.id = ?",
		    YX_P(yx_p_str(today), yx_p_str(today), yx_p_str(x->id)), &l);
	for (size_t i = 0; rc == YX_OK && i < l.count; i++)
		rc = task_dismiss(db, ((const char **)l.items)[i]);
	return rc != YX_OK ? rc : audit_act(x->act, "deputy.over", x->id, NULL, NULL);
}

static int
each(struct act *act, const char *sql, int (*fn)(struct yx_db *db, void *ctx), size_t *done)
{
	struct yx_db_items l = { .size = sizeof(struct work), .fill = fill_work, .ctx = act };
	char today[9];
	int rc;

	number_day(act_now(act), today);
	rc = yx_db_list(act->db, act->arena, sql, YX_P(yx_p_str(today), yx_p_str(today), yx_p_int(BATCH)), &l);
	for (size_t i = 0; rc == YX_OK && i < l.count; i++)
		if ((rc = yx_db_tx(act->db, fn, (struct work *)l.items + i)) == YX_OK)
			(*done)++;
	return rc;
}

#define NEWEST_FIRST " GROUP BY c.id ORDER BY MAX(c.sent_at) DESC LIMIT ?"

int
deputy_work(struct act *act, size_t *done)
{
	int rc;

	*done = 0;
	rc = each(act, "SELECT c.id" DUE_FROM NEWEST_FIRST, apply, done);
	return rc != YX_OK ? rc : each(act, "SELECT c.id" OVER_FROM NEWEST_FIRST, dismiss, done);
}

int
deputy_succeed(struct act *act, const struct organization_pair *p)
{
	return yx_db_exec(act->db,
	    "UPDATE seal_deputy d LEFT JOIN unit u ON u.id = d.unit_id SET d.organization_id = ?, d.unit_id ="
	    " u.successor_id WHERE d.organization_id = ?",
	    YX_P(yx_p_str(p->into), yx_p_str(p->from)), NULL);
}
