#include "native-host/keyring.h"

#include <openssl/evp.h>
#include <string.h>

#include "native-host/pcsc.h"
#include "native-host/sign_verify.h"

#define SIGNATURE_MAX 1024

static const struct token_source *const sources[] = { &pcsc_source };

/* Walks over all sources until one stops it. */
static int
each_token(struct token_round *round)
{
	int rc = YX_NO_CARD;

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]) && !round->stop; i++)
		rc = sources[i]->each(round);
	return rc;
}

int
keyring_usable(const struct yx_cert *cert)
{
	return !cert->is_ca && (cert->digital_signature || cert->non_repudiation) &&
	    yx_cert_digest(cert) != NULL;
}

struct find {
	struct yx_arena     *arena;
	struct keyring_found **tail;
	int                  err;
};

static int
find_key(struct token *t, const struct token_key *key, void *ctx)
{
	struct find *f = ctx;
	struct keyring_found *found;
	struct yx_cert cert = { 0 };
	int usable;

	if (yx_cert_parse(t->arena, key->cert, key->cert_len, &cert) != YX_OK)
		return 0;
	usable = keyring_usable(&cert);
	yx_cert_free(&cert);
	if (!usable)
		return 0;
	if ((found = yx_arena_alloc(f->arena, sizeof(*found))) == NULL) {
		f->err = YX_NO_MEMORY;
		return 1;
	}
	*found = (struct keyring_found){
		.cert = key->cert, .len = key->cert_len, .reader = t->reader, .slot = key->slot
	};
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
keyring_find(struct yx_arena *a, struct token_watch *watch, struct keyring_found **out)
{
	struct find f = { .arena = a, .tail = out };
	struct token_round round = { .arena = a, .watch = watch, .fn = find_on_token, .ctx = &f };
	int rc;

	*out = NULL;
	rc = each_token(&round);
	/* One token that fails must not hide another one that works. */
	if (*out != NULL && rc != YX_CANCELLED && rc != YX_NO_MEMORY)
		return YX_OK;
	return rc == YX_OK ? YX_CARD_UNSUPPORTED : rc;
}

/* Looking for one certificate. */
struct match {
	struct keyring_signing *signing;
	struct token_key       key;
	int                   found;
};

static int
match_key(struct token *t, const struct token_key *key, void *ctx)
{
	struct match *m = ctx;

	(void)t;
	if (key->cert_len != m->signing->cert_len ||
	    memcmp(key->cert, m->signing->cert, key->cert_len) != 0)
		return 0;
	m->key = *key;
	m->found = 1;
	return 1;
}

/* Signs one message and checks the result before it may leave. */
static int
sign_one(struct token *t, const struct token_key *key, struct keyring_signing *s,
    EVP_PKEY *public_key, size_t i)
{
	const EVP_MD *md = sign_digest(yx_cert_digest(s->summary));
	const struct keyring_bytes *message = &s->messages[i];
	uint8_t hash[EVP_MAX_MD_SIZE];
	struct yx_buf signature;
	int rc = YX_INTERNAL;

	yx_buf_init(&signature, SIGNATURE_MAX);
	if (md == NULL || EVP_Digest(message->p, message->n, hash, NULL, md, NULL) != 1)
		goto out;
	if ((rc = t->ops->sign(t, key, public_key, md, hash, &signature)) != YX_OK ||
	    (rc = sign_verify(
		 public_key, md, message->p, message->n, signature.data, signature.len)) != YX_OK)
		goto out;
	s->signatures[i].n = signature.len;
	s->signatures[i].p =
	    (const uint8_t *)yx_arena_strndup(t->arena, signature.data, signature.len);
	rc = s->signatures[i].p != NULL ? YX_OK : YX_NO_MEMORY;
out:
	yx_buf_free(&signature);
	return rc;
}

/* A PIN of a length that the card does not know costs no try. */
static int
pin_fits(const struct token_key *key, const struct secret *secret)
{
	size_t n = strlen(secret->pin);

	return n >= key->pin_min && n <= key->pin_max ? YX_OK : YX_PIN_FORMAT;
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
	*stop = t->used = 1;
	rc = public_key != NULL ? pin_fits(&m->key, s->secret) : YX_CARD_UNSUPPORTED;
	for (size_t i = 0; rc == YX_OK && i < s->count; i++) {
		if (i == 0 || m->key.pin_each)
			rc = t->ops->verify(t, &m->key, s->secret->pin, i == 0, &s->tries);
		if (rc == YX_OK)
			rc = sign_one(t, &m->key, s, public_key, i);
	}
	return rc;
}

int
keyring_sign(struct yx_arena *a, struct token_watch *watch, struct keyring_signing *s)
{
	struct match m = { .signing = s };
	struct token_round round = { .arena = a, .watch = watch, .fn = sign_on_token, .ctx = &m };
	int rc;

	s->tries = TOKEN_TRIES_UNKNOWN;
	s->signatures = yx_arena_alloc(a, s->count * sizeof(*s->signatures));
	if (s->signatures == NULL)
		return YX_NO_MEMORY;
	rc = each_token(&round);
	return rc == YX_OK && !m.found ? YX_WRONG_CARD : rc;
}
