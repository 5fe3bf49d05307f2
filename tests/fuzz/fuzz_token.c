/* backend/pki/token_uri on any text: it may refuse; what it took names a token and a key. */
#include <stdlib.h>
#include <string.h>

#include "backend/pki/token_uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = malloc(n + 1);
	struct token_uri u;

	if (text == NULL)
		return 0;
	memcpy(text, data, n);
	text[n] = '\0';
	if (token_uri_parse(text, &u) == YX_OK) {
		if (!token_uri_is(text) || (*u.token == '\0' && *u.serial == '\0' && u.slot < 0) ||
		    (*u.object == '\0' && u.id_n == 0) || u.id_n > sizeof(u.id) || strchr(text, '?') != NULL)
			abort();
	}
	free(text);
	return 0;
}
