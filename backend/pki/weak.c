#include "backend/pki/weak.h"

#include <stddef.h>
#include <stdint.h>

#define EXPONENT_MIN  65537
#define EXPONENT_BITS 256

/* The primes that the library multiplied for keys of every length. */
static const uint16_t PRIMES[] = { 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83,
	89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167 };

/* Is r a power of 65537 modulo p? */
static int
is_power(unsigned r, unsigned p)
{
	const unsigned g = EXPONENT_MIN % p;
	unsigned x = 1;

	for (unsigned i = 0; i < p; i++, x = x * g % p)
		if (x == r)
			return 1;
	return 0;
}

/* Its primes are k * M + (65537^a mod M), M the product of the first primes: so the modulus is a
 * power of 65537 modulo each of them. By chance one of 2^27 is, and such a key is no
 * loss (Nemec et al., The Return of Coppersmith's Attack, 2017). */
static const char *
shape(const BIGNUM *n)
{
	int fits = 1;

	for (size_t i = 0; i < sizeof(PRIMES) / sizeof(PRIMES[0]); i++) {
		BN_ULONG r = BN_mod_word(n, PRIMES[i]);

		if (r == 0)
			return "factor";
		fits = fits && is_power((unsigned)r, PRIMES[i]);
	}
	return fits ? "roca" : NULL;
}

const char *
pki_rsa_weakness(const BIGNUM *n, const BIGNUM *e)
{
	if (BN_num_bits(n) < PKI_RSA_BITS_MIN)
		return "short";
	if (!BN_is_odd(e) || BN_num_bits(e) > EXPONENT_BITS || (BN_num_bits(e) <= 17 && BN_get_word(e) < EXPONENT_MIN))
		return "exponent";
	return BN_is_odd(n) ? shape(n) : "factor";
}

int
pki_rsa_shares(const BIGNUM *n, const BIGNUM *product)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *r = BN_new(), *g = BN_new();
	int shares = -1;

	if (ctx != NULL && r != NULL && g != NULL && BN_mod(r, product, n, ctx) == 1 && BN_gcd(g, r, n, ctx) == 1)
		shares = !BN_is_one(g);
	BN_free(g);
	BN_free(r);
	BN_CTX_free(ctx);
	return shares;
}
