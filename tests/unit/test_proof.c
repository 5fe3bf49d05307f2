/* proof.h: the bytes that the host has signed are the bytes that the server checks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "common/proof.h"

static const char ORIGIN[] = "https://mydoc.example";
static const uint8_t NONCE[32] = { 1, 2, 3 };
static const struct yx_bytes FRESH = { NONCE, sizeof(NONCE) };

static struct yx_arena *arena;

static int
setup(void **state)
{
	(void)state;
	return (arena = yx_arena_new(1 << 20)) == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	yx_arena_free(&arena);
	return 0;
}

/* A self-signed certificate of a key. */
static void
make_cert(EVP_PKEY *key, struct yx_cert *out)
{
	X509 *x = X509_new();

	assert_non_null(x);
	assert_int_equal(X509_set_version(x, 2), 1);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 7);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, key);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	assert_int_equal(yx_cert_of(arena, x, out), YX_OK);
	X509_free(x);
}

static void
sign(EVP_PKEY *key, const struct yx_cert *cert, const struct yx_buf *message, uint8_t *out, size_t *n)
{
	const EVP_MD *md = strcmp(yx_cert_digest(cert), "SHA-384") == 0 ? EVP_sha384() : EVP_sha256();
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	assert_int_equal(EVP_DigestSignInit(ctx, NULL, md, NULL, key), 1);
	assert_int_equal(EVP_DigestSign(ctx, out, n, message->data, message->len), 1);
	EVP_MD_CTX_free(ctx);
}

static void
test_bytes(void **state)
{
	static const uint8_t head[] = "YINXIN-PROOF-1\0\0\0\0\x15https://mydoc.example\0\0\0\x20";
	uint8_t fingerprint[32];
	struct yx_buf b;

	(void)state;
	memset(fingerprint, 0xab, sizeof(fingerprint));
	yx_buf_init(&b, 1024);
	assert_int_equal(yx_proof(&b, ORIGIN, NONCE, sizeof(NONCE), fingerprint), YX_OK);
	assert_int_equal(b.len, sizeof(head) - 1 + 32 + 32);
	assert_memory_equal(b.data, head, sizeof(head) - 1);
	assert_memory_equal(b.data + sizeof(head) - 1, NONCE, 32);
	assert_memory_equal(b.data + sizeof(head) - 1 + 32, fingerprint, 32);
	yx_buf_reset(&b);
	assert_int_equal(yx_proof(&b, ORIGIN, NONCE, 31, fingerprint), YX_BAD_FIELD);
	yx_buf_free(&b);
}

static void
both_sides(EVP_PKEY *key)
{
	struct yx_cert cert = { 0 };
	struct yx_buf message;
	uint8_t signature[1024], other[32] = { 9 };
	const struct yx_bytes shorter = { NONCE, 31 }, strange = { other, sizeof(other) };
	struct yx_bytes made = { signature, sizeof(signature) };

	make_cert(key, &cert);
	yx_buf_init(&message, 1024);
	assert_int_equal(yx_proof(&message, ORIGIN, NONCE, sizeof(NONCE), cert.sha256), YX_OK);
	sign(key, &cert, &message, signature, &made.n);
	assert_int_equal(yx_proof_check(&cert, ORIGIN, FRESH, made), YX_OK);
	assert_int_equal(yx_proof_check(&cert, "https://mydoc.exampl", FRESH, made), YX_SIGNATURE_BAD);
	assert_int_equal(yx_proof_check(&cert, ORIGIN, strange, made), YX_SIGNATURE_BAD);
	assert_int_equal(yx_proof_check(&cert, ORIGIN, shorter, made), YX_BAD_FIELD);
	signature[made.n - 1] ^= 1;
	assert_int_equal(yx_proof_check(&cert, ORIGIN, FRESH, made), YX_SIGNATURE_BAD);
	yx_buf_free(&message);
	yx_cert_free(&cert);
	EVP_PKEY_free(key);
}

static void
test_keys(void **state)
{
	(void)state;
	both_sides(EVP_RSA_gen(2048));
	both_sides(EVP_EC_gen("P-256"));
	both_sides(EVP_EC_gen("P-384"));
}

static void
test_unknown_key(void **state)
{
	EVP_PKEY *key = EVP_EC_gen("P-521");
	struct yx_cert cert = { 0 };

	(void)state;
	make_cert(key, &cert);
	assert_int_equal(yx_proof_check(&cert, ORIGIN, FRESH, (struct yx_bytes){ (const uint8_t *)"x", 1 }), YX_CERT_WEAK);
	yx_cert_free(&cert);
	EVP_PKEY_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_unknown_key),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
