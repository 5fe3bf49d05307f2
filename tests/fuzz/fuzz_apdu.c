/* A card that says whatever it likes: the input is its answers, each a 16-bit length
 * (big-endian) and bytes; a driver reads its certificates, verifies and signs. */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "common/cert.h"
#include "native-host/card.h"
#include "native-host/keyring.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define COMMANDS_MAX 10000 /* 23 objects of 300 rounds each: busy, but not for ever */

struct script {
	struct yx_reader answers;
	int              commands, verifies;
};

static int
answer(void *ctx, const uint8_t *command, size_t len, uint8_t *out, size_t *n)
{
	struct script *s = ctx;
	const uint8_t *p = NULL;
	unsigned size = 0;

	if (len < 4 || len > 261 || ++s->commands > COMMANDS_MAX)
		abort();
	if (command[1] == 0x20 && len > 4)
		s->verifies++;
	if (yx_read16be(&s->answers, &size) != YX_OK || size > *n)
		return YX_CARD_REMOVED;
	if (yx_read_bytes(&s->answers, size, &p) != YX_OK)
		return YX_CARD_TIMEOUT;
	if (size > 0)
		memcpy(out, p, size);
	*n = size;
	return YX_OK;
}

static int
first_key(struct token *t, const struct token_key *key, void *ctx)
{
	struct token_key *out = ctx;
	struct yx_cert cert = { 0 };

	if (yx_cert_parse(t->arena, key->cert, key->cert_len, &cert) == YX_OK)
		(void)keyring_usable(&cert);
	yx_cert_free(&cert);
	if (out->cert == NULL)
		*out = *key;
	return 0;
}

static void
use_card(const struct card_driver *driver, struct token *t, EVP_PKEY *public_key)
{
	static const uint8_t hash[32] = { 7 };
	const struct sign_hash what = { public_key, EVP_sha256(), hash };
	struct token_key key = { .ref = 0x9c, .slot = "9C" };
	struct yx_buf signature;
	int tries;

	yx_buf_init(&signature, 1024);
	if (driver->probe(t->state) == YX_OK && t->ops->keys(t, first_key, &key) == YX_OK &&
	    t->ops->tries(t, &key, &tries) == YX_OK && t->ops->verify(t, &key, "123456", &tries) == YX_OK &&
	    t->ops->sign(t, &key, &what, &signature) == YX_OK &&
	    signature.len == 0)
		abort();
	yx_buf_free(&signature);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static EVP_PKEY *keys[2];
	static struct apdu apdu;
	struct script script = { .commands = 0 };
	struct card card = { .apdu = &apdu };
	const struct card_driver *driver = n > 0 && (data[0] & 4) != 0 ? &card_pkcs15 : &card_piv;
	struct token token = { .ops = &driver->ops, .reader = "fuzz", .state = &card };

	if (keys[0] == NULL) {
		keys[0] = EVP_EC_gen("P-256");
		keys[1] = EVP_RSA_gen(2048);
	}
	if (n < 1 || keys[1] == NULL || (card.arena = yx_arena_new(8u << 20)) == NULL)
		return 0;
	yx_reader_init(&script.answers, data + 1, n - 1);
	apdu.transmit = answer;
	apdu.ctx = &script;
	apdu.t0 = (data[0] & 2) != 0;
	token.arena = card.arena;
	use_card(driver, &token, keys[data[0] & 1]);
	if (script.verifies > 1)
		abort(); /* one entry, one VERIFY */
	yx_arena_free(&card.arena);
	return 0;
}
