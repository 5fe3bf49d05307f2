#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "backend/domain/card/certificate.h"
#include "backend/domain/people/member.h"
#include "backend/domain/seal/picture.h"
#include "backend/pades/file.h"
#include "backend/pades/png.h"

#define TODAY "DATE(DATE_ADD(UTC_TIMESTAMP(), INTERVAL 8 HOUR))"
/* What a list says of a picture as a whole. */
#define STATE " CASE WHEN p.disabled_at IS NOT NULL THEN 'disabled' WHEN p.version = 0 AND v.state = 'refused'" \
	" THEN 'refused' WHEN p.version = 0 THEN 'proposed' WHEN v.valid_from > " TODAY " THEN 'early'" \
	" WHEN v.valid_until < " TODAY " THEN 'expired' ELSE 'active' END"
#define ROWS "SELECT p.id, p.name, p.kind," STATE ", p.version, IF(w.state = 'proposed', p.newest, 0)," \
	" v.width, v.height, p.created_at, v.valid_from, v.valid_until, v.certificate_name, p.disabled_reason, u.id," \
	" CONCAT(o.code, u.code), u.name, (SELECT COUNT(*) FROM seal_use x WHERE x.seal_id = p.id), v.version" \
	" FROM seal_picture p JOIN organization o ON o.id = p.organization_id" \
	" JOIN seal_version v ON v.seal_id = p.id AND v.version = IF(p.version = 0, p.newest, p.version)" \
	" JOIN seal_version w ON w.seal_id = p.id AND w.version = p.newest LEFT JOIN unit u ON u.id = p.unit_id"

static void
fill_row(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct picture_row *)item = (struct picture_row){ .id = yx_row_str(r, 0), .name = yx_row_str(r, 1),
		.kind = yx_row_str(r, 2), .state = yx_row_str(r, 3), .version = yx_row_int(r, 4), .waiting = yx_row_int(r, 5),
		.width = yx_row_int(r, 6), .height = yx_row_int(r, 7), .created_at = yx_row_time(r, 8),
		.from = yx_row_str(r, 9), .until = yx_row_str(r, 10), .certificate = yx_row_str(r, 11),
		.disabled_reason = yx_row_str(r, 12), .unit = { yx_row_str(r, 13), yx_row_str(r, 14), yx_row_str(r, 15) },
		.uses = yx_row_int(r, 16), .shown = yx_row_int(r, 17) };
}

int
picture_list(struct act *act, struct page *page, struct picture_row **rows, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill_row };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*) FROM seal_picture WHERE organization_id = ?",
	    YX_P(yx_p_str(act->who.organization_id)), &r);

	if (rc != YX_OK)
		return rc;
	page->total = yx_row_int(r, 0);
	rc = yx_db_list(act->db, act->arena,
	    ROWS " WHERE p.organization_id = ? ORDER BY p.created_at DESC, p.id LIMIT ? OFFSET ?",
	    YX_P(yx_p_str(act->who.organization_id), yx_p_int(page->size), yx_p_int(page->offset)), &l);
	*rows = l.items;
	*n = l.count;
	return rc;
}

int
picture_get(struct act *act, const char *id, struct picture_row *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, ROWS " WHERE p.id = ? AND p.organization_id = ?",
	    YX_P(yx_p_str(id), yx_p_str(act->who.organization_id)), &r);

	if (rc == YX_OK)
		fill_row(out, r, NULL);
	return rc;
}

static void
fill_version(void *item, const struct yx_rows *r, void *ctx)
{
	struct act *act = ctx;

	*(struct picture_version *)item = (struct picture_version){ .version = yx_row_int(r, 0), .width = yx_row_int(r, 1),
		.height = yx_row_int(r, 2), .from = yx_row_str(r, 3), .until = yx_row_str(r, 4),
		.certificate = yx_row_str(r, 5), .state = yx_row_str(r, 6), .proposed_by = member_mask(act, yx_row_str(r, 7)),
		.proposed_at = yx_row_time(r, 8),
		.decided_by = yx_row_is_null(r, 9) ? NULL : member_mask(act, yx_row_str(r, 9)),
		.decided_at = yx_row_time(r, 10), .reason = yx_row_str(r, 11),
		.mine = strcmp(yx_row_str(r, 12), act->who.member_id) == 0 };
}

int
picture_versions(struct act *act, const char *id, struct picture_version **rows, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill_version, .ctx = act };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT v.version, v.width, v.height, v.valid_from, v.valid_until, v.certificate_name, v.state, m.name,"
	    " v.proposed_at, d.name, v.decided_at, v.reason, v.proposed_by FROM seal_version v"
	    " JOIN seal_picture p ON p.id = v.seal_id JOIN member m ON m.id = v.proposed_by"
	    " LEFT JOIN member d ON d.id = v.decided_by WHERE v.seal_id = ? AND p.organization_id = ?"
	    " ORDER BY v.version DESC LIMIT 100", YX_P(yx_p_str(id), yx_p_str(act->who.organization_id)), &l);

	*rows = l.items;
	*n = l.count;
	return rc;
}

int
picture_object(struct act *act, const char *id, int64_t version, uint8_t sha256[32])
{
	struct yx_rows *r = NULL;
	const void *p;
	size_t n;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT v.sha256 FROM seal_version v JOIN seal_picture p ON p.id = v.seal_id"
	    " WHERE v.seal_id = ? AND v.version = ? AND p.organization_id = ?",
	    YX_P(yx_p_str(id), yx_p_int(version), yx_p_str(act->who.organization_id)), &r);

	if (rc != YX_OK)
		return rc;
	if ((p = yx_row_bytes(r, 0, &n)) == NULL || n != 32)
		return YX_INTERNAL;
	memcpy(sha256, p, 32);
	return YX_OK;
}

static void
fill_use(void *item, const struct yx_rows *r, void *ctx)
{
	struct act *act = ctx;

	*(struct picture_use *)item = (struct picture_use){ .contract_number = yx_row_str(r, 0),
		.contract_title = yx_row_str(r, 1), .document_number = yx_row_str(r, 2), .document_name = yx_row_str(r, 3),
		.by = member_mask(act, yx_row_str(r, 4)), .at = yx_row_time(r, 5), .version = yx_row_int(r, 6),
		.revision = yx_row_int(r, 7) };
}

int
picture_uses(struct act *act, const char *id, struct page *page, struct picture_use **rows, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill_use, .ctx = act };
	struct picture_row p;
	int rc = picture_get(act, id, &p);

	if (rc != YX_OK)
		return rc;
	page->total = p.uses;
	rc = yx_db_list(act->db, act->arena,
	    "SELECT c.number, c.title, d.number, d.name, m.name, x.used_at, x.version, x.revision FROM seal_use x"
	    " JOIN document d ON d.id = x.document_id JOIN contract c ON c.id = d.contract_id"
	    " JOIN member m ON m.id = x.member_id WHERE x.seal_id = ?"
	    " ORDER BY x.used_at DESC, x.document_id LIMIT ? OFFSET ?",
	    YX_P(yx_p_str(id), yx_p_int(page->size), yx_p_int(page->offset)), &l);
	*rows = l.items;
	*n = l.count;
	return rc;
}

/* ---- to sign with ---- */

static void
fill_usable(void *item, const struct yx_rows *r, void *ctx)
{
	struct picture_usable *u = item;
	size_t n;
	const void *p = yx_row_bytes(r, 4, &n);

	(void)ctx;
	*u = (struct picture_usable){ .id = yx_row_str(r, 0), .name = yx_row_str(r, 1), .kind = yx_row_str(r, 2),
		.version = yx_row_int(r, 3) };
	if (p != NULL && n == sizeof(u->sha256))
		memcpy(u->sha256, p, n);
}

int
picture_usable(struct act *act, const uint8_t *sha256, struct picture_usable **rows, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill_usable };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT p.id, p.name, p.kind, v.version, v.sha256 FROM seal_picture p"
	    " JOIN seal_version v ON v.seal_id = p.id AND v.version = p.version"
	    " WHERE p.organization_id = ? AND p.disabled_at IS NULL AND v.valid_from <= " TODAY
	    " AND (v.valid_until IS NULL OR v.valid_until >= " TODAY ")"
	    " AND (v.certificate_sha256 IS NULL OR v.certificate_sha256 = ?) AND (p.unit_id IS NULL OR p.unit_id = ?)"
	    " ORDER BY v.certificate_sha256 IS NULL, p.unit_id IS NULL, p.created_at DESC, p.id LIMIT 50",
	    YX_P(yx_p_str(act->who.organization_id), sha256 == NULL ? yx_p_null() : yx_p_bytes(sha256, 32),
	    yx_p_str(act->who.unit_id)), &l);

	*rows = l.items;
	*n = l.count;
	return rc;
}

int
picture_usable_with(struct act *act, const char *certificate_id, struct picture_usable **rows, size_t *n)
{
	struct certificate_row c;
	struct yx_cert cert;
	int rc;

	if (certificate_id == NULL)
		return picture_usable(act, NULL, rows, n);
	if ((rc = certificate_get(act, certificate_id, &c)) != YX_OK ||
	    (rc = yx_cert_parse(act->arena, c.der, c.der_n, &cert)) != YX_OK)
		return rc;
	rc = picture_usable(act, cert.sha256, rows, n);
	yx_cert_free(&cert);
	return rc;
}

/* The file is as it was when it was judged: its name is its digest. */
static int
read_picture(struct act *act, const struct picture_usable *u, struct picture_choice *out)
{
	const char *path = NULL;
	int64_t size = 0;
	uint8_t *p = NULL;
	int fd = -1, rc = yx_store_path(act->domain->store, act->arena, u->sha256, &path);

	if (rc != YX_OK)
		return rc;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return YX_IO;
	if ((rc = pdf_file_size(fd, &size)) == YX_OK && size > (int64_t)PADES_PNG_BYTES)
		rc = YX_TOO_LARGE;
	if (rc == YX_OK && (p = yx_arena_alloc(act->arena, (size_t)size + 1)) == NULL)
		rc = YX_NO_MEMORY;
	if (rc == YX_OK && (rc = pdf_pread_all(fd, p, (size_t)size, 0)) == YX_OK)
		*out = (struct picture_choice){ u->id, u->version, { p, (size_t)size } };
	close(fd);
	return rc;
}

int
picture_choose(struct act *act, const char *id, const struct yx_cert *cert, struct picture_choice *out)
{
	struct picture_usable *u = NULL;
	size_t n = 0;
	int rc = picture_usable(act, cert->sha256, &u, &n);

	memset(out, 0, sizeof(*out));
	if (rc != YX_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (id == NULL || strcmp(u[i].id, id) == 0)
			return read_picture(act, &u[i], out);
	return id == NULL ? YX_OK : act_field(act, "sealId", YX_BAD_FIELD);
}
