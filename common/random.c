#include "common/random.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/codec.h"

void
yx_random(void *out, size_t n)
{
	uint8_t *p = out;

	while (n > 0) {
		ssize_t k = getrandom(p, n, 0);

		if (k < 0)
			abort();
		p += k;
		n -= (size_t)k;
	}
}

void
yx_random_id(char out[YX_ID_SIZE])
{
	uint8_t raw[16];

	yx_random(raw, sizeof(raw));
	yx_hex(out, raw, sizeof(raw));
}

void
yx_random_token(char out[YX_TOKEN_SIZE])
{
	uint8_t raw[32];

	yx_random(raw, sizeof(raw));
	yx_hex(out, raw, sizeof(raw));
	explicit_bzero(raw, sizeof(raw));
}

int
yx_is_id(const char *s)
{
	return strlen(s) == YX_ID_SIZE - 1 && strspn(s, "0123456789abcdef") == YX_ID_SIZE - 1;
}

void
yx_token_hash(const char *token, uint8_t hash[32])
{
	SHA256((const uint8_t *)token, strlen(token), hash);
}
