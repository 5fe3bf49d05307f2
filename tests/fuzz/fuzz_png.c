/* fuzz_png.c - foreign bytes as a seal picture. */
#include <stdint.h>

#include "backend/pades/png.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pades_picture seen, read;
	const int looks = pades_png_look(data, size, &seen);

	if (looks == YX_OK && (seen.w == 0 || seen.h == 0 || seen.w > PADES_PNG_SIDE || seen.h > PADES_PNG_SIDE))
		__builtin_trap();
	if (pades_png_read(data, size, &read) == YX_OK) {
		/* Who reads it has looked at it first, and saw the same. */
		if (looks != YX_OK || read.w != seen.w || read.h != seen.h || !(read.clear >= 0 && read.clear <= 1))
			__builtin_trap();
	} else if (read.rgba != NULL) {
		__builtin_trap();
	}
	pades_png_free(&read);
	return 0;
}
