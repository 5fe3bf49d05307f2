#include "common/digest_info.h"

/* DigestInfo without the hash (RFC 8017, 9.2, note 1). */
static const uint8_t info_sha256[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
	0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };
static const uint8_t info_sha384[] = { 0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
	0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30 };

const uint8_t *
yx_digest_info(const EVP_MD *md, size_t *n)
{
	*n = sizeof(info_sha256);
	return EVP_MD_is_a(md, "SHA256") ? info_sha256 : EVP_MD_is_a(md, "SHA384") ? info_sha384 : NULL;
}

int
yx_digest_info_of(const EVP_MD *md, const uint8_t *hash, struct yx_buf *out)
{
	size_t n;
	const uint8_t *info = yx_digest_info(md, &n);

	if (info == NULL)
		return YX_CARD_UNSUPPORTED;
	yx_buf_add(out, info, n);
	yx_buf_add(out, hash, (size_t)EVP_MD_get_size(md));
	return yx_buf_status(out);
}
