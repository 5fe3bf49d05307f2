/* contract_template.h - floor 4: contracts and templates (範本): a contract begins with one, an own contract
 * becomes one, and the places of a template's seals are found on a contract's documents. */
#ifndef YX_CONTRACT_TEMPLATE_H
#define YX_CONTRACT_TEMPLATE_H

#include "backend/domain/contract/contract.h"
#include "backend/domain/seal/place.h"

/* In a transaction: a new draft, with the newest version of a contract template of the agency (template_id
 * NULL: with none): texts, signers, rules and days. Who has left is left out. YX_BAD_FIELD "templateId". */
int contract_begin(struct act *act, const struct contract_basics *b, const char *template_id,
    char id[YX_ID_SIZE]) YX_MUST_USE;
/* In a transaction: a new contract template like an own contract: its texts with fields for what is of this
 * contract, its rules, sealers and days, and the places on its first document. The vendors stay out: the next
 * contract has others. */
int contract_to_template(struct act *act, const char *id, const char *name, char template_id[YX_ID_SIZE]) YX_MUST_USE;
/* Not in a transaction: where the template's seals stand on the documents of an own draft that began with one.
 * *missed: how many of the template's places no document has (a text or page that is not there, a vendor too few).
 * YX_STATE, YX_NO_DOCUMENT, YX_NOT_FOUND (began with none). */
int contract_template_places(struct act *act, const char *id, struct place **places, size_t *n,
    size_t *missed) YX_MUST_USE;

#endif
