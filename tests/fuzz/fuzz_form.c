/* fuzz_form.c - foreign bytes as the body of a form with files: the first line is its
 * Content-Type, the rest the body. */
#include <stdlib.h>
#include <string.h>

#include "backend/http/form_data.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size == 0 ? NULL : memchr(data, '\n', size);
	struct http_part part[HTTP_PARTS_MAX];
	char *type;
	size_t n = 0, body;

	if (end == NULL || (type = strndup((const char *)data, (size_t)(end - data))) == NULL)
		return 0;
	body = size - (size_t)(end + 1 - data);
	if (http_form_data(type, end + 1, body, part, &n) == YX_OK)
		for (size_t i = 0; i < n; i++)
			if (part[i].from > body || part[i].size > body - part[i].from || part[i].name[0] == '\0')
				abort();
	if (n > HTTP_PARTS_MAX)
		abort();
	free(type);
	return 0;
}
