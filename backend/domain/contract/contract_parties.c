#include "backend/domain/contract/contract_parties.h"

int
contract_is_colleague(struct act *act, const char *member_id, const char *role, const char *field)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT m.id FROM member m JOIN member_role x ON x.member_id = m.id"
	    " WHERE m.id = ? AND m.organization_id = ? AND x.role = ? AND NOT m.disabled",
	    YX_P(yx_p_str(member_id), yx_p_str(act->who.organization_id), yx_p_str(role)), &r);

	return rc == YX_NOT_FOUND ? act_field(act, field, YX_BAD_FIELD) : rc;
}

int
contract_is_sealer(struct act *act, const char *member_id, const char *field)
{
	int rc = contract_is_colleague(act, member_id, "sealer", field);

	return rc == YX_BAD_FIELD ? contract_is_colleague(act, member_id, "registry", field) : rc;
}

/* What distinguishes officers from sealers; each add takes contract, member and their agency. */
struct people {
	const char *field, *clear, *add;
};

#define WITH_ROLE(role) \
	" FROM contract c JOIN member m JOIN member_role x ON x.member_id = m.id AND x.role = '" role "'" \
	" WHERE c.id = ? AND m.id = ? AND m.organization_id = ? AND NOT m.disabled"

static const struct people OFFICERS = { "officers", "DELETE FROM contract_officer WHERE contract_id = ?",
	"INSERT INTO contract_officer (contract_id, member_id, due_on) SELECT c.id, m.id, c.due_on" WITH_ROLE("officer") };
static const struct people SEALERS = { "sealers", "DELETE FROM contract_sealer WHERE contract_id = ?",
	"INSERT INTO contract_sealer (contract_id, member_id) SELECT c.id, m.id" WITH_ROLE("sealer") };

static int
add_people(struct act *act, const struct people *p, const char *id, const char *const *members, size_t n)
{
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < n; i++)
		rc = yx_db_change(act->db, p->add, YX_P(yx_p_str(id), yx_p_str(members[i]),
		    yx_p_str(act->who.organization_id)), YX_BAD_FIELD);
	return rc == YX_CONFLICT || rc == YX_BAD_FIELD ? act_field(act, p->field, YX_BAD_FIELD) : rc;
}

static int
put_people(struct act *act, const struct people *p, const char *id, const char *const *members, size_t n)
{
	int rc = yx_db_exec(act->db, p->clear, YX_P(yx_p_str(id)), NULL);

	return rc != YX_OK ? rc : add_people(act, p, id, members, n);
}

int
contract_officers_due(struct yx_db *db, const char *id)
{
	return yx_db_exec(db, "UPDATE contract_officer o JOIN contract c ON c.id = o.contract_id SET o.due_on = c.due_on"
	    " WHERE o.contract_id = ?", YX_P(yx_p_str(id)), NULL);
}

int
contract_put_officers(struct act *act, const char *id, const char *const *members, size_t n)
{
	return put_people(act, &OFFICERS, id, members, n);
}

int
contract_add_officers(struct act *act, const char *id, const char *const *members, size_t n)
{
	return add_people(act, &OFFICERS, id, members, n);
}

int
contract_put_sealers(struct act *act, const char *id, const char *const *members, size_t n)
{
	return put_people(act, &SEALERS, id, members, n);
}

int
contract_keep_sealer(struct yx_db *db, const char *id, const char *member_id)
{
	return yx_db_exec(db, "INSERT INTO contract_sealer (contract_id, member_id) VALUES (?, ?)"
	    " ON DUPLICATE KEY UPDATE member_id = VALUES(member_id)", YX_P(yx_p_str(id), yx_p_str(member_id)), NULL);
}

int
contract_replace_officer(struct yx_db *db, const char *id, const char *from, const char *to)
{
	int rc = yx_db_change(db, "DELETE FROM contract_officer WHERE contract_id = ? AND member_id = ?",
	    YX_P(yx_p_str(id), yx_p_str(from)), YX_NOT_FOUND);

	/* Who handles a case need not be an officer of it. */
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	rc = yx_db_exec(db, "INSERT INTO contract_officer (contract_id, member_id) VALUES (?, ?)"
	    " ON DUPLICATE KEY UPDATE member_id = VALUES(member_id)", YX_P(yx_p_str(id), yx_p_str(to)), NULL);
	return rc != YX_OK ? rc : contract_officers_due(db, id);
}

int
contract_forget_sealer(struct yx_db *db, const char *member_id)
{
	return yx_db_exec(db,
	    "DELETE s FROM contract_sealer s JOIN contract c ON c.id = s.contract_id WHERE s.member_id = ?"
	    " AND c.state + 0 IN (?, ?)",
	    YX_P(yx_p_str(member_id), yx_p_int(CONTRACT_DRAFT), yx_p_int(CONTRACT_SEAL_STOPPED)), NULL);
}

/* Party B is usually a vendor; another city agency may sign as well. */
int
contract_put_vendors(struct act *act, const char *id, const char *const *organizations, size_t n)
{
	int rc = yx_db_exec(act->db, "DELETE FROM contract_vendor WHERE contract_id = ?", YX_P(yx_p_str(id)), NULL);

	for (size_t i = 0; rc == YX_OK && i < n; i++) {
		rc = yx_db_change(act->db,
		    "INSERT INTO contract_vendor (contract_id, organization_id, position)"
		    " SELECT ?, id, ? FROM organization o WHERE id = ? AND kind <> 'platform' AND id <> ? AND" SAME_WORLD("o"),
		    YX_P(yx_p_str(id), yx_p_int((int64_t)i + 1), yx_p_str(organizations[i]),
		    yx_p_str(act->who.organization_id), SAME_WORLD_P(act)), YX_CONFLICT);
		if (rc == YX_CONFLICT)
			rc = act_field(act, "vendors", YX_BAD_FIELD);
	}
	return rc;
}

int
contract_put_representative(struct act *act, const char *id, const char *representative)
{
	int rc;

	if (representative == NULL)
		return YX_OK;
	rc = yx_db_change(act->db,
	    "UPDATE contract_vendor SET representative = TRUE WHERE contract_id = ? AND organization_id = ?",
	    YX_P(yx_p_str(id), yx_p_str(representative)), YX_BAD_FIELD);
	return rc == YX_BAD_FIELD ? act_field(act, "representative", rc) : rc;
}

int
contract_assign_sealers(struct act *act, const char *id, const char *const *members, size_t n)
{
	int rc = yx_db_exec(act->db,
	    "DELETE FROM contract_sealer WHERE contract_id = ? AND member_id NOT IN (SELECT t.signed_by FROM sign_task t"
	    " JOIN document d ON d.id = t.document_id WHERE d.contract_id = ? AND d.retired_at IS NULL"
	    " AND t.kind = 'sealer' AND t.signed_by IS NOT NULL)", YX_P(yx_p_str(id), yx_p_str(id)), NULL);

	for (size_t i = 0; rc == YX_OK && i < n; i++)
		if ((rc = contract_is_sealer(act, members[i], "sealers")) == YX_OK)
			rc = contract_keep_sealer(act->db, id, members[i]);
	return rc;
}

int
contract_put_emails(struct act *act, const char *id, const char *const *emails, size_t n)
{
	int rc = yx_db_exec(act->db, "DELETE FROM contract_email WHERE contract_id = ?", YX_P(yx_p_str(id)), NULL);

	for (size_t i = 0; rc == YX_OK && i < n; i++)
		rc = yx_db_exec(act->db, "INSERT INTO contract_email (contract_id, position, email) VALUES (?, ?, ?)",
		    YX_P(yx_p_str(id), yx_p_int((int64_t)i), yx_p_str(emails[i])), NULL);
	return rc;
}
