#include "backend/domain/retention/destruction.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/contract/contract_row.h"
#include "backend/domain/people/approver.h"

#define TODAY "DATE(? + INTERVAL 8 HOUR)" /* in Taipei, of a moment in UTC */

/* ---- the worker collects ---- */

struct due { struct act *act; const char *contract_id, *organization_id; };

/* The agency's open list with room on it, or a new one. The newest first: the others are full, as long as nobody
 * proposes them. */
static int
open_list(struct act *act, const char *organization_id, char id[YX_ID_SIZE])
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT id FROM destruction_list WHERE organization_id = ? AND state = 'open' AND items < ?"
	    " ORDER BY made_at DESC LIMIT 1", YX_P(yx_p_str(organization_id), yx_p_int(DESTRUCTION_MOST)), &r);

	if (rc == YX_OK)
		memcpy(id, yx_row_str(r, 0), YX_ID_SIZE);
	if (rc != YX_NOT_FOUND)
		return rc;
	yx_random_id(id);
	return yx_db_exec(act->db, "INSERT INTO destruction_list (id, organization_id, made_at) VALUES (?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(organization_id), yx_p_time(act_now(act))), NULL);
}

static int
put(struct yx_db *db, void *ctx)
{
	const struct due *x = ctx;
	struct act *act = x->act;
	char list[YX_ID_SIZE];
	int rc = contract_row_touch(db, x->contract_id);

	if (rc != YX_OK || (rc = open_list(act, x->organization_id, list)) != YX_OK || (rc = yx_db_change(db,
	    "UPDATE destruction_list SET items = items + 1 WHERE id = ? AND state = 'open'", YX_P(yx_p_str(list)),
	    YX_CONFLICT)) != YX_OK)
		return rc;
	rc = yx_db_change(db,
	    "INSERT INTO destruction_item (list_id, position, contract_id, number, title, parties, kind, ended_on, period,"
	    " keep_until) SELECT l.id, l.items, c.id, c.number, c.title, LEFT(COALESCE((SELECT GROUP_CONCAT(v.name"
	    " ORDER BY p.position SEPARATOR '、') FROM contract_vendor p JOIN organization v ON v.id = p.organization_id"
	    " WHERE p.contract_id = c.id), ''), 2000), IF(c.completed_at IS NOT NULL, 'completed', 'ended'),"
	    " DATE(c.ended_at + INTERVAL 8 HOUR), " CONTRACT_PERIOD ", c.keep_until FROM contract c JOIN destruction_list l"
	    " ON l.id = ? WHERE c.id = ? AND c.keep_open < " TODAY,
	    YX_P(CONTRACT_PERIOD_P, yx_p_str(list), yx_p_str(x->contract_id), yx_p_time(act_now(act))), YX_CONFLICT);
	if (rc != YX_OK || (rc = contract_row_listed(db, x->contract_id, 1, 0)) != YX_OK)
		return rc;
	return audit_act(act, "destruction.list", x->contract_id, "list", list);
}

int
destruction_collect(struct act *act, int64_t most, size_t *done)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(act->db, act->arena,
	    "SELECT c.id, c.organization_id FROM contract c WHERE c.keep_open < " TODAY " AND (SELECT o.practice_id"
	    " FROM organization o WHERE o.id = c.organization_id) IS NULL ORDER BY c.keep_open LIMIT ?",
	    YX_P(yx_p_time(act_now(act)), yx_p_int(most)), &r);

	*done = 0;
	while (rc == YX_OK && yx_rows_next(r)) {
		struct due x = { act, yx_row_str(r, 0), yx_row_str(r, 1) };

		rc = yx_db_tx(act->db, put, &x);
		if (rc == YX_CONFLICT || rc == YX_NOT_FOUND)
			rc = YX_OK; /* it went on, or is held, meanwhile; or the list was proposed */
		(*done)++;
	}
	return rc;
}

/* ---- looking ---- */

#define COUNT(state) "(SELECT COUNT(*) FROM destruction_item i WHERE i.list_id = l.id AND i.state = '" state "')"
#define LIST_COLUMNS \
	"SELECT l.id, o.id, o.name, l.state, l.reason, p.name, a.name, f.name, l.refusal, l.made_at, l.proposed_at," \
	" l.approved_at, l.done_at, " COUNT("listed") ", " COUNT("kept") ", " COUNT("held") ", " COUNT("destroyed") "," \
	" l.proposed_by"
/* Which rows first, then their names and counts, as of holds (hold.c). */
#define LIST_PAGE(where) LIST_COLUMNS " FROM (SELECT l.id FROM destruction_list l WHERE " where " AND (l.made_at < ?" \
	" OR l.id < ?) ORDER BY l.made_at DESC, l.id DESC LIMIT ?) x JOIN destruction_list l ON l.id = x.id" LIST_NAMES \
	" ORDER BY l.made_at DESC, l.id DESC"
#define LIST_FROM " FROM destruction_list l" LIST_NAMES
#define LIST_NAMES \
	" JOIN organization o ON o.id = l.organization_id" \
	" LEFT JOIN member p ON p.id = l.proposed_by" \
	" LEFT JOIN member a ON a.id = l.approved_by LEFT JOIN member f ON f.id = l.refused_by"

static int
is(const char *state, const char *word)
{
	return strcmp(state, word) == 0;
}

/* Of the own agency, by one who looks after it. */
static int
is_mine(const struct act *act, const char *organization_id)
{
	return (act->who.roles & RETENTION_MINE) && is(organization_id, act->who.organization_id);
}

static void
fill_list(void *item, const struct yx_rows *r, void *ctx)
{
	const struct act *act = ctx;
	struct destruction d = { .id = yx_row_str(r, 0), .organization_id = yx_row_str(r, 1),
		.organization = yx_row_str(r, 2), .state = yx_row_str(r, 3), .reason = yx_row_str(r, 4),
		.proposed_by = yx_row_str(r, 5), .approved_by = yx_row_str(r, 6), .refused_by = yx_row_str(r, 7),
		.refusal = yx_row_str(r, 8), .made_at = yx_row_time(r, 9), .proposed_at = yx_row_time(r, 10),
		.approved_at = yx_row_time(r, 11), .done_at = yx_row_time(r, 12), .listed = yx_row_int(r, 13),
		.kept = yx_row_int(r, 14), .held = yx_row_int(r, 15), .destroyed = yx_row_int(r, 16) };
	int here = is_mine(act, d.organization_id), waits = is(d.state, "proposed");

	d.may_propose = here && is(d.state, "open") && d.listed > 0;
	d.may_approve = here && waits && !is(yx_row_str(r, 17), act->who.member_id);
	d.may_refuse = here && waits;
	*(struct destruction *)item = d;
}

int
destruction_lists(struct act *act, const struct retention_scope *s, const struct retention_page *p,
    struct destruction **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill_list, .ctx = act };
	int rc = s->organization_id != NULL
	    ? yx_db_list(act->db, act->arena, LIST_PAGE("l.organization_id = ? AND l.made_at <= ?"),
	        YX_P(yx_p_str(s->organization_id), yx_p_time(p->at), yx_p_time(p->at), yx_p_str(p->id),
	        yx_p_int(p->size)), &l)
	    : yx_db_list(act->db, act->arena, LIST_PAGE("l.made_at <= ?"),
	        YX_P(yx_p_time(p->at), yx_p_time(p->at), yx_p_str(p->id), yx_p_int(p->size)), &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

int
destruction_get(struct act *act, const char *id, struct destruction *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, LIST_COLUMNS LIST_FROM " WHERE l.id = ? AND" RETENTION_SEEN,
	    YX_P(yx_p_str(id), RETENTION_SEEN_P(act)), &r);

	if (rc == YX_OK)
		fill_list(out, r, act);
	return rc;
}

static void
fill_item(void *item, const struct yx_rows *r, void *ctx)
{
	const int *names = ctx;
	size_t n = 0;

	*(struct destruction_item *)item = (struct destruction_item){ .position = yx_row_int(r, 0),
		.number = yx_row_str(r, 1), .title = *names ? yx_row_str(r, 2) : NULL,
		.parties = *names ? yx_row_str(r, 3) : NULL, .kind = yx_row_str(r, 4), .ended_on = yx_row_str(r, 5),
		.period = yx_row_str(r, 6), .keep_until = yx_row_str(r, 7), .state = yx_row_str(r, 8), .note = yx_row_str(r, 9),
		.decided_by = yx_row_str(r, 10), .held_now = yx_row_int(r, 11) != 0, .files = yx_row_int(r, 12),
		.bytes = yx_row_int(r, 13), .destroyed_at = yx_row_time(r, 14), .digest = yx_row_bytes(r, 15, &n) };
}

int
destruction_names(const struct act *act, const struct destruction *d)
{
	return is_mine(act, d->organization_id) || (act->who.roles & ROLE_AUDITOR) != 0;
}

int
destruction_items(struct act *act, const struct destruction *d, const struct destruction_part *p,
    struct destruction_item **items, size_t *n)
{
	int names = destruction_names(act, d);
	struct yx_db_items l = { .size = sizeof(**items), .fill = fill_item, .ctx = &names };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT i.position, i.number, i.title, i.parties, i.kind, i.ended_on, i.period, i.keep_until, i.state, i.note,"
	    " m.name, c.held, i.files, i.bytes, i.destroyed_at, i.digest FROM destruction_item i"
	    " JOIN contract c ON c.id = i.contract_id LEFT JOIN member m ON m.id = i.decided_by"
	    " WHERE i.list_id = ? AND i.position > ? ORDER BY i.position LIMIT ?",
	    YX_P(yx_p_str(d->id), yx_p_int(p->after), yx_p_int(p->most)), &l);

	*items = l.items;
	*n = l.count;
	return rc;
}

/* ---- two people ---- */

/* The list, with its row held, if it stands so and is one that act->who looks after. */
static int
take(struct act *act, const char *id, const char *state, struct destruction *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, LIST_COLUMNS LIST_FROM " WHERE l.id = ? AND" RETENTION_KEPT " FOR UPDATE",
	    YX_P(yx_p_str(id), RETENTION_KEPT_P(act)), &r);

	if (rc != YX_OK)
		return rc;
	fill_list(out, r, act);
	return is(out->state, state) ? YX_OK : YX_STATE;
}

int
destruction_keep(struct act *act, const char *id, const struct destruction_keeping *k)
{
	struct destruction d;
	struct yx_rows *r = NULL;
	int rc = take(act, id, "open", &d);

	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena,
	    "SELECT contract_id FROM destruction_item WHERE list_id = ? AND position = ? AND state = 'listed'",
	    YX_P(yx_p_str(id), yx_p_int(k->position)), &r)) != YX_OK)
		return rc;
	if ((rc = yx_db_change(act->db,
	    "UPDATE destruction_item SET state = 'kept', note = ?, decided_by = ? WHERE list_id = ? AND position = ?",
	    YX_P(yx_p_str(k->reason), yx_p_str(act->who.member_id), yx_p_str(id), yx_p_int(k->position)),
	    YX_NOT_FOUND)) != YX_OK ||
	    (rc = contract_row_listed(act->db, yx_row_str(r, 0), 0, k->years)) != YX_OK)
		return rc;
	return audit_act(act, "destruction.keep", yx_row_str(r, 0), "reason", k->reason);
}

int
destruction_propose(struct act *act, const char *id, const char *reason)
{
	struct approver_mail m = { .subject = "請核准銷毀清冊 A destruction list waits for you" };
	struct destruction d;
	int rc = take(act, id, "open", &d);

	if (rc != YX_OK)
		return rc;
	if (d.listed == 0)
		return YX_STATE;
	m.organization_id = d.organization_id;
	m.text = yx_arena_printf(act->arena, "%s\n%s\n\n契約 Contracts：%lld\n提案人 By：%s", d.organization, reason,
	    (long long)d.listed, act->who.name);
	if ((rc = yx_db_change(act->db,
	    "UPDATE destruction_list SET state = 'proposed', reason = ?, proposed_by = ?, proposed_at = ? WHERE id = ?",
	    YX_P(yx_p_str(reason), yx_p_str(act->who.member_id), yx_p_time(act_now(act)), yx_p_str(id)),
	    YX_NOT_FOUND)) != YX_OK || (rc = approver_tell(act, &m)) != YX_OK)
		return rc;
	return audit_act(act, "destruction.propose", id, "reason", reason);
}

int
destruction_approve(struct act *act, const char *id)
{
	struct destruction d;
	int rc = take(act, id, "proposed", &d);

	if (rc != YX_OK)
		return rc;
	if (!d.may_approve)
		return YX_SECOND_APPROVER;
	rc = yx_db_change(act->db,
	    "UPDATE destruction_list SET state = 'approved', approved_by = ?, approved_at = ? WHERE id = ?",
	    YX_P(yx_p_str(act->who.member_id), yx_p_time(act_now(act)), yx_p_str(id)), YX_NOT_FOUND);
	return rc != YX_OK ? rc : audit_act(act, "destruction.approve", id, "reason", d.reason);
}

int
destruction_refuse(struct act *act, const char *id, const char *reason)
{
	struct destruction d;
	int rc = take(act, id, "proposed", &d);

	if (rc != YX_OK)
		return rc;
	rc = yx_db_change(act->db,
	    "UPDATE destruction_list SET state = 'open', refused_by = ?, refusal = ? WHERE id = ?",
	    YX_P(yx_p_str(act->who.member_id), yx_p_str(reason), yx_p_str(id)), YX_NOT_FOUND);
	return rc != YX_OK ? rc : audit_act(act, "destruction.refuse", id, "reason", reason);
}

int
destruction_end(struct yx_db *db, const struct destruction_end *e)
{
	const int gone = e->digest != NULL;
	int rc = yx_db_change(db,
	    "UPDATE destruction_item SET state = ?, note = ?, files = ?, bytes = ?, digest = ?, destroyed_at = ?"
	    " WHERE list_id = ? AND position = ? AND state = 'listed'",
	    YX_P(yx_p_str(e->state), yx_p_str(e->note), gone ? yx_p_int(e->files) : yx_p_null(),
	    gone ? yx_p_int(e->bytes) : yx_p_null(), yx_p_bytes(e->digest, 32), gone ? yx_p_time(e->at) : yx_p_null(),
	    yx_p_str(e->list_id), yx_p_int(e->position)), YX_STATE);

	if (rc != YX_OK)
		return rc;
	return yx_db_exec(db,
	    "UPDATE destruction_list l SET l.state = 'done', l.done_at = ? WHERE l.id = ? AND l.state = 'approved'"
	    " AND NOT EXISTS (SELECT 1 FROM destruction_item i WHERE i.list_id = l.id AND i.state = 'listed')",
	    YX_P(yx_p_time(e->at), yx_p_str(e->list_id)), NULL);
}

int
destruction_succeed(struct act *act, const struct organization_pair *p)
{
	return yx_db_exec(act->db,
	    "UPDATE destruction_list SET organization_id = ? WHERE organization_id = ?",
	    YX_P(yx_p_str(p->into), yx_p_str(p->from)), NULL);
}
