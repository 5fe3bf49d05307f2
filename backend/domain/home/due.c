#include "backend/domain/base/mine.h"
#include "backend/domain/base/number.h"
#include "backend/domain/home/home.h"

#include <string.h>

#define DAY_MS 86400000
/* (a contract has several documents, and as many tasks) */
#define TASKS_READ 100

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct home_due_row *)item = (struct home_due_row){ .role = yx_row_str(r, 0), .contract_id = yx_row_str(r, 1),
		.message_id = yx_row_str(r, 2), .number = yx_row_str(r, 3), .title = yx_row_str(r, 4),
		.deadline = yx_row_str(r, 5), .hard = yx_row_int(r, 6) != 0, .overdue = yx_row_int(r, 7) != 0 };
}

/* Each part goes along an index in the order of days and stops. */
#define MY_TASKS \
	"(SELECT t.document_id, t.message_id, t.kind, t.due_open FROM sign_task t WHERE t.member_id = ?" \
	" AND t.due_open <= CAST(? AS DATE) ORDER BY t.due_open LIMIT ?)"
#define OUR_TASKS \
	"(SELECT t.document_id, t.message_id, t.kind, t.due_open FROM sign_task t WHERE t.organization_id = ?" \
	" AND t.member_id IS NULL AND ? AND t.due_open <= CAST(? AS DATE) ORDER BY t.due_open LIMIT ?)"
#define HANDLED \
	"(SELECT c.id, c.due_on FROM contract c WHERE c.handler_id = ? AND ? AND c.due_on <= CAST(? AS DATE)" \
	" ORDER BY c.due_on LIMIT ?)"
#define CARED_FOR \
	"(SELECT o.contract_id, o.due_on FROM contract_officer o WHERE o.member_id = ? AND ?" \
	" AND o.due_on <= CAST(? AS DATE) ORDER BY o.due_on LIMIT ?)"

int
home_due(struct act *act, struct home_due_row **rows, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill };
	const struct yx_db_param me = yx_p_str(act->who.member_id), tasks = yx_p_int(TASKS_READ);
	const struct yx_db_param officer = yx_p_int((act->who.roles & ROLE_OFFICER) != 0), most = yx_p_int(HOME_DUE);
	char today[9], until[9];
	int rc;

	number_day(act_now(act), today);
	number_day(act_now(act) + (int64_t)HOME_DAYS * DAY_MS, until);
	rc = yx_db_list(act->db, act->arena,
	    "SELECT MIN(x.role), MAX(x.contract_id), MAX(x.message_id), c.number, c.title, CAST(c.deadline AS CHAR),"
	    " c.deadline_hard, c.deadline < CAST(? AS DATE)"
	    " FROM (SELECT IF(s.kind = 'vendor', 'a vendor', 'b sealer') AS role, d.contract_id AS id,"
	    " NULL AS contract_id, s.message_id FROM (" MY_TASKS " UNION ALL " OUR_TASKS ") s"
	    " JOIN document d ON d.id = s.document_id"
	    " UNION ALL SELECT 'c officer', y.id, y.id, NULL FROM (" HANDLED " UNION " CARED_FOR ") y) x"
	    " JOIN contract c ON c.id = x.id GROUP BY c.id ORDER BY c.deadline, c.number LIMIT ?",
	    YX_P(yx_p_str(today), me, yx_p_str(until), tasks, yx_p_str(act->who.organization_id),
	    yx_p_int((act->who.roles & ROLE_VENDOR_SIGNER) != 0), yx_p_str(until), tasks, me, officer, yx_p_str(until),
	    most, me, officer, yx_p_str(until), most, most), &l);
	*rows = l.items;
	*n = l.count;
	/* (the letter before puts what I have to sign first) */
	for (size_t i = 0; i < l.count; i++)
		(*rows)[i].role += 2;
	return rc;
}
