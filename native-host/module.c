#include "native-host/module.h"

void
module_put(struct yx_buf *out, const void *p, size_t n)
{
	yx_buf_add16be(out, (unsigned)n);
	yx_buf_add(out, p, n);
}

int
module_get(struct yx_reader *r, size_t max, const uint8_t **p, size_t *n)
{
	unsigned len = 0;
	int rc = yx_read16be(r, &len);

	if (rc != YX_OK || len > max)
		return YX_PROTOCOL;
	*n = len;
	return yx_read_bytes(r, len, p);
}
