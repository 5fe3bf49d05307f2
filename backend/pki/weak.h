/* weak.h - floor 2: RSA keys that are weaker than their length says. */
#ifndef YX_PKI_WEAK_H
#define YX_PKI_WEAK_H

#include <openssl/bn.h>

#define PKI_RSA_BITS_MIN 2048

/* NULL, or why such a key must not be relied upon: "short" (below 2048 bits), "exponent" (even,
 * below 65537 or above 256 bits; FIPS 186-5, A.1.1), "factor" (a tiny prime divides the
 * modulus), "roca" (the modulus has the shape of the library of CVE-2017-15361), "memory". */
const char *pki_rsa_weakness(const BIGNUM *n, const BIGNUM *e);

/* gcd of a new modulus and the product of many others (each seen before, none equal to it): 1
 * if it shares a prime with one of them, 0 if not, -1 without memory. */
int pki_rsa_shares(const BIGNUM *n, const BIGNUM *product);

#endif
