#include "backend/domain/admin/agency.h"

#include <string.h>

#include "backend/domain/admin/admin.h"
#include "backend/domain/base/audit.h"
#include "backend/domain/base/like.h"
#include "backend/domain/people/member.h"
#include "backend/domain/people/session.h"
#include "backend/domain/retention/retention.h"

static void
fill_agency(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct agency *)item = (struct agency){ .id = yx_row_str(r, 0), .kind = yx_row_str(r, 1),
		.code = yx_row_str(r, 2), .name = yx_row_str(r, 3), .short_name = yx_row_str(r, 4),
		.card_identity = yx_row_str(r, 5), .parent_id = yx_row_str(r, 6), .parent_name = yx_row_str(r, 7),
		.version = yx_row_int(r, 8), .below = yx_row_int(r, 9), .units = yx_row_int(r, 10),
		.parent_code = yx_row_str(r, 11), .closed_at = yx_row_time(r, 12), .successor_id = yx_row_str(r, 13),
		.successor_name = yx_row_str(r, 14), .successor_code = yx_row_str(r, 15) };
}

#define AGENCY_COLUMNS \
	"SELECT o.id, o.kind, o.code, o.name, o.short_name, o.card_identity, o.parent_id, p.name, o.version," \
	" (SELECT COUNT(*) FROM organization b WHERE b.parent_id = o.id)," \
	" (SELECT COUNT(*) FROM unit u WHERE u.organization_id = o.id AND u.closed_at IS NULL), p.code, o.closed_at," \
	" s.id, s.name, s.code"
#define AGENCY_FROM " FROM organization o LEFT JOIN organization p ON p.id = o.parent_id" \
	" LEFT JOIN organization s ON s.id = o.successor_id"

/* Below one, or (without a search) at the top. An agency's own administrator has one only. */
#define AGENCY_WHERE AGENCY_FROM " WHERE" ADMIN_OF \
	" AND (? OR o.parent_id <=> ?) AND (REPLACE(o.name, '台', '臺') LIKE ? OR CONVERT(o.code USING utf8mb4) LIKE ?)"
#define AGENCY_P(act, f, like) ADMIN_P(act), \
	yx_p_int(((f)->q != NULL && (f)->under == NULL) || !((act)->who.roles & ROLE_PLATFORM_ADMIN)), \
	yx_p_str((f)->under), yx_p_str(like), yx_p_str(like)

int
agency_list(struct act *act, const struct agency_filter *f, struct page *page, struct agency **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill_agency };
	const char *like = like_text(act->arena, f->q);
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*)" AGENCY_WHERE, YX_P(AGENCY_P(act, f, like)), &r);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_list(act->db, act->arena, AGENCY_COLUMNS AGENCY_WHERE " ORDER BY o.kind, o.code LIMIT ? OFFSET ?",
	    YX_P(AGENCY_P(act, f, like), yx_p_int(page->size), yx_p_int(page->offset)), &l);
	*list = l.items;
	*n = l.count;
	return rc;
}

int
agency_get(struct act *act, const char *id, struct agency *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, AGENCY_COLUMNS AGENCY_FROM " WHERE o.id = ? AND" ADMIN_OF,
	    YX_P(yx_p_str(id), ADMIN_P(act)), &r);

	if (rc == YX_OK)
		fill_agency(out, r, NULL);
	return rc;
}

/* ---- units and history ---- */

static void
fill_unit(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct agency_unit *)item = (struct agency_unit){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_str(r, 3), yx_row_time(r, 4), yx_row_str(r, 5), yx_row_int(r, 6) };
}

int
agency_units(struct act *act, const char *id, struct agency_unit **units, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**units), .fill = fill_unit };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT u.id, u.code, CONCAT(o.code, u.code), u.name, u.closed_at, i.name,"
	    " (SELECT COUNT(*) FROM member m WHERE m.organization_id = o.id AND m.unit_id = u.id AND NOT m.disabled)"
	    " FROM unit u JOIN organization o ON o.id = u.organization_id"
	    " LEFT JOIN unit i ON i.id = COALESCE(u.successor_id, u.merged_into)"
	    " WHERE o.id = ? AND u.was_id = '' AND" ADMIN_OF " ORDER BY u.closed_at IS NOT NULL, u.code LIMIT 1000",
	    YX_P(yx_p_str(id), ADMIN_P(act)), &l);

	*units = l.items;
	*n = l.count;
	return rc;
}

static void
fill_event(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct agency_event *)item = (struct agency_event){ yx_row_time(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_str(r, 3), yx_row_str(r, 4), yx_row_str(r, 5) };
}

int
agency_events(struct act *act, const char *id, struct agency_event **events, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**events), .fill = fill_event };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT e.at, m.name, u.code, e.kind, e.before_text, e.after_text FROM organization_event e"
	    " JOIN organization o ON o.id = e.organization_id LEFT JOIN member m ON m.id = e.member_id"
	    " LEFT JOIN unit u ON u.id = e.unit_id WHERE o.id = ? AND" ADMIN_OF " ORDER BY e.at DESC, e.id LIMIT 100",
	    YX_P(yx_p_str(id), ADMIN_P(act)), &l);

	*events = l.items;
	*n = l.count;
	return rc;
}

struct happened { const char *agency_id, *unit_id, *kind, *before, *after; };

/* One event in both books: the agency's history, and the audit trail as `action`. */
static int
note(struct act *act, const struct happened *h, const char *action)
{
	char id[YX_ID_SIZE];
	int rc;

	yx_random_id(id);
	rc = yx_db_exec(act->db,
	    "INSERT INTO organization_event (id, organization_id, unit_id, at, member_id, kind, before_text, after_text)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(h->agency_id), yx_p_str(h->unit_id), yx_p_time(act_now(act)),
	        yx_p_str(act->who.member_id), yx_p_str(h->kind), yx_p_str(h->before != NULL ? h->before : ""),
	        yx_p_str(h->after != NULL ? h->after : "")), NULL);
	return rc != YX_OK ? rc
	    : audit_act(act, action, h->unit_id != NULL ? h->unit_id : h->agency_id, "name", h->after);
}

/* An agency that act->who administrates and that goes on. */
static int
get_open(struct act *act, const char *id, struct agency *out)
{
	int rc = agency_get(act, id, out);

	return rc == YX_OK && out->closed_at != 0 ? YX_STATE : rc;
}

/* ---- agencies change ---- */

int
agency_create(struct act *act, const struct organization_new *o, const char *parent_id, char id[YX_ID_SIZE])
{
	struct organization_change c = { .id = id, .name = o->name, .short_name = o->short_name,
		.card_identity = o->card_identity, .parent_id = parent_id, .version = 1 };
	int rc = organization_create(act, o, id);

	if (rc != YX_OK)
		return act_field(act, "code", rc == YX_CONFLICT ? YX_CODE_TAKEN : rc);
	if (parent_id != NULL && (rc = organization_change(act, &c)) != YX_OK)
		return rc;
	return note(act, &(struct happened){ id, NULL, "created", NULL, o->name }, "agency.create");
}

static const char *
or_none(const char *id)
{
	return id != NULL ? id : "";
}

/* It inherits from others now, and so do those below it. */
static int
moved(struct act *act, const struct agency *was, const struct agency *is)
{
	const struct parameter_place all = { NULL, NULL, NULL };
	int rc = note(act, &(struct happened){ is->id, NULL, "moved", was->parent_name, is->parent_name }, "agency.move");

	if (rc != YX_OK || (rc = retention_changed(act, PARAMETER[RETAIN_COMPLETED].name, &all)) != YX_OK)
		return rc;
	return session_idle_changed(act);
}

int
agency_change(struct act *act, const struct organization_change *c)
{
	struct agency was, is;
	int rc = get_open(act, c->id, &was);

	if (rc != YX_OK || (rc = organization_change(act, c)) != YX_OK || (rc = agency_get(act, c->id, &is)) != YX_OK)
		return rc;
	if (strcmp(was.name, is.name) != 0 || strcmp(was.short_name, is.short_name) != 0 ||
	    strcmp(was.card_identity, is.card_identity) != 0)
		rc = note(act, &(struct happened){ c->id, NULL, "renamed", was.name, is.name }, "agency.rename");
	if (rc == YX_OK && strcmp(or_none(was.parent_id), or_none(is.parent_id)) != 0)
		rc = moved(act, &was, &is);
	return rc;
}

int
agency_merged(struct act *act, const struct organization_pair *p, const char *by)
{
	/* One line for each unit that goes over, one for the agency in both books. */
	int rc = yx_db_exec(act->db,
	    "INSERT INTO organization_event (id, organization_id, unit_id, at, member_id, kind, before_text, after_text)"
	    " SELECT LEFT(SHA2(CONCAT(u.id, t.id), 256), 32), u.organization_id, u.id, ?, ?, 'merged', u.name,"
	    " CONCAT(i.code, t.code, ' ', t.name) FROM unit u JOIN unit t ON t.id = u.successor_id"
	    " JOIN organization i ON i.id = t.organization_id WHERE u.organization_id = ? AND t.organization_id = ?"
	    " AND t.was_id = ''",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(by), yx_p_str(p->from), yx_p_str(p->into)), NULL);

	return rc != YX_OK ? rc : yx_db_exec(act->db,
	    "INSERT INTO organization_event (id, organization_id, at, member_id, kind, before_text, after_text)"
	    " SELECT LEFT(SHA2(CONCAT(f.id, i.id, k.kind), 256), 32), IF(k.kind = 'merged', f.id, i.id), ?, ?, k.kind,"
	    " CONCAT(f.code, ' ', f.name), CONCAT(i.code, ' ', i.name) FROM organization f JOIN organization i ON i.id = ?"
	    " JOIN (SELECT 'merged' AS kind UNION SELECT 'joined') k WHERE f.id = ?",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(by), yx_p_str(p->into), yx_p_str(p->from)), NULL);
}

/* ---- units change ---- */

int
agency_unit_add(struct act *act, const char *agency_id, const char *code, const char *name, char id[YX_ID_SIZE])
{
	struct agency a;
	int rc = get_open(act, agency_id, &a);

	if (rc != YX_OK)
		return rc;
	if ((rc = unit_create(act, agency_id, code, name, id)) != YX_OK)
		return act_field(act, "code", rc == YX_CONFLICT ? YX_CODE_TAKEN : rc);
	return note(act, &(struct happened){ agency_id, id, "created", NULL, name }, "unit.create");
}

/* A unit of an agency that act->who administrates. */
static int
take_unit(struct act *act, const char *agency_id, const char *id, struct agency_unit *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT u.id, u.code, CONCAT(o.code, u.code), u.name, u.closed_at, NULL,"
	    " (SELECT COUNT(*) FROM member m WHERE m.organization_id = o.id AND m.unit_id = u.id AND NOT m.disabled)"
	    " FROM unit u JOIN organization o ON o.id = u.organization_id AND o.closed_at IS NULL"
	    " WHERE u.id = ? AND o.id = ? AND u.was_id = '' AND" ADMIN_OF,
	    YX_P(yx_p_str(id), yx_p_str(agency_id), ADMIN_P(act)), &r);

	if (rc == YX_OK)
		fill_unit(out, r, NULL);
	return rc;
}

int
agency_unit_rename(struct act *act, const char *agency_id, const char *id, const char *name)
{
	struct agency_unit u;
	int rc = take_unit(act, agency_id, id, &u);

	if (rc != YX_OK || (rc = unit_rename(act, agency_id, id, name)) != YX_OK)
		return rc;
	return note(act, &(struct happened){ agency_id, id, "renamed", u.name, name }, "unit.rename");
}

struct person { const char *id; };

static void
fill_person(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	((struct person *)item)->id = yx_row_str(r, 0);
}

/* Everybody of a unit goes to another one. */
static int
move_people(struct act *act, const char *agency_id, const char *id, const char *into, int64_t *moved)
{
	struct yx_db_items l = { .size = sizeof(struct person), .fill = fill_person };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT id FROM member WHERE organization_id = ? AND unit_id = ? AND NOT disabled ORDER BY id",
	    YX_P(yx_p_str(agency_id), yx_p_str(id)), &l);

	for (size_t i = 0; rc == YX_OK && i < l.count; i++)
		rc = member_move(act, &(struct member_key){ agency_id, ((struct person *)l.items)[i].id }, into);
	*moved = (int64_t)l.count;
	return rc;
}

int
agency_unit_close(struct act *act, const char *agency_id, const char *id, const char *into, int64_t *moved)
{
	struct agency_unit u, target = { .name = NULL };
	int rc = take_unit(act, agency_id, id, &u);

	*moved = 0;
	if (rc != YX_OK)
		return rc;
	if (into == NULL && u.people > 0)
		return YX_NOT_EMPTY;
	if (into != NULL && (strcmp(into, id) == 0 || take_unit(act, agency_id, into, &target) != YX_OK ||
	    target.closed_at != 0))
		return act_field(act, "into", YX_BAD_FIELD);
	if ((rc = unit_close(act, agency_id, id, into)) != YX_OK ||
	    (into != NULL && (rc = move_people(act, agency_id, id, into, moved)) != YX_OK))
		return rc;
	return note(act, &(struct happened){ agency_id, id, into != NULL ? "merged" : "closed", u.name, target.name },
	    into != NULL ? "unit.merge" : "unit.close");
}

int
agency_unit_reopen(struct act *act, const char *agency_id, const char *id)
{
	struct agency_unit u;
	int rc = take_unit(act, agency_id, id, &u);

	if (rc != YX_OK || (rc = unit_reopen(act, agency_id, id)) != YX_OK)
		return rc;
	return note(act, &(struct happened){ agency_id, id, "opened", NULL, u.name }, "unit.reopen");
}
