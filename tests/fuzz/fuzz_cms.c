/* fuzz_cms.c - foreign bytes as the string of /Contents, and as the two halves of
 * a partial CMS and a raw signature. */
#include <stdint.h>

#include "backend/pades/cms_verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t digest[32];
	struct cms_parts parts;
	struct yx_buf out;
	const char *why;

	yx_buf_init(&out, (size_t)1 << 20);
	if (cms_parts_open(data, size, &parts, &why) == YX_OK) {
		(void)cms_digest_fits(&parts, digest, sizeof(digest));
		(void)cms_signature_flaw(&parts, 1);
		if (pades_cms_finish((struct yx_bytes){ data, size }, parts.signer,
		    (struct yx_bytes){ digest, sizeof(digest) }, &out) == YX_OK)
			__builtin_trap(); /* nobody signed those zeros */
	}
	cms_parts_free(&parts);
	yx_buf_free(&out);
	return 0;
}
