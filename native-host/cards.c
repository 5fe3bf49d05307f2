#include "native-host/cards.h"

#include <openssl/evp.h>
#include <string.h>

#include "native-host/sign_verify.h"

#define SIGNATURE_MAX 1024

static const struct card_driver *const drivers[] = { &card_piv };

int
cards_probe(struct card *card)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		int rc = drivers[i]->probe(card);

		card->driver = drivers[i];
		if (rc != YX_CARD_UNSUPPORTED)
			return rc;
	}
	return YX_CARD_UNSUPPORTED;
}

int
cards_usable(const struct yx_cert *cert)
{
	return !cert->is_ca && (cert->digital_signature || cert->non_repudiation) &&
	    yx_cert_digest(cert) != NULL;
}

struct find {
	struct yx_arena     *arena;
	struct cards_found **tail;
	int                  err;
};

static int
find_key(struct card *card, const struct card_key *key, void *ctx)
{
	struct find *f = ctx;
	struct cards_found *found;
	struct yx_cert cert = { 0 };
	int usable;

	if (yx_cert_parse(card->arena, key->cert, key->cert_len, &cert) != YX_OK)
		return 0;
	usable = cards_usable(&cert);
	yx_cert_free(&cert);
	if (!usable)
		return 0;
	if ((found = yx_arena_alloc(f->arena, sizeof(*found))) == NULL) {
		f->err = YX_NO_MEMORY;
		return 1;
	}
	*found = (struct cards_found){
		.cert = key->cert, .len = key->cert_len, .reader = card->reader, .slot = key->slot
	};
	*f->tail = found;
	f->tail = &found->next;
	return 0;
}

static int
find_on_card(struct card *card, void *ctx, int *used, int *stop)
{
	struct find *f = ctx;
	int rc = card->driver->keys(card, find_key, f);

	(void)used, (void)stop;
	return rc != YX_OK ? rc : f->err;
}

int
cards_find(struct yx_arena *a, struct pcsc_watch *watch, struct cards_found **out)
{
	struct find f = { .arena = a, .tail = out };
	int rc;

	*out = NULL;
	rc = pcsc_each(a, watch, find_on_card, &f);
	/* One card that fails must not hide another one that works. */
	if (*out != NULL && rc != YX_CANCELLED && rc != YX_NO_MEMORY)
		return YX_OK;
	return rc == YX_OK ? YX_CARD_UNSUPPORTED : rc;
}

/* Looking for one certificate. */
struct match {
	struct cards_signing *signing;
	struct card_key       key;
	int                   found;
};

static int
match_key(struct card *card, const struct card_key *key, void *ctx)
{
	struct match *m = ctx;

	(void)card;
	if (key->cert_len != m->signing->cert_len ||
	    memcmp(key->cert, m->signing->cert, key->cert_len) != 0)
		return 0;
	m->key = *key;
	m->found = 1;
	return 1;
}

/* Signs one message and checks the result before it may leave. */
static int
sign_one(struct card *card, const struct card_key *key, struct cards_signing *s,
    EVP_PKEY *public_key, size_t i)
{
	const EVP_MD *md = sign_digest(yx_cert_digest(s->summary));
	const struct cards_bytes *message = &s->messages[i];
	uint8_t hash[EVP_MAX_MD_SIZE];
	struct yx_buf signature;
	int rc = YX_INTERNAL;

	yx_buf_init(&signature, SIGNATURE_MAX);
	if (md == NULL || EVP_Digest(message->p, message->n, hash, NULL, md, NULL) != 1)
		goto out;
	if ((rc = card->driver->sign(card, key, public_key, md, hash, &signature)) != YX_OK ||
	    (rc = sign_verify(
		 public_key, md, message->p, message->n, signature.data, signature.len)) != YX_OK)
		goto out;
	s->signatures[i].n = signature.len;
	s->signatures[i].p =
	    (const uint8_t *)yx_arena_strndup(card->arena, signature.data, signature.len);
	rc = s->signatures[i].p != NULL ? YX_OK : YX_NO_MEMORY;
out:
	yx_buf_free(&signature);
	return rc;
}

static int
sign_on_card(struct card *card, void *ctx, int *used, int *stop)
{
	struct match *m = ctx;
	struct cards_signing *s = m->signing;
	EVP_PKEY *public_key = X509_get0_pubkey(s->summary->x509);
	int rc = card->driver->keys(card, match_key, m);

	if (!m->found)
		return rc;
	*stop = *used = 1;
	rc = public_key != NULL ? YX_OK : YX_CARD_UNSUPPORTED;
	for (size_t i = 0; rc == YX_OK && i < s->count; i++) {
		if (i == 0 || m->key.pin_each)
			rc = card->driver->verify(card, s->secret->pin, i == 0, &s->tries);
		if (rc == YX_OK)
			rc = sign_one(card, &m->key, s, public_key, i);
	}
	return rc;
}

int
cards_sign(struct yx_arena *a, struct pcsc_watch *watch, struct cards_signing *s)
{
	struct match m = { .signing = s };
	int rc;

	s->tries = CARD_TRIES_UNKNOWN;
	s->signatures = yx_arena_alloc(a, s->count * sizeof(*s->signatures));
	if (s->signatures == NULL)
		return YX_NO_MEMORY;
	rc = pcsc_each(a, watch, sign_on_card, &m);
	return rc == YX_OK && !m.found ? YX_WRONG_CARD : rc;
}
