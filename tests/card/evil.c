#include "tests/card/evil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/codec.h"
#include "tests/card/objects.h"

#define NESTED_DEPTH 1000

typedef enum tc_send (*spoil_fn)(struct tc_card *, struct yx_buf *, long *delay_ms);

static void
put_sw(struct yx_buf *b, unsigned sw)
{
	yx_buf_add16be(b, sw);
}

static enum tc_send
spoil_none(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)reply, (void)delay_ms;
	return TC_SEND;
}

static enum tc_send
spoil_empty(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)delay_ms;
	yx_buf_reset(reply);
	return TC_SEND;
}

static enum tc_send
spoil_onebyte(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)delay_ms;
	yx_buf_reset(reply);
	yx_buf_add8(reply, 0x90);
	return TC_SEND;
}

static enum tc_send
spoil_swonly(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)delay_ms;
	yx_buf_reset(reply);
	put_sw(reply, 0x9000);
	return TC_SEND;
}

static enum tc_send
spoil_silent(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)reply, (void)delay_ms;
	return TC_SILENT;
}

static enum tc_send
spoil_cut(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)reply, (void)delay_ms;
	return TC_CUT;
}

static enum tc_send
spoil_close(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)reply, (void)delay_ms;
	return TC_CLOSE;
}

static enum tc_send
spoil_slow(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)reply;
	*delay_ms = 1000 * (card->evil.number > 0 ? card->evil.number : 2);
	return TC_SEND;
}

static enum tc_send
spoil_big(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)delay_ms;
	yx_buf_reset(reply);
	while (reply->len < TC_REPLY_MAX - 2)
		yx_buf_add8(reply, 0x41);
	put_sw(reply, 0x9000);
	return TC_SEND;
}

static enum tc_send
spoil_61ff(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)delay_ms;
	yx_buf_reset(reply);
	while (reply->len < 255)
		yx_buf_add8(reply, 0x53);
	put_sw(reply, 0x61ff);
	return TC_SEND;
}

static enum tc_send
spoil_6100(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)delay_ms;
	yx_buf_reset(reply);
	put_sw(reply, 0x6100);
	return TC_SEND;
}

static enum tc_send
spoil_6c(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)delay_ms;
	yx_buf_reset(reply);
	put_sw(reply, 0x6c00 | (card->apdus & 0x7f));
	return TC_SEND;
}

/* Replaces the data of a successful answer. */
static void
replace(struct yx_buf *reply, const void *p, size_t n)
{
	if (reply->len <= 2)
		return;
	yx_buf_reset(reply);
	yx_buf_add(reply, p, n);
	put_sw(reply, 0x9000);
}

static enum tc_send
spoil_overlong(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)delay_ms;
	replace(reply, "\x53\x82\xff\xff\x70\x82\xff\xf0\x30\x82", 10);
	return TC_SEND;
}

static enum tc_send
spoil_tlv80(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)delay_ms;
	replace(reply, "\x53\x80\x70\x80\x30\x80\x00\x00\x00\x00", 10);
	return TC_SEND;
}

static enum tc_send
spoil_tlv84(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)delay_ms;
	replace(reply, "\x53\x84\xff\xff\xff\xff\x70\x84\x7f\xff\xff\xff", 12);
	return TC_SEND;
}

static enum tc_send
spoil_nested(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	uint8_t deep[4 * NESTED_DEPTH];
	uint8_t *p = deep;

	(void)card, (void)delay_ms;
	for (int i = NESTED_DEPTH; i > 0; i--, p += 4) {
		p[0] = 0x53;
		p[1] = 0x82;
		p[2] = (uint8_t)((i - 1) * 4 >> 8);
		p[3] = (uint8_t)((i - 1) * 4);
	}
	replace(reply, deep, sizeof(deep));
	return TC_SEND;
}

static enum tc_send
spoil_badsig(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)delay_ms;
	if (reply->len > 16)
		reply->data[reply->len - 8] ^= 1;
	return TC_SEND;
}

static enum tc_send
spoil_noise(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)delay_ms;
	for (size_t i = 0; i + 2 < reply->len; i++)
		reply->data[i] = (uint8_t)(i * 151 + 89);
	return TC_SEND;
}

static enum tc_send
spoil_63cf(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)card, (void)delay_ms;
	yx_buf_reset(reply);
	put_sw(reply, 0x63cf);
	return TC_SEND;
}

static enum tc_send
spoil_sw(struct tc_card *card, struct yx_buf *reply, long *delay_ms)
{
	(void)delay_ms;
	yx_buf_reset(reply);
	put_sw(reply, (unsigned)card->evil.number & 0xffff);
	return TC_SEND;
}

static const struct mode {
	const char *name;
	spoil_fn    spoil;
	const char *help;
} modes[] = {
	{ "none", spoil_none, "an honest card" },
	{ "empty", spoil_empty, "answers of 0 bytes" },
	{ "onebyte", spoil_onebyte, "answers of one byte" },
	{ "swonly", spoil_swonly, "9000 and no data" },
	{ "silent", spoil_silent, "no answer ever" },
	{ "cut", spoil_cut, "announces more bytes than it sends" },
	{ "close", spoil_close, "pulled out in the middle of a command" },
	{ "slow", spoil_slow, "=SECONDS late (2)" },
	{ "big", spoil_big, "answers of 65535 bytes" },
	{ "61ff", spoil_61ff, "more data for ever" },
	{ "6100", spoil_6100, "more data announced, none given" },
	{ "6c", spoil_6c, "another Le each time" },
	{ "overlong", spoil_overlong, "TLV lengths beyond the end" },
	{ "tlv80", spoil_tlv80, "indefinite TLV lengths" },
	{ "tlv84", spoil_tlv84, "four-byte TLV lengths" },
	{ "nested", spoil_nested, "1000 templates in each other" },
	{ "noise", spoil_noise, "data that mean nothing" },
	{ "badsig", spoil_badsig, "one bit of the answer flipped" },
	{ "wrongkey", spoil_none, "signs with another key" },
	{ "otherdata", spoil_none, "signs something else" },
	{ "raw", spoil_none, "ECDSA as r and s side by side" },
	{ "othercert", spoil_none, "certificates with another key" },
	{ "guid", spoil_none, "another GUID each time" },
	{ "bigcert", spoil_none, "a certificate object of 64 KB" },
	{ "gzip", spoil_none, "certificates compressed (not evil)" },
	{ "gzipbomb", spoil_none, "a compressed certificate of 32 MB" },
	{ "63cf", spoil_63cf, "fifteen tries left, always" },
	{ "pinup", spoil_none, "the PIN counter goes up" },
	{ "sw", spoil_sw, "=N: this status word (decimal) and no data" },
	{ "strict", spoil_none,
	    "any command between VERIFY and the key spoils the PIN (not evil)" },
	{ "t0", spoil_none, "no data without Le, as with T=0 (not evil)" },
	{ "atr0", spoil_none, "no answer to reset" },
	{ "atr1", spoil_none, "one byte" },
	{ "atr34", spoil_none, "34 bytes" },
	{ "atr300", spoil_none, "300 bytes" },
};

static const struct mode *
find(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strlen(modes[i].name) == n && memcmp(modes[i].name, name, n) == 0)
			return &modes[i];
	return NULL;
}

int
tc_evil_parse(struct tc_evil *evil, const char *text)
{
	const struct mode *mode = find(text, strcspn(text, "=@"));
	const char *number = strchr(text, '='), *ins = strchr(text, '@');

	if (mode == NULL)
		return -1;
	evil->name = mode->name;
	evil->number = number != NULL ? strtol(number + 1, NULL, 10) : 0;
	evil->ins = ins != NULL ? (int)strtol(ins + 1, NULL, 16) : -1;
	return 0;
}

int
tc_evil_is(const struct tc_card *card, const char *name)
{
	return strcmp(card->evil.name, name) == 0;
}

enum tc_send
tc_evil_reply(struct tc_card *card, int ins, struct yx_buf *reply, long *delay_ms)
{
	*delay_ms = 0;
	if (card->evil.ins != -1 && card->evil.ins != ins)
		return TC_SEND;
	return find(card->evil.name, strlen(card->evil.name))->spoil(card, reply, delay_ms);
}

void
tc_evil_atr(const struct tc_card *card, struct yx_buf *atr)
{
	/* T=1; historical bytes 80 56 "YINXIN" (issuer's data, ISO 7816-4, 8.1.1). */
	static const uint8_t honest[] = { 0x3b, 0x88, 0x01, 0x80, 0x56, 'Y', 'I', 'N', 'X', 'I',
		'N' };
	size_t n = sizeof(honest), wanted = 0;
	uint8_t check = 0;

	if (strncmp(card->evil.name, "atr", 3) == 0) {
		wanted = (size_t)strtoul(card->evil.name + 3, NULL, 10);
		for (size_t i = 0; i < wanted; i++)
			yx_buf_add8(atr, i == 0 ? 0x3b : 0xff);
		return;
	}
	if (card->atr != NULL) {
		uint8_t given[33];

		if (strlen(card->atr) / 2 <= sizeof(given) &&
		    yx_unhex(given, strlen(card->atr) / 2, card->atr) == YX_OK)
			yx_buf_add(atr, given, strlen(card->atr) / 2);
		return;
	}
	yx_buf_add(atr, honest, n);
	for (size_t i = 1; i < n; i++)
		check ^= honest[i];
	yx_buf_add8(atr, check);
}

void
tc_evil_help(void)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		fprintf(stderr, "    %-10s %s\n", modes[i].name, modes[i].help);
}
