#include "tests/card/files.h"

#include <openssl/evp.h>
#include <string.h>

#include "tests/card/crypto.h"
#include "tests/card/evil.h"
#include "tests/card/objects.h"

#define FILE_MAX   (70 * 1024)
#define FILLED_UP  64 /* zero bytes behind what stands in a directory file */

enum { EF_DIR = 0x2f00, ODF = 0x5031, TOKEN_INFO = 0x5032, AODF = 0x4401, PRKDF = 0x4402, CDF = 0x4404, CERT = 0x4301 };

/* ---- selecting and reading ---- */

static size_t
find_in(const struct tc_card *card, uint16_t parent, uint16_t id)
{
	for (size_t i = 0; i < card->files; i++)
		if (card->file[i].parent == parent && card->file[i].id == id)
			return i;
	return card->files;
}

static unsigned
enter(struct tc_card *card, size_t i, const struct tc_apdu *a, struct yx_buf *out)
{
	const struct tc_file *f = &card->file[i];
	const uint8_t size[2] = { (uint8_t)(f->data.len >> 8), (uint8_t)f->data.len };
	const uint8_t id[2] = { (uint8_t)(f->id >> 8), (uint8_t)f->id }, type = f->df ? 0x38 : 0x01;
	struct yx_buf in;

	if (card->kind->no_fci && a->p2 != 0x0c)
		return 0x6a86;
	card->current = i;
	if (f->df)
		card->dir = i;
	if (a->p2 == 0x0c)
		return 0x9000;
	yx_buf_init(&in, 256);
	tc_tlv(&in, f->df ? 0x81 : 0x80, size, sizeof(size));
	tc_tlv(&in, 0x82, &type, 1);
	tc_tlv(&in, 0x83, id, sizeof(id));
	tc_tlv(out, 0x6f, in.data, in.len);
	yx_buf_free(&in);
	return 0x9000;
}

unsigned
tc_file_select_id(struct tc_card *card, uint16_t id, const struct tc_apdu *a, struct yx_buf *out)
{
	for (size_t i = 0; i < card->files; i++)
		if (card->file[i].id == id)
			return enter(card, i, a, out);
	return 0x6a82;
}

unsigned
tc_file_select(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	size_t at = a->p1 == 0x08 ? 0 : card->dir, next;

	if ((a->p1 == 0x08 && !card->kind->paths) || (a->p1 != 0x00 && a->p1 != 0x02 && a->p1 != 0x08))
		return 0x6a86;
	if (a->lc < 2 || a->lc % 2 != 0 || (a->p1 != 0x08 && a->lc != 2))
		return 0x6a80;
	if (a->p1 == 0x00 && a->data[0] == 0x3f && a->data[1] == 0)
		return enter(card, 0, a, out);
	for (size_t i = 0; i < a->lc; i += 2) {
		next = find_in(card, card->file[at].id, (uint16_t)(a->data[i] << 8 | a->data[i + 1]));
		if (next == card->files)
			return 0x6a82;
		at = next;
	}
	return enter(card, at, a, out);
}

unsigned
tc_file_read(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out)
{
	const struct tc_file *f = &card->file[card->current];
	size_t at = (size_t)a->p1 << 8 | a->p2, n;

	if (f->df || f->id >> 8 == TC_KEY_FILE >> 8)
		return 0x6986;
	if (at >= f->data.len)
		return 0x6b00;
	n = f->data.len - at;
	if (n > a->le)
		n = a->le;
	yx_buf_add(out, f->data.data + at, n);
	return n < a->le && a->le != 256 ? 0x6282 : 0x9000;
}

/* ---- what stands in them ---- */

static struct yx_buf *
add_file(struct tc_card *card, uint16_t parent, uint16_t id, int df)
{
	struct tc_file *f = &card->file[card->files++];

	f->id = id;
	f->parent = parent;
	f->df = df;
	yx_buf_init(&f->data, FILE_MAX);
	return &f->data;
}

static void
put(struct yx_buf *out, unsigned tag, const struct yx_buf *in)
{
	tc_tlv(out, tag, in->data, in->len);
}

static void
put_path(struct yx_buf *out, uint16_t id)
{
	const uint8_t path[] = { 0x3f, 0x00, 0x50, 0x15, (uint8_t)(id >> 8), (uint8_t)id };
	struct yx_buf in;

	yx_buf_init(&in, 64);
	tc_tlv(&in, 0x04, path, id == 0 ? 4 : sizeof(path));
	put(out, 0x30, &in);
	yx_buf_free(&in);
}

static void
put_dir(struct tc_card *card, struct yx_buf *out)
{
	static const uint8_t aid[] = { 0xa0, 0, 0, 0, 0x63, 'P', 'K', 'C', 'S', '-', '1', '5' };
	static const uint8_t other[] = { 0xa0, 0, 0, 0, 0x18, 1 };
	const uint8_t path[] = { 0x3f, 0x00, 0x50, 0x15 }, nowhere[] = { 0x3f, 0x00, 0x08, 0x00 };
	int cht = strcmp(card->kind->name, "cht") == 0;
	struct yx_buf in;

	yx_buf_init(&in, 256);
	tc_tlv(&in, 0x4f, other, sizeof(other));
	put(out, 0x61, &in); /* an application of somebody else comes first */
	yx_buf_reset(&in);
	tc_tlv(&in, 0x4f, aid, sizeof(aid));
	tc_tlv(&in, 0x50, "Yinxin test card", 16);
	tc_tlv(&in, 0x51, cht ? nowhere : path, sizeof(path));
	put(out, 0x61, &in);
	yx_buf_free(&in);
}

static void
put_odf(struct yx_buf *out)
{
	static const struct { unsigned tag; uint16_t file; } rows[] = {
		{ 0xa0, PRKDF }, { 0xa4, CDF }, { 0xa8, AODF },
	};
	struct yx_buf in;

	yx_buf_init(&in, 64);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		yx_buf_reset(&in);
		put_path(&in, rows[i].file);
		put(out, rows[i].tag, &in);
	}
	yx_buf_free(&in);
}

static void
put_algorithm(struct yx_buf *out, unsigned ref, unsigned mechanism, unsigned card_ref)
{
	static const uint8_t can[] = { 0x06, 0x40 }; /* compute signature */
	const uint8_t numbers[] = { (uint8_t)ref, (uint8_t)(mechanism >> 8), (uint8_t)mechanism, (uint8_t)card_ref };
	struct yx_buf in;

	yx_buf_init(&in, 64);
	tc_tlv(&in, 0x02, numbers, 1);
	tc_tlv(&in, 0x02, numbers + (mechanism > 0xff ? 1 : 2), mechanism > 0xff ? 2 : 1);
	tc_tlv(&in, 0x05, NULL, 0);
	tc_tlv(&in, 0x03, can, sizeof(can));
	tc_tlv(&in, 0x02, numbers + 3, 1);
	put(out, 0x30, &in);
	yx_buf_free(&in);
}

static void
put_token_info(struct tc_card *card, struct yx_buf *out)
{
	static const uint8_t version = 0, flags[] = { 0x04, 0x10 };
	struct yx_buf in, algorithms;

	yx_buf_init(&in, 512);
	yx_buf_init(&algorithms, 256);
	tc_tlv(&in, 0x02, &version, 1);
	tc_tlv(&in, 0x04, card->guid, 8);
	tc_tlv(&in, 0x0c, "Yinxin", 6);
	tc_tlv(&in, 0x80, "Yinxin test card", 16);
	tc_tlv(&in, 0x03, flags, sizeof(flags));
	if (card->kind->algorithms) {
		put_algorithm(&algorithms, 1, 0x0001, (unsigned)card->kind->rsa_info);
		put_algorithm(&algorithms, 2, 0x1041, (unsigned)card->kind->ec);
		put(&in, 0xa2, &algorithms);
	}
	put(out, 0x30, &in);
	yx_buf_free(&algorithms);
	yx_buf_free(&in);
}

/* { label, flags, authId, userConsent } */
static void
put_common(struct yx_buf *out, const char *label, int guarded, int consent)
{
	static const uint8_t private[] = { 0x07, 0x80 }, auth = 1, one = 1;
	struct yx_buf in;

	yx_buf_init(&in, 128);
	tc_tlv(&in, 0x0c, label, strlen(label));
	if (guarded) {
		tc_tlv(&in, 0x03, private, sizeof(private));
		tc_tlv(&in, 0x04, &auth, 1);
	}
	if (consent)
		tc_tlv(&in, 0x02, &one, 1);
	put(out, 0x30, &in);
	yx_buf_free(&in);
}

static void
put_key(struct tc_card *card, size_t i, struct yx_buf *out)
{
	static const uint8_t usage[] = { 0x06, 0x20, 0x40 }, access[] = { 0x03, 0xb8 };
	const struct tc_slot *slot = &card->slot[i];
	const uint8_t ref = (uint8_t)(i + 1), bits[] = { (uint8_t)(EVP_PKEY_get_bits(slot->key) >> 8),
		(uint8_t)EVP_PKEY_get_bits(slot->key) };
	struct yx_buf key, in, own;

	yx_buf_init(&key, 512);
	yx_buf_init(&in, 256);
	yx_buf_init(&own, 256);
	put_common(&key, "key", 1, card->consent);
	tc_tlv(&in, 0x04, &slot->ref, 1);
	tc_tlv(&in, 0x03, usage, sizeof(usage));
	tc_tlv(&in, 0x03, access, sizeof(access));
	tc_tlv(&in, 0x02, &ref, 1);
	put(&key, 0x30, &in);
	put_path(&own, card->kind->key_files ? (uint16_t)(TC_KEY_FILE + i) : 0);
	tc_tlv(&own, 0x02, bits, sizeof(bits));
	yx_buf_reset(&in);
	put(&in, 0x30, &own);
	put(&key, 0xa1, &in);
	put(out, EVP_PKEY_is_a(slot->key, "RSA") ? 0x30 : 0xa0, &key);
	yx_buf_free(&key);
	yx_buf_free(&in);
	yx_buf_free(&own);
}

static void
put_cert(struct tc_card *card, size_t i, struct yx_buf *out)
{
	struct yx_buf cert, in, own;

	yx_buf_init(&cert, 512);
	yx_buf_init(&in, 256);
	yx_buf_init(&own, 256);
	put_common(&cert, "certificate", 0, 0);
	tc_tlv(&in, 0x04, &card->slot[i].ref, 1);
	put(&cert, 0x30, &in);
	put_path(&own, (uint16_t)(CERT + i));
	yx_buf_reset(&in);
	put(&in, 0x30, &own);
	put(&cert, 0xa1, &in);
	put(out, 0x30, &cert);
	yx_buf_free(&cert);
	yx_buf_free(&in);
	yx_buf_free(&own);
}

/* An unblocking PIN first: not every entry is the one to VERIFY. */
static void
put_pin(struct tc_card *card, int unblocking, struct yx_buf *out)
{
	const unsigned padded = card->kind->pin_pad >= 0 ? 0x04 : 0;
	const uint8_t flags[] = { 0x01, (uint8_t)(0x08 | padded | (unblocking ? 0x02 : 0)) };
	const uint8_t type = 1, min = 4, stored = (uint8_t)card->kind->pin_stored, ref = unblocking ? 2 : 1;
	const uint8_t id = unblocking ? 2 : 1, pad = (uint8_t)card->kind->pin_pad;
	struct yx_buf pin, in, own;

	yx_buf_init(&pin, 256);
	yx_buf_init(&in, 256);
	yx_buf_init(&own, 256);
	put_common(&pin, unblocking ? "PUK" : "PIN", 0, 0);
	tc_tlv(&in, 0x04, &id, 1);
	put(&pin, 0x30, &in);
	tc_tlv(&own, 0x03, flags, sizeof(flags));
	tc_tlv(&own, 0x0a, &type, 1);
	tc_tlv(&own, 0x02, &min, 1);
	tc_tlv(&own, 0x02, &stored, 1);
	tc_tlv(&own, 0x02, &stored, 1);
	tc_tlv(&own, 0x80, &ref, 1);
	if (card->kind->pin_pad >= 0)
		tc_tlv(&own, 0x04, &pad, 1);
	put_path(&own, 0);
	yx_buf_reset(&in);
	put(&in, 0x30, &own);
	put(&pin, 0xa1, &in);
	put(out, 0x30, &pin);
	yx_buf_free(&pin);
	yx_buf_free(&in);
	yx_buf_free(&own);
}

static void
fill_up(struct yx_buf *file)
{
	for (int i = 0; i < FILLED_UP; i++)
		yx_buf_add8(file, 0);
}

int
tc_p15_make(struct tc_card *card)
{
	struct yx_buf *file;

	if (card->atr == NULL)
		card->atr = card->kind->atr;
	add_file(card, 0, TC_MF, 1);
	if (card->kind->dir)
		put_dir(card, add_file(card, TC_MF, EF_DIR, 0));
	if (strcmp(card->kind->name, "cht") == 0)
		return 0; /* its own files are nobody's business */
	add_file(card, TC_MF, TC_APP_DF, 1);
	put_odf(file = add_file(card, TC_APP_DF, ODF, 0));
	fill_up(file);
	put_token_info(card, add_file(card, TC_APP_DF, TOKEN_INFO, 0));
	file = add_file(card, TC_APP_DF, AODF, 0);
	put_pin(card, 1, file);
	put_pin(card, 0, file);
	fill_up(file);
	file = add_file(card, TC_APP_DF, PRKDF, 0);
	for (size_t i = 0; i < card->slots; i++)
		put_key(card, i, file);
	fill_up(file);
	file = add_file(card, TC_APP_DF, CDF, 0);
	for (size_t i = 0; i < card->slots; i++)
		put_cert(card, i, file);
	fill_up(file);
	for (size_t i = 0; i < card->slots; i++) {
		yx_buf_add(file = add_file(card, TC_APP_DF, (uint16_t)(CERT + i), 0), card->slot[i].cert,
		    card->slot[i].cert_len);
		fill_up(file);
		if (card->kind->key_files)
			add_file(card, TC_APP_DF, (uint16_t)(TC_KEY_FILE + i), 0);
	}
	return 0;
}

void
tc_p15_free(struct tc_card *card)
{
	for (size_t i = 0; i < card->files; i++)
		yx_buf_free(&card->file[i].data);
}
