#include "tests/card/crypto.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

static EVP_PKEY *
load_key(const char *path)
{
	FILE *f = fopen(path, "re");
	EVP_PKEY *key = f == NULL ? NULL : PEM_read_PrivateKey(f, NULL, NULL, NULL);

	if (f != NULL)
		fclose(f);
	return key;
}

static X509 *
load_cert(const char *path)
{
	FILE *f = fopen(path, "re");
	X509 *cert = f == NULL ? NULL : PEM_read_X509(f, NULL, NULL, NULL);

	if (f != NULL)
		fclose(f);
	return cert;
}

int
tc_slot_load(struct tc_slot *slot, const char *key_path, const char *cert_path)
{
	X509 *cert = load_cert(cert_path);
	int n = cert == NULL ? -1 : i2d_X509(cert, &slot->cert);

	slot->key = load_key(key_path);
	slot->cert_len = n > 0 ? (size_t)n : 0;
	X509_free(cert);
	if (slot->key == NULL || n <= 0 || tc_key_algorithm(slot->key) == 0) {
		fprintf(stderr, "test-card: cannot use %s and %s\n", key_path, cert_path);
		return -1;
	}
	return 0;
}

void
tc_slot_free(struct tc_slot *slot)
{
	EVP_PKEY_free(slot->key);
	OPENSSL_free(slot->cert);
	memset(slot, 0, sizeof(*slot));
}

uint8_t
tc_key_algorithm(const EVP_PKEY *key)
{
	int bits = EVP_PKEY_get_bits(key);

	if (EVP_PKEY_is_a(key, "RSA"))
		return bits == 2048 ? 0x07 : bits == 3072 ? 0x05 : bits == 4096 ? 0x16 : 0;
	if (EVP_PKEY_is_a(key, "EC"))
		return bits == 256 ? 0x11 : bits == 384 ? 0x14 : 0;
	return 0;
}

size_t
tc_key_bytes(const EVP_PKEY *key)
{
	return ((size_t)EVP_PKEY_get_bits(key) + 7) / 8;
}

int
tc_sign(EVP_PKEY *key, const uint8_t *data, size_t n, struct yx_buf *out)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	size_t len = (size_t)EVP_PKEY_get_size(key);
	uint8_t *room = yx_buf_room(out, len);
	int rc = -1;

	if (ctx == NULL || room == NULL || EVP_PKEY_sign_init(ctx) <= 0)
		goto out;
	if (EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) <= 0)
		goto out;
	if (EVP_PKEY_sign(ctx, room, &len, data, n) <= 0)
		goto out;
	out->len += len;
	rc = 0;
out:
	EVP_PKEY_CTX_free(ctx);
	return rc;
}

EVP_PKEY *
tc_other_key(const EVP_PKEY *key)
{
	/* Made once for each size: an RSA key may take seconds. */
	static EVP_PKEY *rsa[3], *ec[2];
	int bits = EVP_PKEY_get_bits(key);
	EVP_PKEY **kept = EVP_PKEY_is_a(key, "RSA") ? &rsa[(bits / 1024 - 2) % 3] : &ec[bits != 256];

	if (*kept == NULL)
		*kept = EVP_PKEY_is_a(key, "RSA") ? EVP_RSA_gen((unsigned)bits) :
						    EVP_EC_gen(bits == 256 ? "P-256" : "P-384");
	if (*kept != NULL && EVP_PKEY_up_ref(*kept) != 1)
		return NULL;
	return *kept;
}

int
tc_other_cert(const struct tc_slot *slot, struct yx_buf *out)
{
	const uint8_t *p = slot->cert;
	X509 *cert = d2i_X509(NULL, &p, (long)slot->cert_len);
	EVP_PKEY *key = tc_other_key(slot->key);
	uint8_t *der = NULL;
	int n = -1;

	if (cert != NULL && key != NULL && X509_set_pubkey(cert, key) == 1 &&
	    X509_sign(cert, key, EVP_sha256()) > 0)
		n = i2d_X509(cert, &der);
	if (n > 0)
		yx_buf_add(out, der, (size_t)n);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	X509_free(cert);
	return n > 0 ? 0 : -1;
}

/* Feeds one piece to zlib and appends what comes out. */
static int
gzip_piece(z_stream *z, const uint8_t *p, size_t n, int flush, struct yx_buf *out)
{
	uint8_t piece[4096];
	int rc = Z_OK;

	z->next_in = (uint8_t *)(uintptr_t)p;
	z->avail_in = (uInt)n;
	do {
		z->next_out = piece;
		z->avail_out = sizeof(piece);
		rc = deflate(z, flush);
		yx_buf_add(out, piece, sizeof(piece) - z->avail_out);
	} while (rc == Z_OK && z->avail_out == 0);
	return rc == Z_STREAM_ERROR ? -1 : 0;
}

int
tc_gzip(const uint8_t *data, size_t n, struct yx_buf *out)
{
	static const uint8_t zeros[4096];
	z_stream z = { 0 };
	int rc;

	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return -1;
	rc = data != NULL ? gzip_piece(&z, data, n, Z_FINISH, out) : 0;
	for (size_t done = 0; data == NULL && rc == 0 && done < n; done += sizeof(zeros))
		rc = gzip_piece(&z, zeros, sizeof(zeros), Z_NO_FLUSH, out);
	if (data == NULL && rc == 0)
		rc = gzip_piece(&z, NULL, 0, Z_FINISH, out);
	deflateEnd(&z);
	return rc;
}
