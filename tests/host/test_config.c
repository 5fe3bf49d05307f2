/* config.h: origins and patterns; and secret.h, what a PIN may look like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "native-host/config.h"
#include "native-host/secret.h"

static int
allowed(const char *patterns, const char *origin)
{
	struct config c = { .allowed_origins = patterns };

	return config_allows(&c, origin) == YX_OK;
}

static void
test_origins(void **state)
{
	(void)state;
	assert_true(config_is_origin("https://a.example"));
	assert_true(config_is_origin("https://a.example:8443"));
	assert_true(config_is_origin("http://127.0.0.1:8460"));
	assert_true(config_is_origin("http://localhost"));
	assert_false(config_is_origin("http://a.example"));
	assert_false(config_is_origin("http://127.0.0.1.evil.example"));
	assert_false(config_is_origin("http://127.0.0.2"));
	assert_false(config_is_origin("https://a.example/"));
	assert_false(config_is_origin("https://a.example:"));
	assert_false(config_is_origin("https://a.example:0"));
	assert_false(config_is_origin("https://a.example:123456"));
	assert_false(config_is_origin("https://A.example"));
	assert_false(config_is_origin("https://u@a.example"));
	assert_false(config_is_origin("https://"));
	assert_false(config_is_origin("https://.example"));
	assert_false(config_is_origin("https://a..example"));
	assert_false(config_is_origin("null"));
	assert_false(config_is_origin(""));
}

static void
test_patterns(void **state)
{
	static const char list[] = "https://a.example , https://*.gov.taipei,http://127.0.0.1:8460";

	(void)state;
	assert_true(allowed(list, "https://a.example"));
	assert_true(allowed(list, "https://x.gov.taipei"));
	assert_true(allowed(list, "https://x.y.gov.taipei"));
	assert_true(allowed(list, "http://127.0.0.1:8460"));
	assert_false(allowed(list, "https://gov.taipei"));
	assert_false(allowed(list, "https://xgov.taipei"));
	assert_false(allowed(list, "https://x.gov.taipei:444"));
	assert_false(allowed(list, "http://127.0.0.1"));
	assert_false(allowed(list, "https://127.0.0.1:8460"));
	assert_false(allowed(list, "https://b.a.example"));
	assert_false(allowed(list, "https://*.gov.taipei"));
	assert_false(allowed("", "https://a.example"));
	assert_true(allowed("https://*.gov.taipei:444", "https://x.gov.taipei:444"));
}

/* Loads a file with this text; the result of config_load(). */
static int
load(const char *text, struct config *c, const char **why)
{
	static struct yx_arena *arena;
	char path[] = "/tmp/yinxin-config-XXXXXX";
	int fd = mkstemp(path), rc;

	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	yx_arena_free(&arena);
	if (*text == '\0' && c == NULL)
		return 0;
	assert_non_null(arena = yx_arena_new(1 << 20));
	setenv("YINXIN_SIGNER_CONF", path, 1);
	rc = config_load(arena, c, why);
	unlink(path);
	return rc;
}

static void
test_load(void **state)
{
	static const char *const bad[] = { "allowed_origins = http://a.example\n",
		"allowed_origins = https://*.tw\n", "allowed_origins = https://*\n",
		"allowed_origins = https://a.example,,https://b.example\n",
		"card_timeout_seconds = 601\n", "card_timeout_seconds = 0\n",
		"log_level = verbose\n", "other = 1\n" };
	struct config c;
	const char *why = "";

	(void)state;
	assert_int_equal(load("# nothing\n", &c, &why), YX_OK);
	assert_int_equal(c.card_timeout_seconds, 20);
	assert_string_equal(c.allowed_origins, "https://*.gov.taipei");
	assert_int_equal(c.log_level, YX_LOG_WARN);
	assert_int_equal(load("allowed_origins =\nlog_level = debug\n", &c, &why), YX_OK);
	assert_int_equal(c.log_level, YX_LOG_DEBUG);
	assert_int_equal(config_allows(&c, "https://a.gov.taipei"), YX_ORIGIN);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(load(bad[i], &c, &why), YX_CONFIG);
		assert_true(strlen(why) > 0);
	}
	load("", NULL, NULL);
	setenv("YINXIN_SIGNER_CONF", "/nonexistent/signer.conf", 1);
	struct yx_arena *a = yx_arena_new(1 << 16);
	assert_int_equal(config_load(a, &c, &why), YX_CONFIG); /* named, but not there */
	yx_arena_free(&a);
}

static void
test_pin(void **state)
{
	static const struct { const char *pin; int rc;
	} rows[] = {
		{ "123456", YX_OK },
		{ "12345678", YX_OK },
		{ "Ab-1 /~", YX_OK },
		{ "1", YX_OK }, /* how long it must be is the card's affair */
		{ "123456789012", YX_OK },
		{ "", YX_PIN_FORMAT },
		{ "12345\t", YX_PIN_FORMAT },
		{ "\xe4\xb8\xad\xe4\xb8\xad", YX_PIN_FORMAT },
	};
	struct secret *s = secret_new();
	char pin[16];

	(void)state;
	assert_non_null(s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static const char zeros[sizeof(pin)];

		memset(pin, 0, sizeof(pin));
		memcpy(pin, rows[i].pin, strlen(rows[i].pin));
		assert_int_equal(secret_set(s, pin), rows[i].rc);
		assert_memory_equal(pin, zeros, sizeof(pin)); /* the source is wiped */
		if (rows[i].rc == YX_OK)
			assert_string_equal(s->pin, rows[i].pin);
	}
	secret_free(&s);
	assert_null(s);
	secret_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_origins),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_pin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
