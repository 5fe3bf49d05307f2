/* yinxin.conf: what is one of a few words is refused when it is none of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "backend/conf.h"

#define NEEDED "listen = a\nstore_dir = b\nincoming_dir = c\ntrust_dir = d\nseal_key = e\nseal_cert = f\n" \
	"seal_chain = g\norigin = https://h\n"

static int
load(const char *line, struct yx_conf *c, char *said, size_t said_n)
{
	struct yx_arena *a = yx_arena_new(1 << 20);
	char path[] = "/tmp/yinxin-conf-XXXXXX";
	const char *why = "";
	FILE *f = fdopen(mkstemp(path), "w");
	int rc;

	assert_non_null(a);
	assert_non_null(f);
	assert_true(fprintf(f, NEEDED "%s\n", line) > 0);
	assert_int_equal(fclose(f), 0);
	rc = conf_load(a, path, c, &why);
	snprintf(said, said_n, "%s", why);
	unlink(path);
	yx_arena_free(&a);
	return rc;
}

static void
test_every_level_is_known(void **state)
{
	static const struct { const char *line; enum yx_level level; } levels[] = {
		{ "", YX_LOG_INFO }, { "log_level = error", YX_LOG_ERROR }, { "log_level = warn", YX_LOG_WARN },
		{ "log_level = info", YX_LOG_INFO }, { "log_level = debug", YX_LOG_DEBUG },
	};
	struct yx_conf c;
	char said[512];

	(void)state;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		assert_int_equal(load(levels[i].line, &c, said, sizeof(said)), YX_OK);
		assert_int_equal(c.log_level, levels[i].level);
	}
}

static void
test_other_words_are_refused_by_name(void **state)
{
	static const char *const lines[] = { "log_level = loud", "log_level = Error", "log_level =",
		"name_mask = last", "name_mask = NONE" };
	struct yx_conf c;
	char said[512], key[16];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(load(lines[i], &c, said, sizeof(said)), YX_CONFIG);
		snprintf(key, sizeof(key), "%.*s", (int)strcspn(lines[i], " "), lines[i]);
		assert_non_null(strstr(said, key));
		assert_non_null(strstr(said, "/tmp/yinxin-conf-"));
	}
	assert_int_equal(load("name_mask = none", &c, said, sizeof(said)), YX_OK);
	assert_int_equal(load("name_mask = first", &c, said, sizeof(said)), YX_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_level_is_known), cmocka_unit_test(test_other_words_are_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
