/* age.h - floor 2: until when an algorithm is held to be safe (ETSI TS 119 312). */
#ifndef YX_PKI_AGE_H
#define YX_PKI_AGE_H

#include <openssl/evp.h>
#include <time.h>

/* UTC; 0: no end is known. md as in struct pki_digest; an unknown one has ended. */
time_t pki_age_digest(const char *md);
/* Of signatures by that key. `pss` says how RSA pads. */
time_t pki_age_key(EVP_PKEY *key, int pss);
/* The earlier of two such ends. */
time_t pki_age_first(time_t a, time_t b);

#endif
