/* login_proof.h: what a card signs to log in, and how the server judges it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <string.h>

#include "common/login_proof.h"
#include "common/proof.h"

#define NOW 1800000000

static const uint8_t NONCE[32] = { 4, 5, 6 };
static const struct yx_login LOGIN = { .origin = "https://a.example",
	.top_origin = "https://b.example",
	.nonce = NONCE,
	.nonce_n = sizeof(NONCE),
	.time = NOW };

static struct yx_arena *arena;
static struct yx_cert cert;
static EVP_PKEY *key;

static int
setup(void **state)
{
	X509 *x = X509_new();
	int rc = 1;

	(void)state;
	arena = yx_arena_new(1 << 20);
	key = EVP_EC_gen("P-256");
	if (arena != NULL && x != NULL && key != NULL && X509_set_pubkey(x, key) == 1 &&
	    X509_gmtime_adj(X509_getm_notBefore(x), 0) != NULL && X509_gmtime_adj(X509_getm_notAfter(x), 3600) != NULL &&
	    X509_sign(x, key, EVP_sha256()) > 0)
		rc = yx_cert_of(arena, x, &cert);
	X509_free(x);
	return rc;
}

static int
teardown(void **state)
{
	(void)state;
	yx_cert_free(&cert);
	EVP_PKEY_free(key);
	yx_arena_free(&arena);
	return 0;
}

static void
test_bytes(void **state)
{
	static const uint8_t head[] = "YINXIN-LOGIN-1\0\0\0\0\x11https://a.example\0\0\0\x11https://b.example\0\0\0\x20";
	static const uint8_t time[] = { 0, 0, 0, 0, 0x6b, 0x49, 0xd2, 0x00 };
	struct yx_login login = LOGIN;
	struct yx_buf b;

	(void)state;
	yx_buf_init(&b, 1024);
	assert_int_equal(yx_login_proof(&b, &login, cert.sha256), YX_OK);
	assert_int_equal(b.len, sizeof(head) - 1 + 32 + 8 + 32);
	assert_memory_equal(b.data, head, sizeof(head) - 1);
	assert_memory_equal(b.data + sizeof(head) - 1, NONCE, 32);
	assert_memory_equal(b.data + sizeof(head) - 1 + 32, time, 8);
	assert_memory_equal(b.data + sizeof(head) - 1 + 40, cert.sha256, 32);
	yx_buf_reset(&b);
	login.nonce_n = 31;
	assert_int_equal(yx_login_proof(&b, &login, cert.sha256), YX_BAD_FIELD);
	login.nonce_n = 65;
	assert_int_equal(yx_login_proof(&b, &login, cert.sha256), YX_BAD_FIELD);
	login = LOGIN;
	login.time = -1;
	assert_int_equal(yx_login_proof(&b, &login, cert.sha256), YX_BAD_FIELD);
	yx_buf_free(&b);
}

static void
sign(const struct yx_buf *message, uint8_t *out, size_t *n)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	assert_int_equal(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
	assert_int_equal(EVP_DigestSign(ctx, out, n, message->data, message->len), 1);
	EVP_MD_CTX_free(ctx);
}

/* Each part counts: change one, and the signature is worth nothing. */
static void
test_check(void **state)
{
	struct yx_login other[] = { LOGIN, LOGIN, LOGIN, LOGIN, LOGIN };
	uint8_t signature[256], nonce[32] = { 9 };
	size_t n = sizeof(signature);
	struct yx_buf b;

	(void)state;
	yx_buf_init(&b, 1024);
	assert_int_equal(yx_login_proof(&b, &LOGIN, cert.sha256), YX_OK);
	sign(&b, signature, &n);
	assert_int_equal(yx_login_check(&cert, &LOGIN, NOW, signature, n), YX_OK);
	assert_int_equal(yx_login_check(&cert, &LOGIN, NOW + YX_LOGIN_CLOCK_S, signature, n), YX_OK);
	assert_int_equal(yx_login_check(&cert, &LOGIN, NOW + YX_LOGIN_CLOCK_S + 1, signature, n), YX_CHALLENGE_EXPIRED);
	assert_int_equal(yx_login_check(&cert, &LOGIN, NOW - YX_LOGIN_CLOCK_S - 1, signature, n), YX_CHALLENGE_EXPIRED);
	other[0].origin = "https://c.example";
	other[1].top_origin = "https://a.example";
	other[2].nonce = nonce;
	other[3].time++;
	/* The same letters, parted elsewhere. */
	other[4].origin = "https://a.exampl";
	other[4].top_origin = "ehttps://b.example";
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		assert_int_equal(yx_login_check(&cert, &other[i], NOW, signature, n), YX_SIGNATURE_BAD);
	assert_int_equal(yx_login_check(&cert, &LOGIN, NOW, signature, n - 1), YX_SIGNATURE_BAD);
	yx_buf_free(&b);
}

/* A proof of possession over the same nonce is no login. */
static void
test_other_purpose(void **state)
{
	uint8_t signature[256];
	size_t n = sizeof(signature);
	struct yx_login login = LOGIN;
	struct yx_buf b;

	(void)state;
	yx_buf_init(&b, 1024);
	assert_int_equal(yx_proof(&b, LOGIN.origin, NONCE, sizeof(NONCE), cert.sha256), YX_OK);
	sign(&b, signature, &n);
	login.top_origin = login.origin;
	assert_int_equal(yx_login_check(&cert, &login, NOW, signature, n), YX_SIGNATURE_BAD);
	assert_int_equal(yx_proof_check(&cert, LOGIN.origin, (struct yx_bytes){ NONCE, sizeof(NONCE) },
	    (struct yx_bytes){ signature, n }), YX_OK);
	yx_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_other_purpose),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
