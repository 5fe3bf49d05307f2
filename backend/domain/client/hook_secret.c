#include "backend/domain/client/hook_secret.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "backend/domain/base/keyfile.h"
#include "common/random.h"

#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES   crypto_aead_xchacha20poly1305_ietf_ABYTES

_Static_assert(KEYFILE_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "the key's size");
_Static_assert(HOOK_SEALED_BYTES == NONCE_BYTES + HOOK_SECRET_BYTES + TAG_BYTES, "what is kept");

static struct { uint8_t key[KEYFILE_BYTES]; int open; } safe;

int
hook_secret_open(const struct yx_conf *conf)
{
	char path[4096];
	int n = *conf->hook_key != '\0' ? snprintf(path, sizeof(path), "%s", conf->hook_key)
	    : *conf->audit_dir != '\0' ? snprintf(path, sizeof(path), "%s/hook.key", conf->audit_dir)
	    : snprintf(path, sizeof(path), "%s/audit/hook.key", conf->store_dir);
	int rc = n < 0 || (size_t)n >= sizeof(path) || sodium_init() < 0 ? YX_CONFIG : keyfile_open(path, safe.key);

	safe.open = rc == YX_OK;
	return rc;
}

int
hook_secret_seal(const char *hook_id, const uint8_t secret[HOOK_SECRET_BYTES], uint8_t out[HOOK_SEALED_BYTES])
{
	unsigned long long n = 0;

	if (!safe.open)
		return YX_CONFIG;
	yx_random(out, NONCE_BYTES);
	return crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_BYTES, &n, secret, HOOK_SECRET_BYTES,
	    (const uint8_t *)hook_id, strlen(hook_id), NULL, out, safe.key) == 0 ? YX_OK : YX_INTERNAL;
}

int
hook_secret_unseal(const char *hook_id, const void *sealed, size_t n, uint8_t out[HOOK_SECRET_BYTES])
{
	const uint8_t *from = sealed;
	unsigned long long got = 0;

	if (!safe.open || from == NULL || n != HOOK_SEALED_BYTES || crypto_aead_xchacha20poly1305_ietf_decrypt(out, &got,
	    NULL, from + NONCE_BYTES, n - NONCE_BYTES, (const uint8_t *)hook_id, strlen(hook_id), from, safe.key) != 0)
		return YX_CONFIG;
	return YX_OK;
}
