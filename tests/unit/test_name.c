/* Names of certificates as text: what an issuer or an applicant may put into one, and
 * that no screen can be made to say something else with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/cert.h"

static struct yx_arena *arena;

static int
set_up(void **state)
{
	(void)state;
	return (arena = yx_arena_new(1 << 20)) == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	yx_arena_free(&arena);
	return 0;
}

struct part { const char *type, *value; int n, set; }; /* n: -1 for a string; set: as X509_NAME_add_entry wants it */

/* A name with these attributes in this order. */
static X509_NAME *
name_of(const struct part *parts, size_t n)
{
	X509_NAME *name = X509_NAME_new();

	for (size_t i = 0; i < n; i++)
		assert_int_equal(X509_NAME_add_entry_by_txt(name, parts[i].type, V_ASN1_UTF8STRING,
		    (const unsigned char *)parts[i].value, parts[i].n, -1, parts[i].set), 1);
	return name;
}

#define NAME(...) name_of((const struct part[]){ __VA_ARGS__ }, \
    sizeof((const struct part[]){ __VA_ARGS__ }) / sizeof(struct part))

static void
shows(const struct part *parts, size_t n, const char *dn)
{
	X509_NAME *name = name_of(parts, n);

	assert_string_equal(yx_dn(arena, name), dn);
	X509_NAME_free(name);
}
#define SHOWS(dn, ...) shows((const struct part[]){ __VA_ARGS__ }, \
    sizeof((const struct part[]){ __VA_ARGS__ }) / sizeof(struct part), dn)

static void
test_honest_names(void **state)
{
	(void)state;
	SHOWS("C=TW O=測試公司1 SERIALNUMBER=97162640",
	    { "C", "TW", -1, 0 }, { "O", "測試公司1", -1, 0 }, { "serialNumber", "97162640", -1, 0 });
	SHOWS("C=TW O=行政院 OU=(測試用) 政府測試憑證管理中心",
	    { "C", "TW", -1, 0 }, { "O", "行政院", -1, 0 }, { "OU", "(測試用) 政府測試憑證管理中心", -1, 0 });
	SHOWS("O=Foo Bar 1.3.6.1.4.1.99999.1=x", { "O", "Foo Bar", -1, 0 }, { "1.3.6.1.4.1.99999.1", "x", -1, 0 });
	SHOWS("O= C=TW", { "O", "", -1, 0 }, { "C", "TW", -1, 0 });
	SHOWS("CN=\xf0\xa0\xae\xb7\xf3\xa0\x84\x80", { "CN", "\xf0\xa0\xae\xb7\xf3\xa0\x84\x80", -1, 0 });
}

/* One attribute that would like to be two, in every notation of names that people know. */
static void
test_no_value_becomes_an_attribute(void **state)
{
	(void)state;
	SHOWS("O=Foo\\, Inc\\\\ SERIALNUMBER\\=97162640", { "O", "Foo, Inc\\ SERIALNUMBER=97162640", -1, 0 });
	SHOWS("O=Foo CN\\=測試自然人5", { "O", "Foo CN=測試自然人5", -1, 0 });
	SHOWS("O=Foo\\+CN\\=x\\;CN\\=y\\\"\\<\\>", { "O", "Foo+CN=x;CN=y\"<>", -1, 0 });
	SHOWS("O=\\#04024869", { "O", "#04024869", -1, 0 });
	SHOWS("O=a#b", { "O", "a#b", -1, 0 });
	SHOWS("O=\\ a b\\  C=TW", { "O", " a b ", -1, 0 }, { "C", "TW", -1, 0 });
	SHOWS("O=\\ ", { "O", " ", -1, 0 });
}

static void
test_multi_valued_rdn(void **state)
{
	(void)state;
	SHOWS("C=TW CN=某甲+SERIALNUMBER=1", { "C", "TW", -1, 0 }, { "CN", "某甲", -1, 0 }, { "serialNumber", "1", -1, -1 });
	SHOWS("C=TW CN=某甲 SERIALNUMBER=1", { "C", "TW", -1, 0 }, { "CN", "某甲", -1, 0 }, { "serialNumber", "1", -1, 0 });
}

static void
test_nothing_unseen(void **state)
{
	(void)state;
	SHOWS("O=a\\0Ab\\0D\\09\\7F\\1B", { "O", "a\nb\r\t\x7f\x1b", -1, 0 });
	SHOWS("O=a\\00b", { "O", "a\0b", 3, 0 });
	SHOWS("O=a\\C2\\85b", { "O", "a\xc2\x85" "b", -1, 0 });                              /* C1: next line */
	/* right-to-left override */
	SHOWS("O=\\E2\\80\\AEcba\\E2\\80\\AC", { "O", "\xe2\x80\xae" "cba\xe2\x80\xac", -1, 0 });
	SHOWS("O=a\\E2\\81\\A6b\\D8\\9C", { "O", "a\xe2\x81\xa6" "b\xd8\x9c", -1, 0 });     /* isolate, Arabic mark */
	SHOWS("O=a\\E2\\80\\8Bb\\EF\\BB\\BF", { "O", "a\xe2\x80\x8b" "b\xef\xbb\xbf", -1, 0 });  /* zero width, BOM */
	SHOWS("O=a\\E2\\80\\A8b", { "O", "a\xe2\x80\xa8" "b", -1, 0 });                     /* line separator */
	SHOWS("O=\\C2\\A0a\\C2\\A0b", { "O", "\xc2\xa0" "a\xc2\xa0" "b", -1, 0 });            /* no-break space */
	SHOWS("O=\\E3\\80\\80甲　乙\\E3\\80\\80", { "O", "　甲　乙　", -1, 0 });
	SHOWS("O=a\\F3\\A0\\81\\81", { "O", "a\xf3\xa0\x81\x81", -1, 0 });                  /* tag letter */
}

/* Bytes that are no character of the string's own type: shown, not left out. */
static void
test_no_text(void **state)
{
	X509_NAME *name = NAME({ "O", "x", -1, 0 });
	ASN1_STRING *value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, 0));

	(void)state;
	assert_int_equal(ASN1_STRING_set(value, "a\xff", 2), 1);
	assert_string_equal(yx_dn(arena, name), "O=#0C0261FF");
	X509_NAME_free(name);
	name = NAME({ "O", "x", -1, 0 });
	value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, 0));
	value->type = V_ASN1_BMPSTRING;
	assert_int_equal(ASN1_STRING_set(value, "\0A\0", 3), 1);
	assert_string_equal(yx_dn(arena, name), "O=#1E03004100");
	X509_NAME_free(name);
}

/* Different names never have one text: the values of all pairs of hostile pieces. */
static void
test_texts_differ(void **state)
{
	static const char *const pieces[] = { "a", " ", "\\", "=", "+", ",", "\n", "\\0A", "#", "\"", "O=",
		" O=a", "　", "\\ " };
	enum { N = sizeof(pieces) / sizeof(pieces[0]) };
	char *texts[2 * N * N], value[32];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < N; i++)
		for (size_t k = 0; k < N; k++) {
			X509_NAME *one, *two;

			snprintf(value, sizeof(value), "%s%s", pieces[i], pieces[k]);
			one = name_of((const struct part[]){ { "O", value, -1, 0 } }, 1);
			two = name_of((const struct part[]){ { "O", pieces[i], -1, 0 }, { "O", pieces[k], -1, 0 } }, 2);
			texts[n++] = yx_dn(arena, one);
			texts[n++] = yx_dn(arena, two);
			X509_NAME_free(one);
			X509_NAME_free(two);
		}
	/* The same value may come from two pairs ("\\" and " " is "\\ " again), a name of one
	 * attribute never reads as one of two. */
	for (size_t i = 0; i < n; i += 2)
		for (size_t k = 1; k < n; k += 2)
			assert_string_not_equal(texts[i], texts[k]);
}

/* ---- the fields for lists ---- */

static X509 *
certificate(X509_NAME *subject, X509_NAME *issuer)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();

	assert_non_null(key);
	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 7);
	X509_gmtime_adj(X509_getm_notBefore(x), -60);
	X509_gmtime_adj(X509_getm_notAfter(x), 60);
	X509_set_subject_name(x, subject);
	X509_set_issuer_name(x, issuer);
	X509_set_pubkey(x, key);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	EVP_PKEY_free(key);
	X509_NAME_free(subject);
	X509_NAME_free(issuer);
	return x;
}

static void
fields(X509 *x, const char *subject_name, const char *issuer_name, const char *organization, const char *serial)
{
	struct yx_cert c;

	assert_int_equal(yx_cert_of(arena, x, &c), YX_OK);
	assert_string_equal(c.subject_name, subject_name);
	assert_string_equal(c.issuer_name, issuer_name);
	assert_string_equal(c.organization, organization);
	assert_string_equal(c.subject_serial, serial);
	yx_cert_free(&c);
	X509_free(x);
}

static void
test_fields_for_lists(void **state)
{
	(void)state;
	fields(certificate(NAME({ "C", "TW", -1, 0 }, { "O", "臺北市政府", -1, 0 }, { "OU", "資訊局", -1, 0 },
	    { "CN", "機關卡 12345", -1, 0 }), NAME({ "O", "行政院", -1, 0 }, { "OU", "政府憑證管理中心", -1, 0 })),
	    "機關卡 12345", "政府憑證管理中心", "臺北市政府", "");
	fields(certificate(NAME({ "O", "臺北市政府", -1, 0 }, { "OU", "資訊局", -1, 0 }, { "OU", "設備科", -1, 0 }),
	    NAME({ "O", "行政院", -1, 0 }, { "CN", "Root - G3", -1, 0 })), "設備科", "Root - G3", "臺北市政府", "");
	fields(certificate(NAME({ "O", "測試公司1", -1, 0 }, { "serialNumber", "97162640", -1, 0 }),
	    NAME({ "C", "TW", -1, 0 })), "測試公司1", "C=TW", "測試公司1", "97162640");
}

/* A value is itself or visibly something else, never the beginning of something longer. */
static void
test_hostile_fields(void **state)
{
	(void)state;
	fields(certificate(NAME({ "O", "測試機關1\0x", sizeof("測試機關1\0x") - 1, 0 }), NAME({ "O", "x", -1, 0 })),
	    "測試機關1\\00x", "x", "測試機關1\\00x", "");
	fields(certificate(NAME({ "O", "測試機關1\\00x", -1, 0 }), NAME({ "O", "x\xe2\x80\xae" "y", -1, 0 })),
	    "測試機關1\\\\00x", "x\\E2\\80\\AEy", "測試機關1\\\\00x", "");
	fields(certificate(NAME({ "O", "Foo, Inc\\ SERIALNUMBER=97162640", -1, 0 }), NAME({ "O", "a=b", -1, 0 })),
	    "Foo, Inc\\\\ SERIALNUMBER=97162640", "a=b", "Foo, Inc\\\\ SERIALNUMBER=97162640", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_honest_names),
		cmocka_unit_test(test_no_value_becomes_an_attribute),
		cmocka_unit_test(test_multi_valued_rdn),
		cmocka_unit_test(test_nothing_unseen),
		cmocka_unit_test(test_no_text),
		cmocka_unit_test(test_texts_differ),
		cmocka_unit_test(test_fields_for_lists),
		cmocka_unit_test(test_hostile_fields),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
