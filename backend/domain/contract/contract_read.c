#include "backend/domain/contract/contract.h"

#include <string.h>

static int
people(struct http_request *rq, const char *sql, const char *id, struct member_person **out, size_t *n)
{
	struct yx_rows *r = NULL;
	struct member_person *p;
	int rc = yx_db_query(rq->db, rq->arena, sql, YX_P(yx_p_str(id)), &r);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	if ((*out = p = yx_arena_alloc(rq->arena, (yx_rows_count(r) + 1) * sizeof(*p))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		p[(*n)++] = (struct member_person){ .id = yx_row_str(r, 0),
			.name = member_mask(rq->arena, yx_row_str(r, 1)), .unit_name = yx_row_str(r, 2) };
	return YX_OK;
}

static int
parties(struct http_request *rq, struct contract *c)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena,
	    "SELECT o.id, o.name FROM contract_vendor v JOIN organization o ON o.id = v.organization_id"
	    " WHERE v.contract_id = ? ORDER BY v.position", YX_P(yx_p_str(c->id)), &r);

	if (rc != YX_OK)
		return rc;
	if ((c->vendors = yx_arena_alloc(rq->arena, (yx_rows_count(r) + 1) * sizeof(*c->vendors))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		c->vendors[c->vendors_n++] = (struct contract_party){ yx_row_str(r, 0), yx_row_str(r, 1) };
	if ((rc = yx_db_query(rq->db, rq->arena, "SELECT email FROM contract_email WHERE contract_id = ? ORDER BY position",
	    YX_P(yx_p_str(c->id)), &r)) != YX_OK)
		return rc;
	if ((c->emails = yx_arena_alloc(rq->arena, (yx_rows_count(r) + 1) * sizeof(*c->emails))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		c->emails[c->emails_n++] = yx_row_str(r, 0);
	return YX_OK;
}

static int
documents(struct http_request *rq, struct contract *c)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena,
	    "SELECT d.id, d.number, d.name, x.size, d.pages, d.revision FROM document d"
	    " JOIN document_revision v ON v.document_id = d.id AND v.revision = d.revision"
	    " JOIN object x ON x.sha256 = v.sha256 WHERE d.contract_id = ? ORDER BY d.position, d.created_at",
	    YX_P(yx_p_str(c->id)), &r);

	if (rc != YX_OK)
		return rc;
	if ((c->documents = yx_arena_alloc(rq->arena, (yx_rows_count(r) + 1) * sizeof(*c->documents))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		c->documents[c->documents_n++] = (struct contract_document){ yx_row_str(r, 0), yx_row_str(r, 1),
			yx_row_str(r, 2), yx_row_int(r, 3), yx_row_int(r, 4), yx_row_int(r, 5) };
	return YX_OK;
}

/* When the vendors and the agency last signed. */
static int
progress(struct http_request *rq, struct contract *c)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena,
	    "SELECT MAX(IF(t.kind = 'vendor', t.signed_at, NULL)), MAX(IF(t.kind = 'sealer', t.signed_at, NULL)),"
	    " COALESCE(SUM(t.kind = 'vendor' AND t.state <> 'signed'), 0), COUNT(*)"
	    " FROM sign_task t JOIN document d ON d.id = t.document_id WHERE d.contract_id = ?",
	    YX_P(yx_p_str(c->id)), &r);

	if (rc != YX_OK || !yx_rows_next(r))
		return rc;
	c->vendor_at = yx_row_time(r, 0);
	c->agency_at = yx_row_time(r, 1);
	c->vendors_signed = yx_row_int(r, 2) == 0 && yx_row_int(r, 3) > 0;
	return YX_OK;
}

static void
defaults(struct http_request *rq, struct contract *c)
{
	if (*c->subject == '\0')
		c->subject = yx_arena_printf(rq->arena, "檢送「%s案(契約編號：%s)」專案契約書，請查照。", c->title, c->number);
	if (*c->body == '\0')
		c->body = yx_arena_printf(rq->arena, "請使用本府MyDoc電子文件服務平台，以電子憑證簽署並回傳%s。", c->short_name);
}

static int
basics(struct http_request *rq, const char *id, struct contract *c)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena,
	    "SELECT c.id, c.number, c.title, c.case_number, c.state, c.subject, c.body, c.version, c.created_at,"
	    " c.sent_at, c.completed_at, c.organization_id, o.name, o.short_name, c.unit_id, c.handling_unit_id,"
	    " h.id, h.name, u.name FROM contract c JOIN organization o ON o.id = c.organization_id"
	    " JOIN member h ON h.id = c.handler_id LEFT JOIN unit u ON u.id = h.unit_id"
	    " WHERE c.id = ? AND" CONTRACT_MINE, YX_P(yx_p_str(id), CONTRACT_MINE_P(rq)), &r);

	if (rc != YX_OK || !yx_rows_next(r))
		return rc != YX_OK ? rc : YX_NOT_FOUND;
	*c = (struct contract){ .id = yx_row_str(r, 0), .number = yx_row_str(r, 1), .title = yx_row_str(r, 2),
		.case_number = yx_row_str(r, 3), .state = yx_row_str(r, 4), .subject = yx_row_str(r, 5),
		.body = yx_row_str(r, 6), .version = yx_row_int(r, 7), .created_at = yx_row_time(r, 8),
		.sent_at = yx_row_time(r, 9), .completed_at = yx_row_time(r, 10), .organization_id = yx_row_str(r, 11),
		.organization_name = yx_row_str(r, 12), .short_name = yx_row_str(r, 13),
		.handler = { .id = yx_row_str(r, 16), .name = member_mask(rq->arena, yx_row_str(r, 17)), .unit_name = yx_row_str(r, 18) } };
	defaults(rq, c);
	if (c->subject == NULL || c->body == NULL)
		return YX_NO_MEMORY;
	rc = member_unit_get(rq->db, rq->arena, c->organization_id, yx_row_str(r, 14), &c->unit);
	return rc != YX_OK ? rc : member_unit_get(rq->db, rq->arena, c->organization_id, yx_row_str(r, 15), &c->handling_unit);
}

static int
sealers(struct http_request *rq, struct contract *c)
{
	int rc = people(rq,
	    "SELECT m.id, m.name, u.name FROM contract_sealer s JOIN member m ON m.id = s.member_id"
	    " LEFT JOIN unit u ON u.id = m.unit_id WHERE s.contract_id = ? ORDER BY m.created_at, m.id",
	    c->id, &c->sealers, &c->sealers_n);

	if (rc != YX_OK || c->sealers_n > 0 || c->sent_at != 0)
		return rc;
	return people(rq,
	    "SELECT m.id, m.name, u.name FROM member m JOIN member_role x ON x.member_id = m.id AND x.role = 'sealer'"
	    " LEFT JOIN unit u ON u.id = m.unit_id WHERE m.organization_id = ? AND NOT m.disabled ORDER BY m.created_at, m.id",
	    c->organization_id, &c->sealers, &c->sealers_n);
}

int
contract_get(struct http_request *rq, const char *id, struct contract *c)
{
	int rc = basics(rq, id, c);

	if (rc != YX_OK || (rc = people(rq,
	    "SELECT m.id, m.name, u.name FROM contract_officer o JOIN member m ON m.id = o.member_id"
	    " LEFT JOIN unit u ON u.id = m.unit_id WHERE o.contract_id = ? ORDER BY m.created_at, m.id",
	    c->id, &c->officers, &c->officers_n)) != YX_OK)
		return rc;
	if ((rc = sealers(rq, c)) != YX_OK || (rc = parties(rq, c)) != YX_OK || (rc = documents(rq, c)) != YX_OK)
		return rc;
	return progress(rq, c);
}
