/* What administrators write for mails, with fields ({{契約名稱}}): checked, and filled. */
#include <stdlib.h>
#include <string.h>

#include "backend/domain/base/wording.h"
#include "common/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const unsigned every = (1u << WORDING_FIELDS) - 1;
	struct wording_values braces = { { NULL } }, none = { { NULL } };
	const char *text, *filled;
	struct yx_arena *a = NULL;
	unsigned used = 0;
	int rc;

	if (n > 8000 || !yx_utf8_valid((const char *)data, n) || (a = yx_arena_new(1 << 20)) == NULL)
		return 0;
	text = yx_arena_strndup(a, (const char *)data, n);
	rc = wording_check(text, every, &used);
	/* Which fields there are does not depend on which may be there, and fewer are never taken for more. */
	if (rc == YX_OK && (wording_check(text, used, NULL) != YX_OK ||
	    (used != 0 && wording_check(text, 0, NULL) == YX_OK)))
		abort();
	if ((filled = wording_fill(a, text, &none)) == NULL || !yx_utf8_valid(filled, strlen(filled)))
		abort();
	/* No field: nothing changes. All known: none is left. */
	if (rc == YX_OK && (used == 0 ? strcmp(filled, text) != 0 : strlen(filled) >= strlen(text)))
		abort();
	/* What is filled in is no field. */
	for (size_t i = 0; i < WORDING_FIELDS; i++)
		braces.of[i] = "{{連結}}";
	if ((filled = wording_fill(a, text, &braces)) == NULL || (used != 0 && rc == YX_OK && strstr(filled, "{{") == NULL))
		abort();
	yx_arena_free(&a);
	return 0;
}
