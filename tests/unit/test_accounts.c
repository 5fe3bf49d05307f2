/* Rules of accounts that need no database: quiet hours, places, the number of a company,
 * what is too easy to guess. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "backend/domain/people/company.h"
#include "backend/domain/people/notice.h"
#include "backend/domain/people/password.h"
#include "backend/domain/people/sign_in.h"

#define HOUR ((int64_t)3600 * 1000)
#define DAY  (24 * HOUR)

/* Midnight in Taipei of some day, plus hours. */
static int64_t
taipei(int64_t hours)
{
	return 20000 * DAY - 8 * HOUR + hours * HOUR;
}

static void
quiet_hours(void **state)
{
	(void)state;
	assert_true(notice_when(taipei(12), -1, -1) == taipei(12));
	assert_true(notice_when(taipei(12), 19, 7) == taipei(12));
	assert_true(notice_when(taipei(19), 19, 7) == taipei(24 + 7));
	assert_true(notice_when(taipei(23), 19, 7) == taipei(24 + 7));
	assert_true(notice_when(taipei(2), 19, 7) == taipei(7));
	assert_true(notice_when(taipei(7), 19, 7) == taipei(7));
	assert_true(notice_when(taipei(13), 12, 14) == taipei(14));
	assert_true(notice_when(taipei(14), 12, 14) == taipei(14));
	assert_true(notice_when(taipei(11), 12, 14) == taipei(11));
	assert_true(notice_when(taipei(23), 22, 0) == taipei(24));
	assert_true(notice_when(taipei(0), 22, 0) == taipei(0));
	assert_true(notice_when(taipei(5), 5, 5) == taipei(5));
}

static void
places(void **state)
{
	char place[SIGN_IN_PLACE];

	(void)state;
	sign_in_place("203.0.113.7", place);
	assert_string_equal(place, "203.0.113.7");
	sign_in_place("2001:db8:1:2:3:4:5:6", place);
	assert_string_equal(place, "2001:db8:1:2::");
	sign_in_place("2001:db8:1:2::ffff", place);
	assert_string_equal(place, "2001:db8:1:2::");
	for (const char *const *p = (const char *const[]){ "", "203.0.113", "not an address", "1.2.3.4, 5.6.7.8", NULL };
	    *p != NULL; p++) {
		sign_in_place(*p, place);
		assert_string_equal(place, "");
	}
}

static void
company_numbers(void **state)
{
	(void)state;
	assert_true(company_number_fits("97162640"));
	assert_true(company_number_fits("22099131"));
	assert_true(company_number_fits("90000006"));
	assert_true(company_number_fits("12345675")); /* the seventh digit is 7: one more is allowed */
	assert_false(company_number_fits("90000024"));
	assert_false(company_number_fits("97162641"));
	assert_false(company_number_fits("9716264"));
	assert_false(company_number_fits("971626400"));
	assert_false(company_number_fits("9716264X"));
	assert_false(company_number_fits(""));
}

static void
easy_passwords(void **state)
{
	const struct yx_conf conf = { .common_passwords = "conf/common-passwords.txt" };

	(void)state;
	assert_int_equal(password_open(&conf), YX_OK);
	assert_int_equal(password_judge("elevenchars", "chen"), YX_PASSWORD_SHORT);
	assert_int_equal(password_judge("一二三四五六七八九十甲", "chen"), YX_PASSWORD_SHORT);
	assert_int_equal(password_judge("Password1234", "chen"), YX_PASSWORD_COMMON);
	assert_int_equal(password_judge("!!football!!", "chen"), YX_PASSWORD_COMMON);
	assert_int_equal(password_judge("abcabcabcabcab", "chen"), YX_PASSWORD_COMMON);
	assert_int_equal(password_judge("aaaaaaaaaaaa", "chen"), YX_PASSWORD_COMMON);
	assert_int_equal(password_judge("098765432109", "chen"), YX_PASSWORD_COMMON);
	assert_int_equal(password_judge("wangdaming2024", "wangdaming"), YX_PASSWORD_COMMON);
	assert_int_equal(password_judge("riverbank lantern 8 copper", "chen"), YX_OK);
	assert_int_equal(password_judge("窗外的雨停了我們去散步吧", "chen"), YX_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quiet_hours),
		cmocka_unit_test(places),
		cmocka_unit_test(company_numbers),
		cmocka_unit_test(easy_passwords),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
