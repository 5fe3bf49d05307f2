#include "native-host/tlv.h"

#include <string.h>

#define TAG_BYTES_MAX 3
#define LENGTH_BYTES_MAX 3

static int
read_tag(struct yx_reader *r, unsigned *tag)
{
	unsigned byte = 0;
	int rc = yx_read8(r, &byte);

	*tag = byte;
	if (rc != YX_OK || (byte & 0x1f) != 0x1f)
		return rc;
	for (int i = 1; i < TAG_BYTES_MAX; i++) {
		if ((rc = yx_read8(r, &byte)) != YX_OK)
			return rc;
		*tag = *tag << 8 | byte;
		if ((byte & 0x80) == 0)
			return YX_OK;
	}
	return YX_PROTOCOL;
}

static int
read_length(struct yx_reader *r, enum tlv_rules rules, size_t *len)
{
	unsigned byte = 0;
	int rc = yx_read8(r, &byte), count = (int)byte & 0x7f;

	*len = byte;
	if (rc != YX_OK || byte < 0x80)
		return rc;
	if (count == 0 || count > LENGTH_BYTES_MAX)
		return YX_PROTOCOL;
	*len = 0;
	for (int i = 0; i < count; i++) {
		if ((rc = yx_read8(r, &byte)) != YX_OK)
			return rc;
		*len = *len << 8 | byte;
	}
	if (rules == TLV_DER && (*len < 0x80 || (*len >> 8 * (count - 1)) == 0))
		return YX_PROTOCOL;
	return YX_OK;
}

int
tlv_next(struct yx_reader *r, enum tlv_rules rules, struct tlv *out)
{
	struct yx_reader at = *r;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = read_tag(&at, &out->tag)) != YX_OK ||
	    (rc = read_length(&at, rules, &out->len)) != YX_OK ||
	    (rc = yx_read_bytes(&at, out->len, &out->value)) != YX_OK)
		return rc;
	out->whole = r->p;
	out->whole_len = r->left - at.left;
	*r = at;
	return YX_OK;
}

int
tlv_expect(struct yx_reader *r, enum tlv_rules rules, unsigned tag, struct tlv *out)
{
	struct yx_reader at = *r;
	int rc = tlv_next(&at, rules, out);

	if (rc != YX_OK)
		return rc;
	if (out->tag != tag)
		return YX_PROTOCOL;
	*r = at;
	return YX_OK;
}

int
tlv_find(const struct yx_reader *r, enum tlv_rules rules, unsigned tag, struct tlv *out)
{
	struct yx_reader at = *r;

	while (at.left > 0) {
		int rc = tlv_next(&at, rules, out);

		if (rc != YX_OK)
			return rc;
		if (out->tag == tag)
			return YX_OK;
	}
	return YX_NOT_FOUND;
}

struct yx_reader
tlv_inside(const struct tlv *t)
{
	struct yx_reader r;

	yx_reader_init(&r, t->value, t->len);
	return r;
}

int
tlv_is(const struct tlv *t, const void *bytes, size_t n)
{
	return t->len == n && memcmp(t->value, bytes, n) == 0;
}

void
tlv_put(struct yx_buf *b, unsigned tag, const void *value, size_t n)
{
	yx_buf_add8(b, tag);
	if (n > 0xffff) {
		yx_buf_add8(b, 0x83);
		yx_buf_add8(b, (unsigned)(n >> 16) & 0xff);
		yx_buf_add16be(b, n & 0xffff);
	} else if (n > 0xff) {
		yx_buf_add8(b, 0x82);
		yx_buf_add16be(b, (unsigned)n);
	} else {
		if (n > 0x7f)
			yx_buf_add8(b, 0x81);
		yx_buf_add8(b, (unsigned)n);
	}
	yx_buf_add(b, value, n);
}
