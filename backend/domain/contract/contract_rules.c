#include "backend/domain/base/audit.h"
#include "backend/domain/contract/contract_life.h"

int
contract_agency_rules(struct act *act, struct contract_agency_rules *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT withhold_unfinished FROM agency_rules WHERE organization_id = ?",
	    YX_P(yx_p_str(act->who.organization_id)), &r);

	out->withhold_unfinished = rc == YX_OK && yx_row_int(r, 0) != 0;
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}

int
contract_agency_rules_put(struct act *act, const struct contract_agency_rules *r)
{
	int rc = yx_db_exec(act->db, "INSERT INTO agency_rules (organization_id, withhold_unfinished) VALUES (?, ?)"
	    " ON DUPLICATE KEY UPDATE withhold_unfinished = VALUES(withhold_unfinished)",
	    YX_P(yx_p_str(act->who.organization_id), yx_p_int(r->withhold_unfinished)), NULL);

	return rc != YX_OK ? rc : audit_act(act, "agency.rules", act->who.organization_id, "withhold_unfinished",
	    r->withhold_unfinished ? "yes" : "no");
}
