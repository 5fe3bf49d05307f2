/* The subject of a request (backend/pki/csr) from any text: it may refuse; what it took is a name. */
#include <stdlib.h>
#include <string.h>

#include "backend/pki/csr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = malloc(n + 1);
	X509_NAME *name = NULL;

	if (text == NULL)
		return 0;
	memcpy(text, data, n);
	text[n] = '\0';
	if (pki_name_read(text, &name) == YX_OK) {
		if (name == NULL || X509_NAME_entry_count(name) < 1)
			abort();
	} else if (name != NULL) {
		abort();
	}
	X509_NAME_free(name);
	free(text);
	return 0;
}
