/* fuzz_words.c - foreign bytes as what pdftotext wrote. */
#include <math.h>
#include <stdint.h>

#include "backend/pades/appearance.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pades_anchor at = { 0 };
	struct yx_buf html;

	/* (what was read from the program ends in a NUL) */
	yx_buf_init(&html, (size_t)1 << 20);
	yx_buf_add(&html, data, size);
	if (yx_buf_status(&html) == YX_OK && pdf_find_word(yx_buf_str(&html), html.len, "甲方", &at) == YX_OK &&
	    !(isfinite(at.x) && isfinite(at.y) && isfinite(at.w) && isfinite(at.h)))
		__builtin_trap();
	yx_buf_free(&html);
	return 0;
}
