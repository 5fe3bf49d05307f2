#include "backend/domain/contract/contract.h"

#include <stdio.h>
#include <string.h>

#include "backend/domain/base/audit.h"

/* Takes the row (raising its version) if it is mine; its state and new version. */
static int
take(struct http_request *rq, const char *id, const char **state, int64_t *version)
{
	struct yx_rows *r = NULL;
	uint64_t changed = 0;
	int rc = yx_db_exec(rq->db, "UPDATE contract c SET c.version = c.version + 1 WHERE c.id = ? AND" CONTRACT_MINE,
	    YX_P(yx_p_str(id), CONTRACT_MINE_P(rq)), &changed);

	if (rc != YX_OK)
		return rc;
	if (changed == 0)
		return YX_NOT_FOUND;
	if ((rc = yx_db_query(rq->db, rq->arena, "SELECT state, version FROM contract WHERE id = ?",
	    YX_P(yx_p_str(id)), &r)) != YX_OK || !yx_rows_next(r))
		return rc != YX_OK ? rc : YX_NOT_FOUND;
	*state = yx_row_str(r, 0);
	*version = yx_row_int(r, 1);
	return YX_OK;
}

static int
is_draft(const char *state)
{
	return strcmp(state, "draft") == 0 || strcmp(state, "seal_failed") == 0;
}

static int
take_draft(struct http_request *rq, const char *id, int64_t *version)
{
	const char *state = NULL;
	int rc = take(rq, id, &state, version);

	return rc != YX_OK ? rc : is_draft(state) ? YX_OK : YX_STATE;
}

int
contract_is_my_draft(struct http_request *rq, const char *id)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena, "SELECT state FROM contract c WHERE c.id = ? AND" CONTRACT_MINE,
	    YX_P(yx_p_str(id), CONTRACT_MINE_P(rq)), &r);

	if (rc != YX_OK || !yx_rows_next(r))
		return rc != YX_OK ? rc : YX_NOT_FOUND;
	return is_draft(yx_row_str(r, 0)) ? YX_OK : YX_STATE;
}

/* A member of my own agency with that role; else the field is wrong. */
static int
is_colleague(struct http_request *rq, const char *member_id, const char *role, const char *field)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(rq->db, rq->arena,
	    "SELECT m.id FROM member m JOIN member_role x ON x.member_id = m.id"
	    " WHERE m.id = ? AND m.organization_id = ? AND x.role = ? AND NOT m.disabled",
	    YX_P(yx_p_str(member_id), yx_p_str(rq->who.organization_id), yx_p_str(role)), &r);

	if (rc != YX_OK)
		return rc;
	return yx_rows_next(r) ? YX_OK : http_field(rq, field, YX_BAD_FIELD);
}

/* One statement of the form INSERT … VALUES (contract, ?) for each of a list. */
static int
put_people(struct http_request *rq, const char *id, const char *const *members, size_t n,
    const char *role, const char *field, const char *clear, const char *insert)
{
	int rc = yx_db_exec(rq->db, clear, YX_P(yx_p_str(id)), NULL);

	for (size_t i = 0; rc == YX_OK && i < n; i++) {
		if ((rc = is_colleague(rq, members[i], role, field)) == YX_OK)
			rc = yx_db_exec(rq->db, insert, YX_P(yx_p_str(id), yx_p_str(members[i])), NULL);
	}
	return rc == YX_CONFLICT ? http_field(rq, field, YX_BAD_FIELD) : rc;
}

static int
put_officers(struct http_request *rq, const char *id, const struct contract_basics *b)
{
	return put_people(rq, id, b->officers, b->officers_n, "officer", "officers",
	    "DELETE FROM contract_officer WHERE contract_id = ?",
	    "INSERT INTO contract_officer (contract_id, member_id) VALUES (?, ?)");
}

static int
put_emails(struct http_request *rq, const char *id, const char *const *emails, size_t n)
{
	int rc = yx_db_exec(rq->db, "DELETE FROM contract_email WHERE contract_id = ?", YX_P(yx_p_str(id)), NULL);

	for (size_t i = 0; rc == YX_OK && i < n; i++)
		rc = yx_db_exec(rq->db, "INSERT INTO contract_email (contract_id, position, email) VALUES (?, ?, ?)",
		    YX_P(yx_p_str(id), yx_p_int((int64_t)i), yx_p_str(emails[i])), NULL);
	return rc;
}

static int
check_unit(struct http_request *rq, const char *unit_id)
{
	struct member_unit unit;
	int rc = member_unit_get(rq->db, rq->arena, rq->who.organization_id, unit_id, &unit);

	if (rc == YX_OK && unit.id == NULL)
		rc = http_field(rq, "unitId", YX_BAD_FIELD);
	return rc;
}

/* The database's own word on a number that exists already. */
static int
number_taken(struct http_request *rq, int rc)
{
	return rc == YX_CONFLICT && strcmp(yx_db_duplicate(rq->db), "contract_number") == 0
	    ? http_field(rq, "number", YX_NUMBER_TAKEN) : rc;
}

int
contract_create(struct http_request *rq, const struct contract_basics *b, char id[YX_ID_SIZE])
{
	int rc = check_unit(rq, b->unit_id);

	if (rc != YX_OK)
		return rc;
	yx_random_id(id);
	rc = yx_db_exec(rq->db,
	    "INSERT INTO contract (id, organization_id, number, title, case_number, unit_id, handling_unit_id,"
	    " handler_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(rq->who.organization_id), yx_p_str(b->number), yx_p_str(b->title),
	    yx_p_str(b->case_number), yx_p_str(b->unit_id), yx_p_str(rq->who.unit_id[0] != '\0' ? rq->who.unit_id : NULL),
	    yx_p_str(rq->who.member_id), yx_p_time(yx_now_ms())), NULL);
	if (rc != YX_OK)
		return number_taken(rq, rc);
	if ((rc = put_officers(rq, id, b)) != YX_OK)
		return rc;
	return audit_request(rq, "contract.create", "contract", id, "number", b->number);
}

/* The case goes over to a colleague, with the colleague's unit. */
static int
hand_over(struct http_request *rq, const char *id, const char *handler_id)
{
	int rc = is_colleague(rq, handler_id, "officer", "handlerId");

	if (rc != YX_OK)
		return rc;
	return yx_db_exec(rq->db,
	    "UPDATE contract c JOIN member m ON m.id = ? SET c.handler_id = m.id, c.handling_unit_id = m.unit_id"
	    " WHERE c.id = ? AND c.handler_id <> m.id", YX_P(yx_p_str(handler_id), yx_p_str(id)), NULL);
}

int
contract_update(struct http_request *rq, const char *id, const struct contract_basics *b, int64_t *version)
{
	const char *state = NULL;
	int rc = take(rq, id, &state, version);

	if (rc != YX_OK)
		return rc;
	if (b->version != 0 && b->version != *version - 1)
		return YX_CONFLICT;
	if (strcmp(state, "sealing") == 0)
		return YX_STATE;
	if ((rc = check_unit(rq, b->unit_id)) != YX_OK)
		return rc;
	rc = yx_db_exec(rq->db, "UPDATE contract SET number = ?, title = ?, case_number = ?, unit_id = ? WHERE id = ?",
	    YX_P(yx_p_str(b->number), yx_p_str(b->title), yx_p_str(b->case_number), yx_p_str(b->unit_id), yx_p_str(id)), NULL);
	if (rc != YX_OK)
		return number_taken(rq, rc);
	if ((rc = put_officers(rq, id, b)) != YX_OK ||
	    (b->emails != NULL && (rc = put_emails(rq, id, b->emails, b->emails_n)) != YX_OK) ||
	    (b->handler_id != NULL && (rc = hand_over(rq, id, b->handler_id)) != YX_OK))
		return rc;
	return audit_request(rq, "contract.update", "contract", id, "number", b->number);
}

int
contract_discard(struct http_request *rq, const char *id)
{
	int64_t version;
	int rc = take_draft(rq, id, &version);

	/* Parties, e-mails, documents and their revisions go with it. */
	if (rc == YX_OK)
		rc = yx_db_exec(rq->db, "DELETE FROM contract WHERE id = ?", YX_P(yx_p_str(id)), NULL);
	return rc != YX_OK ? rc : audit_request(rq, "contract.discard", "contract", id, NULL, NULL);
}

/* Party B is usually a vendor; another city agency may sign as well. */
static int
put_vendors(struct http_request *rq, const char *id, const struct contract_signers *s)
{
	int rc = yx_db_exec(rq->db, "DELETE FROM contract_vendor WHERE contract_id = ?", YX_P(yx_p_str(id)), NULL);

	for (size_t i = 0; rc == YX_OK && i < s->vendors_n; i++) {
		uint64_t changed = 0;

		rc = yx_db_exec(rq->db,
		    "INSERT INTO contract_vendor (contract_id, organization_id, position)"
		    " SELECT ?, id, ? FROM organization WHERE id = ? AND kind <> 'platform' AND id <> ?",
		    YX_P(yx_p_str(id), yx_p_int((int64_t)i + 1), yx_p_str(s->vendors[i]), yx_p_str(rq->who.organization_id)), &changed);
		if (rc == YX_CONFLICT || (rc == YX_OK && changed == 0))
			rc = http_field(rq, "vendors", YX_BAD_FIELD);
	}
	return rc;
}

int
contract_signers(struct http_request *rq, const char *id, const struct contract_signers *s, int64_t *version)
{
	int rc = take_draft(rq, id, version);

	if (rc == YX_OK)
		rc = yx_db_exec(rq->db, "UPDATE contract SET subject = ?, body = ? WHERE id = ?",
		    YX_P(yx_p_str(s->subject), yx_p_str(s->body), yx_p_str(id)), NULL);
	if (rc != YX_OK || (rc = put_vendors(rq, id, s)) != YX_OK ||
	    (rc = put_people(rq, id, s->sealers, s->sealers_n, "sealer", "sealers",
	    "DELETE FROM contract_sealer WHERE contract_id = ?",
	    "INSERT INTO contract_sealer (contract_id, member_id) VALUES (?, ?)")) != YX_OK ||
	    (rc = put_emails(rq, id, s->emails, s->emails_n)) != YX_OK)
		return rc;
	return audit_request(rq, "contract.signers", "contract", id, NULL, NULL);
}
