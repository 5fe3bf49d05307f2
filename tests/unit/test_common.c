/* The lowest floor: buffers, encodings, JSON, frames, configuration, error words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/codec.h"
#include "common/conf.h"
#include "common/frame.h"
#include "common/json.h"
#include "common/proof.h"
#include "common/random.h"

static void
test_buffer_errors_stick(void **state)
{
	struct yx_buf b;

	(void)state;
	yx_buf_init(&b, 8);
	assert_string_equal(yx_buf_str(&b), "");
	yx_buf_adds(&b, "12345678");
	assert_int_equal(yx_buf_status(&b), YX_OK);
	yx_buf_adds(&b, "9");
	yx_buf_adds(&b, "");
	assert_int_equal(yx_buf_status(&b), YX_TOO_LARGE);
	assert_string_equal(yx_buf_str(&b), "12345678");
	yx_buf_reset(&b);
	yx_buf_addf(&b, "%d", 42);
	assert_string_equal(yx_buf_str(&b), "42");
	yx_buf_free(&b);
}

static void
test_reader_never_passes_the_end(void **state)
{
	struct yx_reader r;
	const uint8_t bytes[] = { 1, 2, 3, 4, 5 }, *p = NULL;
	uint32_t v = 0;
	unsigned u = 0;

	(void)state;
	yx_reader_init(&r, bytes, sizeof(bytes));
	assert_int_equal(yx_read32be(&r, &v), YX_OK);
	assert_int_equal(v, 0x01020304);
	assert_int_equal(yx_read16be(&r, &u), YX_PROTOCOL);
	assert_int_equal(r.left, 1);
	assert_int_equal(yx_read_bytes(&r, SIZE_MAX, &p), YX_PROTOCOL);
	assert_int_equal(yx_read8(&r, &u), YX_OK);
	assert_int_equal(yx_read8(&r, &u), YX_PROTOCOL);
}

static void
test_base64_is_strict(void **state)
{
	static const char *const bad[] = { "A", "AA", "AAA", "A===", "AAA=A", "AB==", "AAB=", "AA=A", "!AAA", "AA\nA",
		"====" };
	struct yx_buf b, text;

	(void)state;
	yx_buf_init(&b, 64);
	yx_buf_init(&text, 64);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		yx_buf_reset(&b);
		assert_int_equal(yx_unbase64(&b, bad[i], strlen(bad[i])), YX_BAD_FIELD);
	}
	for (size_t n = 0; n < 32; n++) {
		uint8_t in[32];

		yx_random(in, sizeof(in));
		yx_buf_reset(&b);
		yx_buf_reset(&text);
		yx_base64(&text, in, n);
		assert_int_equal(yx_unbase64(&b, yx_buf_str(&text), text.len), YX_OK);
		assert_int_equal(b.len, n);
		assert_memory_equal(yx_buf_str(&b), in, n);
	}
	yx_buf_free(&b);
	yx_buf_free(&text);
}

static void
test_utf8(void **state)
{
	(void)state;
	assert_true(yx_utf8_valid("印信 𠮷", strlen("印信 𠮷")));
	assert_int_equal(yx_utf8_length("印信 𠮷"), 4);
	assert_false(yx_utf8_valid("\xc0\x80", 2));
	assert_false(yx_utf8_valid("\xed\xa0\x80", 3));
	assert_false(yx_utf8_valid("\xf4\x90\x80\x80", 4));
	assert_false(yx_utf8_valid("\xe5\x8d", 2));
	assert_false(yx_utf8_valid("a\0b", 3));
}

static void
test_percent_and_hex(void **state)
{
	struct yx_buf b;
	uint8_t two[2];

	(void)state;
	yx_buf_init(&b, 64);
	yx_percent(&b, "印 a");
	assert_string_equal(yx_buf_str(&b), "%E5%8D%B0%20a");
	yx_buf_reset(&b);
	assert_int_equal(yx_unpercent(&b, "a%20b+c", 7, 1), YX_OK);
	assert_string_equal(yx_buf_str(&b), "a b c");
	assert_int_equal(yx_unpercent(&b, "%00", 3, 0), YX_BAD_FIELD);
	assert_int_equal(yx_unpercent(&b, "%4", 2, 0), YX_BAD_FIELD);
	assert_int_equal(yx_unhex(two, 2, "0aF"), YX_BAD_FIELD);
	assert_int_equal(yx_unhex(two, 2, "0aFf"), YX_OK);
	assert_int_equal(two[1], 0xff);
	yx_buf_free(&b);
}

static void
test_dates_are_days_of_the_calendar(void **state)
{
	static const char *const good[] = { "2021-09-14", "2024-02-29", "2000-02-29", "1900-01-01", "2200-12-31" };
	static const char *const bad[] = { "2021-1--01", "2021-02-31", "2023-02-29", "2100-02-29", "2021-04-31",
		"2021-00-10", "2021-13-01", "2021-01-00", "1899-12-31", "2201-01-01", "2021-9-014", "20210-9-14",
		"2021/09/14", "2021-09-14 ", "-021-09-14", "2021-09-1", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(yx_is_date(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(yx_is_date(bad[i]));
}

static int
parses(const char *text)
{
	struct yx_arena *a = yx_arena_new(1 << 18);
	const struct yx_json *j;
	int rc = yx_json_parse(a, text, strlen(text), &j);

	yx_arena_free(&a);
	return rc == YX_OK;
}

static void
test_json_refuses_what_hides(void **state)
{
	static const char *const bad[] = { "", "{", "[1,]", "{\"a\":1,\"a\":2}", "// x\n1", "1 2", "1.5", "1e3",
		"\"\\u0000\"",
		"\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "99999999999999999999", "\"\xff\"", "{\"a\":/**/1}" };
	char deep[256];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(parses(bad[i]));
	assert_true(parses("{\"a\":[1,true,null,\"\\ud842\\udfb7 a/b\"],\"b\":{}}"));
	memset(deep, '[', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	assert_false(parses(deep));
}

/* {"kkk0":0,"kkk1":0,…}; twice: the first key comes again at the end. */
static size_t
many_keys(char *text, size_t n, int twice)
{
	size_t at = (size_t)sprintf(text, "{");

	for (size_t i = 0; i < n; i++)
		at += (size_t)sprintf(text + at, "\"kkk%zu\":0,", i);
	return at + (size_t)sprintf(text + at, "\"%s\":0}", twice ? "kkk0" : "end");
}

/* Processor time of parsing n keys, in nanoseconds: the least of five, so that neighbours
 * on the same processor do not count. */
static int64_t
cost_of_keys(char *text, size_t n)
{
	size_t len = many_keys(text, n, 0);
	int64_t least = INT64_MAX;

	for (int i = 0; i < 5; i++) {
		struct yx_arena *a = yx_arena_new(1 << 24);
		const struct yx_json *j = NULL;
		struct timespec from, to;
		int64_t cost;

		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
		assert_int_equal(yx_json_parse(a, text, len, &j), YX_OK);
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
		cost = (to.tv_sec - from.tv_sec) * 1000000000 + to.tv_nsec - from.tv_nsec;
		least = cost < least ? cost : least;
		assert_int_equal(j->len, n + 1);
		yx_arena_free(&a);
	}
	return least;
}

/* Eight times the keys: about eight times the work, where each with each is 64 times. */
static void
test_json_of_many_keys_is_no_burden(void **state)
{
	static char text[1 << 20];

	(void)state;
	assert_true(cost_of_keys(text, 32000) < 24 * cost_of_keys(text, 4000));
}

static void
test_json_finds_a_key_given_twice_among_many(void **state)
{
	static const size_t sizes[] = { 1, 14, 15, 16, 17, 1000 };
	char text[20000];

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		many_keys(text, sizes[i], 1);
		assert_false(parses(text));
		many_keys(text, sizes[i], 0);
		assert_true(parses(text));
	}
	/* The same key in another object is another key. */
	assert_true(parses("{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":2}]}"));
	assert_false(parses("{\"b\":[{\"a\":1,\"a\":2}]}"));
}

static void
test_json_round_trip(void **state)
{
	struct yx_arena *a = yx_arena_new(1 << 16);
	const struct yx_json *j;
	struct yx_buf b;
	struct yx_jw w;

	(void)state;
	yx_buf_init(&b, 4096);
	yx_jw_open(&w, &b);
	yx_jw_object(&w, NULL);
	yx_jw_str(&w, "name", "契約 \"一\"\n");
	yx_jw_int(&w, "n", -42);
	yx_jw_base64(&w, "der", "\x00\xff", 2);
	yx_jw_array(&w, "list");
	yx_jw_bool(&w, NULL, 1);
	yx_jw_str(&w, NULL, NULL);
	yx_jw_end_array(&w);
	yx_jw_end_object(&w);
	assert_int_equal(yx_jw_close(&w), YX_OK);
	assert_int_equal(yx_json_parse(a, b.data, b.len, &j), YX_OK);
	assert_string_equal(yx_json_str(j, "name", ""), "契約 \"一\"\n");
	assert_true(yx_json_int(j, "n", 0) == -42);
	assert_string_equal(yx_json_str(j, "der", ""), "AP8=");
	assert_int_equal(yx_json_get(j, "list")->len, 2);
	assert_true(yx_json_only(j, (const char *const[]){ "name", "n", "der", "list", NULL }));
	assert_false(yx_json_only(j, (const char *const[]){ "name", NULL }));
	yx_buf_free(&b);
	yx_arena_free(&a);
}

static void
test_frames(void **state)
{
	struct yx_buf b;
	int p[2], eof = 0;
	uint32_t lie = 1u << 30;

	(void)state;
	yx_buf_init(&b, 100);
	assert_int_equal(pipe(p), 0);
	assert_int_equal(yx_frame_write(p[1], "{}", 2), YX_OK);
	assert_int_equal(yx_frame_write(p[1], "", 0), YX_TOO_LARGE);
	assert_int_equal(yx_frame_read(p[0], &b, &eof), YX_OK);
	assert_string_equal(yx_buf_str(&b), "{}");
	assert_int_equal(write(p[1], &lie, 4), 4);
	assert_int_equal(yx_frame_read(p[0], &b, &eof), YX_TOO_LARGE);
	assert_int_equal(write(p[1], "\2\0", 2), 2);
	close(p[1]);
	assert_int_equal(yx_frame_read(p[0], &b, &eof), YX_PROTOCOL);
	assert_false(eof);
	assert_int_equal(yx_frame_read(p[0], &b, &eof), YX_OK);
	assert_true(eof);
	close(p[0]);
	yx_buf_free(&b);
}

struct settings { const char *name; int64_t limit; int on; };
static const struct yx_conf_row ROWS[] = {
	{ "name", YX_CONF_STRING, offsetof(struct settings, name), NULL, "" },
	{ "limit", YX_CONF_INT, offsetof(struct settings, limit), "2M", "" },
	{ "on", YX_CONF_BOOL, offsetof(struct settings, on), "no", "" },
	{ NULL, YX_CONF_STRING, 0, NULL, NULL },
};

static int
load(const char *text, struct settings *s)
{
	struct yx_arena *a = yx_arena_new(65536);
	char path[] = "/tmp/yinxin-conf-XXXXXX";
	const char *why = "";
	int fd = mkstemp(path), rc;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	rc = yx_conf_load(a, path, ROWS, s, &why);
	if (rc != YX_OK)
		assert_non_null(strstr(why, path));
	unlink(path);
	yx_arena_free(&a);
	return rc;
}

static void
test_configuration_is_strict(void **state)
{
	struct settings s;

	(void)state;
	assert_int_equal(load("# x\n name = 印信 \n\nlimit=3K\non = yes\n", &s), YX_OK);
	assert_true(s.limit == 3072 && s.on == 1);
	assert_int_equal(load("name = a\n", &s), YX_OK);
	assert_true(s.limit == 2 << 20);
	assert_int_equal(load("limit = 1\n", &s), YX_CONFIG);
	assert_int_equal(load("name = a\nnmae = b\n", &s), YX_CONFIG);
	assert_int_equal(load("name = a\nname = b\n", &s), YX_CONFIG);
	assert_int_equal(load("name = a\nlimit = 1x\n", &s), YX_CONFIG);
	assert_int_equal(load("name = a\non = maybe\n", &s), YX_CONFIG);
	assert_int_equal(load("name a\n", &s), YX_CONFIG);
}

static void
test_error_words_are_unique(void **state)
{
	(void)state;
	for (int i = 0; i < YX_ERR_COUNT; i++) {
		assert_int_equal(yx_err_of_word(yx_err_word(i)), i);
		assert_true(strlen(yx_err_text(i, 0)) > 0 && strlen(yx_err_text(i, 1)) > 0);
	}
	assert_int_equal(yx_err_of_word("no such word"), YX_INTERNAL);
	assert_string_equal(yx_err_word(-5), "internal");
	assert_string_equal(yx_err_text(YX_OK, 0), "成功");
	assert_string_equal(yx_err_text(YX_ERR_COUNT, 1), yx_err_text(YX_INTERNAL, 1));
}

static void
test_arena_has_a_limit(void **state)
{
	struct yx_arena *a = yx_arena_new(1000);

	(void)state;
	assert_non_null(yx_arena_alloc(a, 900));
	assert_null(yx_arena_alloc(a, 200));
	assert_null(yx_arena_strdup(a, NULL));
	yx_arena_free(&a);
	assert_null(a);
}

static void
test_proof_is_never_a_der_set(void **state)
{
	uint8_t nonce[32] = { 0 }, hash[32] = { 0 };
	struct yx_buf b;

	(void)state;
	yx_buf_init(&b, 1024);
	assert_int_equal(yx_proof(&b, "https://a", nonce, 32, hash), YX_OK);
	assert_int_equal(b.len, 15 + 4 + 9 + 4 + 32 + 32);
	assert_true(b.data[0] != 0x31 && b.data[0] != 0x30);
	assert_int_equal(yx_proof(&b, "https://a", nonce, 31, hash), YX_BAD_FIELD);
	yx_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buffer_errors_stick), cmocka_unit_test(test_reader_never_passes_the_end),
		cmocka_unit_test(test_base64_is_strict), cmocka_unit_test(test_utf8), cmocka_unit_test(test_percent_and_hex),
		cmocka_unit_test(test_dates_are_days_of_the_calendar),
		cmocka_unit_test(test_json_refuses_what_hides), cmocka_unit_test(test_json_of_many_keys_is_no_burden),
		cmocka_unit_test(test_json_finds_a_key_given_twice_among_many),
		cmocka_unit_test(test_json_round_trip), cmocka_unit_test(test_frames),
		cmocka_unit_test(test_configuration_is_strict), cmocka_unit_test(test_error_words_are_unique),
		cmocka_unit_test(test_arena_has_a_limit), cmocka_unit_test(test_proof_is_never_a_der_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
