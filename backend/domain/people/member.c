#include "backend/domain/people/member.h"

#include <string.h>

#include "common/codec.h"

/* Start of the character behind p. */
static const char *
next_char(const char *p)
{
	p++;
	while (((unsigned char)*p & 0xc0) == 0x80)
		p++;
	return p;
}

const char *
member_mask(struct yx_arena *a, const char *name)
{
	size_t n = yx_utf8_length(name);
	const char *last = name, *out;
	struct yx_buf b;

	if (n < 2 || strpbrk(name, "0*O") != NULL)
		return name;
	for (size_t i = 1; i < n; i++)
		last = next_char(last);
	yx_buf_init(&b, 512);
	yx_buf_add(&b, name, (size_t)(next_char(name) - name));
	for (size_t i = 0; i < (n > 2 ? n - 2 : 1); i++)
		yx_buf_adds(&b, "*");
	if (n > 2)
		yx_buf_adds(&b, last);
	out = yx_buf_status(&b) == YX_OK ? yx_arena_strdup(a, yx_buf_str(&b)) : NULL;
	yx_buf_free(&b);
	return out != NULL ? out : "*";
}

const char *
member_like(struct yx_arena *a, const char *q)
{
	static const char tai[] = "台";
	struct yx_buf b;
	const char *out = NULL;

	yx_buf_init(&b, 4096);
	yx_buf_adds(&b, "%");
	while (q != NULL && *q != '\0') {
		if (strncmp(q, tai, sizeof(tai) - 1) == 0) {
			yx_buf_adds(&b, "臺");
			q += sizeof(tai) - 1;
			continue;
		}
		if (*q == '%' || *q == '_' || *q == '\\')
			yx_buf_adds(&b, "\\");
		yx_buf_add(&b, q++, 1);
	}
	if (q != NULL)
		yx_buf_adds(&b, "%");
	if (yx_buf_status(&b) == YX_OK)
		out = yx_arena_strdup(a, yx_buf_str(&b));
	yx_buf_free(&b);
	return out;
}

int
member_units(struct yx_db *db, struct yx_arena *a, const char *organization_id,
    struct member_unit **units, size_t *n)
{
	struct yx_rows *r = NULL;
	struct member_unit *u;
	int rc = yx_db_query(db, a,
	    "SELECT u.id, CONCAT(o.code, u.code), u.name FROM unit u JOIN organization o ON o.id = u.organization_id"
	    " WHERE u.organization_id = ? ORDER BY u.code", YX_P(yx_p_str(organization_id)), &r);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	if ((*units = u = yx_arena_alloc(a, (yx_rows_count(r) + 1) * sizeof(*u))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		u[(*n)++] = (struct member_unit){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2) };
	return YX_OK;
}

int
member_unit_get(struct yx_db *db, struct yx_arena *a, const char *organization_id, const char *id,
    struct member_unit *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(db, a,
	    "SELECT u.id, CONCAT(o.code, u.code), u.name FROM unit u JOIN organization o ON o.id = u.organization_id"
	    " WHERE u.organization_id = ? AND u.id = ?", YX_P(yx_p_str(organization_id), yx_p_str(id)), &r);

	memset(out, 0, sizeof(*out));
	if (rc == YX_OK && yx_rows_next(r))
		*out = (struct member_unit){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2) };
	return rc;
}

/* List and counter share these. Parameters: organization, role or NULL twice, like twice. */
#define PEOPLE_FROM \
	" FROM member m JOIN organization o ON o.id = m.organization_id LEFT JOIN unit u ON u.id = m.unit_id" \
	" WHERE m.organization_id = ? AND NOT m.disabled" \
	" AND (? IS NULL OR EXISTS (SELECT 1 FROM member_role x WHERE x.member_id = m.id AND x.role = ?))" \
	" AND (REPLACE(m.name, '台', '臺') LIKE ? OR REPLACE(COALESCE(u.name, ''), '台', '臺') LIKE ?)"

int
member_list(struct yx_db *db, struct yx_arena *a, const char *organization_id, const char *role,
    const char *q, struct http_page *page, struct member_person **people, size_t *n)
{
	const char *like = member_like(a, q);
	struct yx_rows *r = NULL;
	struct member_person *p;
	int rc = yx_db_query(db, a, "SELECT COUNT(*)" PEOPLE_FROM,
	    YX_P(yx_p_str(organization_id), yx_p_str(role), yx_p_str(role), yx_p_str(like), yx_p_str(like)), &r);

	*n = 0;
	if (rc != YX_OK || !yx_rows_next(r))
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_query(db, a, "SELECT m.id, m.name, u.id, CONCAT(o.code, u.code), u.name" PEOPLE_FROM
	    " ORDER BY m.created_at, m.id LIMIT ? OFFSET ?",
	    YX_P(yx_p_str(organization_id), yx_p_str(role), yx_p_str(role), yx_p_str(like), yx_p_str(like),
	    yx_p_int(page->size), yx_p_int(page->offset)), &r);
	if (rc != YX_OK)
		return rc;
	if ((*people = p = yx_arena_alloc(a, (yx_rows_count(r) + 1) * sizeof(*p))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		p[(*n)++] = (struct member_person){ yx_row_str(r, 0), member_mask(a, yx_row_str(r, 1)), yx_row_str(r, 4),
			{ yx_row_str(r, 2), yx_row_str(r, 3), yx_row_str(r, 4) } };
	return YX_OK;
}

#define ORGANIZATION_FROM \
	" FROM organization WHERE kind = ? AND (REPLACE(name, '台', '臺') LIKE ? OR CONVERT(code USING utf8mb4) LIKE ?)"

int
member_organizations(struct yx_db *db, struct yx_arena *a, int external, const char *q,
    struct http_page *page, struct member_organization **list, size_t *n)
{
	const char *kind = external ? "vendor" : "agency", *like = member_like(a, q);
	struct yx_rows *r = NULL;
	struct member_organization *o;
	int rc = yx_db_query(db, a, "SELECT COUNT(*)" ORGANIZATION_FROM,
	    YX_P(yx_p_str(kind), yx_p_str(like), yx_p_str(like)), &r);

	*n = 0;
	if (rc != YX_OK || !yx_rows_next(r))
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_query(db, a, "SELECT id, name, code, kind" ORGANIZATION_FROM " ORDER BY code LIMIT ? OFFSET ?",
	    YX_P(yx_p_str(kind), yx_p_str(like), yx_p_str(like), yx_p_int(page->size), yx_p_int(page->offset)), &r);
	if (rc != YX_OK)
		return rc;
	if ((*list = o = yx_arena_alloc(a, (yx_rows_count(r) + 1) * sizeof(*o))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		o[(*n)++] = (struct member_organization){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2), yx_row_str(r, 3) };
	return YX_OK;
}
