#include "backend/domain/registry/register.h"

#include <stdlib.h>

#include "backend/domain/base/day.h"
#include "backend/domain/base/number.h"

/* The year in Taipei. */
static int64_t
year_of(int64_t ms)
{
	char day[9];

	number_day(ms, day);
	day[4] = '\0';
	return strtoll(day, NULL, 10);
}

int
register_add(struct act *act, const char *organization_id, const struct history_entry *h, const char *for_id)
{
	const int64_t year = year_of(h->signed_at);
	/* The row of the last number is the lock between seals of one agency. */
	int rc = yx_db_exec(act->db, "INSERT INTO seal_register_last (organization_id, year, number) VALUES (?, ?, 1)"
	    " ON DUPLICATE KEY UPDATE number = number + 1", YX_P(yx_p_str(organization_id), yx_p_int(year)), NULL);

	if (rc != YX_OK)
		return rc;
	return yx_db_exec(act->db,
	    "INSERT INTO seal_register (organization_id, year, number, document_id, revision, sealed_at, member_id, for_id)"
	    " SELECT organization_id, year, number, ?, ?, ?, ?, ? FROM seal_register_last"
	    " WHERE organization_id = ? AND year = ?",
	    YX_P(yx_p_str(h->document_id), yx_p_int(h->revision), yx_p_time(h->signed_at), yx_p_str(h->member_id),
	    yx_p_str(for_id), yx_p_str(organization_id), yx_p_int(year)), NULL);
}

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct register_row *)item = (struct register_row){ .year = yx_row_int(r, 0), .number = yx_row_int(r, 1),
		.sealed_at = yx_row_time(r, 2), .pages = yx_row_int(r, 3), .revision = yx_row_int(r, 4),
		.contract_number = yx_row_str(r, 5), .contract_title = yx_row_str(r, 6), .vendors = yx_row_str(r, 7),
		.document_number = yx_row_str(r, 8), .document_name = yx_row_str(r, 9), .sha256 = yx_row_str(r, 10),
		.sealer = yx_row_str(r, 11), .deputy_for = yx_row_str(r, 12), .certificate = yx_row_str(r, 13),
		.serial = yx_row_str(r, 14), .agency = yx_row_str(r, 15) };
}

/* Books of agencies that became part of this one are read with its own. Parameters: organization twice, from and
 * to (ms), member twice. */
#define BOOK_WHERE \
	" FROM seal_register g WHERE (g.organization_id = ? OR g.organization_id IN (SELECT f.id FROM organization f" \
	" WHERE f.successor_id = ?)) AND g.sealed_at >= ? AND g.sealed_at < ?" \
	" AND (? IS NULL OR g.member_id = ?)"

int
register_list(struct act *act, const struct register_filter *f, struct page *page, struct register_row **rows,
    size_t *n)
{
	const struct yx_db_param from = yx_p_time(day_ms(f->from, 0)), to = yx_p_time(day_ms(f->to, 1));
	const struct yx_db_param mine = yx_p_str(act->who.organization_id), member = yx_p_str(f->member_id);
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*)" BOOK_WHERE,
	    YX_P(mine, mine, from, to, member, member), &r);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_list(act->db, act->arena,
	    "SELECT b.year, b.number, b.sealed_at, d.pages, b.revision, c.number, c.title,"
	    " (SELECT GROUP_CONCAT(o.name ORDER BY v.position SEPARATOR '、') FROM contract_vendor v"
	    " JOIN organization o ON o.id = v.organization_id WHERE v.contract_id = c.id),"
	    " d.number, d.name, LOWER(HEX(x.sha256)), h.signed_by, p.name, h.certificate, h.serial, w.name"
	    " FROM (SELECT g.*" BOOK_WHERE " ORDER BY g.year, g.number, g.organization_id LIMIT ? OFFSET ?) b"
	    " STRAIGHT_JOIN sign_history h ON h.document_id = b.document_id AND h.revision = b.revision"
	    " STRAIGHT_JOIN document_revision x ON x.document_id = b.document_id AND x.revision = b.revision"
	    " STRAIGHT_JOIN document d ON d.id = b.document_id STRAIGHT_JOIN contract c ON c.id = d.contract_id"
	    " LEFT JOIN member p ON p.id = b.for_id LEFT JOIN organization w ON w.id = b.organization_id AND w.id <> ?"
	    " ORDER BY b.year, b.number, b.organization_id",
	    YX_P(mine, mine, from, to, member, member, yx_p_int(page->size), yx_p_int(page->offset), mine), &l);
	*rows = l.items;
	*n = l.count;
	return rc;
}
