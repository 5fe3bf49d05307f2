/* contract_parties.h - floor 4: the one writer of who belongs to a contract: officers,
 * vendors, sealing staff, further addresses of the notice. In the caller's transaction. */
#ifndef YX_CONTRACT_PARTIES_H
#define YX_CONTRACT_PARTIES_H

#include "backend/domain/contract/contract.h"

/* Each replaces the whole list. YX_BAD_FIELD with the field's name for somebody who is
 * no officer or sealer of act->who's agency, no organization to sign with, or named twice. */
int contract_put_officers(struct act *act, const char *id, const char *const *members, size_t n) YX_MUST_USE;
/* The same for a contract that has none yet. */
int contract_add_officers(struct act *act, const char *id, const char *const *members, size_t n) YX_MUST_USE;
int contract_put_sealers(struct act *act, const char *id, const char *const *members, size_t n) YX_MUST_USE;
int contract_put_vendors(struct act *act, const char *id, const char *const *organizations, size_t n) YX_MUST_USE;
/* representative: one of the vendors, or NULL for none. YX_BAD_FIELD "representative". */
int contract_put_representative(struct act *act, const char *id, const char *representative) YX_MUST_USE;
int contract_put_emails(struct act *act, const char *id, const char *const *emails, size_t n) YX_MUST_USE;
/* The registry's choice while it is under way: who is not named and has not sealed goes. */
int contract_assign_sealers(struct act *act, const char *id, const char *const *members, size_t n) YX_MUST_USE;
/* The contract's due day beside each officer (home lists them in its order). */
int contract_officers_due(struct yx_db *db, const char *id) YX_MUST_USE;
/* Adds a sealer who may be there already. */
int contract_keep_sealer(struct yx_db *db, const char *id, const char *member_id) YX_MUST_USE;
/* Another officer in the place of one, who may be there already. */
int contract_replace_officer(struct yx_db *db, const char *id, const char *from, const char *to) YX_MUST_USE;
/* No draft names that sealer any more. */
int contract_forget_sealer(struct yx_db *db, const char *member_id) YX_MUST_USE;
/* YX_OK if the member is one of act->who's agency with that role; else the field is wrong. */
int contract_is_colleague(struct act *act, const char *member_id, const char *role, const char *field) YX_MUST_USE;
/* The same for whoever may seal for the agency: sealers, and the registry. */
int contract_is_sealer(struct act *act, const char *member_id, const char *field) YX_MUST_USE;

#endif
