/* Names of keys in tokens (RFC 7512): what is taken, and that a module or a PIN never comes in by a name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "backend/pki/token_uri.h"

static void
test_names_are_read(void **state)
{
	struct token_uri u;

	(void)state;
	assert_int_equal(token_uri_parse("pkcs11:token=The%20agency%27s;object=seal-2027;id=%01%A0;type=private", &u),
	    YX_OK);
	assert_string_equal(u.token, "The agency's");
	assert_string_equal(u.object, "seal-2027");
	assert_int_equal(u.id_n, 2);
	assert_int_equal(u.id[1], 0xa0);
	assert_int_equal(u.slot, -1);
	assert_int_equal(token_uri_parse("pkcs11:slot-id=17;serial=0a1b;id=SIGN", &u), YX_OK);
	assert_int_equal(u.slot, 17);
	assert_string_equal(u.serial, "0a1b");
}

static void
test_others_are_refused(void **state)
{
	static const char *const bad[] = { "", "pkcs11:", "seal.key", "pkcs11:token=a", "pkcs11:object=a",
		"pkcs11:token=a;object=b;", "pkcs11:token=a;;object=b", "pkcs11:token=;object=b",
		"pkcs11:token=a;object=b;x-y=z",
		"pkcs11:token=a;object=b;object=c", "pkcs11:token=a;object=b;type=public", "pkcs11:token=a;object=b%0",
		"pkcs11:token=a;object=b%00c", "pkcs11:token=a b;object=c", "pkcs11:token=a;object=b\n",
		"pkcs11:slot-id=-1;object=a",
		"pkcs11:slot-id=12345678901;object=a", "PKCS11:token=a;object=b", "pkcs11:token=a;object=%ff",
		"pkcs11:token=abcdefghijklmnopqrstuvwxyz0123456789;object=b" };
	struct token_uri u;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(token_uri_parse(bad[i], &u), YX_BAD_FIELD);
}

/* RFC 7512, 2.4 has attributes that would run somebody's code here or carry the PIN about. */
static void
test_no_module_and_no_pin(void **state)
{
	static const char *const bad[] = { "?module-path=/tmp/evil.so", "?pin-value=1234", "?pin-source=file:/etc/shadow",
		"?module-name=x", "?", ";module-path=/tmp/evil.so" };
	struct token_uri u;
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		strcpy(text, "pkcs11:token=a;object=b");
		strcat(text, bad[i]);
		assert_int_equal(token_uri_parse(text, &u), YX_BAD_FIELD);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_read),
		cmocka_unit_test(test_others_are_refused),
		cmocka_unit_test(test_no_module_and_no_pin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
