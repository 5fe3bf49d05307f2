/* fuzz_format.c - foreign bytes as what goes along with a letter. */
#include <stdint.h>
#include <string.h>

#include "backend/domain/document/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const NAMES[] = { "odt", "ODS", "odp", "odg", "docx", "xlsx", "pptx", "zip", "png", "jpg",
		"jpeg", "tif", "tiff", "csv", "txt", "pdf", "exe", "" };
	int hits = 0;

	/* Bytes are one kind of thing: only another name of it fits as well. */
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
		const char *word = format_of(data, size, NAMES[i]);

		if (word != NULL && (i >= 15 || strlen(word) > 4))
			__builtin_trap();
		hits += word != NULL;
	}
	if (hits > 2)
		__builtin_trap();
	return 0;
}
