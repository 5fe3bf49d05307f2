#include "tests/card/p15.h"

#include <openssl/evp.h>
#include <string.h>

#include "tests/card/crypto.h"
#include "tests/card/evil.h"
#include "tests/card/files.h"
#include "tests/card/objects.h"
#include "tests/card/piv.h"

#define PIN_REF 0x01

static const uint8_t p15_aid[] = { 0xa0, 0, 0, 0, 0x63, 'P', 'K', 'C', 'S', '-', '1', '5' };
static const uint8_t iso_aid[] = { 0xf2, 0x76, 0xa2, 0x88, 0xbc, 0xfb, 0xa6, 0x9d, 0x34, 0xf3, 0x10, 0x01 };

static const struct tc_kind kinds[] = {
	{ .name = "generic", .rsa_info = 0x12, .rsa_block = -1, .ec = 0x31, .pin_stored = 8, .pin_pad = 0xff,
	    .dir = 1, .paths = 1, .algorithms = 1 },
	{ .name = "myeid", .atr = "3BF51800008131FE454D794549449A", .key_files = 1, .rsa_info = 0x02, .rsa_block = 0x00,
	    .ec = 0x04, .pin_stored = 8, .pin_pad = 0xff, .dir = 1, .paths = 1 },
	{ .name = "iso", .rsa_info = 0x11, .rsa_block = -1, .ec = 0x21, .pin_stored = 16, .pin_pad = 0, .dir = 1,
	    .paths = 1 },
	{ .name = "bare", .rsa_info = -1, .rsa_block = -1, .ec = -1, .ec_raw = 1, .pin_stored = 12, .pin_pad = -1,
	    .no_fci = 1 },
	/* Chunghwa's chip: an EF.DIR that leads nowhere, and no VERIFY in the clear. */
	{ .name = "cht", .atr = "3BD8960081B1FE451F0743485447504B494ADD", .rsa_info = -1, .rsa_block = -1, .ec = -1,
	    .pin_stored = 8, .pin_pad = 0xff, .dir = 1, .paths = 1 },
};

const struct tc_kind *
tc_p15_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

/* ---- commands ---- */

static unsigned
ins_verify(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	const struct tc_kind *kind = card->kind;
	uint8_t padded[64];
	size_t n = strlen(card->pin);

	(void)out;
	if (a->p1 != 0 || a->p2 != PIN_REF)
		return 0x6a88;
	if (a->lc == 0)
		return card->verified ? 0x9000 : tc_tries_word(card->tries);
	card->verifies++;
	if (card->tries <= 0)
		return 0x6983;
	memset(padded, kind->pin_pad < 0 ? 0 : kind->pin_pad, sizeof(padded));
	memcpy(padded, card->pin, n);
	if (kind->pin_pad >= 0)
		n = kind->pin_stored;
	if (kind->pin_pad >= 0 && a->lc != n)
		return 0x6700;
	card->verified = card->fresh = a->lc == n && memcmp(a->data, padded, n) == 0;
	if (!card->verified)
		return tc_tries_word(--card->tries);
	card->tries = card->tries_max;
	return 0x9000;
}

/* MANAGE SECURITY ENVIRONMENT: remembers what the template says. */
static unsigned
ins_environment(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	(void)out;
	if (a->p1 != 0x41 || a->p2 != 0xb6)
		return 0x6a86;
	card->mse_alg = card->mse_ref = card->mse_file = -1;
	for (size_t i = 0; i + 2 <= a->lc; i += 2u + a->data[i + 1]) {
		const uint8_t *v = a->data + i + 2;
		size_t n = a->data[i + 1];

		if (n > a->lc - i - 2)
			return 0x6a80;
		if (a->data[i] == 0x80 && n == 1)
			card->mse_alg = v[0];
		else if (a->data[i] == 0x84 && n == 1)
			card->mse_ref = v[0];
		else if (a->data[i] == 0x81 && n == 2)
			card->mse_file = v[0] << 8 | v[1];
		else
			return 0x6a80;
	}
	return 0x9000;
}

/* The slot that the security environment means; NULL: none. */
static struct tc_slot *
slot_meant(struct tc_card *card)
{
	size_t i = card->kind->key_files ? (size_t)(card->mse_file - TC_KEY_FILE) : (size_t)(card->mse_ref - 1);

	if (card->kind->key_files && card->file[card->current].id != card->mse_file)
		return NULL; /* such cards want the key's file selected as well */
	return i < card->slots ? &card->slot[i] : NULL;
}

/* An RSA key that pads by itself: 00 01 FF … 00 and the DigestInfo. */
static int
pad_info(const struct tc_slot *slot, const uint8_t *data, size_t n, uint8_t *block)
{
	size_t bytes = tc_key_bytes(slot->key);

	if (n + 11 > bytes || n < 19 || data[0] != 0x30)
		return -1;
	memset(block, 0xff, bytes);
	block[0] = 0;
	block[1] = 1;
	block[bytes - n - 1] = 0;
	memcpy(block + bytes - n, data, n);
	return 0;
}

static unsigned
sign_rsa(struct tc_card *card, struct tc_slot *slot, const struct tc_apdu *a, struct yx_buf *out)
{
	const struct tc_kind *kind = card->kind;
	size_t bytes = tc_key_bytes(slot->key);
	uint8_t block[1024];

	if (kind->rsa_block >= 0 && card->mse_alg == kind->rsa_block) {
		if (a->lc != bytes)
			return 0x6700;
		memcpy(block, a->data, bytes);
	} else if (card->mse_alg != kind->rsa_info) {
		return 0x6a80;
	} else if (pad_info(slot, a->data, a->lc, block) != 0) {
		return 0x6a80;
	}
	return tc_sign_with(card, slot, block, bytes, out) == 0 ? 0x9000 : 0x6f00;
}

static unsigned
ins_sign(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	struct tc_slot *slot;
	unsigned sw = 0x6a80;

	if (a->p1 != 0x9e || a->p2 != 0x9a)
		return 0x6a86;
	if (card->consent ? !card->fresh : !card->verified)
		return 0x6982;
	card->fresh = 0;
	if ((slot = slot_meant(card)) == NULL)
		return 0x6a88;
	if (EVP_PKEY_is_a(slot->key, "RSA")) {
		sw = sign_rsa(card, slot, a, out);
	} else if (card->mse_alg == card->kind->ec && a->lc > 0 && a->lc <= tc_key_bytes(slot->key)) {
		sw = tc_sign_with(card, slot, a->data, a->lc, out) == 0 ? 0x9000 : 0x6f00;
		if (sw == 0x9000 && card->kind->ec_raw)
			tc_unwrap_ecdsa(slot, out);
	}
	card->signatures += sw == 0x9000;
	return sw;
}

/* What MyEID's own clients ask first: version 4.5.5 and what it can do. */
static unsigned
ins_get_data(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	static const uint8_t info[20] = { 'M', 'y', 'E', 'I', 'D', 4, 5, 5, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1 };
	static const uint8_t can[11] = { 1, 0, 0x09, 0x10, 0x00, 0, 0, 0, 0, 0x02, 0x09 };

	if (strcmp(card->kind->name, "myeid") != 0 || a->p1 != 1)
		return 0x6d00;
	if (a->p2 == 0xa0)
		yx_buf_add(out, info, sizeof(info));
	else if (a->p2 == 0xaa)
		yx_buf_add(out, can, sizeof(can));
	else
		return 0x6a88;
	return 0x9000;
}

static int
is_aid(const struct tc_apdu *a, const uint8_t *id, size_t n)
{
	return a->lc == n && memcmp(a->data, id, n) == 0;
}

/* By name: the application's. */
static unsigned
ins_select(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	if (a->p1 != 0x04)
		return tc_file_select(card, a, out);
	if (strcmp(card->kind->name, "cht") == 0 ||
	    (!is_aid(a, p15_aid, sizeof(p15_aid)) &&
		(strcmp(card->kind->name, "iso") != 0 || !is_aid(a, iso_aid, sizeof(iso_aid)))))
		return 0x6a82;
	card->verified = card->fresh = 0;
	return tc_file_select_id(card, TC_APP_DF, a, out);
}

unsigned
tc_p15_run(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	static const struct {
		uint8_t ins;
		unsigned (*run)(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out);
	} rows[] = {
		{ 0xa4, ins_select }, { 0xb0, tc_file_read }, { 0x20, ins_verify }, { 0x22, ins_environment },
		{ 0x2a, ins_sign }, { 0xca, ins_get_data },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].ins == a->ins)
			return rows[i].run(card, a, out);
	return 0x6d00;
}
