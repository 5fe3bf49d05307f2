#include "native-host/sign_verify.h"

#include <openssl/err.h>
#include <string.h>

#include "common/digest_info.h"
#include "native-host/tlv.h"

#define PADDING_MIN 8

const EVP_MD *
sign_digest(const char *name)
{
	if (name == NULL)
		return NULL;
	if (strcmp(name, "SHA-256") == 0)
		return EVP_sha256();
	if (strcmp(name, "SHA-384") == 0)
		return EVP_sha384();
	return strcmp(name, "SHA-512") == 0 ? EVP_sha512() : NULL;
}

int
sign_rsa_block(const EVP_MD *md, const uint8_t *hash, size_t modulus_len, struct yx_buf *out)
{
	size_t hash_len = (size_t)EVP_MD_get_size(md), info_len;
	const uint8_t *info = yx_digest_info(md, &info_len);
	uint8_t *room;

	if (info == NULL || modulus_len < 3 + PADDING_MIN + info_len + hash_len)
		return YX_CARD_UNSUPPORTED;
	if ((room = yx_buf_room(out, modulus_len)) == NULL)
		return yx_buf_status(out);
	memset(room, 0xff, modulus_len);
	room[0] = 0;
	room[1] = 1;
	memcpy(room + modulus_len - hash_len, hash, hash_len);
	memcpy(room + modulus_len - hash_len - info_len, info, info_len);
	room[modulus_len - hash_len - info_len - 1] = 0;
	out->len += modulus_len;
	return YX_OK;
}

/* SEQUENCE of two positive INTEGERs and nothing else. */
static int
is_ecdsa_der(const uint8_t *p, size_t n)
{
	struct yx_reader r, inner;
	struct tlv sequence, a, b;

	yx_reader_init(&r, p, n);
	if (tlv_expect(&r, TLV_DER, 0x30, &sequence) != YX_OK || r.left > 0)
		return 0;
	inner = tlv_inside(&sequence);
	return tlv_expect(&inner, TLV_DER, 0x02, &a) == YX_OK &&
	    tlv_expect(&inner, TLV_DER, 0x02, &b) == YX_OK && inner.left == 0 && a.len > 0 &&
	    b.len > 0;
}

/* An unsigned number as INTEGER: no leading zeros but one that keeps it positive. */
static void
put_integer(struct yx_buf *out, const uint8_t *p, size_t n)
{
	uint8_t padded[80] = { 0 };

	while (n > 1 && *p == 0)
		p++, n--;
	memcpy(padded + 1, p, n);
	if (*p & 0x80)
		tlv_put(out, 0x02, padded, n + 1);
	else
		tlv_put(out, 0x02, p, n);
}

int
sign_ecdsa_der(const uint8_t *raw, size_t n, size_t field_len, struct yx_buf *out)
{
	struct yx_buf both;

	if (is_ecdsa_der(raw, n)) {
		yx_buf_add(out, raw, n);
		return yx_buf_status(out);
	}
	if (n != 2 * field_len || field_len == 0 || field_len > 66)
		return YX_CARD_PROTOCOL;
	yx_buf_init(&both, 256);
	put_integer(&both, raw, field_len);
	put_integer(&both, raw + field_len, field_len);
	tlv_put(out, 0x30, both.data, both.len);
	yx_buf_free(&both);
	return yx_buf_status(out);
}

int
sign_verify(EVP_PKEY *public_key, const EVP_MD *md, struct yx_bytes message, struct yx_bytes signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int good = ctx != NULL && EVP_DigestVerifyInit(ctx, NULL, md, NULL, public_key) == 1 &&
	    EVP_DigestVerify(ctx, signature.p, signature.n, message.p, message.n) == 1;

	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return good ? YX_OK : YX_CARD_PROTOCOL;
}

static int
fits(const struct sign_hash *hash, const uint8_t *signature, size_t n)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(hash->key, NULL);
	int good = ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 && EVP_PKEY_CTX_set_signature_md(ctx, hash->md) == 1 &&
	    EVP_PKEY_verify(ctx, signature, n, hash->bytes, (size_t)EVP_MD_get_size(hash->md)) == 1;

	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return good;
}

int
sign_take(const struct sign_hash *hash, const uint8_t *raw, size_t n, struct yx_buf *out)
{
	size_t from = out->len;
	int rc = YX_OK;

	if (!EVP_PKEY_is_a(hash->key, "RSA"))
		rc = sign_ecdsa_der(raw, n, ((size_t)EVP_PKEY_get_bits(hash->key) + 7) / 8, out);
	else
		yx_buf_add(out, raw, n);
	if (rc != YX_OK || (rc = yx_buf_status(out)) != YX_OK)
		return rc;
	if (fits(hash, out->data + from, out->len - from))
		return YX_OK;
	out->len = from;
	return YX_CARD_PROTOCOL;
}
