#include "native-host/keyring.h"

#include <openssl/evp.h>
#include <string.h>

#include "native-host/pcsc.h"
#include "native-host/pkcs11.h"
#include "native-host/sign_verify.h"

#define SIGNATURE_MAX 1024
#define PIN_AGAIN_MAX 8

/* Cards first: a module may show the same card again. */
static const struct token_source *const sources[] = { &pcsc_source, &pkcs11_source };

/* What the user should hear of when several sources failed: the higher, the nearer it
 * came to the card that is looked for. */
static int
rank(int rc)
{
	switch (rc) {
	case YX_NOT_FOUND: return -1; /* there is no module at all */
	case YX_NO_SERVICE: return 0;
	case YX_NO_READER: return 1;
	case YX_NO_CARD: return 2;
	case YX_CARD_UNSUPPORTED: return 3;
	case YX_OK: return 4;
	default: return 5;
	}
}

/* Walks over all sources until one stops it. */
static int
each_token(const struct keyring *k, token_fn fn, void *ctx)
{
	struct token_round round = {
		.arena = k->arena, .watch = k->watch, .modules = k->modules,
		.silent_ms = k->silent_ms, .pin_pads = k->pin_pads, .fn = fn, .ctx = ctx
	};
	int result = YX_NO_SERVICE;

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		int rc = sources[i]->each(&round);

		if (round.stop || rc == YX_CANCELLED || rc == YX_NO_MEMORY)
			return rc;
		if (rank(rc) > rank(result))
			result = rc;
	}
	return result;
}

int
keyring_usable(const struct yx_cert *cert)
{
	return !cert->is_ca && (cert->digital_signature || cert->non_repudiation) && yx_cert_digest(cert) != NULL;
}

struct find {
	struct yx_arena       *arena;
	struct keyring_found  *first;
	struct keyring_found **tail;
	int                    err;
};

static int
is_listed(const struct find *f, const struct token_key *key)
{
	for (const struct keyring_found *k = f->first; k != NULL; k = k->next)
		if (k->len == key->cert_len && memcmp(k->cert, key->cert, k->len) == 0)
			return 1;
	return 0;
}

static int
find_key(struct token *t, const struct token_key *key, void *ctx)
{
	struct find *f = ctx;
	struct keyring_found *found;
	struct yx_cert cert = { 0 };
	int usable;

	t->keys++;
	if (is_listed(f, key) || yx_cert_parse(t->arena, key->cert, key->cert_len, &cert) != YX_OK)
		return 0;
	usable = keyring_usable(&cert);
	yx_cert_free(&cert);
	if (!usable)
		return 0;
	if ((found = yx_arena_alloc(f->arena, sizeof(*found))) == NULL) {
		f->err = YX_NO_MEMORY;
		return 1;
	}
	*found = (struct keyring_found){ .cert = key->cert,
		.len = key->cert_len,
		.reader = t->reader,
		.slot = key->slot,
		.kind = t->ops->name,
		.pin_min = key->pin_min,
		.pin_max = key->pin_max,
		.pin_each = key->pin_each,
		.on_pad = key->on_pad && t->ops->verify_on_pad != NULL,
		.tries = TOKEN_TRIES_UNKNOWN };
	/* A PIN that is blocked, or that the token will not talk about, is no reason to
	 * hide the certificate. */
	if (t->ops->tries(t, key, &found->tries) == YX_PIN_BLOCKED)
		found->tries = 0;
	*f->tail = found;
	f->tail = &found->next;
	return 0;
}

static int
find_on_token(struct token *t, void *ctx, int *stop)
{
	struct find *f = ctx;
	int rc = t->ops->keys(t, find_key, f);

	(void)stop;
	return rc != YX_OK ? rc : f->err;
}

int
keyring_find(const struct keyring *k, struct keyring_found **out, int *failed)
{
	struct find f = { .arena = k->arena };
	int rc;

	f.tail = &f.first;
	rc = each_token(k, find_on_token, &f);
	*out = f.first;
	if (failed != NULL)
		*failed = f.first != NULL ? rc : YX_OK;
	/* One token that fails must not hide another one that works. */
	if (f.first != NULL && rc != YX_CANCELLED && rc != YX_NO_MEMORY)
		return YX_OK;
	return rc == YX_OK ? YX_CARD_UNSUPPORTED : rc;
}

/* Looking for one certificate. */
struct match {
	struct keyring_signing *signing;
	struct token_watch     *watch;
	struct token_key        key;
	int                     found;
};

static int
match_key(struct token *t, const struct token_key *key, void *ctx)
{
	struct match *m = ctx;

	t->keys++;
	if (key->cert_len != m->signing->cert_len || memcmp(key->cert, m->signing->cert, key->cert_len) != 0)
		return 0;
	m->key = *key;
	m->found = 1;
	return 1;
}

/* Signs one message and checks the result before it may leave. */
static int
sign_one(struct token *t, const struct token_key *key, struct keyring_signing *s, EVP_PKEY *public_key, size_t i)
{
	const EVP_MD *md = sign_digest(yx_cert_digest(s->summary));
	const struct yx_bytes *message = &s->messages[i];
	uint8_t hash[EVP_MAX_MD_SIZE];
	const struct sign_hash what = { public_key, md, hash };
	struct yx_buf signature;
	int rc = YX_INTERNAL;

	yx_buf_init(&signature, SIGNATURE_MAX);
	if (md == NULL || EVP_Digest(message->p, message->n, hash, NULL, md, NULL) != 1)
		goto out;
	if ((rc = t->ops->sign(t, key, &what, &signature)) != YX_OK ||
	    (rc = sign_verify(public_key, md, *message, yx_buf_bytes(&signature))) != YX_OK)
		goto out;
	s->signatures[i].n = signature.len;
	s->signatures[i].p = (const uint8_t *)yx_arena_strndup(t->arena, signature.data, signature.len);
	rc = s->signatures[i].p != NULL ? YX_OK : YX_NO_MEMORY;
out:
	yx_buf_free(&signature);
	return rc;
}

/* May the PIN be sent? A PIN of a length that the card does not know costs no try, and
 * the last try is for those only who know that it is the last. */
static int
may_verify(struct token *t, const struct token_key *key, struct keyring_signing *s)
{
	const int on_pad = key->on_pad && t->ops->verify_on_pad != NULL;
	size_t n = s->secret != NULL ? strlen(s->secret->pin) : 0;
	int rc;

	if (s->secret == NULL && !on_pad)
		return YX_PIN_NEEDED;
	if (s->secret != NULL && (n < key->pin_min || n > key->pin_max))
		return YX_PIN_FORMAT;
	if ((rc = t->ops->tries(t, key, &s->tries)) != YX_OK)
		return rc;
	return s->tries == 1 && !s->last_try ? YX_PIN_LAST_TRY : YX_OK;
}

static int
give_pin(struct token *t, struct match *m)
{
	t->used = 1;
	atomic_store(&m->watch->pin_sent, 1);
	if (m->signing->secret == NULL)
		return t->ops->verify_on_pad(t, &m->key, &m->signing->tries);
	return t->ops->verify(t, &m->key, m->signing->secret->pin, &m->signing->tries);
}

/* Signs the message. A card that lost the PIN on the way gets it again, for it was
 * right. */
static int
sign_next(struct token *t, struct match *m, EVP_PKEY *public_key, size_t i)
{
	int rc = i == 0 || m->key.pin_each ? give_pin(t, m) : YX_OK;

	if (rc != YX_OK)
		return rc;
	rc = sign_one(t, &m->key, m->signing, public_key, i);
	for (int again = 0; rc == YX_PIN_NEEDED && again < PIN_AGAIN_MAX; again++) {
		if ((rc = give_pin(t, m)) != YX_OK)
			return rc;
		rc = sign_one(t, &m->key, m->signing, public_key, i);
	}
	return rc == YX_PIN_NEEDED ? YX_CARD_PROTOCOL : rc;
}

static int
sign_on_token(struct token *t, void *ctx, int *stop)
{
	struct match *m = ctx;
	struct keyring_signing *s = m->signing;
	EVP_PKEY *public_key = X509_get0_pubkey(s->summary->x509);
	int rc = t->ops->keys(t, match_key, m);

	if (!m->found)
		return rc;
	*stop = 1;
	rc = public_key != NULL ? may_verify(t, &m->key, s) : YX_CARD_UNSUPPORTED;
	for (size_t i = 0; rc == YX_OK && i < s->count; i++)
		if ((rc = sign_next(t, m, public_key, i)) == YX_OK) {
			s->done = i + 1;
			atomic_store(&m->watch->signatures, (int)s->done);
		}
	return rc;
}

int
keyring_sign(const struct keyring *k, struct keyring_signing *s)
{
	struct match m = { .signing = s, .watch = k->watch };
	int rc;

	s->tries = TOKEN_TRIES_UNKNOWN;
	s->done = 0;
	s->signatures = yx_arena_alloc(k->arena, s->count * sizeof(*s->signatures));
	if (s->signatures == NULL)
		return YX_NO_MEMORY;
	rc = each_token(k, sign_on_token, &m);
	return rc == YX_OK && !m.found ? YX_WRONG_CARD : rc;
}
