/* Fields in the texts of templates: filled, refused, and found again in a text that was filled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "backend/domain/template/template_text.h"

static struct yx_arena *arena;
static const struct template_values V = { { [TEXT_NUMBER] = "112-0045", [TEXT_TITLE] = "資訊設備維護", [TEXT_CASE] = "",
	[TEXT_VENDORS] = "甲公司", [TEXT_AGENCY] = "資訊局", [TEXT_AGENCY_SHORT] = "本局" } };

static const char *
filled(const char *text)
{
	const char *out = NULL;

	assert_int_equal(template_fill(arena, text, &V, &out), YX_OK);
	return out;
}

static void
fills(void **state)
{
	(void)state;
	assert_string_equal(filled("檢送「{{契約名稱}}」({{ 契約編號 }})"), "檢送「資訊設備維護」(112-0045)");
	assert_string_equal(filled("{{不認識}}{{{{契約名稱}}}}"), "{{不認識}}{{資訊設備維護}}");
	assert_string_equal(filled("{{契約名稱"), "{{契約名稱");
	assert_string_equal(filled("{{契約\n名稱}}{{}}"), "{{契約\n名稱}}{{}}");
	assert_string_equal(filled(""), "");
}

static void
refuses(void **state)
{
	const char *out = NULL;

	(void)state;
	assert_int_equal(template_fill(arena, "{{採購案號}}", &V, &out), YX_TEXT_FIELD_EMPTY);
	assert_int_equal(template_fill(arena, "{{截止日}}", &V, &out), YX_TEXT_FIELD_EMPTY);
	assert_int_equal(template_check("{{契約名}}"), YX_TEXT_FIELD_UNKNOWN);
	assert_int_equal(template_check("{{契約名稱}} { } {{"), YX_OK);
	assert_true(template_has_field("a{{ 截止日 }}"));
	assert_false(template_has_field("{{截止}}"));
}

static void
lifts(void **state)
{
	(void)state;
	assert_string_equal(template_lift(arena, "請甲公司簽署資訊設備維護(112-0045)，回傳本局。", &V),
	    "請{{廠商名稱}}簽署{{契約名稱}}({{契約編號}})，回傳本局。" /* too short to be sure of */);
	assert_string_equal(template_lift(arena, "", &V), "");
}

static int
begin(void **state)
{
	(void)state;
	return (arena = yx_arena_new(1 << 20)) == NULL;
}

static int
end(void **state)
{
	(void)state;
	yx_arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(fills), cmocka_unit_test(refuses), cmocka_unit_test(lifts) };

	return cmocka_run_group_tests(tests, begin, end);
}
