#include "backend/domain/people/organization.h"

#include <string.h>

#include "backend/domain/base/like.h"
#include "backend/domain/list/list.h"

int
organization_practise(struct act *act, const struct organization_new *o, const char *practice_id, char id[YX_ID_SIZE])
{
	yx_random_id(id);
	return yx_db_exec(act->db,
	    "INSERT INTO organization (id, kind, code, name, short_name, card_identity, practice_id, created_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(o->kind), yx_p_str(o->code), yx_p_str(o->name), yx_p_str(o->short_name),
	        yx_p_str(o->card_identity), yx_p_str(practice_id), yx_p_time(act_now(act))),
	    NULL);
}

int
organization_create(struct act *act, const struct organization_new *o, char id[YX_ID_SIZE])
{
	return organization_practise(act, o, NULL, id);
}

static void
fill_organization(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct organization *)item = (struct organization){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_str(r, 3) };
}

#define ORGANIZATION_FROM \
	" FROM organization o WHERE kind = ? AND closed_at IS NULL AND" SAME_WORLD("o") \
	" AND (REPLACE(name, '台', '臺') LIKE ? OR CONVERT(code USING utf8mb4) LIKE ?)"

int
organization_list(struct act *act, const struct organization_filter *f, struct page *page, struct organization **list,
    size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill_organization };
	const char *kind = f->external ? "vendor" : "agency", *like = like_text(act->arena, f->q);
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*)" ORGANIZATION_FROM,
	    YX_P(yx_p_str(kind), SAME_WORLD_P(act), yx_p_str(like), yx_p_str(like)), &r);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_list(act->db, act->arena,
	    "SELECT id, name, code, kind" ORGANIZATION_FROM " ORDER BY code LIMIT ? OFFSET ?",
	    YX_P(yx_p_str(kind), SAME_WORLD_P(act), yx_p_str(like), yx_p_str(like), yx_p_int(page->size),
	    yx_p_int(page->offset)), &l);
	*list = l.items;
	*n = l.count;
	return rc;
}

int
unit_create(struct act *act, const char *organization_id, const char *code, const char *name, char id[YX_ID_SIZE])
{
	yx_random_id(id);
	return yx_db_exec(act->db, "INSERT INTO unit (id, organization_id, code, name) VALUES (?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(organization_id), yx_p_str(code), yx_p_str(name)), NULL);
}

/* Is `id` the agency itself, or one below it? The tree is a few agencies deep. */
static int
stands_below(struct act *act, const char *id, const char *top, int *yes)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "WITH RECURSIVE up (id, parent_id) AS (SELECT id, parent_id FROM organization WHERE id = ?"
	    " AND kind = 'agency' AND closed_at IS NULL"
	    " UNION SELECT o.id, o.parent_id FROM organization o JOIN up ON o.id = up.parent_id)"
	    " SELECT COUNT(*), COALESCE(SUM(id = ?), 0) FROM up", YX_P(yx_p_str(id), yx_p_str(top)), &r);

	*yes = rc == YX_OK && (yx_row_int(r, 0) == 0 || yx_row_int(r, 1) != 0);
	return rc;
}

/* Who stands above whom, written anew: there are some hundreds of agencies, and their tree seldom changes. */
static int
write_above(struct yx_db *db)
{
	int rc = yx_db_exec(db, "DELETE FROM organization_above", YX_P_NONE, NULL);

	return rc != YX_OK ? rc : yx_db_exec(db,
	    "INSERT INTO organization_above (organization_id, above_id, distance)"
	    " WITH RECURSIVE up (organization_id, above_id, distance) AS (SELECT id, parent_id, 1 FROM organization"
	    " WHERE parent_id IS NOT NULL UNION ALL SELECT u.organization_id, o.parent_id, u.distance + 1 FROM up u"
	    " JOIN organization o ON o.id = u.above_id WHERE o.parent_id IS NOT NULL AND u.distance < 50)"
	    " SELECT organization_id, above_id, distance FROM up", YX_P_NONE, NULL);
}

static int
tell_lists(struct act *act, const struct organization_change *c)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT BINARY name = BINARY ? FROM organization WHERE id = ?",
	    YX_P(yx_p_str(c->name), yx_p_str(c->id)), &r);

	if (rc != YX_OK || yx_row_int(r, 0) != 0)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	return list_renamed(act->db, c->id);
}

int
organization_change(struct act *act, const struct organization_change *c)
{
	int below = 0, rc = c->parent_id == NULL ? YX_OK : stands_below(act, c->parent_id, c->id, &below);

	if (rc != YX_OK || below)
		return rc != YX_OK ? rc : act_field(act, "parentId", YX_BAD_FIELD);
	if ((rc = tell_lists(act, c)) != YX_OK)
		return rc;
	if ((rc = yx_db_change(act->db,
	    "UPDATE organization SET name = ?, short_name = ?, card_identity = ?, parent_id = ?, version = version + 1"
	    " WHERE id = ? AND version = ?",
	    YX_P(yx_p_str(c->name), yx_p_str(c->short_name), yx_p_str(c->card_identity), yx_p_str(c->parent_id),
	        yx_p_str(c->id), yx_p_int(c->version)), YX_CONFLICT)) != YX_OK)
		return rc;
	return write_above(act->db);
}

int
unit_rename(struct act *act, const char *organization_id, const char *id, const char *name)
{
	return yx_db_change(act->db,
	    "UPDATE unit SET name = ?, version = version + 1 WHERE organization_id = ? AND id = ? AND closed_at IS NULL",
	    YX_P(yx_p_str(name), yx_p_str(organization_id), yx_p_str(id)), YX_NOT_FOUND);
}

int
unit_close(struct act *act, const char *organization_id, const char *id, const char *into)
{
	return yx_db_change(act->db,
	    "UPDATE unit SET closed_at = ?, merged_into = ?, version = version + 1"
	    " WHERE organization_id = ? AND id = ? AND closed_at IS NULL",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(into), yx_p_str(organization_id), yx_p_str(id)), YX_NOT_FOUND);
}

int
unit_reopen(struct act *act, const char *organization_id, const char *id)
{
	return yx_db_change(act->db,
	    "UPDATE unit SET closed_at = NULL, merged_into = NULL, version = version + 1"
	    " WHERE organization_id = ? AND id = ? AND closed_at IS NOT NULL AND was_id = '' AND successor_id IS NULL",
	    YX_P(yx_p_str(organization_id), yx_p_str(id)), YX_NOT_FOUND);
}

/* ---- an agency becomes part of another ---- */

/* The unit that goes on for u: as x of the plan says, or a new one. One parameter: the merger. */
#define NEW_UNIT "CONVERT(LEFT(SHA2(CONCAT(?, u.id), 256), 32) USING ascii)"

int
unit_succeed(struct act *act, const struct organization_pair *p, const char *merge_id)
{
	int rc = yx_db_exec(act->db,
	    "INSERT INTO unit (id, organization_id, code, name, closed_at, was_id)"
	    " SELECT " NEW_UNIT ", i.id, COALESCE(x.code, u.code), " UNIT_NAME_AFTER ", u.closed_at,"
	    " IF(u.closed_at IS NULL, '', IF(u.was_id = '', f.id, u.was_id))"
	    " FROM unit u JOIN organization f ON f.id = u.organization_id JOIN organization i ON i.id = ?"
	    " LEFT JOIN agency_merge_unit x ON x.merge_id = ? AND x.unit_id = u.id"
	    " WHERE u.organization_id = ? AND x.into_id IS NULL AND u.successor_id IS NULL",
	    YX_P(yx_p_str(merge_id), yx_p_str(p->into), yx_p_str(merge_id), yx_p_str(p->from)), NULL);

	return rc != YX_OK ? rc : yx_db_exec(act->db,
	    "UPDATE unit u LEFT JOIN agency_merge_unit x ON x.merge_id = ? AND x.unit_id = u.id"
	    " SET u.successor_id = COALESCE(x.into_id, " NEW_UNIT "), u.closed_at = COALESCE(u.closed_at, ?),"
	    " u.version = u.version + 1 WHERE u.organization_id = ? AND u.successor_id IS NULL",
	    YX_P(yx_p_str(merge_id), yx_p_str(merge_id), yx_p_time(act_now(act)), yx_p_str(p->from)), NULL);
}

int
organization_succeed(struct act *act, const struct organization_pair *p)
{
	/* The new one may stand below the old one: it takes its place. */
	int rc = yx_db_exec(act->db,
	    "UPDATE organization i JOIN organization f ON f.id = ? SET i.parent_id = f.parent_id, i.version = i.version + 1"
	    " WHERE i.id = ? AND i.parent_id = f.id", YX_P(yx_p_str(p->from), yx_p_str(p->into)), NULL);

	if (rc == YX_OK)
		rc = yx_db_exec(act->db,
		    "UPDATE organization SET parent_id = ?, version = version + 1 WHERE parent_id = ? AND closed_at IS NULL",
		    YX_P(yx_p_str(p->into), yx_p_str(p->from)), NULL);
	if (rc == YX_OK)
		rc = yx_db_exec(act->db, "UPDATE organization SET successor_id = ? WHERE successor_id = ?",
		    YX_P(yx_p_str(p->into), yx_p_str(p->from)), NULL);
	if (rc == YX_OK)
		rc = yx_db_change(act->db,
		    "UPDATE organization SET closed_at = ?, successor_id = ?, version = version + 1"
		    " WHERE id = ? AND closed_at IS NULL",
		    YX_P(yx_p_time(act_now(act)), yx_p_str(p->into), yx_p_str(p->from)), YX_STATE);
	return rc != YX_OK ? rc : write_above(act->db);
}

static void
fill_unit(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct unit *)item = (struct unit){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2) };
}

int
unit_list(struct act *act, const char *organization_id, struct unit **units, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**units), .fill = fill_unit };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT u.id, CONCAT(o.code, u.code), u.name FROM unit u JOIN organization o ON o.id = u.organization_id"
	    " WHERE u.organization_id = ? AND u.was_id = '' AND u.closed_at IS NULL ORDER BY u.code", /* an index's order */
	    YX_P(yx_p_str(organization_id)), &l);

	*units = l.items;
	*n = l.count;
	return rc;
}

int
unit_get(struct act *act, const char *organization_id, const char *id, struct unit *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT u.id, CONCAT(COALESCE(w.code, o.code), u.code), u.name FROM unit u"
	    " JOIN organization o ON o.id = u.organization_id LEFT JOIN organization w ON w.id = u.was_id"
	    " WHERE u.organization_id = ? AND u.id = ?", YX_P(yx_p_str(organization_id), yx_p_str(id)), &r);

	memset(out, 0, sizeof(*out));
	if (rc == YX_OK)
		fill_unit(out, r, NULL);
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}
