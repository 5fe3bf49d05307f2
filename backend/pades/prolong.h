/* prolong.h - floor 3: what proves signatures for later, whatever they stand in. */
#ifndef YX_PADES_PROLONG_H
#define YX_PADES_PROLONG_H

#include "backend/pades/evidence.h"
#include "backend/pki/proofs.h"

/* Certificates and revocation data of every signature and timestamp of the list, for
 * pki_proofs_free in any case; *out says what is missing. YX_REVOCATION_UNKNOWN as
 * pades_prolong; YX_STATE: the list is empty. */
int pades_prove(const struct pades_prolong *how, const struct evidence_list *l, struct pades_prolonged *out,
    struct pki_proofs *p) YX_MUST_USE;

#endif
