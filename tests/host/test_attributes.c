/* attributes.h and sign_verify.h. The seeds of the fuzz target and host.test.mjs hold
 * the many malformed ones; here are the rules one by one, with a key made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <string.h>
#include <time.h>

#include "native-host/attributes.h"
#include "native-host/sign_verify.h"
#include "native-host/tlv.h"

#define OID_BASE 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1
static const uint8_t oid_content_type[] = { OID_BASE, 9, 3 };
static const uint8_t oid_message_digest[] = { OID_BASE, 9, 4 };
static const uint8_t oid_signing_time[] = { OID_BASE, 9, 5 };
static const uint8_t oid_signing_cert[] = { OID_BASE, 9, 16, 2, 47 };
static const uint8_t oid_data[] = { OID_BASE, 7, 1 };

static const uint8_t digest[48] = { 1, 2, 3 };
static struct yx_arena *arena;
static EVP_PKEY *key;
static struct yx_cert cert;

static X509 *
self_signed(EVP_PKEY *k)
{
	X509 *x = X509_new();

	ASN1_INTEGER_set(X509_get_serialNumber(x), 7);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_NAME_add_entry_by_txt(
	    X509_get_subject_name(x), "CN", MBSTRING_UTF8, (const uint8_t *)"card", -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_set_pubkey(x, k);
	assert_true(X509_sign(x, k, EVP_sha256()) > 0);
	return x;
}

static int
setup(void **state)
{
	X509 *x;

	(void)state;
	arena = yx_arena_new(1 << 20);
	key = EVP_EC_gen("P-256");
	x = self_signed(key);
	assert_int_equal(yx_cert_of(arena, x, &cert), YX_OK);
	X509_free(x);
	return 0;
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
put_attribute(struct yx_buf *out, const uint8_t *oid, size_t oid_len, unsigned tag,
    const void *value, size_t n)
{
	struct yx_buf one, set, both;

	yx_buf_init(&one, 4096);
	yx_buf_init(&set, 4096);
	yx_buf_init(&both, 4096);
	tlv_put(&one, tag, value, n);
	tlv_put(&both, 0x06, oid, oid_len);
	tlv_put(&set, 0x31, one.data, one.len);
	yx_buf_add(&both, set.data, set.len);
	tlv_put(out, 0x30, both.data, both.len);
	yx_buf_free(&one);
	yx_buf_free(&set);
	yx_buf_free(&both);
}

static void
put_signing_cert(struct yx_buf *out, const uint8_t hash[32])
{
	struct yx_buf id, ids, certs;

	yx_buf_init(&id, 4096);
	yx_buf_init(&ids, 4096);
	yx_buf_init(&certs, 4096);
	tlv_put(&id, 0x04, hash, 32);
	tlv_put(&ids, 0x30, id.data, id.len);
	tlv_put(&certs, 0x30, ids.data, ids.len);
	put_attribute(out, oid_signing_cert, sizeof(oid_signing_cert), 0x30, certs.data, certs.len);
	yx_buf_free(&id);
	yx_buf_free(&ids);
	yx_buf_free(&certs);
}

/* Which attributes a set has. */
enum { TYPE = 1, DIGEST = 2, CERT = 4, TIME = 8, OTHER_CERT = 16, OTHER_DIGEST = 32, CUT = 64 };
static int64_t hours; /* of TIME, from now */

/* DER of a time that far from now; n: how much of it. */
static void
put_time(struct yx_buf *out, size_t n)
{
	const time_t when = time(NULL) + hours * 3600;
	struct tm tm;
	char text[32];

	assert_non_null(gmtime_r(&when, &tm));
	assert_int_equal(strftime(text, sizeof(text), "%Y%m%d%H%M%SZ", &tm), 15); /* (UTCTime has no century) */
	put_attribute(out, oid_signing_time, sizeof(oid_signing_time), 0x17, text + 2, n);
}

/* DER order is that of the encoded lengths here: the certificate's attribute stands
 * between a digest of 32 bytes and one of 48. */
static int
judge(int which, const char *algorithm, size_t digest_len, const char **why)
{
	static const uint8_t other[48] = { 9 };
	struct attributes_item item = {
		.digest = digest, .digest_len = digest_len, .algorithm = algorithm
	};
	struct yx_buf set, der;
	int rc;

	yx_buf_init(&set, 4096);
	yx_buf_init(&der, 4096);
	if (which & TYPE)
		put_attribute(&set, oid_content_type, sizeof(oid_content_type), 0x06, oid_data,
		    sizeof(oid_data));
	if (which & TIME)
		put_time(&set, which & CUT ? 12 : 13);
	if (digest_len == 48)
		put_signing_cert(&set, cert.sha256);
	if (which & (DIGEST | OTHER_DIGEST))
		put_attribute(&set, oid_message_digest, sizeof(oid_message_digest), 0x04,
		    which & DIGEST ? digest : other, digest_len);
	if (digest_len != 48 && (which & (CERT | OTHER_CERT)))
		put_signing_cert(&set, which & CERT ? cert.sha256 : other);
	tlv_put(&der, 0x31, set.data, set.len);
	item.der = der.data;
	item.der_len = der.len;
	rc = attributes_check(&item, &cert, why);
	yx_buf_free(&set);
	yx_buf_free(&der);
	return rc;
}

static void
test_rules(void **state)
{
	static const struct { int which; const char *why; } refused[] = {
		{ 0, "contentType" },
		{ DIGEST | CERT, "contentType" },
		{ TYPE | CERT, "messageDigest" },
		{ TYPE | DIGEST, "signingCertificateV2" },
		{ TYPE | OTHER_DIGEST | CERT, "messageDigest" },
		{ TYPE | DIGEST | OTHER_CERT, "signingCertificateV2" },
		{ TYPE | TIME | CUT | DIGEST | CERT, "signingTime" },
	};
	const char *why = NULL;

	(void)state;
	assert_int_equal(judge(TYPE | DIGEST | CERT, "SHA-256", 32, &why), YX_OK);
	assert_null(why);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_int_equal(judge(refused[i].which, "SHA-256", 32, &why), YX_ITEM_REFUSED);
		assert_string_equal(why, refused[i].why);
	}
}

/* A page says when a file is signed; no page has a card say another day. */
static void
test_signing_time(void **state)
{
	static const struct { int64_t hours; int rc; } times[] = {
		{ 0, YX_OK }, { 23, YX_OK }, { -23, YX_OK }, { 25, YX_ITEM_REFUSED }, { -25, YX_ITEM_REFUSED },
		{ -24 * 365, YX_ITEM_REFUSED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		const char *why = NULL;

		hours = times[i].hours;
		assert_int_equal(judge(TYPE | TIME | DIGEST | CERT, "SHA-256", 32, &why), times[i].rc);
		assert_string_equal(why != NULL ? why : "signingTime", "signingTime");
	}
	hours = 0;
}

static void
test_digest_goes_with_the_key(void **state)
{
	const char *why = NULL, *kind = cert.key_type;

	(void)state;
	assert_int_equal(judge(TYPE | DIGEST | CERT, "SHA-384", 48, &why), YX_ITEM_REFUSED);
	assert_string_equal(why, "digestAlgorithm");
	assert_int_equal(judge(TYPE | DIGEST | CERT, "SHA-256", 20, &why), YX_ITEM_REFUSED);
	cert.key_type = "EC-P384";
	assert_int_equal(judge(TYPE | DIGEST | CERT, "SHA-384", 48, &why), YX_OK);
	assert_int_equal(judge(TYPE | DIGEST | CERT, "SHA-256", 32, &why), YX_ITEM_REFUSED);
	cert.key_type = "other";
	assert_int_equal(judge(TYPE | DIGEST | CERT, "SHA-256", 32, &why), YX_ITEM_REFUSED);
	cert.key_type = kind;
}

/* OpenSSL accepts what the block builder made as a PKCS #1 v1.5 signature. */
static void
test_rsa_block(void **state)
{
	static const uint8_t message[] = "signed attributes";
	const struct yx_bytes what = { message, sizeof(message) };
	EVP_PKEY *rsa = EVP_RSA_gen(2048);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(rsa, NULL);
	uint8_t hash[32], signature[256];
	size_t n = sizeof(signature);
	struct yx_buf block;

	(void)state;
	SHA256(message, sizeof(message), hash);
	yx_buf_init(&block, 1024);
	assert_int_equal(sign_rsa_block(EVP_sha256(), hash, 256, &block), YX_OK);
	assert_int_equal(block.len, 256);
	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, signature, &n, block.data, block.len), 1);
	assert_int_equal(sign_verify(rsa, EVP_sha256(), what, (struct yx_bytes){ signature, n }), YX_OK);
	signature[9] ^= 1;
	assert_int_equal(sign_verify(rsa, EVP_sha256(), what, (struct yx_bytes){ signature, n }), YX_CARD_PROTOCOL);
	yx_buf_reset(&block);
	assert_int_equal(sign_rsa_block(EVP_sha256(), hash, 61, &block), YX_CARD_UNSUPPORTED);
	assert_int_equal(sign_rsa_block(EVP_sha1(), hash, 256, &block), YX_CARD_UNSUPPORTED);
	yx_buf_free(&block);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(rsa);
}

static void
test_ecdsa_forms(void **state)
{
	uint8_t raw[64] = { 0 };
	static const uint8_t want[] = { 0x30, 0x07, 0x02, 0x01, 0x05, 0x02, 0x02, 0x00, 0x80 };
	struct yx_buf der;

	(void)state;
	raw[31] = 5;
	raw[63] = 0x80;
	yx_buf_init(&der, 256);
	assert_int_equal(sign_ecdsa_der(raw, 64, 32, &der), YX_OK);
	assert_int_equal(der.len, sizeof(want));
	assert_memory_equal(der.data, want, sizeof(want));
	yx_buf_reset(&der);
	assert_int_equal(
	    sign_ecdsa_der(want, sizeof(want), 32, &der), YX_OK); /* DER stays as it is */
	assert_memory_equal(der.data, want, sizeof(want));
	assert_int_equal(sign_ecdsa_der(raw, 63, 32, &der), YX_CARD_PROTOCOL);
	assert_int_equal(sign_ecdsa_der(raw, 0, 32, &der), YX_CARD_PROTOCOL);
	yx_buf_free(&der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_signing_time),
		cmocka_unit_test(test_digest_goes_with_the_key),
		cmocka_unit_test(test_rsa_block),
		cmocka_unit_test(test_ecdsa_forms),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
