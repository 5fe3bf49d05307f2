/* backend/pki: RSA keys that are weak by their making, and answers about revocation read by themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <string.h>

#include "backend/pki/age.h"
#include "backend/pki/revocation.h"
#include "backend/pki/trust.h"
#include "backend/pki/weak.h"
#include "tests/fuzz/revocation.h"

static BN_CTX *ctx;

static BIGNUM *
exponent(unsigned long e)
{
	BIGNUM *out = BN_new();

	BN_set_word(out, e);
	return out;
}

static BIGNUM *
prime(int bits)
{
	BIGNUM *p = BN_new();

	assert_int_equal(BN_generate_prime_ex(p, bits, 0, NULL, NULL, NULL), 1);
	BN_set_bit(p, bits - 2);
	return p;
}

static BIGNUM *
times(const BIGNUM *p, const BIGNUM *q)
{
	BIGNUM *n = BN_new();

	assert_int_equal(BN_mul(n, p, q, ctx), 1);
	return n;
}

/* A prime as the library of CVE-2017-15361 made them: k * M + (65537^a mod M). */
static BIGNUM *
roca_prime(int bits)
{
	BIGNUM *m = exponent(1), *g = exponent(65537), *a = BN_new(), *r = BN_new(), *k = BN_new(), *p = BN_new();

	for (BN_ULONG i = 2; i <= 353; i++) {
		int is_prime = 1;

		for (BN_ULONG d = 2; d * d <= i; d++)
			is_prime = is_prime && i % d != 0;
		if (is_prime)
			BN_mul_word(m, i);
	}
	do {
		BN_rand(a, 64, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY);
		BN_rand(k, bits - BN_num_bits(m) + 1, BN_RAND_TOP_TWO, BN_RAND_BOTTOM_ANY);
		BN_mod_exp(r, g, a, m, ctx);
		BN_mul(p, k, m, ctx);
		BN_add(p, p, r);
	} while (BN_check_prime(p, ctx, NULL) != 1);
	BN_free(m);
	BN_free(g);
	BN_free(a);
	BN_free(r);
	BN_free(k);
	return p;
}

static void
expect(const BIGNUM *n, unsigned long e, const char *why)
{
	BIGNUM *x = exponent(e);
	const char *said = pki_rsa_weakness(n, x);

	BN_free(x);
	if (why == NULL)
		assert_null(said);
	else
		assert_string_equal(said, why);
}

static void
test_weakness(void **state)
{
	BIGNUM *p = prime(1024), *q = prime(1024), *small = prime(960), *n = times(p, q), *less = times(small, q);
	BIGNUM *three = exponent(3), *even = exponent(2), *thrice = times(n, three), *twice = times(n, even);

	(void)state;
	expect(n, 65537, NULL);
	expect(n, 65539, NULL);
	expect(less, 65537, "short");
	expect(n, 3, "exponent");
	expect(n, 17, "exponent");
	expect(n, 65535, "exponent");
	expect(n, 65538, "exponent");
	expect(thrice, 65537, "factor");
	expect(twice, 65537, "factor");
	BN_free(p);
	BN_free(q);
	BN_free(small);
	BN_free(n);
	BN_free(less);
	BN_free(three);
	BN_free(even);
	BN_free(thrice);
	BN_free(twice);
}

static void
test_roca(void **state)
{
	BIGNUM *p = roca_prime(1025), *q = roca_prime(1025), *good = prime(1025), *n = times(p, q), *half = times(p, good);

	(void)state;
	expect(n, 65537, "roca");
	expect(half, 65537, NULL); /* one such prime alone is not that library's key */
	BN_free(p);
	BN_free(q);
	BN_free(good);
	BN_free(n);
	BN_free(half);
}

static void
test_shared_prime(void **state)
{
	BIGNUM *p = prime(512), *q[4], *n[3], *product = exponent(1), *twin, *lone;

	(void)state;
	for (int i = 0; i < 4; i++)
		q[i] = prime(512);
	for (int i = 0; i < 3; i++) {
		n[i] = times(i == 0 ? p : q[i], q[(i + 1) % 4]);
		BN_mul(product, product, n[i], ctx);
	}
	twin = times(p, q[0]);
	lone = prime(512);
	assert_int_equal(pki_rsa_shares(twin, product), 1);
	assert_int_equal(pki_rsa_shares(lone, product), 0);
	for (int i = 0; i < 4; i++)
		BN_free(q[i]);
	for (int i = 0; i < 3; i++)
		BN_free(n[i]);
	BN_free(p);
	BN_free(product);
	BN_free(twin);
	BN_free(lone);
}

static void
test_age(void **state)
{
	EVP_PKEY *ec = EVP_EC_gen("P-256"), *rsa = EVP_RSA_gen(2048);

	(void)state;
	assert_int_equal(pki_age_digest("SHA-256"), 0);
	assert_int_equal(pki_age_digest("SHA-1"), 1);
	assert_int_equal(pki_age_key(ec, 0), 0);
	assert_int_equal(pki_age_key(rsa, 0), 1861920000); /* 2029-01-01 */
	assert_int_equal(pki_age_key(rsa, 1), 1861920000);
	assert_int_equal(pki_age_first(0, 5), 5);
	assert_int_equal(pki_age_first(7, 5), 5);
	EVP_PKEY_free(ec);
	EVP_PKEY_free(rsa);
}

/* ---- the seeds of the fuzzers are what they are said to be ---- */

static void
read_seed(const char *name, struct yx_buf *b)
{
	char path[128], bytes[2048];
	FILE *f;

	snprintf(path, sizeof(path), "tests/fuzz/corpus/%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	yx_buf_init(b, PKI_OCSP_MAX);
	yx_buf_add(b, bytes, fread(bytes, 1, sizeof(bytes), f));
	fclose(f);
}

static X509 *
read_cert(const unsigned char *p, size_t n)
{
	return d2i_X509(NULL, &p, (long)n);
}

static int
ask(const char *seed, const char *uri, time_t at, struct pki_status *s)
{
	struct pki_trust t = { .store = X509_STORE_new(), .intermediates = sk_X509_new_null() };
	X509 *issuer = read_cert(ca, sizeof(ca)), *about = read_cert(leaf, sizeof(leaf));
	struct yx_buf b;
	int rc;

	read_seed(seed, &b);
	*s = (struct pki_status){ .source = "", .reason = -1 };
	X509_STORE_add_cert(t.store, issuer);
	rc = uri == NULL ? pki_ocsp_read(&t, &b, &(struct pki_about){ about, issuer }, at, s)
	    : pki_crl_read(&(struct pki_crl_source){ &b, uri }, about, issuer, at, s);
	yx_buf_free(&b);
	X509_free(about);
	X509_free(issuer);
	sk_X509_free(t.intermediates);
	X509_STORE_free(t.store);
	return rc;
}

static void
test_answers(void **state)
{
	static const char WHOLE[] = "http://seed.example/whole.crl", PART[] = "http://seed.example/part.crl";
	const time_t late = SEED_TIME + (time_t)60 * 86400;
	struct pki_status s;

	(void)state;
	assert_int_equal(ask("ocsp/good.ors", NULL, SEED_TIME, &s), YX_OK);
	assert_int_equal(s.state, PKI_GOOD);
	assert_int_equal(ask("ocsp/issuer.ors", NULL, SEED_TIME, &s), YX_OK);
	assert_int_equal(ask("ocsp/revoked.ors", NULL, SEED_TIME, &s), YX_OK);
	assert_int_equal(s.state, PKI_REVOKED);
	assert_int_equal(s.reason, 1);
	assert_int_equal(ask("ocsp/good.ors", NULL, late, &s), YX_REVOCATION_UNKNOWN);
	assert_int_equal(ask("crl/good.crl", WHOLE, SEED_TIME, &s), YX_OK);
	assert_int_equal(s.state, PKI_GOOD);
	assert_int_equal(ask("crl/part.crl", PART, SEED_TIME, &s), YX_OK);
	assert_int_equal(ask("crl/part.crl", WHOLE, SEED_TIME, &s), YX_REVOCATION_UNKNOWN);
	assert_int_equal(ask("crl/revoked.crl", WHOLE, SEED_TIME, &s), YX_OK);
	assert_int_equal(s.state, PKI_REVOKED);
	assert_int_equal(ask("crl/good.crl", WHOLE, late, &s), YX_REVOCATION_UNKNOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weakness),
		cmocka_unit_test(test_roca),
		cmocka_unit_test(test_shared_prime),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_answers),
	};
	int failed;

	ctx = BN_CTX_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	BN_CTX_free(ctx);
	return failed;
}
