/* issuers.h - floor 2: a path whose certificates are fetched where they are missing. */
#ifndef YX_PKI_ISSUERS_H
#define YX_PKI_ISSUERS_H

#include <openssl/x509.h>
#include <time.h>
#include "backend/pki/pki.h"

/* As pki_path; where no path is found the missing issuers are fetched from the addresses
 * that the certificates name (RFC 5280, 4.2.2.1), five at most. What is fetched is help
 * for the path and no more trusted than what comes with a signature. */
int pki_path_fetched(const struct pki_trust *t, X509 *leaf, STACK_OF(X509) *extra, time_t at,
    STACK_OF(X509) **chain) YX_MUST_USE;

#endif
