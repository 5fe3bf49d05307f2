/* Names and addresses as others see them, in every script that a member may be called in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "backend/domain/base/domain.h"
#include "backend/domain/people/member.h"

static struct domain domain;
static struct act act = { .domain = &domain };

static int
set_up(void **state)
{
	(void)state;
	return (act.arena = yx_arena_new(1 << 20)) == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	yx_arena_free(&act.arena);
	return 0;
}

struct name { const char *name, *shown; };

static void
shows(const char *rule, const struct name *names, size_t n)
{
	act.name_mask = rule;
	for (size_t i = 0; i < n; i++)
		assert_string_equal(member_mask(&act, names[i].name), names[i].shown);
}
#define SHOWS(rule, ...) shows(rule, (const struct name[]){ __VA_ARGS__ }, \
    sizeof((const struct name[]){ __VA_ARGS__ }) / sizeof(struct name))

static void
test_middle(void **state)
{
	(void)state;
	SHOWS("middle", { "陳大文", "陳*文" }, { "王明", "王*" }, { "歐陽修文", "歐**文" }, { "𠮷田", "𠮷*" },
	    { "WONG KAR WAI", "W**G K*R W*I" }, { "OLIVIA CHEN", "O****A C**N" }, { "Li", "L*" },
	    { "Anne-Marie", "A**e-M***e" }, { "", "" });
}

static void
test_dividers(void **state)
{
	(void)state;
	SHOWS("middle", { "巴奈·庫穗", "巴*·庫*" }, { "Lahok‧Ciwko", "L***k‧C***o" }, { "ジョン・スミス", "ジ*ン・ス*ス" });
}

static void
test_combining_marks_go_with_their_letter(void **state)
{
	(void)state;
	/* e and a combining acute are one letter; the mark does not stand alone. */
	SHOWS("middle", { "Rene\xcc\x81", "R**e\xcc\x81" }, { "e\xcc\x81va", "e\xcc\x81*a" });
}

static void
test_first_and_none(void **state)
{
	(void)state;
	SHOWS("first", { "陳大文", "陳**" }, { "OLIVIA CHEN", "O***** C***" });
	SHOWS("none", { "陳大文", "陳大文" }, { "OLIVIA CHEN", "OLIVIA CHEN" });
}

static void
test_what_came_masked_stays(void **state)
{
	(void)state;
	SHOWS("middle", { "陳00", "陳00" }, { "李**", "李**" }, { "王○○", "王○○" });
}

static void
test_addresses(void **state)
{
	(void)state;
	assert_string_equal(member_mask_email(&act, "olivia.chen@example.org"), "o***@example.org");
	assert_string_equal(member_mask_email(&act, "陳@example.org"), "陳***@example.org");
	assert_string_equal(member_mask_email(&act, "nothing"), "n***");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_middle), cmocka_unit_test(test_dividers),
		cmocka_unit_test(test_combining_marks_go_with_their_letter), cmocka_unit_test(test_first_and_none),
		cmocka_unit_test(test_what_came_masked_stays), cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
