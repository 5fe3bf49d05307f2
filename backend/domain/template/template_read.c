#include "backend/domain/base/like.h"
#include "backend/domain/template/template.h"

#include <string.h>

static void
fill_row(void *item, const struct yx_rows *r, void *ctx)
{
	*(struct template_row *)item = (struct template_row){ .id = yx_row_str(r, 0), .kind = yx_row_str(r, 1),
		.name = yx_row_str(r, 2), .owner = member_mask(ctx, yx_row_str(r, 3)), .version = yx_row_int(r, 4),
		.changed_at = yx_row_time(r, 5), .retired_at = yx_row_time(r, 6), .mine = yx_row_int(r, 7) != 0,
		.subject = yx_row_str(r, 8) };
}

#define ROW_COLUMNS "t.id, t.kind, t.name, o.name, t.version, t.changed_at, t.retired_at," TEMPLATE_MINE ", v.subject"
#define ROW_FROM \
	" FROM template t JOIN member o ON o.id = t.owner_id" \
	" JOIN template_version v ON v.template_id = t.id AND v.version = t.version"
/* Parameters: organization, retired, kind twice, text twice. */
#define LISTED \
	" WHERE t.organization_id = ? AND (t.retired_at IS NOT NULL) = ? AND (? IS NULL OR t.kind = ?)" \
	" AND (? IS NULL OR t.name LIKE ?)"

int
template_list(struct act *act, const struct template_filter *f, struct page *page, struct template_row **rows,
    size_t *n)
{
	const struct yx_db_param org = yx_p_str(act->who.organization_id), kind = yx_p_str(f->kind);
	const struct yx_db_param retired = yx_p_int(f->retired), q = yx_p_str(like_text(act->arena, f->q));
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill_row, .ctx = act };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*) FROM template t" LISTED,
	    YX_P(org, retired, kind, kind, q, q), &r);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_list(act->db, act->arena,
	    "SELECT " ROW_COLUMNS ROW_FROM LISTED " ORDER BY t.name, t.id LIMIT ? OFFSET ?",
	    YX_P(TEMPLATE_MINE_P(act), org, retired, kind, kind, q, q, yx_p_int(page->size), yx_p_int(page->offset)), &l);
	*rows = l.items;
	*n = l.count;
	return rc;
}

static void
fill_vendor(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct contract_party *)item = (struct contract_party){ .id = yx_row_str(r, 0), .name = yx_row_str(r, 1),
		.code = yx_row_str(r, 2), .representative = yx_row_int(r, 3) != 0 };
}

static void
fill_sealer(void *item, const struct yx_rows *r, void *ctx)
{
	*(struct member_person *)item = (struct member_person){ .id = yx_row_str(r, 0),
		.name = member_mask(ctx, yx_row_str(r, 1)), .unit_name = yx_row_str(r, 2), .account = yx_row_str(r, 3) };
}

static void
fill_place(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct template_place *)item = (struct template_place){ yx_row_str(r, 0), yx_row_int(r, 1),
		yx_row_int(r, 2), yx_row_int(r, 3) != 0, yx_row_int(r, 4), yx_row_int(r, 5), yx_row_int(r, 6),
		yx_row_int(r, 7), yx_row_int(r, 8), yx_row_int(r, 9), yx_row_str(r, 10) };
}

static int
read_vendors(struct act *act, struct template *t)
{
	struct yx_db_items l = { .size = sizeof(*t->vendors), .fill = fill_vendor };
	const char **ids;
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT o.id, o.name, o.code, p.representative FROM template_party p JOIN organization o"
	    " ON o.id = p.organization_id WHERE p.template_id = ? AND p.version = ? ORDER BY p.position",
	    YX_P(yx_p_str(t->row.id), yx_p_int(t->version)), &l);

	if (rc != YX_OK)
		return rc;
	if ((ids = yx_arena_alloc(act->arena, (l.count + 1) * sizeof(*ids))) == NULL)
		return YX_NO_MEMORY;
	t->vendors = l.items;
	t->vendors_n = t->content.vendors_n = l.count;
	for (size_t i = 0; i < l.count; i++) {
		ids[i] = t->vendors[i].id;
		if (t->vendors[i].representative)
			t->content.rules.representative = ids[i];
	}
	t->content.vendors = ids;
	return YX_OK;
}

/* Those who still seal. */
static int
read_sealers(struct act *act, struct template *t)
{
	struct yx_db_items l = { .size = sizeof(*t->sealers), .fill = fill_sealer, .ctx = act };
	const char **ids;
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT m.id, m.name, u.name, m.account FROM template_party p JOIN member m ON m.id = p.member_id"
	    " LEFT JOIN unit u ON u.id = m.unit_id WHERE p.template_id = ? AND p.version = ? AND NOT m.disabled"
	    " AND EXISTS (SELECT 1 FROM member_role x WHERE x.member_id = m.id AND x.role = 'sealer')"
	    " ORDER BY p.position", YX_P(yx_p_str(t->row.id), yx_p_int(t->version)), &l);

	if (rc != YX_OK)
		return rc;
	if ((ids = yx_arena_alloc(act->arena, (l.count + 1) * sizeof(*ids))) == NULL)
		return YX_NO_MEMORY;
	t->sealers = l.items;
	t->sealers_n = t->content.sealers_n = l.count;
	for (size_t i = 0; i < l.count; i++)
		ids[i] = t->sealers[i].id;
	t->content.sealers = ids;
	return YX_OK;
}

static int
read_places(struct act *act, struct template *t)
{
	struct yx_db_items l = { .size = sizeof(*t->content.places), .fill = fill_place };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT party, vendor, nth, seam, page, x, y, w, h, rise, anchor FROM template_place"
	    " WHERE template_id = ? AND version = ? ORDER BY position",
	    YX_P(yx_p_str(t->row.id), yx_p_int(t->version)), &l);

	t->content.places = l.items;
	t->content.places_n = l.count;
	return rc;
}

static int
read_version(struct act *act, int64_t version, struct template *t)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT v.version, v.at, b.name, v.name, v.note, v.title, v.subject, v.body, v.deadline_days, v.deadline_hard,"
	    " v.vendors_in_order, v.seal_rule, v.seal_needed FROM template_version v JOIN member b ON b.id = v.by_id"
	    " WHERE v.template_id = ? AND v.version = ?",
	    YX_P(yx_p_str(t->row.id), yx_p_int(version == 0 ? t->row.version : version)), &r);

	if (rc != YX_OK)
		return rc;
	t->version = yx_row_int(r, 0);
	t->at = yx_row_time(r, 1);
	t->by = member_mask(act, yx_row_str(r, 2));
	t->content = (struct template_content){ .name = yx_row_str(r, 3), .note = yx_row_str(r, 4),
		.title = yx_row_str(r, 5), .subject = yx_row_str(r, 6), .body = yx_row_str(r, 7),
		.deadline_days = yx_row_int(r, 8), .deadline_hard = yx_row_int(r, 9) != 0,
		.rules = { .in_order = yx_row_int(r, 10) != 0, .seal = yx_row_str(r, 11), .needed = yx_row_int(r, 12) } };
	return YX_OK;
}

static int
read_row(struct act *act, const char *id, struct template_row *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT " ROW_COLUMNS ROW_FROM " WHERE t.id = ? AND t.organization_id = ?",
	    YX_P(TEMPLATE_MINE_P(act), yx_p_str(id), yx_p_str(act->who.organization_id)), &r);

	if (rc == YX_OK)
		fill_row(out, r, act);
	return rc;
}

int
template_get(struct act *act, const char *id, int64_t version, struct template *out)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = read_row(act, id, &out->row)) != YX_OK || (rc = read_version(act, version, out)) != YX_OK ||
	    (rc = read_vendors(act, out)) != YX_OK || (rc = read_sealers(act, out)) != YX_OK)
		return rc;
	return read_places(act, out);
}

static void
fill_version(void *item, const struct yx_rows *r, void *ctx)
{
	*(struct template_version *)item = (struct template_version){ .version = yx_row_int(r, 0), .at = yx_row_time(r, 1),
		.by = member_mask(ctx, yx_row_str(r, 2)), .name = yx_row_str(r, 3), .note = yx_row_str(r, 4) };
}

int
template_versions(struct act *act, const char *id, struct template_version **rows, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill_version, .ctx = act };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT v.version, v.at, b.name, v.name, v.note FROM template t JOIN template_version v ON v.template_id = t.id"
	    " JOIN member b ON b.id = v.by_id WHERE t.id = ? AND t.organization_id = ? ORDER BY v.version DESC LIMIT 100",
	    YX_P(yx_p_str(id), yx_p_str(act->who.organization_id)), &l);

	*rows = l.items;
	*n = l.count;
	return rc;
}
