#include "tests/card/objects.h"

#include <string.h>

#include "common/random.h"
#include "tests/card/crypto.h"
#include "tests/card/evil.h"

const uint8_t tc_aid[11] = { 0xa0, 0, 0, 0x03, 0x08, 0, 0, 0x10, 0, 0x01, 0 };

void
tc_tlv(struct yx_buf *out, unsigned tag, const void *value, size_t n)
{
	if (tag > 0xff)
		yx_buf_add8(out, tag >> 8);
	yx_buf_add8(out, tag & 0xff);
	if (n > 0xff) {
		yx_buf_add8(out, n > 0xffff ? 0x83 : 0x82);
		if (n > 0xffff)
			yx_buf_add8(out, (unsigned)(n >> 16));
		yx_buf_add16be(out, n & 0xffff);
	} else {
		if (n > 0x7f)
			yx_buf_add8(out, 0x81);
		yx_buf_add8(out, (unsigned)n);
	}
	yx_buf_add(out, value, n);
}

struct tc_slot *
tc_find_slot(struct tc_card *card, uint8_t ref)
{
	for (size_t i = 0; i < card->slots; i++)
		if (card->slot[i].ref == ref)
			return &card->slot[i];
	return NULL;
}

void
tc_property_template(struct yx_buf *out)
{
	static const uint8_t authority[] = { 0x4f, 0x05, 0xa0, 0, 0, 0x03, 0x08 };
	static const uint8_t algorithms[] = { 0x80, 1, 0x07, 0x80, 1, 0x05, 0x80, 1, 0x11, 0x80, 1,
		0x14, 0x06, 0 };
	struct yx_buf in;

	yx_buf_init(&in, 128);
	/* 4F holds the PIX: the AID without the registered provider (part 2, table 3). */
	tc_tlv(&in, 0x4f, tc_aid + 5, sizeof(tc_aid) - 5);
	tc_tlv(&in, 0x79, authority, sizeof(authority));
	tc_tlv(&in, 0x50, "Yinxin test card", 16);
	tc_tlv(&in, 0xac, algorithms, sizeof(algorithms));
	tc_tlv(out, 0x61, in.data, in.len);
	yx_buf_free(&in);
}

static void
put_discovery(struct yx_buf *out)
{
	static const uint8_t policy[] = { 0x40, 0x00 }; /* the PIV PIN alone */
	struct yx_buf in;

	yx_buf_init(&in, 64);
	tc_tlv(&in, 0x4f, tc_aid, sizeof(tc_aid));
	tc_tlv(&in, 0x5f2f, policy, sizeof(policy));
	tc_tlv(out, 0x7e, in.data, in.len);
	yx_buf_free(&in);
}

static void
put_chuid(struct tc_card *card, struct yx_buf *in)
{
	/* FASC-N of a card outside the federal scheme: agency code 9999 (TIG SCEPACS). */
	static const uint8_t fascn[25] = { 0xd4, 0xe7, 0x39, 0xda, 0x73, 0x9c, 0xed, 0x39, 0xce,
		0x73, 0x9d, 0x83, 0x68, 0x58, 0x21, 0x08, 0x42, 0x10, 0x84, 0x21, 0xc8, 0x42, 0x10,
		0xc3, 0xeb };

	if (tc_evil_is(card, "guid"))
		yx_random(card->guid, sizeof(card->guid));
	tc_tlv(in, 0x30, fascn, sizeof(fascn));
	tc_tlv(in, 0x34, card->guid, sizeof(card->guid));
	tc_tlv(in, 0x35, "20491231", 8);
	tc_tlv(in, 0x3e, NULL, 0);
	tc_tlv(in, 0xfe, NULL, 0);
}

static void
put_capabilities(struct tc_card *card, struct yx_buf *in)
{
	static const struct { uint8_t tag, len, value;
	} rows[] = { { 0xf1, 1, 0x21 }, { 0xf2, 1, 0x21 }, { 0xf3, 0, 0 }, { 0xf4, 1, 0 },
		{ 0xf5, 1, 0x10 }, { 0xf6, 0, 0 }, { 0xf7, 0, 0 }, { 0xfa, 0, 0 }, { 0xfb, 0, 0 },
		{ 0xfc, 0, 0 }, { 0xfd, 0, 0 }, { 0xfe, 0, 0 } };
	uint8_t id[21] = { 0xa0, 0, 0, 0x01, 0x16, 0xff, 0x02 };

	memcpy(id + 7, card->guid, sizeof(id) - 7);
	tc_tlv(in, 0xf0, id, sizeof(id));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		tc_tlv(in, rows[i].tag, &rows[i].value, rows[i].len);
}

static void
put_history(struct tc_card *card, struct yx_buf *in)
{
	uint8_t on_card = 0, off_card = 0;

	for (size_t i = 0; i < card->slots; i++)
		on_card = (uint8_t)(on_card + (card->slot[i].ref < 0x9a));
	tc_tlv(in, 0xc1, &on_card, 1);
	tc_tlv(in, 0xc2, &off_card, 1);
	tc_tlv(in, 0xf3, NULL, 0);
	tc_tlv(in, 0xfe, NULL, 0);
}

static void
put_certificate(struct tc_card *card, struct tc_slot *slot, struct yx_buf *in)
{
	int gzip = tc_evil_is(card, "gzip") || tc_evil_is(card, "gzipbomb");
	uint8_t info = gzip ? 1 : 0;
	struct yx_buf cert;

	yx_buf_init(&cert, TC_OBJECT_MAX);
	if (tc_evil_is(card, "gzipbomb"))
		(void)tc_gzip(NULL, 32u << 20, &cert);
	else if (gzip)
		(void)tc_gzip(slot->cert, slot->cert_len, &cert);
	else if (tc_evil_is(card, "othercert"))
		(void)tc_other_cert(slot, &cert);
	else
		yx_buf_add(&cert, slot->cert, slot->cert_len);
	if (tc_evil_is(card, "bigcert"))
		for (int i = 0; cert.len < 64 * 1024; i++)
			yx_buf_add8(&cert, (unsigned)i & 0xff);
	tc_tlv(in, 0x70, cert.data, cert.len);
	tc_tlv(in, 0x71, &info, 1);
	tc_tlv(in, 0xfe, NULL, 0);
	yx_buf_free(&cert);
}

/* The key whose certificate an object holds (part 1, table 3); 0: none. */
static uint8_t
slot_of_object(unsigned low)
{
	if (low >= 0x0d && low <= 0x20)
		return (uint8_t)(0x82 + low - 0x0d);
	return low == 0x05 ? 0x9a :
	    low == 0x0a ? 0x9c :
	    low == 0x0b ? 0x9d :
	    low == 0x01 ? 0x9e :
			    0;
}

static unsigned
put_object(struct tc_card *card, unsigned low, struct yx_buf *in)
{
	struct tc_slot *slot = tc_find_slot(card, slot_of_object(low));

	if (low == 0x02)
		put_chuid(card, in);
	else if (low == 0x07)
		put_capabilities(card, in);
	else if (low == 0x0c)
		put_history(card, in);
	else if (low == 0x03 || low == 0x08 || low == 0x09)
		return card->verified ? 0x6a82 : 0x6982;
	else if (slot != NULL)
		put_certificate(card, slot, in);
	else
		return 0x6a82;
	return 0x9000;
}

unsigned
tc_object(struct tc_card *card, const uint8_t *body, size_t n, struct yx_buf *out)
{
	struct yx_buf in;
	unsigned sw = 0x6a82;

	if (n < 3 || body[0] != 0x5c || (size_t)body[1] + 2 != n)
		return 0x6a80;
	if (n == 3 && body[2] == 0x7e) {
		put_discovery(out);
		return 0x9000;
	}
	if (n != 5 || body[2] != 0x5f || body[3] != 0xc1)
		return 0x6a82;
	yx_buf_init(&in, TC_OBJECT_MAX);
	sw = put_object(card, body[4], &in);
	if (sw == 0x9000)
		tc_tlv(out, 0x53, in.data, in.len);
	yx_buf_free(&in);
	return sw;
}
