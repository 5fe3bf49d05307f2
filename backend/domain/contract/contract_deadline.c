#include "backend/domain/contract/contract_life.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/day.h"
#include "backend/domain/base/number.h"
#include "backend/domain/base/parameter.h"
#include "backend/domain/contract/contract_event.h"
#include "backend/domain/contract/contract_letter.h"
#include "backend/domain/contract/contract_parties.h"
#include "backend/domain/contract/contract_row.h"
#include "backend/domain/people/member.h"
#include "backend/domain/signing/task.h"

#define BATCH 100
/* Nobody waits for what is only practice. */
#define REAL "organization_id NOT IN (SELECT id FROM organization WHERE practice_id IS NOT NULL)"

/* Is YYYY-MM-DD before today in Taipei? */
static int
is_over(struct act *act, const char *date)
{
	char today[9], day[9];

	number_day(act_now(act), today);
	memcpy(day, date, 4);
	memcpy(day + 4, date + 5, 2);
	memcpy(day + 6, date + 8, 3);
	return strcmp(day, today) < 0;
}

/* An expired contract goes on where it was. */
static int
resume(struct act *act, const char *id, struct contract_outcome *out)
{
	int64_t vendors = 0;
	int rc = task_resume(act->db, id);

	if (rc != YX_OK || (rc = task_open(act, id, "vendor", &vendors)) != YX_OK ||
	    (rc = contract_apply(act, id, vendors > 0 ? CONTRACT_RESUME_VENDOR : CONTRACT_RESUME_AGENCY, act_now(act),
	    &out->state)) != YX_OK)
		return rc;
	return contract_event_add(act, id, "resumed", NULL, NULL);
}

int
contract_deadline(struct act *act, const char *id, const char *date, int hard, struct contract_outcome *out)
{
	int64_t version;
	int rc = contract_row_take(act, id, &out->state, &version);

	if (rc != YX_OK)
		return rc;
	if (hard && date != NULL && is_over(act, date))
		return act_field(act, "date", YX_BAD_FIELD);
	if (!contract_state_is_draft(out->state) && !contract_state_may(out->state, CONTRACT_VOID))
		return contract_state_why(out->state);
	if ((rc = contract_row_deadline(act->db, id, date, hard)) != YX_OK ||
	    (rc = contract_officers_due(act->db, id)) != YX_OK || (rc = task_due(act->db, id)) != YX_OK ||
	    (contract_state_is_sent(out->state) &&
	    (rc = contract_event_add(act, id, "deadline", NULL, date)) != YX_OK))
		return rc;
	if (contract_state_may(out->state, CONTRACT_RESUME_VENDOR) && (rc = resume(act, id, out)) != YX_OK)
		return rc;
	return audit_act(act, "contract.deadline", id, "date", date);
}

int
contract_deadline_default(struct act *act, const struct contract *c)
{
	const struct parameter_place at = { c->organization_id, c->unit.id, NULL };
	int64_t days = 0, hard = 0;
	char date[11];
	int rc = c->deadline != NULL ? YX_OK : parameter_int(act, DEADLINE_DAYS, &at, &days);

	if (rc != YX_OK || days == 0 || (rc = parameter_int(act, DEADLINE_HARD, &at, &hard)) != YX_OK)
		return rc;
	day_of(act_now(act) + days * 86400000, date);
	return contract_row_deadline(act->db, c->id, date, (int)hard);
}

/* ---- the worker's part ---- */

struct due { struct act *act; const char *id, *handler_id; };

static int
expire(struct yx_db *db, void *ctx)
{
	struct due *x = ctx;
	struct act *act = x->act;
	struct contract c;
	struct contract_letter l = { .contract_id = x->id, .kind = "expired", .sender_id = x->handler_id,
		.at = act_now(act),
		.to = LETTER_VENDORS | LETTER_OFFICERS | LETTER_ASKED };
	struct message_sent sent;
	int rc = contract_apply(act, x->id, CONTRACT_EXPIRE, act_now(act), NULL);

	(void)db;
	if (rc != YX_OK || (rc = contract_get_any(act, x->id, &c)) != YX_OK)
		return rc;
	l.sender_organization_id = c.organization_id;
	l.subject = yx_arena_printf(act->arena, "逾期：%s", c.subject);
	l.body = yx_arena_printf(act->arena, "簽署期限 %s 已過。The deadline has passed.", c.deadline);
	if (l.subject == NULL || l.body == NULL)
		return YX_NO_MEMORY;
	if ((rc = contract_letter_send(act, &l, &sent)) != YX_OK || (rc = task_end(act, x->id, "expired", 0)) != YX_OK ||
	    (rc = contract_event_add(act, x->id, "expired", NULL, c.deadline)) != YX_OK)
		return rc;
	return audit_act(act, "contract.expire", x->id, "deadline", c.deadline);
}

static int
remind(struct yx_db *db, void *ctx)
{
	struct due *x = ctx;
	struct act who = *x->act;
	char today[9];
	size_t mails = 0;
	int64_t when;
	int rc = contract_row_touch(db, x->id);

	number_day(act_now(&who), today);
	if (rc == YX_OK && (rc = contract_row_reminded(db, x->id, today)) == YX_OK)
		rc = contract_remind_now(&who, x->id, &mails, &when);
	return rc != YX_OK ? rc : audit_act(&who, "contract.remind", x->id, "day", today);
}

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	*(struct due *)item = (struct due){ ctx, yx_row_str(r, 0), yx_row_str(r, 1) };
}

/* Somebody else was quicker: nothing is left to do. */
static int
went_on(int rc)
{
	return rc == YX_STATE || rc == YX_RETURNED || rc == YX_VOIDED || rc == YX_EXPIRED || rc == YX_NOT_FOUND;
}

static int
each(struct act *act, const char *sql, int (*fn)(struct yx_db *db, void *ctx), size_t *done)
{
	struct yx_db_items l = { .size = sizeof(struct due), .fill = fill, .ctx = act };
	char today[9];
	int rc;

	number_day(act_now(act), today);
	rc = yx_db_list(act->db, act->arena, sql, YX_P(yx_p_str(today), yx_p_str(today), yx_p_int(BATCH)), &l);
	for (size_t i = 0; rc == YX_OK && i < l.count; i++) {
		rc = yx_db_tx(act->db, fn, (struct due *)l.items + i);
		*done += rc == YX_OK;
		if (went_on(rc))
			rc = YX_OK;
	}
	return rc;
}

int
contract_deadlines(struct act *act, size_t *done)
{
	int rc;

	*done = 0;
	rc = each(act, "SELECT id, handler_id FROM contract WHERE deadline < CAST(? AS DATE) AND ? <> '' AND deadline_hard"
	    " AND state IN (" CONTRACT_PENDING_STATES ") AND " REAL " LIMIT ?", expire, done);
	if (rc != YX_OK)
		return rc;
	return each(act, "SELECT c.id, c.handler_id FROM (SELECT CAST(? AS DATE) AS day) t JOIN contract c ON c.deadline"
	    " BETWEEN t.day AND t.day + INTERVAL 60 DAY WHERE c.state IN (" CONTRACT_PENDING_STATES ")"
	    " AND FIND_IN_SET(DATEDIFF(c.deadline, t.day), COALESCE(" PARAMETER_SQL("contract.remind_days",
	    "c.organization_id", "'', c.organization_id, COALESCE(c.unit_id, ''), c.id") ", '7,3,1,0'))"
	    " AND (c.reminded_on IS NULL OR c.reminded_on < CAST(? AS DATE)) AND c." REAL " LIMIT ?",
	    remind, done);
}
