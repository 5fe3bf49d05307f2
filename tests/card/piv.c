#include "tests/card/piv.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <string.h>

#include "tests/card/crypto.h"
#include "tests/card/evil.h"
#include "tests/card/objects.h"
#include "tests/card/p15.h"

#define PIN_SIZE 8

typedef unsigned (*ins_fn)(struct tc_card *, const struct tc_apdu *, struct yx_buf *);

void
tc_reset(struct tc_card *card)
{
	card->selected = card->verified = card->fresh = 0;
	card->dir = card->current = 0;
	card->mse_alg = card->mse_ref = card->mse_file = -1;
	card->chain_ins = -1;
	yx_buf_reset(&card->chain);
	yx_buf_reset(&card->rest);
	card->rest_at = 0;
}

/* ISO 7816-3, 12.1.3: the four cases, short and extended; 0 or -1. */
static int
parse(const uint8_t *p, size_t n, struct tc_apdu *a)
{
	int extended = n > 5 && p[4] == 0;
	size_t head = extended ? 7 : 5, left;

	*a = (struct tc_apdu){ 0 };
	if (n < 4)
		return -1;
	a->cla = p[0], a->ins = p[1], a->p1 = p[2], a->p2 = p[3];
	if (n == 4)
		return 0;
	if (n == 5) {
		a->le = p[4] != 0 ? p[4] : 256;
		return 0;
	}
	if (n < head)
		return -1;
	a->lc = extended ? (size_t)p[5] << 8 | p[6] : p[4];
	if (extended && n == head) {
		a->le = a->lc != 0 ? a->lc : 65536;
		a->lc = 0;
		return 0;
	}
	if (a->lc == 0 || n - head < a->lc)
		return -1;
	a->data = p + head;
	left = n - head - a->lc;
	if (left == (extended ? 2u : 1u))
		a->le = extended ? (size_t)p[n - 2] << 8 | p[n - 1] : p[n - 1];
	else if (left != 0)
		return -1;
	if (left != 0 && a->le == 0)
		a->le = extended ? 65536 : 256;
	return 0;
}

static unsigned
ins_select(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	if (a->p1 != 4)
		return 0x6a86;
	if (a->lc < 5 || a->lc > sizeof(tc_aid) || memcmp(a->data, tc_aid, a->lc) != 0)
		return 0x6a82;
	tc_reset(card);
	card->selected = 1;
	tc_property_template(out);
	return 0x9000;
}

static unsigned
ins_get_data(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	if (a->p1 != 0x3f || a->p2 != 0xff)
		return 0x6a86;
	return tc_object(card, a->data, a->lc, out);
}

unsigned
tc_tries_word(int tries)
{
	return tries > 0 ? 0x63c0u | (unsigned)tries : 0x6983;
}

/* A PIN field of eight bytes, padded with FF, against what the card knows. */
static int
pin_matches(const uint8_t *field, const char *pin)
{
	uint8_t padded[PIN_SIZE];
	size_t n = strlen(pin);

	memset(padded, 0xff, sizeof(padded));
	memcpy(padded, pin, n < sizeof(padded) ? n : sizeof(padded));
	return memcmp(padded, field, sizeof(padded)) == 0;
}

/* One try at the PIN or the PUK: 9000, or what is left. */
static unsigned
try_secret(const uint8_t *field, const char *secret, int *tries, int max)
{
	if (*tries <= 0)
		return 0x6983;
	if (!pin_matches(field, secret)) {
		--*tries;
		return tc_tries_word(*tries);
	}
	*tries = max;
	return 0x9000;
}

static unsigned
ins_verify(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	unsigned sw;

	(void)out;
	if (a->p2 != 0x80)
		return 0x6a88;
	if (a->p1 == 0xff && a->lc == 0) {
		card->verified = card->fresh = 0;
		return 0x9000;
	}
	if (a->p1 != 0)
		return 0x6a86;
	if (a->lc == 0)
		return card->verified ? 0x9000 : tc_tries_word(card->tries);
	if (a->lc != PIN_SIZE)
		return 0x6a80;
	card->verifies++;
	sw = try_secret(a->data, card->pin, &card->tries, card->tries_max);
	card->verified = card->fresh = sw == 0x9000;
	if (sw != 0x9000 && tc_evil_is(card, "pinup"))
		card->tries += 2;
	return sw;
}

static unsigned
ins_unblock(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	static char pin[PIN_SIZE + 1];
	unsigned sw;
	size_t n = 0;

	(void)out;
	if (a->p1 != 0 || a->p2 != 0x80)
		return 0x6a88;
	if (a->lc != 2 * PIN_SIZE)
		return 0x6a80;
	sw = try_secret(a->data, card->puk, &card->puk_tries, card->tries_max);
	if (sw != 0x9000)
		return sw;
	for (memset(pin, 0, sizeof(pin)); n < PIN_SIZE && a->data[PIN_SIZE + n] != 0xff; n++)
		pin[n] = (char)a->data[PIN_SIZE + n];
	card->pin = pin;
	card->tries = card->tries_max;
	return sw;
}

/* The value of a tag inside the dynamic authentication template 7C. */
static const uint8_t *
find_tag(const uint8_t *p, size_t n, uint8_t tag, size_t *len)
{
	while (n >= 2) {
		size_t head = p[1] == 0x82 ? 4 : p[1] == 0x81 ? 3 : 2, l;

		if (n < head)
			return NULL;
		l = head == 4 ? (size_t)p[2] << 8 | p[3] : head == 3 ? p[2] : p[1];
		if (l > n - head)
			return NULL;
		if (p[0] == tag) {
			*len = l;
			return p + head;
		}
		p += head + l;
		n -= head + l;
	}
	return NULL;
}

static int
pin_missing(const struct tc_card *card, uint8_t ref)
{
	if (ref == 0x9e)
		return 0;
	return ref == 0x9c || card->consent ? !card->fresh : !card->verified;
}

void
tc_unwrap_ecdsa(const struct tc_slot *slot, struct yx_buf *sig)
{
	const uint8_t *p = sig->data;
	ECDSA_SIG *both = d2i_ECDSA_SIG(NULL, &p, (long)sig->len);
	size_t half = tc_key_bytes(slot->key);
	uint8_t *room;

	if (both == NULL)
		return;
	yx_buf_reset(sig);
	if ((room = yx_buf_room(sig, 2 * half)) != NULL) {
		BN_bn2binpad(ECDSA_SIG_get0_r(both), room, (int)half);
		BN_bn2binpad(ECDSA_SIG_get0_s(both), room + half, (int)half);
		sig->len = 2 * half;
	}
	ECDSA_SIG_free(both);
}

int
tc_sign_with(struct tc_card *card, const struct tc_slot *slot, const uint8_t *data, size_t n, struct yx_buf *sig)
{
	EVP_PKEY *other = tc_evil_is(card, "wrongkey") ? tc_other_key(slot->key) : NULL;
	uint8_t copy[1024] = { 0 };
	int rc;

	memcpy(copy, data, n);
	if (tc_evil_is(card, "otherdata"))
		copy[n - 1] ^= 1;
	rc = tc_sign(other != NULL ? other : slot->key, copy, n, sig);
	EVP_PKEY_free(other);
	if (rc == 0 && tc_evil_is(card, "raw") && EVP_PKEY_is_a(slot->key, "EC"))
		tc_unwrap_ecdsa(slot, sig);
	return rc;
}

static unsigned
ins_authenticate(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	struct tc_slot *slot = tc_find_slot(card, a->p2);
	const uint8_t *in, *data;
	size_t in_len = 0, n = 0, bytes;
	struct yx_buf sig, inner;
	unsigned sw = 0x6a80;

	if (slot == NULL)
		return 0x6a88;
	if (a->p1 != tc_key_algorithm(slot->key))
		return 0x6a86;
	if (pin_missing(card, slot->ref))
		return 0x6982;
	card->fresh = 0;
	in = find_tag(a->data, a->lc, 0x7c, &in_len);
	data = in != NULL ? find_tag(in, in_len, 0x81, &n) : NULL;
	bytes = tc_key_bytes(slot->key);
	if (data == NULL || n == 0 || n > bytes || (EVP_PKEY_is_a(slot->key, "RSA") && n != bytes))
		return sw;
	yx_buf_init(&sig, 1024);
	yx_buf_init(&inner, 2048);
	if (tc_sign_with(card, slot, data, n, &sig) == 0) {
		tc_tlv(&inner, 0x82, sig.data, sig.len);
		tc_tlv(out, 0x7c, inner.data, inner.len);
		card->signatures++;
		sw = 0x9000;
	}
	yx_buf_free(&sig);
	yx_buf_free(&inner);
	return sw;
}

/* Version and serial number as the tools of other people's cards ask for them. */
static unsigned
ins_version(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	(void)card, (void)a;
	yx_buf_add(out, "\x05\x02\x07", 3);
	return 0x9000;
}

static unsigned
ins_serial(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	(void)a;
	yx_buf_add(out, card->guid, 4);
	return 0x9000;
}

static const struct {
	uint8_t ins;
	ins_fn  run;
	int     unselected; /* allowed before SELECT */
} commands[] = {
	{ 0xa4, ins_select, 1 },
	{ 0xcb, ins_get_data, 0 },
	{ 0x20, ins_verify, 0 },
	{ 0x2c, ins_unblock, 0 },
	{ 0x87, ins_authenticate, 0 },
	{ 0xfd, ins_version, 0 },
	{ 0xf8, ins_serial, 0 },
};

static unsigned
run(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (commands[i].ins != a->ins)
			continue;
		if (!card->selected && !commands[i].unselected)
			return 0x6d00;
		if (a->ins != 0x20 && a->ins != 0x87 && tc_evil_is(card, "strict"))
			card->fresh = 0;
		return commands[i].run(card, a, out);
	}
	return 0x6d00;
}

/* As much of the answer as Le allows, and 61xx if there is more. Without Le some
 * cards answer as for 256, some (T=0) only announce. */
static void
hand_out(struct tc_card *card, size_t le, unsigned sw, struct yx_buf *reply)
{
	size_t left = card->rest.len - card->rest_at;
	size_t n = left < le ? left : le;

	if (le == 0 && !tc_evil_is(card, "t0"))
		n = left < 256 ? left : 256;
	yx_buf_add(reply, card->rest.data + card->rest_at, n);
	card->rest_at += n;
	left -= n;
	if (left == 0)
		yx_buf_reset(&card->rest), card->rest_at = 0;
	else
		sw = 0x6100 | (left < 256 ? (unsigned)left : 0);
	yx_buf_add16be(reply, sw);
}

/* ISO 7816-4, 5.1.1.1: collects the parts. 1 if the command is complete. */
static int
chained(struct tc_card *card, struct tc_apdu *a)
{
	if (card->chain_ins != a->ins)
		yx_buf_reset(&card->chain);
	card->chain_ins = a->ins;
	if ((a->cla & 0x10) == 0 && card->chain.len == 0)
		return 1;
	yx_buf_add(&card->chain, a->data, a->lc);
	a->data = card->chain.data;
	a->lc = card->chain.len;
	return (a->cla & 0x10) == 0;
}

int
tc_command(struct tc_card *card, const uint8_t *p, size_t n, struct yx_buf *reply)
{
	struct tc_apdu a;
	unsigned sw;

	card->apdus++;
	if (parse(p, n, &a) != 0) {
		yx_buf_add16be(reply, 0x6700);
		return n > 1 ? p[1] : -1;
	}
	if (a.ins == 0xc0 && card->rest.len > 0) {
		hand_out(card, a.le, 0x9000, reply);
		return a.ins;
	}
	yx_buf_reset(&card->rest);
	card->rest_at = 0;
	if ((a.cla & ~0x10) != 0) {
		yx_buf_add16be(reply, 0x6e00);
		return a.ins;
	}
	if (!chained(card, &a)) {
		yx_buf_add16be(reply, 0x9000);
		return a.ins;
	}
	sw = card->kind != NULL ? tc_p15_run(card, &a, &card->rest) : run(card, &a, &card->rest);
	yx_buf_reset(&card->chain);
	card->chain_ins = -1;
	if (card->rest.len == 0)
		yx_buf_add16be(reply, sw);
	else
		hand_out(card, a.le, sw, reply);
	return a.ins;
}
