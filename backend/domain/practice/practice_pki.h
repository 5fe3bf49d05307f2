/* practice_pki.h - floor 4: the certificates of practices (實機演練): a CA of this instance that no trust
 * list has, the platform's seal by it, and software cards; the one writer of the table practice_pki.
 *
 * Its keys are rows of the database: they guard nothing, and whoever reads them can sign what every
 * verifier calls untrusted and what says 演練 of itself. */
#ifndef YX_PRACTICE_PKI_H
#define YX_PRACTICE_PKI_H

#include "backend/domain/base/domain.h"

#define PRACTICE_CA_NAME "演練用憑證管理中心（不具效力）"

/* The rules' surroundings in a practice: its seal, its CA alone trusted, no timestamps, names unmasked,
 * the platform's name with 演練 in front. Made when first needed (the CA as well), then shared
 * by all threads and only read; owned by act's real domain. */
int practice_domain(struct act *act, struct domain **out) YX_MUST_USE;

/* Lets it go with the domain that owns it. *d may be NULL. */
void practice_domain_free(struct domain **d);

struct practice_subject { const char *common_name, *organization, *serial; }; /* serial NULL: none */
struct practice_card { const uint8_t *cert, *key; size_t cert_n, key_n; };    /* DER, in the arena */
/* A new key (P-256) and the certificate of that subject for three years. `d`: of a practice. */
int practice_card_make(struct act *act, const struct domain *d, const struct practice_subject *s,
    struct practice_card *out) YX_MUST_USE;

#endif
