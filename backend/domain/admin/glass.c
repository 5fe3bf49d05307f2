#include "backend/domain/admin/glass.h"

#include <string.h>

#include "backend/domain/admin/admin.h"
#include "backend/domain/base/audit.h"
#include "backend/domain/base/wording.h"
#include "backend/domain/contract/contract_letter.h"

int
glass_ask(struct act *act, const char *organization_id, const char *number, const char *reason, char id[YX_ID_SIZE])
{
	const char *organization = organization_id != NULL ? organization_id : act->who.organization_id;
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT c.id FROM contract c JOIN organization o ON o.id = c.organization_id WHERE o.id = ? AND c.number = ?"
	    " AND" ADMIN_OF, YX_P(yx_p_str(organization), yx_p_str(number), ADMIN_P(act)), &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? act_field(act, "number", YX_BAD_FIELD) : rc;
	yx_random_id(id);
	rc = yx_db_exec(act->db,
	    "INSERT INTO glass (id, contract_id, reason, asked_by, asked_at) VALUES (?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(yx_row_str(r, 0)), yx_p_str(reason), yx_p_str(act->who.member_id),
	        yx_p_time(act_now(act))), NULL);
	return rc != YX_OK ? rc : audit_act(act, "glass.ask", yx_row_str(r, 0), "reason", reason);
}

#define GLASS_FROM \
	" FROM glass g JOIN contract c ON c.id = g.contract_id JOIN organization o ON o.id = c.organization_id" \
	" JOIN member a ON a.id = g.asked_by LEFT JOIN member d ON d.id = g.decided_by WHERE" ADMIN_OF
#define GLASS_COLUMNS \
	"SELECT g.id, c.number, o.name, g.reason, g.state, a.name, d.name, g.asked_at, g.decided_at, g.until, g.asked_by," \
	" g.contract_id, c.organization_id, c.sent_at"

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	const struct act *act = ctx;
	int mine = strcmp(yx_row_str(r, 10), act->who.member_id) == 0;

	*(struct glass *)item = (struct glass){ .id = yx_row_str(r, 0), .number = yx_row_str(r, 1),
		.organization = yx_row_str(r, 2), .reason = yx_row_str(r, 3), .state = yx_row_str(r, 4),
		.asked_by = yx_row_str(r, 5), .decided_by = yx_row_str(r, 6), .asked_at = yx_row_time(r, 7),
		.decided_at = yx_row_time(r, 8), .until = yx_row_time(r, 9), .mine = mine,
		.may = !mine && strcmp(yx_row_str(r, 4), "open") == 0, .readable = mine && yx_row_time(r, 9) > act_now(act) };
}

int
glass_list(struct act *act, struct glass **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill, .ctx = act };
	int rc = yx_db_list(act->db, act->arena, GLASS_COLUMNS GLASS_FROM " ORDER BY g.asked_at DESC, g.id LIMIT 100",
	    YX_P(ADMIN_P(act)), &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

/* ---- the second person ---- */

struct decided { struct glass g; const char *contract_id, *organization_id; int sent; };

/* Handler and officers, and the companies if the contract ever went to them: as a message, and by
 * mail to who wants mail. */
static int
tell_parties(struct act *act, const struct decided *d)
{
	const struct glass *g = &d->g;
	const char *minutes = yx_arena_printf(act->arena, "%d", GLASS_MINUTES);
	struct wording_values v = { .of = { [FIELD_NUMBER] = g->number, [FIELD_REASON] = g->reason,
		[FIELD_ASKED_BY] = g->asked_by, [FIELD_AGREED_BY] = act->who.name, [FIELD_MINUTES] = minutes } };
	struct contract_letter l = { .contract_id = d->contract_id, .kind = "glass", .at = act_now(act),
		.sender_organization_id = d->organization_id, .to = LETTER_OFFICERS | (d->sent ? LETTER_VENDORS : 0) };
	struct wording_out out = { NULL, NULL };
	struct message_sent sent;
	int rc = minutes == NULL ? YX_NO_MEMORY : wording_write(act, WORDING_GLASS, d->organization_id, &v, &out);

	l.subject = out.subject;
	l.body = out.body;
	return rc != YX_OK ? rc : contract_letter_send(act, &l, &sent);
}

/* until 0: refused. */
static int
decide(struct act *act, const char *id, int64_t until, struct decided *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, GLASS_COLUMNS GLASS_FROM " AND g.id = ? AND g.state = 'open' FOR UPDATE",
	    YX_P(ADMIN_P(act), yx_p_str(id)), &r);

	if (rc != YX_OK)
		return rc;
	fill(&out->g, r, act);
	out->contract_id = yx_row_str(r, 11);
	out->organization_id = yx_row_str(r, 12);
	out->sent = !yx_row_is_null(r, 13);
	if (until != 0 && !out->g.may)
		return YX_SECOND_APPROVER;
	return yx_db_change(act->db, "UPDATE glass SET state = ?, decided_by = ?, decided_at = ?, until = ? WHERE id = ?",
	    YX_P(yx_p_str(until != 0 ? "approved" : "refused"), yx_p_str(act->who.member_id), yx_p_time(act_now(act)),
	        until != 0 ? yx_p_time(until) : yx_p_null(), yx_p_str(id)), YX_NOT_FOUND);
}

int
glass_approve(struct act *act, const char *id)
{
	struct decided d;
	int rc = decide(act, id, act_now(act) + GLASS_MINUTES * 60000, &d);

	if (rc != YX_OK || (rc = tell_parties(act, &d)) != YX_OK)
		return rc;
	return audit_act(act, "glass.approve", d.contract_id, "reason", d.g.reason);
}

int
glass_refuse(struct act *act, const char *id)
{
	struct decided d;
	int rc = decide(act, id, 0, &d);

	return rc != YX_OK ? rc : audit_act(act, "glass.refuse", d.contract_id, NULL, NULL);
}

/* ---- reading ---- */

#define READABLE \
	" FROM glass g JOIN document d ON d.contract_id = g.contract_id AND d.retired_at IS NULL" \
	" AND d.destroyed_at IS NULL" \
	" JOIN document_revision r ON r.document_id = d.id AND r.revision = d.revision" \
	" WHERE g.id = ? AND g.asked_by = ? AND g.state = 'approved' AND g.until > ?"

static void
fill_document(void *item, const struct yx_rows *r, void *ctx)
{
	size_t n;

	(void)ctx;
	*(struct glass_document *)item = (struct glass_document){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_bytes(r, 3, &n) };
}

int
glass_documents(struct act *act, const char *id, struct glass_document **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill_document };
	int rc = yx_db_list(act->db, act->arena, "SELECT d.id, d.name, d.number, r.sha256" READABLE " ORDER BY d.position",
	    YX_P(yx_p_str(id), yx_p_str(act->who.member_id), yx_p_time(act_now(act))), &l);

	*list = l.items;
	*n = l.count;
	return rc != YX_OK ? rc : l.count == 0 ? YX_NOT_FOUND : YX_OK;
}

struct reading { struct act *act; const char *document_id; };

static int
note_reading(struct yx_db *db, void *ctx)
{
	const struct reading *x = ctx;

	(void)db;
	return audit_act(x->act, "glass.read", x->document_id, NULL, NULL);
}

int
glass_read(struct act *act, const char *id, const char *document_id, struct glass_document *out)
{
	struct reading x = { act, document_id };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT d.id, d.name, d.number, r.sha256" READABLE " AND d.id = ?",
	    YX_P(yx_p_str(id), yx_p_str(act->who.member_id), yx_p_time(act_now(act)), yx_p_str(document_id)), &r);

	if (rc != YX_OK)
		return rc;
	fill_document(out, r, NULL);
	return yx_db_tx(act->db, note_reading, &x);
}
