#include "backend/domain/base/mine.h"
#include "backend/domain/base/number.h"
#include "backend/domain/base/wording.h"
#include "backend/domain/contract/contract.h"


static void
fill_person(void *item, const struct yx_rows *r, void *ctx)
{
	*(struct member_person *)item = (struct member_person){ .id = yx_row_str(r, 0),
		.name = member_mask(ctx, yx_row_str(r, 1)), .unit_name = yx_row_str(r, 2), .account = yx_row_str(r, 3) };
}

static int
people(struct act *act, const char *sql, const char *id, struct member_person **out, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**out), .fill = fill_person, .ctx = act };
	int rc = yx_db_list(act->db, act->arena, sql, YX_P(yx_p_str(id)), &l);

	*out = l.items;
	*n = l.count;
	return rc;
}

static void
fill_party(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct contract_party *)item = (struct contract_party){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_int(r, 3) != 0, yx_row_int(r, 4) != 0 };
}

static void
fill_email(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(const char **)item = yx_row_str(r, 0);
}

static int
vendors(struct act *act, struct contract *c)
{
	struct yx_db_items l = { .size = sizeof(*c->vendors), .fill = fill_party };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT o.id, o.name, o.code, v.representative, (SELECT COALESCE(MIN(t.state = 'signed'), 0) FROM document d"
	    " JOIN sign_task t ON t.document_id = d.id AND t.kind = 'vendor' AND t.organization_id = v.organization_id"
	    " WHERE d.contract_id = v.contract_id AND d.retired_at IS NULL)"
	    " FROM contract_vendor v JOIN organization o ON o.id = v.organization_id"
	    " WHERE v.contract_id = ? ORDER BY v.position", YX_P(yx_p_str(c->id)), &l);

	c->vendors = l.items;
	c->vendors_n = l.count;
	for (size_t i = 0; i < c->vendors_n; i++)
		if (c->vendors[i].representative)
			c->rules.representative = c->vendors[i].id;
	return rc;
}

static int
emails(struct act *act, struct contract *c)
{
	struct yx_db_items l = { .size = sizeof(*c->emails), .fill = fill_email };
	int rc = yx_db_list(act->db, act->arena, "SELECT email FROM contract_email WHERE contract_id = ? ORDER BY position",
	    YX_P(yx_p_str(c->id)), &l);

	c->emails = l.items;
	c->emails_n = l.count;
	return rc;
}

static void
fill_document(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct contract_document *)item = (struct contract_document){ yx_row_str(r, 0), yx_row_str(r, 1),
		yx_row_str(r, 2), yx_row_int(r, 3), yx_row_int(r, 4), yx_row_int(r, 5), proof_of_row(r, 6) };
}

static int
documents(struct act *act, struct contract *c)
{
	struct yx_db_items l = { .size = sizeof(*c->documents), .fill = fill_document };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT d.id, d.number, d.name, x.size, d.pages, d.revision, " PROOF_COLUMNS " FROM document d"
	    " JOIN document_revision v ON v.document_id = d.id AND v.revision = d.revision"
	    " JOIN object x ON x.sha256 = COALESCE(v.kept, v.sha256) LEFT JOIN proof p ON p.document_id = d.id"
	    " WHERE d.contract_id = ? AND d.retired_at IS NULL"
	    " ORDER BY d.position, d.created_at",
	    YX_P(yx_p_str(c->id)), &l);

	c->documents = l.items;
	c->documents_n = l.count;
	return rc;
}

/* When the vendors and the agency last signed. */
static int
progress(struct act *act, struct contract *c)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT MAX(IF(t.kind = 'vendor', t.signed_at, NULL)), MAX(IF(t.kind = 'sealer', t.signed_at, NULL)),"
	    " COALESCE(SUM(t.kind = 'vendor' AND t.state <> 'signed'), 0), COUNT(*)"
	    " FROM sign_task t JOIN document d ON d.id = t.document_id WHERE d.contract_id = ? AND d.retired_at IS NULL",
	    YX_P(yx_p_str(c->id)), &r);

	if (rc != YX_OK)
		return rc;
	c->vendor_at = yx_row_time(r, 0);
	c->agency_at = yx_row_time(r, 1);
	c->vendors_signed = yx_row_int(r, 2) == 0 && yx_row_int(r, 3) > 0;
	return YX_OK;
}

/* What its agency says to the vendors where the officer has written nothing yet. */
static int
defaults(struct act *act, struct contract *c)
{
	struct wording_values v = { .of = { [FIELD_TITLE] = c->title, [FIELD_NUMBER] = c->number,
		[FIELD_SHORT_NAME] = c->short_name } };
	struct wording_out out = { NULL, NULL };
	int rc = *c->subject != '\0' && *c->body != '\0' ? YX_OK
	    : wording_write(act, WORDING_NOTICE, c->organization_id, &v, &out);

	if (rc == YX_OK && *c->subject == '\0')
		c->subject = out.subject;
	if (rc == YX_OK && *c->body == '\0')
		c->body = out.body;
	return rc;
}

static int
basics(struct act *act, const char *id, int any, struct contract *c)
{
	struct yx_rows *r = NULL;
	char today[9];
	int rc;

	number_day(act_now(act), today);
	rc = yx_db_one(act->db, act->arena,
	    "SELECT c.id, c.number, c.title, c.case_number, c.state, c.subject, c.body, c.version, c.created_at,"
	    " c.sent_at, c.completed_at, c.organization_id, o.name, o.short_name, c.unit_id, c.handling_unit_id,"
	    " h.id, h.name, u.name, c.round, CAST(c.deadline AS CHAR), c.deadline_hard,"
	    " COALESCE(c.deadline < CAST(? AS DATE), 0), c.amendment, a.id, a.number, h.account,"
	    " c.vendors_in_order, c.seal_rule, c.seal_needed, c.deadline_days, c.template_id, c.template_version,"
	    " t.name, (SELECT COUNT(*) FROM template_place p WHERE p.template_id = c.template_id"
	    " AND p.version = c.template_version), w.name"
	    " FROM contract c JOIN organization o ON o.id = c.organization_id"
	    " JOIN member h ON h.id = c.handler_id LEFT JOIN unit u ON u.id = h.unit_id"
	    " LEFT JOIN contract a ON a.id = c.amends_id LEFT JOIN organization w ON w.id = c.was_id"
	    " LEFT JOIN template_version t ON t.template_id = c.template_id AND t.version = c.template_version"
	    " WHERE c.id = ? AND (? OR" CONTRACT_MINE ")",
	    YX_P(yx_p_str(today), yx_p_str(id), yx_p_int(any), CONTRACT_MINE_P(act)), &r);

	if (rc != YX_OK)
		return rc;
	*c = (struct contract){ .id = yx_row_str(r, 0),
		.number = yx_row_str(r, 1),
		.title = yx_row_str(r, 2),
		.case_number = yx_row_str(r, 3),
		.state = yx_row_str(r, 4),
		.subject = yx_row_str(r, 5),
		.body = yx_row_str(r, 6),
		.version = yx_row_int(r, 7),
		.created_at = yx_row_time(r, 8),
		.sent_at = yx_row_time(r, 9),
		.completed_at = yx_row_time(r, 10),
		.organization_id = yx_row_str(r, 11),
		.organization_name = yx_row_str(r, 12),
		.short_name = yx_row_str(r, 13),
		.round = yx_row_int(r, 19),
		.deadline = yx_row_str(r, 20),
		.deadline_hard = yx_row_int(r, 21) != 0,
		.overdue = yx_row_int(r, 22) != 0,
		.amendment = yx_row_int(r, 23),
		.amends_id = yx_row_str(r, 24),
		.amends_number = yx_row_str(r, 25),
		.deadline_days = yx_row_int(r, 30),
		.template_id = yx_row_str(r, 31),
		.template_version = yx_row_int(r, 32),
		.template_name = yx_row_str(r, 33),
		.template_places = yx_row_int(r, 34),
		.former_name = yx_row_str(r, 35),
		.rules = { .in_order = yx_row_int(r, 27) != 0, .seal = yx_row_str(r, 28), .needed = yx_row_int(r, 29) },
		.handler = { .id = yx_row_str(r, 16),
		    .name = member_mask(act, yx_row_str(r, 17)),
		    .unit_name = yx_row_str(r, 18),
		    .account = yx_row_str(r, 26) } };
	if ((rc = defaults(act, c)) != YX_OK)
		return rc;
	if (c->subject == NULL || c->body == NULL)
		return YX_NO_MEMORY;
	rc = unit_get(act, c->organization_id, yx_row_str(r, 14), &c->unit);
	return rc != YX_OK ? rc : unit_get(act, c->organization_id, yx_row_str(r, 15), &c->handling_unit);
}

static int
sealers(struct act *act, struct contract *c)
{
	int rc = people(act,
	    "SELECT m.id, m.name, u.name, m.account FROM contract_sealer s JOIN member m ON m.id = s.member_id"
	    " LEFT JOIN unit u ON u.id = m.unit_id WHERE s.contract_id = ? ORDER BY m.created_at, m.id",
	    c->id, &c->sealers, &c->sealers_n);

	if (rc != YX_OK || c->sealers_n > 0 || c->sent_at != 0)
		return rc;
	return people(act,
	    "SELECT m.id, m.name, u.name, m.account FROM member m"
	    " JOIN member_role x ON x.member_id = m.id AND x.role = 'sealer'"
	    " LEFT JOIN unit u ON u.id = m.unit_id WHERE m.organization_id = ? AND NOT m.disabled"
	    " ORDER BY m.created_at, m.id",
	    c->organization_id, &c->sealers, &c->sealers_n);
}

static int
get(struct act *act, const char *id, int any, struct contract *c)
{
	int rc = basics(act, id, any, c);

	if (rc != YX_OK || (rc = people(act,
	    "SELECT m.id, m.name, u.name, m.account FROM contract_officer o JOIN member m ON m.id = o.member_id"
	    " LEFT JOIN unit u ON u.id = m.unit_id WHERE o.contract_id = ? ORDER BY m.created_at, m.id",
	    c->id, &c->officers, &c->officers_n)) != YX_OK)
		return rc;
	if ((rc = sealers(act, c)) != YX_OK || (rc = vendors(act, c)) != YX_OK ||
	    (rc = emails(act, c)) != YX_OK || (rc = documents(act, c)) != YX_OK)
		return rc;
	return progress(act, c);
}

int
contract_get(struct act *act, const char *id, struct contract *c)
{
	return get(act, id, 0, c);
}

int
contract_get_any(struct act *act, const char *id, struct contract *c)
{
	return get(act, id, 1, c);
}
