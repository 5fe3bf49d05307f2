/* backend/domain/card/key_seen.c on a real MariaDB: keys that share a prime are found across
 * blocks, both of them are marked, and what is seen again is what it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>
#include <string.h>
#include <unistd.h>

#include "backend/conf.h"
#include "backend/domain/base/audit.h"
#include "backend/domain/card/key_seen.h"
#include "tests/unit/database.h"

#define KEYS 503 /* more than a block holds */

static struct yx_db *db;
static struct yx_arena *arena;
static BN_CTX *ctx;

static BIGNUM *
prime(int bits)
{
	BIGNUM *p = BN_new();

	assert_int_equal(BN_generate_prime_ex(p, bits, 0, NULL, NULL, NULL), 1);
	return p;
}

/* A certificate with that modulus; nothing else of it counts here. */
static X509 *
holder(const BIGNUM *n)
{
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	BIGNUM *e = BN_new();
	OSSL_PARAM *params;
	EVP_PKEY *key = NULL;
	X509 *x = X509_new();

	BN_set_word(e, 65537);
	OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, n);
	OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, e);
	params = OSSL_PARAM_BLD_to_param(b);
	assert_int_equal(EVP_PKEY_fromdata_init(c), 1);
	assert_int_equal(EVP_PKEY_fromdata(c, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
	assert_int_equal(X509_set_pubkey(x, key), 1);
	EVP_PKEY_free(key);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(b);
	EVP_PKEY_CTX_free(c);
	BN_free(e);
	return x;
}

static int
judge(const BIGNUM *p, const BIGNUM *q)
{
	struct act act = { .db = db, .arena = arena, .ip = "" };
	BIGNUM *n = BN_new();
	X509 *x;
	int rc;

	BN_mul(n, p, q, ctx);
	x = holder(n);
	rc = key_seen_judge(&act, x);
	X509_free(x);
	BN_free(n);
	return rc;
}

static int64_t
count(const char *sql)
{
	struct yx_rows *r = NULL;

	assert_int_equal(yx_db_one(db, arena, sql, YX_P_NONE, &r), YX_OK);
	return yx_row_int(r, 0);
}

static void
test_shared(void **state)
{
	BIGNUM *p[KEYS + 1];

	(void)state;
	for (int i = 0; i <= KEYS; i++)
		p[i] = prime(256);
	for (int i = 0; i + 1 < KEYS; i += 2)
		assert_int_equal(judge(p[i], p[i + 1]), YX_OK);
	assert_int_equal(judge(p[0], p[1]), YX_OK); /* the same key again is no sharing */
	assert_int_equal(count("SELECT COUNT(*) FROM key_seen WHERE shared"), 0);
	assert_int_equal(judge(p[2], p[KEYS]), YX_CERT_WEAK);
	assert_int_equal(judge(p[2], p[3]), YX_CERT_WEAK); /* its partner, which was good before */
	assert_int_equal(judge(p[2], p[KEYS]), YX_CERT_WEAK);
	assert_int_equal(judge(p[4], p[5]), YX_OK);
	assert_int_equal(count("SELECT COUNT(*) FROM key_seen WHERE shared"), 2);
	assert_int_equal(count("SELECT SUM(n) FROM key_block"), count("SELECT COUNT(*) FROM key_seen"));
	assert_int_equal(count("SELECT COUNT(*) FROM audit WHERE action = 'certificate.shared_prime'"), 1);
	for (int i = 0; i <= KEYS; i++)
		BN_free(p[i]);
}

/* The first block is full: a key that shares a prime with one of it is found from the next. */
static void
test_blocks(void **state)
{
	BIGNUM *p = prime(256), *q = prime(256), *r = prime(256);

	(void)state;
	assert_int_equal(judge(p, q), YX_OK);
	assert_int_equal(yx_db_exec(db, "UPDATE key_block SET n = 500 WHERE block = 1", YX_P_NONE, NULL), YX_OK);
	assert_int_equal(judge(q, r), YX_CERT_WEAK);
	assert_int_equal(count("SELECT COUNT(*) FROM key_block"), 2);
	assert_int_equal(count("SELECT MAX(block) FROM key_seen"), 2);
	BN_free(p);
	BN_free(q);
	BN_free(r);
}

static int
up(void **state)
{
	static char audit_dir[64];
	struct yx_conf conf = { .store_dir = database_dir, .audit_dir = audit_dir, .audit_publish_dir = "",
		.audit_publish_to = "" };

	if (database_up(state) != 0)
		return -1;
	snprintf(audit_dir, sizeof(audit_dir), "%s/audit", database_dir);
	ctx = BN_CTX_new();
	arena = yx_arena_new((size_t)64 << 20);
	return audit_open(&conf) == YX_OK && yx_db_open(&database_conf, &db) == YX_OK ? 0 : -1;
}

static int
down(void **state)
{
	yx_db_close(&db);
	yx_arena_free(&arena);
	BN_CTX_free(ctx);
	return database_down(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_shared), cmocka_unit_test(test_blocks) };

	return cmocka_run_group_tests(tests, up, down);
}
