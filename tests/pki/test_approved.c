/* test_approved.c - the list of approved authorities, and what a card says of its holder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/pki/approved.h"
#include "common/gpki.h"
#include "common/log.h"

static char dir[] = "/tmp/yx-test-approved-XXXXXX";
static X509 *ca, *other;

static X509 *
make_cert(long serial)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();

	ASN1_INTEGER_set(X509_get_serialNumber(x), serial);
	X509_gmtime_adj(X509_getm_notBefore(x), -60);
	X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	X509_set_pubkey(x, key);
	assert_int_not_equal(X509_sign(x, key, EVP_sha256()), 0);
	EVP_PKEY_free(key);
	return x;
}

static void
put(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int
open_with(const char *text, struct pki_approved **t)
{
	put("approved.json", text);
	return pki_approved_open(dir, t);
}

#define ROW(more) "{\"certificate\":\"ca.pem\",\"nameZh\":\"中心\",\"nameEn\":\"CA\",\"approval\":\"字第1號\"," more "}"

static int
set_up(void **state)
{
	char path[128];
	FILE *f;

	(void)state;
	yx_log_open("test", YX_LOG_ERROR);
	assert_non_null(mkdtemp(dir));
	ca = make_cert(1);
	other = make_cert(2);
	snprintf(path, sizeof(path), "%s/ca.pem", dir);
	f = fopen(path, "w");
	assert_int_equal(PEM_write_X509(f, ca), 1);
	fclose(f);
	return 0;
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	X509_free(ca);
	X509_free(other);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

/* Its key counts, and the day in Taipei. */
static void
test_rows(void **state)
{
	struct pki_approved *t = NULL;
	const struct pki_approved_row *r;
	int in_force = -1;
	const time_t first = 1715702400; /* 2024-05-15 00:00 in Taipei */

	(void)state;
	assert_int_equal(open_with("[" ROW("\"from\":\"2024-05-15\",\"until\":\"2024-05-16\"") "]", &t), YX_OK);
	assert_null(pki_approved_find(t, other, first, &in_force));
	r = pki_approved_find(t, ca, first, &in_force);
	assert_non_null(r);
	assert_int_equal(in_force, 1);
	assert_string_equal(r->approval, "字第1號");
	assert_non_null(pki_approved_find(t, ca, first - 1, &in_force));
	assert_int_equal(in_force, 0);
	pki_approved_find(t, ca, first + 2 * 86400 - 1, &in_force);
	assert_int_equal(in_force, 1);
	pki_approved_find(t, ca, first + 2 * 86400, &in_force);
	assert_int_equal(in_force, 0);
	pki_approved_free(&t);
	/* Approved again, without an end: the row in force is found, wherever it stands. */
	assert_int_equal(open_with("[" ROW("\"from\":\"2024-05-15\",\"until\":\"2024-05-16\"") ","
	    ROW("\"from\":\"2025-01-01\"") "]", &t), YX_OK);
	r = pki_approved_find(t, ca, 1900000000, &in_force);
	assert_int_equal(in_force, 1);
	assert_string_equal(r->from_date, "2025-01-01");
	pki_approved_free(&t);
}

static void
test_mistakes(void **state)
{
	static const char *const bad[] = { "", "{}", "[1]", "[" ROW("\"from\":\"2024-5-15x\"") "]",
		"[" ROW("\"fron\":\"2024-05-15\"") "]",
		"[" ROW("\"from\":\"2024-05-15\",\"statement\":\"http://x\"") "]",
		"[{\"certificate\":\"../a.pem\",\"nameZh\":\"a\",\"nameEn\":\"a\",\"approval\":\"a\",\"from\":\"2024-05-15\"}]",
		"[{\"certificate\":\"none.pem\",\"nameZh\":\"a\",\"nameEn\":\"a\",\"approval\":\"a\",\"from\":\"2024-05-15\"}]",
		"[{\"certificate\":\"ca.pem\",\"nameZh\":\"a\",\"nameEn\":\"a\",\"from\":\"2024-05-15\"}]" };
	struct pki_approved *t = NULL;
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(open_with(bad[i], &t), YX_CONFIG);
		assert_null(t);
	}
	snprintf(path, sizeof(path), "%s/approved.json", dir);
	unlink(path);
	assert_int_equal(pki_approved_open(dir, &t), YX_NOT_FOUND);
}

static void
test_ubn(void **state)
{
	static const char *const good[] = { "97162640", "10458575", "90000006" };
	static const char *const bad[] = { "97162641", "9716264", "971626400", "9716264O", "", "12345678" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(yx_ubn_valid(good[i]), 1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(yx_ubn_valid(bad[i]), 0);
}

/* SEQUENCE OF Attribute in the extension, in hex. */
static void
add_attributes(X509 *x, const char *der)
{
	char text[512];
	X509_EXTENSION *e;

	snprintf(text, sizeof(text), "DER:%s", der);
	e = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_directory_attributes, text);
	assert_non_null(e);
	assert_int_equal(X509_add_ext(x, e, -1), 1);
	X509_EXTENSION_free(e);
}

static void
test_card(void **state)
{
	struct yx_gpki g;
	X509 *x = make_cert(3);

	(void)state;
	yx_gpki_of(x, &g);
	assert_string_equal(g.ubn, "");
	assert_null(yx_gpki_card_word(g.card));
	add_attributes(x, "3003020101"); /* no attribute */
	yx_gpki_of(x, &g);
	assert_string_equal(g.ubn, "");
	X509_free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_ubn), cmocka_unit_test(test_card) };

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
