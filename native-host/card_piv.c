/* The PIV driver: NIST SP 800-73-4 (part 1: data model, part 2: commands) and
 * SP 800-78-4 (algorithm numbers). */
#include <string.h>
#include <zlib.h>

#include "native-host/card.h"
#include "native-host/sign_verify.h"
#include "native-host/tlv.h"

#define OBJECT_MAX (66 * 1024)
#define CERT_MAX   (32 * 1024) /* inflated; the largest seen are under 3 KB */
#define PIN_MIN    6
#define PIN_FIELD  8

enum {
	SW_OK = 0x9000, SW_SECURITY = 0x6982, SW_BLOCKED = 0x6983, SW_UNUSABLE = 0x6984,
	SW_CONDITIONS = 0x6985, SW_LENGTH = 0x6700, SW_DATA = 0x6a80,
};

static const uint8_t aid[] = { 0xa0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00 };
static const uint8_t short_aid[] = { 0xa0, 0x00, 0x00, 0x03, 0x08 };

/* Signing keys first; 9E (card authentication) signs without a PIN and is left
 * out. Retired keys follow by number: 82 lies in 5FC10D, and so on to 95. */
static const struct { uint8_t ref, object; const char *name; } slots[] = {
	{ 0x9c, 0x0a, "9C" }, { 0x9a, 0x05, "9A" }, { 0x9d, 0x0b, "9D" },
	{ 0x82, 0x0d, "82" }, { 0x83, 0x0e, "83" }, { 0x84, 0x0f, "84" }, { 0x85, 0x10, "85" },
	{ 0x86, 0x11, "86" }, { 0x87, 0x12, "87" }, { 0x88, 0x13, "88" }, { 0x89, 0x14, "89" },
	{ 0x8a, 0x15, "8A" }, { 0x8b, 0x16, "8B" }, { 0x8c, 0x17, "8C" }, { 0x8d, 0x18, "8D" },
	{ 0x8e, 0x19, "8E" }, { 0x8f, 0x1a, "8F" }, { 0x90, 0x1b, "90" }, { 0x91, 0x1c, "91" },
	{ 0x92, 0x1d, "92" }, { 0x93, 0x1e, "93" }, { 0x94, 0x1f, "94" }, { 0x95, 0x20, "95" },
};

static int
select_aid(struct card *card, const uint8_t *id, size_t n, unsigned *sw)
{
	struct apdu_command c = {
		.ins = 0xa4, .p1 = 4, .data = id, .len = n, .answers = 1, .again = 1
	};
	struct yx_buf out;
	int rc;

	yx_buf_init(&out, 1024);
	rc = apdu_run(card->apdu, &c, &out, sw);
	yx_buf_free(&out);
	return rc;
}

static int
probe(struct card *card)
{
	unsigned sw = 0;
	int rc = select_aid(card, aid, sizeof(aid), &sw);

	/* Some cards know only the registered part of the name. */
	if (rc == YX_OK && sw != SW_OK)
		rc = select_aid(card, short_aid, sizeof(short_aid), &sw);
	return rc != YX_OK ? rc : sw == SW_OK ? YX_OK : YX_CARD_UNSUPPORTED;
}

static int
get_object(struct card *card, uint8_t low, struct yx_buf *out, unsigned *sw)
{
	const uint8_t tags[] = { 0x5c, 0x03, 0x5f, 0xc1, low };
	struct apdu_command c = { .ins = 0xcb,
		.p1 = 0x3f,
		.p2 = 0xff,
		.data = tags,
		.len = sizeof(tags),
		.answers = 1,
		.again = 1 };

	return apdu_run(card->apdu, &c, out, sw);
}

/* RFC 1952, with a ceiling: a few bytes may claim to be gigabytes. */
static int
inflate_cert(struct yx_arena *a, const struct tlv *in, const uint8_t **cert, size_t *n)
{
	z_stream z = { .next_in = (uint8_t *)(uintptr_t)in->value, .avail_in = (uInt)in->len };
	uint8_t *out = yx_arena_alloc(a, CERT_MAX);
	int rc;

	if (out == NULL)
		return YX_NO_MEMORY;
	if (inflateInit2(&z, 15 + 32) != Z_OK)
		return YX_NO_MEMORY;
	z.next_out = out;
	z.avail_out = CERT_MAX;
	rc = inflate(&z, Z_FINISH) == Z_STREAM_END ? YX_OK : YX_CARD_PROTOCOL;
	*cert = out;
	*n = CERT_MAX - z.avail_out;
	inflateEnd(&z);
	return rc;
}

/* A certificate object: 53 { 70 certificate, 71 compressed or not, FE }. */
static int
parse_object(struct yx_arena *a, const struct yx_buf *object, const uint8_t **cert, size_t *n)
{
	struct yx_reader r, in;
	struct tlv outer, der, info;
	int rc;

	yx_reader_init(&r, object->data, object->len);
	if (tlv_expect(&r, TLV_BER, 0x53, &outer) != YX_OK)
		return YX_CARD_PROTOCOL;
	in = tlv_inside(&outer);
	rc = tlv_find(&in, TLV_BER, 0x70, &der);
	if (outer.len == 0 || rc == YX_NOT_FOUND || (rc == YX_OK && der.len == 0))
		return YX_NOT_FOUND;
	if (rc != YX_OK)
		return YX_CARD_PROTOCOL;
	if (tlv_find(&in, TLV_BER, 0x71, &info) == YX_OK && info.len == 1 && (info.value[0] & 0x01))
		return inflate_cert(a, &der, cert, n);
	if (der.len > CERT_MAX)
		return YX_CARD_PROTOCOL;
	*cert = (const uint8_t *)yx_arena_strndup(a, der.value, der.len);
	*n = der.len;
	return *cert != NULL ? YX_OK : YX_NO_MEMORY;
}

/* YX_NOT_FOUND: nothing there. */
static int
read_cert(struct card *card, uint8_t low, struct token_key *key)
{
	struct yx_buf object;
	unsigned sw = 0;
	int rc;

	yx_buf_init(&object, OBJECT_MAX);
	rc = get_object(card, low, &object, &sw);
	if (rc == YX_OK)
		rc = sw == SW_OK ? parse_object(card->arena, &object, &key->cert, &key->cert_len) :
				   YX_NOT_FOUND;
	yx_buf_free(&object);
	return rc;
}

static int
keys(struct token *t, token_key_fn each, void *ctx)
{
	const struct card *card = t->state;
	int found = 0, broken = 0;

	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		struct token_key key = { .ref = slots[i].ref,
			.slot = slots[i].name,
			.pin_min = PIN_MIN,
			.pin_max = PIN_FIELD,
			.pin_each = slots[i].ref == 0x9c,
			.on_pad = card->pad != NULL };
		int rc = read_cert(t->state, slots[i].object, &key);

		if (rc == YX_CARD_PROTOCOL)
			broken++;
		else if (rc != YX_OK && rc != YX_NOT_FOUND)
			return rc;
		if (rc != YX_OK)
			continue;
		found++;
		if (each(t, &key, ctx))
			return YX_OK;
	}
	return found == 0 && broken > 0 ? YX_CARD_PROTOCOL : YX_OK;
}

static int
send_verify(struct card *card, const uint8_t *field, size_t n, unsigned *sw)
{
	struct apdu_command c = { .ins = 0x20, .p2 = 0x80, .data = field, .len = n };

	return apdu_run(card->apdu, &c, NULL, sw);
}

/* Asks without a PIN first: a blocked card gets no try. Cards that do not know
 * the question are taken at their answer to the real one. */
static int
tries(struct token *t, const struct token_key *key, int *left)
{
	unsigned sw = 0;
	int rc = send_verify(t->state, NULL, 0, &sw);

	(void)key;
	*left = TOKEN_TRIES_UNKNOWN;
	if (rc != YX_OK)
		return rc;
	return card_pin_result(sw, left) == YX_PIN_BLOCKED ? YX_PIN_BLOCKED : YX_OK;
}

static int
verify(struct token *t, const struct token_key *key, const char *pin, int *left)
{
	struct card *card = t->state;
	uint8_t field[PIN_FIELD];
	size_t n = strlen(pin);
	unsigned sw = 0;
	int rc = YX_PIN_FORMAT;

	(void)key;
	*left = TOKEN_TRIES_UNKNOWN;
	if (n == 0 || n > sizeof(field))
		return rc;
	memset(field, 0xff, sizeof(field));
	memcpy(field, pin, n);
	card->state = NULL; /* nothing was signed with this PIN yet */
	rc = send_verify(card, field, sizeof(field), &sw);
	explicit_bzero(field, sizeof(field));
	return rc != YX_OK ? rc : card_pin_result(sw, left);
}

static int
verify_on_pad(struct token *t, const struct token_key *key, int *left)
{
	static const struct pinpad_ask ask = { .p2 = 0x80, .fill = 0xff, .field = PIN_FIELD, .min = PIN_MIN,
		.max = PIN_FIELD };
	struct card *card = t->state;

	(void)key;
	card->state = NULL; /* nothing was signed with this PIN yet */
	return card_verify_on_pad(card, &ask, left);
}

/* SP 800-78-4, table 6-2; 0: not a key that we use. */
static uint8_t
algorithm(EVP_PKEY *key)
{
	int bits = EVP_PKEY_get_bits(key);

	if (EVP_PKEY_is_a(key, "RSA"))
		return bits == 2048 ? 0x07 : bits == 3072 ? 0x05 : bits == 4096 ? 0x16 : 0;
	return EVP_PKEY_is_a(key, "EC") ? (bits == 256 ? 0x11 : bits == 384 ? 0x14 : 0) : 0;
}

/* The dynamic authentication template of a question: 7C { 82 (empty), 81 data }. */
static int
put_question(const struct sign_hash *hash, struct yx_buf *out)
{
	struct yx_buf data, inner;
	int rc = YX_OK;

	yx_buf_init(&data, 1024);
	yx_buf_init(&inner, 1024);
	if (EVP_PKEY_is_a(hash->key, "RSA"))
		rc = sign_rsa_block(hash->md, hash->bytes, (size_t)EVP_PKEY_get_size(hash->key), &data);
	else
		yx_buf_add(&data, hash->bytes, (size_t)EVP_MD_get_size(hash->md));
	tlv_put(&inner, 0x82, NULL, 0);
	tlv_put(&inner, 0x81, data.data, data.len);
	tlv_put(out, 0x7c, inner.data, inner.len);
	yx_buf_free(&data);
	yx_buf_free(&inner);
	return rc != YX_OK ? rc : yx_buf_status(out);
}

/* 7C { 82 signature } */
static int
parse_answer(const struct yx_buf *answer, EVP_PKEY *key, struct yx_buf *out)
{
	struct yx_reader r, in;
	struct tlv template, signature;

	yx_reader_init(&r, answer->data, answer->len);
	if (tlv_expect(&r, TLV_BER, 0x7c, &template) != YX_OK)
		return YX_CARD_PROTOCOL;
	in = tlv_inside(&template);
	if (tlv_find(&in, TLV_BER, 0x82, &signature) != YX_OK)
		return YX_CARD_PROTOCOL;
	if (!EVP_PKEY_is_a(key, "RSA"))
		return sign_ecdsa_der(
		    signature.value, signature.len, ((size_t)EVP_PKEY_get_bits(key) + 7) / 8, out);
	if (signature.len != (size_t)EVP_PKEY_get_size(key))
		return YX_CARD_PROTOCOL;
	yx_buf_add(out, signature.value, signature.len);
	return yx_buf_status(out);
}

/* The state of a card whose key was used since the last VERIFY. */
static char signed_once;

static int
sign_error(unsigned sw)
{
	switch (sw) {
	case SW_OK: return YX_OK;
	case SW_BLOCKED: return YX_PIN_BLOCKED;
	case SW_CONDITIONS: /* fall through: certificate without a key */
	case SW_DATA: /* fall through: algorithm or key unknown to the card */
	case 0x6a81: case 0x6a86: case 0x6a88: case 0x6d00: return YX_CARD_UNSUPPORTED;
	default: return YX_CARD_PROTOCOL;
	}
}

static int
sign(struct token *t, const struct token_key *key, const struct sign_hash *hash, struct yx_buf *out)
{
	struct card *card = t->state;
	struct apdu_command c = {
		.ins = 0x87, .p1 = algorithm(hash->key), .p2 = (uint8_t)key->ref, .answers = 1
	};
	struct yx_buf question, answer;
	unsigned sw = 0;
	int rc = YX_CARD_UNSUPPORTED;

	yx_buf_init(&question, 1024);
	yx_buf_init(&answer, 2048);
	if (c.p1 == 0 || (rc = put_question(hash, &question)) != YX_OK)
		goto out;
	c.data = question.data;
	c.len = question.len;
	if ((rc = apdu_run(card->apdu, &c, &answer, &sw)) == YX_OK &&
	    (rc = sign_error(sw)) == YX_OK)
		rc = parse_answer(&answer, hash->key, out);
	/* A key that signed and will not sign again wants the PIN for each signature. */
	if (sw == SW_SECURITY && card->state == &signed_once)
		rc = YX_PIN_NEEDED;
	card->state = rc == YX_OK ? &signed_once : NULL;
out:
	yx_buf_free(&question);
	yx_buf_free(&answer);
	return rc;
}

const struct card_driver card_piv = {
	.ops = { .name = "PIV", .keys = keys, .tries = tries, .verify = verify,
	    .verify_on_pad = verify_on_pad, .sign = sign },
	.probe = probe,
};
