#include "backend/domain/people/organization.h"

#include <string.h>

#include "backend/domain/base/like.h"

int
organization_create(struct act *act, const struct organization_new *o, char id[YX_ID_SIZE])
{
	yx_random_id(id);
	return yx_db_exec(act->db,
	    "INSERT INTO organization (id, kind, code, name, short_name, card_identity, created_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(o->kind), yx_p_str(o->code), yx_p_str(o->name), yx_p_str(o->short_name),
	        yx_p_str(o->card_identity), yx_p_time(act_now(act))),
	    NULL);
}

static void
fill_organization(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct organization *)item = (struct organization){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_str(r, 3) };
}

#define ORGANIZATION_FROM \
	" FROM organization WHERE kind = ? AND (REPLACE(name, '台', '臺') LIKE ? OR CONVERT(code USING utf8mb4) LIKE ?)"

int
organization_list(struct act *act, const struct organization_filter *f, struct page *page, struct organization **list,
    size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill_organization };
	const char *kind = f->external ? "vendor" : "agency", *like = like_text(act->arena, f->q);
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*)" ORGANIZATION_FROM,
	    YX_P(yx_p_str(kind), yx_p_str(like), yx_p_str(like)), &r);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_list(act->db, act->arena,
	    "SELECT id, name, code, kind" ORGANIZATION_FROM " ORDER BY code LIMIT ? OFFSET ?",
	    YX_P(yx_p_str(kind), yx_p_str(like), yx_p_str(like), yx_p_int(page->size), yx_p_int(page->offset)), &l);
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
	    " WHERE u.organization_id = ? ORDER BY u.code", YX_P(yx_p_str(organization_id)), &l);

	*units = l.items;
	*n = l.count;
	return rc;
}

int
unit_get(struct act *act, const char *organization_id, const char *id, struct unit *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT u.id, CONCAT(o.code, u.code), u.name FROM unit u JOIN organization o ON o.id = u.organization_id"
	    " WHERE u.organization_id = ? AND u.id = ?", YX_P(yx_p_str(organization_id), yx_p_str(id)), &r);

	memset(out, 0, sizeof(*out));
	if (rc == YX_OK)
		fill_unit(out, r, NULL);
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}
