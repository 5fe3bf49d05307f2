#include "backend/domain/base/audit_list.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/day.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/base/like.h"
#include "common/log.h"

/* ---- rows ---- */

/* What of a row is nobody's business but the parties' and the auditor's. */
#define CONTENT "a.object_kind IN ('contract', 'document', 'message', 'signing')"

/* The conditions that an index serves come first, on a bounded number of rows; the others
 * look at those. Parameters: LOOK_P. */
#define LOOK \
	" FROM (SELECT a.seq, a.at, a.member_id, a.ip, a.action, a.object_kind, a.object_id, a.detail FROM audit a" \
	"  WHERE a.seq < ? AND a.at >= ? AND a.at < ? AND (? IS NULL OR a.member_id = ?)" \
	"  AND (? IS NULL OR a.object_id = ?) AND (? IS NULL OR a.action LIKE ?)" \
	"  ORDER BY a.seq DESC LIMIT 20000) a"
#define LOOK_P(f, w) \
	yx_p_int((f)->before != 0 ? (f)->before : INT64_MAX), yx_p_time((w)->from), yx_p_time((w)->to), \
	yx_p_str((w)->member_id), yx_p_str((w)->member_id), yx_p_str((f)->object_id), yx_p_str((f)->object_id), \
	yx_p_str((w)->group), yx_p_str((w)->group)

struct wanted {
	int64_t     from, to;
	const char *member_id, *group, *like;
};

static void
fill_line(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct audit_line *)item = (struct audit_line){ .seq = yx_row_int(r, 0), .at = yx_row_time(r, 1),
		.account = yx_row_str(r, 2), .name = yx_row_str(r, 3), .organization = yx_row_str(r, 4),
		.ip = yx_row_str(r, 5), .action = yx_row_str(r, 6), .object_kind = yx_row_str(r, 7),
		.object_id = yx_row_str(r, 8), .detail = yx_row_str(r, 9), .chained = yx_row_int(r, 10) != 0 };
}

/* An account that nobody has finds nothing: an id that no row has. */
static int
find_account(struct act *act, const char *account, const char **id)
{
	struct yx_rows *r = NULL;
	int rc = account == NULL ? YX_NOT_FOUND : yx_db_one(act->db, act->arena, "SELECT id FROM member WHERE account = ?",
	    YX_P(yx_p_str(account)), &r);

	*id = rc == YX_OK ? yx_row_str(r, 0) : account != NULL ? "" : NULL;
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}

static int
understand(struct act *act, const struct audit_filter *f, struct wanted *w)
{
	int rc = find_account(act, f->account, &w->member_id);

	w->from = f->from != NULL ? day_ms(f->from, 0) : 0;
	w->to = f->to != NULL ? day_ms(f->to, 1) : act_now(act) + 86400000;
	w->group = f->group != NULL ? yx_arena_printf(act->arena, "%s.%%", f->group) : NULL;
	w->like = f->q != NULL ? like_text(act->arena, f->q) : NULL;
	return (f->group != NULL && w->group == NULL) || (f->q != NULL && w->like == NULL) ? YX_NO_MEMORY : rc;
}

/* Where the rows that one look can see end; 0: they are all of them. */
static int
look_end(struct act *act, const struct audit_filter *f, const struct wanted *w, int64_t *end)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*), COALESCE(MIN(a.seq), 0)" LOOK, YX_P(LOOK_P(f, w)), &r);

	*end = rc == YX_OK && yx_row_int(r, 0) == AUDIT_LOOK ? yx_row_int(r, 1) : 0;
	return rc;
}

int
audit_list(struct act *act, const struct audit_filter *f, struct audit_line **lines, size_t *n, int64_t *next)
{
	struct yx_db_items l = { .size = sizeof(**lines), .fill = fill_line };
	int all = (act->who.roles & ROLE_AUDITOR) != 0, meta = !all && (act->who.roles & ROLE_PLATFORM_ADMIN) != 0;
	struct wanted w;
	int rc = understand(act, f, &w);

	*n = 0;
	*next = 0;
	if (rc != YX_OK)
		return rc;
	rc = yx_db_list(act->db, act->arena,
	    "SELECT a.seq, a.at, m.account, m.name, o.name, a.ip, a.action, a.object_kind, IF(? AND " CONTENT
	    ", '', a.object_id), IF(? AND " CONTENT ", '{}', a.detail), p.seq IS NULL" LOOK
	    " LEFT JOIN member m ON m.id = a.member_id LEFT JOIN organization o ON o.id = m.organization_id"
	    " LEFT JOIN audit_pending p ON p.seq = a.seq WHERE (? OR m.organization_id = ?)"
	    " AND (? IS NULL OR CONVERT(CONCAT_WS(' ', a.action, IF(? AND " CONTENT ", '', a.object_id), a.ip)"
	    " USING utf8mb4) LIKE ? OR (NOT (? AND " CONTENT ") AND REPLACE(a.detail, '台', '臺') LIKE ?))"
	    " ORDER BY a.seq DESC LIMIT ?",
	    YX_P(yx_p_int(meta), yx_p_int(meta), LOOK_P(f, &w), yx_p_int(all || meta), yx_p_str(act->who.organization_id),
	        yx_p_str(w.like), yx_p_int(meta), yx_p_str(w.like), yx_p_int(meta), yx_p_str(w.like),
	        yx_p_int(f->most)), &l);
	*lines = l.items;
	*n = l.count;
	if (rc != YX_OK)
		return rc;
	if ((int64_t)*n == f->most && *n > 0) {
		*next = (*lines)[*n - 1].seq;
		return YX_OK;
	}
	return look_end(act, f, &w, next);
}

/* ---- events of the trail itself ---- */

struct refusal { struct act *act; const char *method, *path; };

static int
note_refusal(struct yx_db *db, void *ctx)
{
	const struct refusal *x = ctx;
	struct yx_rows *r = NULL;
	int rc = yx_db_one(db, x->act->arena,
	    "SELECT 1 FROM audit WHERE member_id = ? AND at > ? AND action = 'access.refused' AND object_id = LEFT(?, 64)"
	    " LIMIT 1", YX_P(yx_p_str(x->act->who.member_id), yx_p_time(yx_now_ms() - 60000), yx_p_str(x->path)), &r);

	return rc != YX_NOT_FOUND ? rc
	    : audit_act(x->act, "access.refused", yx_arena_strndup(x->act->arena, x->path, strnlen(x->path, 64)), "method",
	      x->method);
}

void
audit_refused(struct act *act, const char *method, const char *path)
{
	struct refusal x = { act, method, path };
	int rc = yx_db_tx(act->db, note_refusal, &x);

	if (rc != YX_OK)
		yx_warn("a refused access was not noted: %s", yx_err_word(rc));
}

struct exported { struct act *act; int64_t rows; };

static int
note_export(struct yx_db *db, void *ctx)
{
	const struct exported *x = ctx;

	(void)db;
	return audit_act(x->act, "audit.export", "", "rows", yx_arena_printf(x->act->arena, "%lld", (long long)x->rows));
}

int
audit_note_export(struct act *act, int64_t rows)
{
	return yx_db_tx(act->db, note_export, &(struct exported){ act, rows });
}

/* ---- the chain ---- */

int
audit_state(struct act *act, struct audit_state *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT t.number, b.at, LOWER(HEX(b.hash)), (SELECT COUNT(*) FROM audit_pending) FROM audit_tip t"
	    " LEFT JOIN audit_block b ON b.number = t.number WHERE t.one = 1", YX_P_NONE, &r);

	if (rc == YX_OK)
		*out = (struct audit_state){ .blocks = yx_row_int(r, 0), .at = yx_row_time(r, 1), .hash = yx_row_str(r, 2),
			.pending = yx_row_int(r, 3) };
	return rc;
}

static void
fill_check(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct audit_check *)item = (struct audit_check){ yx_row_time(r, 0), yx_row_int(r, 1), yx_row_int(r, 2),
		yx_row_int(r, 3), yx_row_str(r, 4), yx_row_str(r, 5) };
}

int
audit_checks(struct act *act, struct audit_check **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill_check };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT c.at, c.n, c.blocks, c.pending, m.name, c.finding FROM audit_check c"
	    " LEFT JOIN member m ON m.id = c.member_id ORDER BY c.id DESC LIMIT 10", YX_P_NONE, &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

struct noting { struct act *act; const struct audit_check *c; };

static int
note_check(struct yx_db *db, void *ctx)
{
	struct noting *x = ctx;
	const struct audit_check *c = x->c;
	int rc = yx_db_exec(db,
	    "INSERT INTO audit_check (at, member_id, n, blocks, pending, finding) VALUES (?, ?, ?, ?, ?, LEFT(?, 300))",
	    YX_P(yx_p_time(c->at), yx_p_str(x->act->who.member_id), yx_p_int(c->rows), yx_p_int(c->blocks),
	        yx_p_int(c->pending), yx_p_str(c->finding)), NULL);

	return rc != YX_OK ? rc : audit_act(x->act, "audit.verify", "", "finding", c->finding);
}

int
audit_check_now(struct act *act, struct audit_check *out)
{
	struct audit_report r = { .what = NULL };
	struct noting x = { act, out };
	int rc = audit_verify(act->db, act->arena, act->domain->seal_cert, &r);

	if (rc != YX_OK)
		return rc;
	*out = (struct audit_check){ .at = yx_now_ms(), .rows = r.rows, .blocks = r.blocks, .pending = r.pending,
		.by = act->who.name, .finding = r.what != NULL ? r.what : "" };
	return yx_db_tx(act->db, note_check, &x);
}
