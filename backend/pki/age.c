#include "backend/pki/age.h"

#include <string.h>

/* TS 119 312 V1.5.1: 2029-01-01T00:00:00Z for RSA by PKCS #1 v1.5, and for PSS below 3000
 * bits; the digests of today and elliptic curves of 256 bits and more have no end yet. */
#define END_2029 ((time_t)1861920000)
#define LONG_RSA 3000
#define ENDED    ((time_t)1)

time_t
pki_age_first(time_t a, time_t b)
{
	if (a == 0 || b == 0)
		return a == 0 ? b : a;
	return a < b ? a : b;
}

time_t
pki_age_digest(const char *md)
{
	static const char *const lasting[] = { "SHA-256", "SHA-384", "SHA-512" };

	for (size_t i = 0; i < sizeof(lasting) / sizeof(lasting[0]); i++)
		if (strcmp(md, lasting[i]) == 0)
			return 0;
	return ENDED;
}

time_t
pki_age_key(EVP_PKEY *key, int pss)
{
	const int bits = key == NULL ? 0 : EVP_PKEY_get_bits(key), kind = key == NULL ? 0 : EVP_PKEY_get_base_id(key);

	if ((kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS) && bits >= 1900)
		return (pss || kind == EVP_PKEY_RSA_PSS) && bits >= LONG_RSA ? 0 : END_2029;
	if (kind == EVP_PKEY_EC && bits >= 256)
		return 0;
	return ENDED;
}
