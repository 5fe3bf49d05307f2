/* Texts as a search sees them: the short way through the folding must say of every character what
 * the table of Unicode says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <utf8proc.h>

#include "backend/domain/list/facet.h"
#include "backend/domain/list/fold.h"

#define TAI_SHORT 0x53F0
#define TAI_LONG  0x81FA

/* By the table alone; returns the number of code points. */
static size_t
fold_by_table(const char *s, int32_t *out, size_t max)
{
	utf8proc_uint8_t *folded = NULL;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)strlen(s), &folded,
	    UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE);
	size_t k = 0;

	for (utf8proc_ssize_t at = 0; at < n && k < max;) {
		utf8proc_int32_t one = 0;
		utf8proc_ssize_t size = utf8proc_iterate(folded + at, n - at, &one);

		if (size <= 0)
			break;
		out[k++] = one == TAI_SHORT ? TAI_LONG : one;
		at += size;
	}
	free(folded);
	return k;
}

static void
test_every_character(void **state)
{
	(void)state;
	for (int32_t c = 1; c < 0x110000; c++) {
		struct yx_arena *a;
		struct list_text text;
		int32_t expected[64];
		char s[16] = "a";
		size_t n;

		if (c >= 0xD800 && c < 0xE000)
			continue;
		a = yx_arena_new(65536);
		n = 1 + (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)s + 1);
		s[n] = 'b';
		text = list_fold(a, s);
		n = fold_by_table(s, expected, 64);
		if (text.n != n || memcmp(text.c, expected, n * sizeof(*expected)) != 0)
			fail_msg("U+%04X", (unsigned)c);
		yx_arena_free(&a);
	}
}

static int
finds(const char *text, const char *needle)
{
	struct yx_arena *a = yx_arena_new(65536);
	int found = list_text_has(list_fold(a, text), list_fold(a, needle));

	yx_arena_free(&a);
	return found;
}

static void
test_searches(void **state)
{
	(void)state;
	assert_true(finds("契約編號：ＡＢ－１２", "ab-12"));
	assert_true(finds("台北市政府", "臺北"));
	assert_true(finds("臺北市政府", "台北"));
	assert_true(finds("甲　乙", "甲 乙"));
	assert_true(finds("契約", ""));
	assert_false(finds("契約", "約契"));
	assert_false(finds("", "契"));
}

/* A long needle is asked for all over: numbers of one day differ at their end. */
static void
test_needles(void **state)
{
	static const char *const LONG[] = { "m202611300012345", "臺北市政府資訊局辦理電子文件服務平台維護案", "二件" };
	struct yx_arena *a = yx_arena_new(65536);
	int64_t few[8], many[64], last;
	int exact;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct list_text t = list_fold(a, LONG[i]);
		size_t all = list_needle_grams(t, FACET_TEXT, many, 64, &exact), n, k = 0;

		last = many[all - 1];
		assert_int_equal(exact, i == 2);
		n = list_needle_grams(t, FACET_TEXT, few, 8, &exact);
		assert_int_equal(n, all < 8 ? all : 8);
		assert_true(few[0] == many[0] && few[n - 1] == last);
		for (size_t j = 0; j < n; j++, k++)
			while (few[j] != many[k])
				assert_true(++k < all);
	}
	yx_arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_every_character), cmocka_unit_test(test_searches),
		cmocka_unit_test(test_needles) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
