/* fuzz_credentials.c - foreign bytes as a URL-encoded form, and as an Authorization header. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "backend/http/credentials.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "grant_type", "client_id", "client_secret", "scope" };
	struct yx_arena *a = yx_arena_new(1 << 20);
	const char *text = a == NULL ? NULL : yx_arena_strndup(a, data, size), *one = NULL, *two = NULL;

	if (text == NULL)
		goto out;
	for (size_t i = 0; i < 4; i++)
		if ((http_form_get(a, text, names[i], &one) == YX_OK) != (one != NULL))
			abort();
	if (http_basic(a, text, &one, &two) == YX_OK && (one == NULL || two == NULL))
		abort();
	if ((one = http_bearer(text)) != NULL && *one == '\0')
		abort();
out:
	yx_arena_free(&a);
	return 0;
}
