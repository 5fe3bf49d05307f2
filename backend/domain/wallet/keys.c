#include "backend/domain/wallet/keys.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <string.h>

#define NONCE 12
#define TAG   16
#define LABEL 160       /* bytes of "yinxin wallet", use and id */
#define CODE_LETTERS 32

_Static_assert(WALLET_SEALED == crypto_box_SEALBYTES + WALLET_KEY + YX_ID_SIZE - 1, "a sealed box");
_Static_assert(WALLET_KEY == crypto_box_PUBLICKEYBYTES && WALLET_KEY == crypto_box_SECRETKEYBYTES, "X25519");

static const char LETTERS[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

int
wallet_derive(const uint8_t key[WALLET_KEY], const char *use, const char *id, uint8_t out[WALLET_KEY])
{
	struct yx_buf info;
	int rc;

	yx_buf_init(&info, LABEL);
	yx_buf_addf(&info, "yinxin wallet/%s/%s", use, id);
	yx_buf_add8(&info, 1);
	if ((rc = yx_buf_status(&info)) == YX_OK &&
	    HMAC(EVP_sha256(), key, WALLET_KEY, info.data, info.len, out, NULL) == NULL)
		rc = YX_INTERNAL;
	yx_buf_free(&info);
	return rc;
}

/* ---- AES-256-GCM of what is short: nonce, text, tag ---- */

static int
encrypt(const uint8_t key[WALLET_KEY], const char *aad, const void *p, size_t n, struct yx_buf *out)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	uint8_t *to = yx_buf_room(out, NONCE + n + TAG);
	int k = 0, rc = c == NULL || to == NULL ? YX_NO_MEMORY : YX_OK;

	if (rc == YX_OK) {
		yx_random(to, NONCE);
		if (EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, to) != 1 ||
		    EVP_EncryptUpdate(c, NULL, &k, (const uint8_t *)aad, (int)strlen(aad)) != 1 ||
		    EVP_EncryptUpdate(c, to + NONCE, &k, p, (int)n) != 1 || EVP_EncryptFinal_ex(c, to + NONCE + n, &k) != 1 ||
		    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, to + NONCE + n) != 1)
			rc = YX_INTERNAL;
		else
			out->len += NONCE + n + TAG;
	}
	EVP_CIPHER_CTX_free(c);
	return rc;
}

static int
decrypt(const uint8_t key[WALLET_KEY], const char *aad, const uint8_t *p, size_t n, struct yx_buf *out)
{
	size_t plain = n < NONCE + TAG ? 0 : n - NONCE - TAG;
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	uint8_t *to = yx_buf_room(out, plain), tag[TAG];
	int k = 0, rc = c == NULL || to == NULL ? YX_NO_MEMORY : n < NONCE + TAG ? YX_WALLET_DAMAGED : YX_OK;

	if (rc == YX_OK) {
		memcpy(tag, p + n - TAG, TAG);
		if (EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, p) != 1 ||
		    EVP_DecryptUpdate(c, NULL, &k, (const uint8_t *)aad, (int)strlen(aad)) != 1 ||
		    EVP_DecryptUpdate(c, to, &k, p + NONCE, (int)plain) != 1 ||
		    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, tag) != 1 ||
		    EVP_DecryptFinal_ex(c, to + plain, &k) != 1)
			rc = YX_WALLET_DAMAGED;
		else
			out->len += plain;
	}
	EVP_CIPHER_CTX_free(c);
	return rc;
}

int
wallet_wrap(const uint8_t under[WALLET_KEY], const char *id, const uint8_t key[WALLET_KEY],
    uint8_t out[WALLET_WRAPPED])
{
	struct yx_buf b;
	int rc;

	yx_buf_init(&b, WALLET_WRAPPED + 1);
	if ((rc = encrypt(under, id, key, WALLET_KEY, &b)) == YX_OK)
		memcpy(out, b.data, WALLET_WRAPPED);
	yx_buf_free(&b);
	return rc;
}

int
wallet_unwrap(const uint8_t under[WALLET_KEY], const char *id, const void *wrapped, size_t n, uint8_t out[WALLET_KEY])
{
	struct yx_buf b;
	int rc;

	if (n != WALLET_WRAPPED)
		return YX_WALLET_DAMAGED;
	yx_buf_init_secret(&b, WALLET_WRAPPED);
	if ((rc = decrypt(under, id, wrapped, n, &b)) == YX_OK)
		memcpy(out, b.data, WALLET_KEY);
	yx_buf_free(&b);
	return rc;
}

int
wallet_hide(const uint8_t key[WALLET_KEY], const void *p, size_t n, struct yx_buf *out)
{
	uint8_t own[WALLET_KEY];
	int rc = wallet_derive(key, "facts", "", own);

	if (rc == YX_OK)
		rc = encrypt(own, "facts", p, n, out);
	explicit_bzero(own, sizeof(own));
	return rc;
}

int
wallet_show(const uint8_t key[WALLET_KEY], const void *p, size_t n, struct yx_buf *out)
{
	uint8_t own[WALLET_KEY];
	int rc = wallet_derive(key, "facts", "", own);

	if (rc == YX_OK)
		rc = decrypt(own, "facts", p, n, out);
	explicit_bzero(own, sizeof(own));
	return rc;
}

/* ---- for a public key ---- */

int
wallet_pair(uint8_t public_key[WALLET_KEY], uint8_t secret[WALLET_KEY])
{
	return sodium_init() >= 0 && crypto_box_keypair(public_key, secret) == 0 ? YX_OK : YX_INTERNAL;
}

int
wallet_seal(const uint8_t public_key[WALLET_KEY], const char *id, const uint8_t key[WALLET_KEY],
    uint8_t out[WALLET_SEALED])
{
	uint8_t text[WALLET_KEY + YX_ID_SIZE - 1];
	int rc;

	if (sodium_init() < 0 || strlen(id) != YX_ID_SIZE - 1)
		return YX_INTERNAL;
	memcpy(text, key, WALLET_KEY);
	memcpy(text + WALLET_KEY, id, YX_ID_SIZE - 1);
	rc = crypto_box_seal(out, text, sizeof(text), public_key) == 0 ? YX_OK : YX_INTERNAL;
	explicit_bzero(text, sizeof(text));
	return rc;
}

int
wallet_unseal(const uint8_t secret[WALLET_KEY], const char *id, const void *sealed, size_t n, uint8_t out[WALLET_KEY])
{
	uint8_t text[WALLET_KEY + YX_ID_SIZE - 1], public_key[WALLET_KEY];
	int rc = YX_WALLET_DAMAGED;

	if (n != WALLET_SEALED || strlen(id) != YX_ID_SIZE - 1 || sodium_init() < 0 ||
	    crypto_scalarmult_base(public_key, secret) != 0)
		return YX_WALLET_DAMAGED;
	if (crypto_box_seal_open(text, sealed, n, public_key, secret) == 0 &&
	    memcmp(text + WALLET_KEY, id, YX_ID_SIZE - 1) == 0) {
		memcpy(out, text, WALLET_KEY);
		rc = YX_OK;
	}
	explicit_bzero(text, sizeof(text));
	return rc;
}

/* ---- the recovery code ---- */

void
wallet_code_make(char out[WALLET_CODE_SIZE])
{
	uint8_t random[CODE_LETTERS];
	size_t at = 0;

	yx_random(random, sizeof(random));
	for (size_t i = 0; i < CODE_LETTERS; i++) {
		if (i > 0 && i % 4 == 0)
			out[at++] = '-';
		out[at++] = LETTERS[random[i] % 32];
	}
	out[at] = '\0';
	explicit_bzero(random, sizeof(random));
}

int
wallet_code_key(const char *code, const char *member_id, uint8_t out[WALLET_KEY])
{
	uint8_t letters[WALLET_KEY];
	size_t n = 0;
	int rc = YX_WALLET_CODE;

	for (; *code != '\0'; code++) {
		int c = toupper((unsigned char)*code);

		if (c == '-' || c == ' ')
			continue;
		if (n == CODE_LETTERS || strchr(LETTERS, c) == NULL)
			goto out;
		letters[n++] = (uint8_t)c;
	}
	if (n == CODE_LETTERS)
		rc = wallet_derive(letters, "recovery", member_id, out);
out:
	explicit_bzero(letters, sizeof(letters));
	return rc;
}
