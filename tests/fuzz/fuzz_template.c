/* Texts with fields ({{契約名稱}}), as people type them: filled, checked, and turned back. */
#include <stdlib.h>
#include <string.h>

#include "backend/domain/template/template_text.h"
#include "common/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct template_values ALL = { { "112-0045", "資訊設備維護", "1120045A", "甲公司、乙公司", "臺北市政府資訊局",
	"本局", "系統發展組", "王小明", "2026/12/31", "2026/12/17" } };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct template_values none = { { NULL } };
	const char *text, *filled = NULL, *lifted;
	struct yx_arena *a = NULL;

	if (n > 8000 || !yx_utf8_valid((const char *)data, n) || (a = yx_arena_new(1 << 20)) == NULL)
		return 0;
	text = yx_arena_strndup(a, (const char *)data, n);
	/* With all values nothing is left; with none a text goes out if it has no field, as it stands. */
	if (template_fill(a, text, &ALL, &filled) != YX_OK)
		abort();
	if ((template_fill(a, text, &none, &filled) == YX_OK) == template_has_field(text))
		abort();
	if (!template_has_field(text) && strcmp(filled, text) != 0)
		abort();
	/* (a word in braces that is no field is told, and only that) */
	if (template_check(text) != YX_OK && strstr(text, "{{") == NULL)
		abort();
	lifted = template_lift(a, text, &ALL);
	if (lifted == NULL || !yx_utf8_valid(lifted, strlen(lifted)))
		abort();
	yx_arena_free(&a);
	return 0;
}
