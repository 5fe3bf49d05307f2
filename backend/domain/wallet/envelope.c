#include "backend/domain/wallet/envelope.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/domain/wallet/keys.h"
#include "common/buf.h"
#include "common/io.h"

#define CHUNK_BITS 16
#define NONCE      12

_Static_assert(ENVELOPE_CHUNK == 1 << CHUNK_BITS, "the chunk's size");
_Static_assert(ENVELOPE_MAX / ENVELOPE_CHUNK < UINT32_MAX, "chunks are counted with 32 bits");

/* One file on its way: its head, its AES key, and a chunk. */
struct envelope {
	uint8_t head[ENVELOPE_HEAD];
	uint8_t key[WALLET_KEY];
	EVP_CIPHER_CTX *cipher;
	uint8_t plain[ENVELOPE_CHUNK], sealed[ENVELOPE_CHUNK + ENVELOPE_TAG];
};

static const uint8_t MAGIC[8] = { 'Y', 'X', 'W', 'A', 'L', 'L', 'E', 'T' };

int64_t
envelope_file_size(int64_t size)
{
	return ENVELOPE_HEAD + size + (size + ENVELOPE_CHUNK - 1) / ENVELOPE_CHUNK * ENVELOPE_TAG;
}

int
envelope_head_read(const void *p, size_t n, struct envelope_head *out)
{
	const uint8_t *magic = NULL, *salt = NULL, *commitment = NULL;
	unsigned version = 0, bits = 0, zero = 1;
	uint32_t high = 0, low = 0;
	struct yx_reader r;

	yx_reader_init(&r, p, n);
	if (yx_read_bytes(&r, sizeof(MAGIC), &magic) != YX_OK || yx_read8(&r, &version) != YX_OK ||
	    yx_read8(&r, &bits) != YX_OK || yx_read16be(&r, &zero) != YX_OK || yx_read32be(&r, &high) != YX_OK ||
	    yx_read32be(&r, &low) != YX_OK || yx_read_bytes(&r, 32, &salt) != YX_OK ||
	    yx_read_bytes(&r, 32, &commitment) != YX_OK)
		return YX_WALLET_DAMAGED;
	if (memcmp(magic, MAGIC, sizeof(MAGIC)) != 0 || version != 1 || bits != CHUNK_BITS || zero != 0)
		return YX_WALLET_DAMAGED;
	out->size = (int64_t)((uint64_t)(high & 0x7fffffff) << 32 | low);
	memcpy(out->salt, salt, 32);
	memcpy(out->commitment, commitment, 32);
	return high <= 0x7fffffff && out->size >= 1 && out->size <= ENVELOPE_MAX ? YX_OK : YX_WALLET_DAMAGED;
}

/* The AES key, and what the head says of it: HKDF (RFC 5869) of the file's key and the salt. */
static int
derive(const uint8_t key[ENVELOPE_KEY], const uint8_t salt[32], uint8_t aes[WALLET_KEY], uint8_t commitment[32])
{
	uint8_t extracted[WALLET_KEY];
	int rc = HMAC(EVP_sha256(), salt, 32, key, ENVELOPE_KEY, extracted, NULL) != NULL ? YX_OK : YX_INTERNAL;

	if (rc == YX_OK && (rc = wallet_derive(extracted, "file", "", aes)) == YX_OK)
		rc = wallet_derive(extracted, "commitment", "", commitment);
	explicit_bzero(extracted, sizeof(extracted));
	return rc;
}

static int
envelope_new(struct envelope **out)
{
	struct envelope *e = calloc(1, sizeof(*e));

	*out = e;
	return e == NULL || (e->cipher = EVP_CIPHER_CTX_new()) == NULL ? YX_NO_MEMORY : YX_OK;
}

static void
envelope_free(struct envelope *e)
{
	if (e == NULL)
		return;
	EVP_CIPHER_CTX_free(e->cipher);
	explicit_bzero(e, sizeof(*e));
	free(e);
}

/* Begins a chunk: its nonce, and the head as additional data. */
static int
begin(struct envelope *e, uint32_t number, int last, int encrypt)
{
	uint8_t nonce[NONCE] = { [7] = (uint8_t)(number >> 24), [8] = (uint8_t)(number >> 16),
		[9] = (uint8_t)(number >> 8), [10] = (uint8_t)number, [11] = last != 0 };
	int n = 0;

	return EVP_CipherInit_ex(e->cipher, EVP_aes_256_gcm(), NULL, e->key, nonce, encrypt) == 1 &&
	    EVP_CipherUpdate(e->cipher, NULL, &n, e->head, ENVELOPE_HEAD) == 1 ? YX_OK : YX_INTERNAL;
}

static int
read_all(int fd, void *p, size_t n)
{
	size_t got;
	int rc = yx_read_all(fd, p, n, &got);

	return rc == YX_OK && got < n ? YX_IO : rc;
}

static int
at_end(int fd)
{
	uint8_t more;

	return read(fd, &more, 1) == 0;
}

/* ---- writing ---- */

static int
write_head(struct envelope *e, int64_t size, const uint8_t key[ENVELOPE_KEY])
{
	uint8_t *h = e->head;

	memcpy(h, MAGIC, sizeof(MAGIC));
	h[8] = 1;
	h[9] = CHUNK_BITS;
	for (int i = 0; i < 8; i++)
		h[12 + i] = (uint8_t)((uint64_t)size >> (56 - 8 * i));
	yx_random(h + 20, 32);
	return derive(key, h + 20, e->key, h + 52);
}

static int
seal_chunk(struct envelope *e, size_t n, uint32_t number, int last)
{
	int k = 0, end = 0, rc = begin(e, number, last, 1);

	if (rc != YX_OK)
		return rc;
	if (EVP_EncryptUpdate(e->cipher, e->sealed, &k, e->plain, (int)n) != 1 || (size_t)k != n ||
	    EVP_EncryptFinal_ex(e->cipher, e->sealed + n, &end) != 1 ||
	    EVP_CIPHER_CTX_ctrl(e->cipher, EVP_CTRL_GCM_GET_TAG, ENVELOPE_TAG, e->sealed + n) != 1)
		return YX_INTERNAL;
	return YX_OK;
}

static int
seal_all(struct envelope *e, int in, int64_t size, int out, EVP_MD_CTX *md)
{
	uint32_t number = 0;
	int rc = yx_write_all(out, e->head, ENVELOPE_HEAD);

	for (int64_t left = size; rc == YX_OK && left > 0; number++) {
		size_t n = left < ENVELOPE_CHUNK ? (size_t)left : ENVELOPE_CHUNK;

		left -= (int64_t)n;
		if ((rc = read_all(in, e->plain, n)) != YX_OK)
			return rc;
		if (EVP_DigestUpdate(md, e->plain, n) != 1)
			return YX_INTERNAL;
		if ((rc = seal_chunk(e, n, number, left == 0)) == YX_OK)
			rc = yx_write_all(out, e->sealed, n + ENVELOPE_TAG);
	}
	return rc == YX_OK && !at_end(in) ? YX_IO : rc;
}

int
envelope_seal(int in, int64_t size, int out, const uint8_t key[ENVELOPE_KEY], uint8_t sha256[32])
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	struct envelope *e = NULL;
	int rc = envelope_new(&e);

	if (rc == YX_OK && (size < 1 || size > ENVELOPE_MAX))
		rc = YX_BAD_FIELD;
	if (rc == YX_OK && (md == NULL || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1))
		rc = YX_NO_MEMORY;
	if (rc == YX_OK && lseek(in, 0, SEEK_SET) != 0)
		rc = YX_IO;
	if (rc == YX_OK && (rc = write_head(e, size, key)) == YX_OK)
		rc = seal_all(e, in, size, out, md);
	if (rc == YX_OK && EVP_DigestFinal_ex(md, sha256, NULL) != 1)
		rc = YX_INTERNAL;
	EVP_MD_CTX_free(md);
	envelope_free(e);
	return rc;
}

/* ---- reading ---- */

static int
open_head(struct envelope *e, int in, const uint8_t key[ENVELOPE_KEY], int64_t *size)
{
	struct envelope_head head;
	uint8_t commitment[32];
	int rc = lseek(in, 0, SEEK_SET) != 0 ? YX_IO : read_all(in, e->head, ENVELOPE_HEAD);

	if (rc != YX_OK)
		return YX_WALLET_DAMAGED;
	if ((rc = envelope_head_read(e->head, ENVELOPE_HEAD, &head)) != YX_OK ||
	    (rc = derive(key, head.salt, e->key, commitment)) != YX_OK)
		return rc;
	*size = head.size;
	return yx_equal(commitment, head.commitment, 32) ? YX_OK : YX_WALLET_DAMAGED;
}

static int
open_chunk(struct envelope *e, size_t n, uint32_t number, int last)
{
	int k = 0, end = 0, rc = begin(e, number, last, 0);

	if (rc != YX_OK)
		return rc;
	if (EVP_DecryptUpdate(e->cipher, e->plain, &k, e->sealed, (int)n) != 1 || (size_t)k != n ||
	    EVP_CIPHER_CTX_ctrl(e->cipher, EVP_CTRL_GCM_SET_TAG, ENVELOPE_TAG, e->sealed + n) != 1 ||
	    EVP_DecryptFinal_ex(e->cipher, e->plain + n, &end) != 1)
		return YX_WALLET_DAMAGED;
	return YX_OK;
}

static int
open_all(struct envelope *e, int in, int64_t size, envelope_out out, void *ctx)
{
	uint32_t number = 0;
	int rc = YX_OK;

	for (int64_t left = size; rc == YX_OK && left > 0; number++) {
		size_t n = left < ENVELOPE_CHUNK ? (size_t)left : ENVELOPE_CHUNK;

		left -= (int64_t)n;
		if (read_all(in, e->sealed, n + ENVELOPE_TAG) != YX_OK)
			return YX_WALLET_DAMAGED;
		if ((rc = open_chunk(e, n, number, left == 0)) == YX_OK && out != NULL)
			rc = out(ctx, e->plain, n);
	}
	return rc == YX_OK && !at_end(in) ? YX_WALLET_DAMAGED : rc;
}

int
envelope_open(int in, const uint8_t key[ENVELOPE_KEY], envelope_out out, void *ctx)
{
	struct envelope *e = NULL;
	int64_t size = 0;
	int rc = envelope_new(&e);

	if (rc == YX_OK && (rc = open_head(e, in, key, &size)) == YX_OK)
		rc = open_all(e, in, size, out, ctx);
	envelope_free(e);
	return rc;
}
