#include "native-host/pkcs15.h"

#include <string.h>

#include "native-host/tlv.h"

#define PIN_BYTES_MAX 64

enum {
	T_BOOL = 0x01, T_INT = 0x02, T_BITS = 0x03, T_OCTETS = 0x04, T_ENUM = 0x0a, T_SEQ = 0x30, T_SET = 0x31,
	T_C0 = 0xa0, T_C1 = 0xa1, T_C2 = 0xa2, T_P0 = 0x80,
};

/* Bits of KeyUsageFlags (ISO/IEC 7816-15, 8.4.3) and PinFlags (8.9.2). */
enum { USE_SIGN = 2, USE_SIGN_RECOVER = 3, USE_NON_REPUDIATION = 9 };
enum { PIN_NEEDS_PADDING = 5, PIN_UNBLOCKING = 6, PIN_SECURITY_OFFICER = 7 };

static int
next(struct yx_reader *r, struct tlv *out)
{
	return tlv_next(r, TLV_BER, out) == YX_OK;
}

/* The next object if it has the tag; nothing is consumed if not. */
static int
accept(struct yx_reader *r, unsigned tag, struct tlv *out)
{
	return tlv_expect(r, TLV_BER, tag, out) == YX_OK;
}

/* Is there another entry? Files are filled up with zeros or FF. */
static int
more(const struct yx_reader *r)
{
	return r->left > 1 && r->p[0] != 0x00 && r->p[0] != 0xff;
}

static int
to_id(const struct tlv *t, struct p15_id *out)
{
	if (t->len == 0 || t->len > sizeof(out->bytes))
		return 0;
	memcpy(out->bytes, t->value, t->len);
	out->n = t->len;
	return 1;
}

/* A small INTEGER that is not negative; a card's numbers above 31 bits are none of ours. */
static int
to_number(const struct tlv *t, size_t *out)
{
	size_t v = 0;

	if (t->len == 0 || t->len > 4 || (t->value[0] & 0x80) != 0)
		return 0;
	for (size_t i = 0; i < t->len; i++)
		v = v << 8 | t->value[i];
	*out = v;
	return 1;
}

/* A reference of one byte: some cards write 80 and up without the leading zero. */
static int
to_reference(const struct tlv *t, unsigned *out)
{
	if (t->len < 1 || t->len > 2 || (t->len == 2 && t->value[0] != 0))
		return 0;
	*out = t->value[t->len - 1];
	return 1;
}

static int
bit(const struct tlv *t, size_t i)
{
	size_t byte = 1 + i / 8;

	return byte < t->len && (t->value[byte] & (0x80u >> i % 8)) != 0;
}

/* Path ::= SEQUENCE { OCTET STRING, index INTEGER, length [0] } (8.2.5). */
static int
to_path(const struct tlv *t, struct p15_path *out)
{
	struct yx_reader r = tlv_inside(t);
	struct tlv v;

	memset(out, 0, sizeof(*out));
	if (!accept(&r, T_OCTETS, &v) || v.len < 2 || v.len > sizeof(out->bytes) || v.len % 2 != 0)
		return 0;
	memcpy(out->bytes, v.value, v.len);
	out->n = v.len;
	if (accept(&r, T_INT, &v) && !to_number(&v, &out->index))
		return 0;
	return !accept(&r, T_P0, &v) || to_number(&v, &out->length);
}

static void
dir_entry(const struct tlv *t, struct p15_app *app)
{
	struct yx_reader r = tlv_inside(t);
	struct tlv v;

	memset(app, 0, sizeof(*app));
	if (tlv_find(&r, TLV_BER, 0x4f, &v) == YX_OK && v.len <= sizeof(app->aid)) {
		memcpy(app->aid, v.value, v.len);
		app->aid_n = v.len;
	}
	if (tlv_find(&r, TLV_BER, 0x51, &v) == YX_OK && v.len <= sizeof(app->path.bytes) && v.len % 2 == 0) {
		memcpy(app->path.bytes, v.value, v.len);
		app->path.n = v.len;
	}
}

size_t
p15_parse_dir(const uint8_t *p, size_t n, struct p15_app *out, size_t max)
{
	struct yx_reader r;
	struct tlv t;
	size_t have = 0;

	yx_reader_init(&r, p, n);
	while (have < max && more(&r) && next(&r, &t))
		if (t.tag == 0x61)
			dir_entry(&t, &out[have++]);
	return have;
}

/* Which of our kinds a choice of CIOChoice is; -1: none that we look at. */
static int
kind_of(unsigned tag)
{
	switch (tag) {
	case 0xa0: return P15_PRIVATE_KEYS;
	case 0xa4: case 0xa5: case 0xa6: return P15_CERTIFICATES; /* own, trusted, useful */
	case 0xa8: return P15_PINS;
	default: return -1;
	}
}

void
p15_parse_odf(const uint8_t *p, size_t n, struct p15_odf *out)
{
	struct yx_reader r, in;
	struct tlv t, path;

	yx_reader_init(&r, p, n);
	while (more(&r) && next(&r, &t)) {
		int kind = kind_of(t.tag);

		in = tlv_inside(&t);
		if (kind >= 0 && out->n[kind] < P15_FILES_MAX && accept(&in, T_SEQ, &path) &&
		    to_path(&path, &out->file[kind][out->n[kind]]))
			out->n[kind]++;
	}
}

/* CommonObjectAttributes (8.2.8): what we want of it. */
static void
common_attributes(const struct tlv *t, struct p15_id *auth_id, int *consent)
{
	struct yx_reader r = tlv_inside(t);
	size_t times = 0;
	struct tlv v;

	while (next(&r, &v)) {
		if (v.tag == T_OCTETS)
			(void)to_id(&v, auth_id);
		else if (v.tag == T_INT)
			*consent = to_number(&v, &times) && times > 0;
	}
}

/* CommonKeyAttributes (8.4.2). */
static int
key_attributes(const struct tlv *t, struct p15_key *key)
{
	struct yx_reader r = tlv_inside(t), in;
	struct tlv v, ref;

	if (!accept(&r, T_OCTETS, &v) || !to_id(&v, &key->id) || !accept(&r, T_BITS, &v))
		return 0;
	key->signs = bit(&v, USE_SIGN) || bit(&v, USE_SIGN_RECOVER) || bit(&v, USE_NON_REPUDIATION);
	while (next(&r, &v)) {
		if (v.tag == T_INT)
			key->has_ref = to_reference(&v, &key->ref);
		if (v.tag != T_C1)
			continue;
		in = tlv_inside(&v);
		while (key->algs < P15_ALGS_MAX && next(&in, &ref))
			if (ref.tag == T_INT && to_reference(&ref, &key->alg[key->algs]))
				key->algs++;
	}
	return 1;
}

/* The object's own part behind common, class and subclass attributes:
 * [1] { SEQUENCE { … } }. */
static int
type_attributes(struct yx_reader *r, struct yx_reader *out)
{
	struct tlv v, seq;

	while (next(r, &v)) {
		if (v.tag != T_C1)
			continue;
		*out = tlv_inside(&v);
		if (!accept(out, T_SEQ, &seq))
			return 0;
		*out = tlv_inside(&seq);
		return 1;
	}
	return 0;
}

static int
key_entry(const struct tlv *t, struct p15_key *key)
{
	struct yx_reader r = tlv_inside(t), own;
	struct tlv common, class, path;

	memset(key, 0, sizeof(*key));
	key->rsa = t->tag == T_SEQ;
	if ((t->tag != T_SEQ && t->tag != T_C0) || !accept(&r, T_SEQ, &common) || !accept(&r, T_SEQ, &class))
		return 0;
	common_attributes(&common, &key->auth_id, &key->consent);
	if (!key_attributes(&class, key))
		return 0;
	if (type_attributes(&r, &own) && accept(&own, T_SEQ, &path) && !to_path(&path, &key->path))
		memset(&key->path, 0, sizeof(key->path));
	return 1;
}

size_t
p15_parse_keys(const uint8_t *p, size_t n, struct p15_key *out, size_t have, size_t max)
{
	struct yx_reader r;
	struct tlv t;

	yx_reader_init(&r, p, n);
	while (have < max && more(&r) && next(&r, &t))
		if (key_entry(&t, &out[have]))
			have++;
	return have;
}

static int
cert_entry(const struct tlv *t, struct p15_cert *cert)
{
	struct yx_reader r = tlv_inside(t), own, in;
	struct tlv v;

	memset(cert, 0, sizeof(*cert));
	if (t->tag != T_SEQ || !accept(&r, T_SEQ, &v) || !accept(&r, T_SEQ, &v))
		return 0;
	in = tlv_inside(&v);
	if (!accept(&in, T_OCTETS, &v) || !to_id(&v, &cert->id))
		return 0;
	cert->authority = accept(&in, T_BOOL, &v) && v.len == 1 && v.value[0] != 0;
	if (!type_attributes(&r, &own))
		return 0;
	if (accept(&own, T_SEQ, &v))
		return to_path(&v, &cert->path);
	if (!accept(&own, T_C0, &v))
		return 0;
	cert->direct = v.value;
	cert->direct_n = v.len;
	return v.len > 0;
}

size_t
p15_parse_certs(const uint8_t *p, size_t n, struct p15_cert *out, size_t have, size_t max)
{
	struct yx_reader r;
	struct tlv t;

	yx_reader_init(&r, p, n);
	while (have < max && more(&r) && next(&r, &t))
		if (cert_entry(&t, &out[have]))
			have++;
	return have;
}

/* PinAttributes (8.9.2). */
static int
pin_attributes(struct yx_reader *r, struct p15_pin *pin)
{
	size_t type = 0;
	struct tlv v;

	if (!accept(r, T_BITS, &v))
		return 0;
	pin->pads = bit(&v, PIN_NEEDS_PADDING);
	pin->user = !bit(&v, PIN_UNBLOCKING) && !bit(&v, PIN_SECURITY_OFFICER);
	if (!accept(r, T_ENUM, &v) || !to_number(&v, &type) || !accept(r, T_INT, &v) || !to_number(&v, &pin->min) ||
	    !accept(r, T_INT, &v) || !to_number(&v, &pin->stored))
		return 0;
	pin->type = (unsigned)type;
	pin->max = pin->stored;
	if (accept(r, T_INT, &v) && (!to_number(&v, &pin->max) || pin->max == 0))
		pin->max = pin->stored;
	if (accept(r, T_P0, &v) && !to_reference(&v, &pin->ref))
		return 0;
	if (accept(r, T_OCTETS, &v) && v.len == 1)
		pin->pad = v.value[0];
	while (next(r, &v))
		if (v.tag == T_SEQ)
			(void)to_path(&v, &pin->path);
	return pin->stored > 0 && pin->stored <= PIN_BYTES_MAX && pin->min <= pin->max;
}

static int
pin_entry(const struct tlv *t, struct p15_pin *pin)
{
	struct yx_reader r = tlv_inside(t), own, in;
	struct tlv v;

	memset(pin, 0, sizeof(*pin));
	if (t->tag != T_SEQ || !accept(&r, T_SEQ, &v) || !accept(&r, T_SEQ, &v))
		return 0;
	in = tlv_inside(&v);
	if (accept(&in, T_OCTETS, &v))
		(void)to_id(&v, &pin->auth_id);
	return type_attributes(&r, &own) && pin_attributes(&own, pin);
}

size_t
p15_parse_pins(const uint8_t *p, size_t n, struct p15_pin *out, size_t have, size_t max)
{
	struct yx_reader r;
	struct tlv t;

	yx_reader_init(&r, p, n);
	while (have < max && more(&r) && next(&r, &t))
		if (pin_entry(&t, &out[have]))
			have++;
	return have;
}

/* AlgorithmInfo ::= SEQUENCE { reference, algorithm, parameters, supportedOperations,
 * objId OPTIONAL, algRef INTEGER OPTIONAL } (8.10). */
static int
algorithm_entry(const struct tlv *t, struct p15_alg *alg)
{
	struct yx_reader r = tlv_inside(t);
	size_t mechanism = 0;
	struct tlv v;

	memset(alg, 0, sizeof(*alg));
	if (!accept(&r, T_INT, &v) || !to_reference(&v, &alg->ref) || !accept(&r, T_INT, &v) ||
	    !to_number(&v, &mechanism))
		return 0;
	alg->mechanism = (uint32_t)mechanism;
	while (next(&r, &v))
		if (v.tag == T_INT)
			alg->has_card_ref = to_reference(&v, &alg->card_ref);
	return 1;
}

size_t
p15_parse_algorithms(const uint8_t *p, size_t n, struct p15_alg *out, size_t max)
{
	struct yx_reader r, in;
	struct tlv info, v;
	size_t have = 0;

	yx_reader_init(&r, p, n);
	if (!accept(&r, T_SEQ, &info))
		return 0;
	in = tlv_inside(&info);
	while (next(&in, &v)) {
		if (v.tag != T_C2)
			continue;
		r = tlv_inside(&v);
		while (have < max && next(&r, &v))
			if (v.tag == T_SEQ && algorithm_entry(&v, &out[have]))
				have++;
		break;
	}
	return have;
}

/* Two digits a byte, the last half byte filled with F. */
static int
put_bcd(const char *text, size_t n, struct yx_buf *out)
{
	for (size_t i = 0; i < n; i += 2) {
		unsigned high = (unsigned)text[i] - '0', low = i + 1 < n ? (unsigned)text[i + 1] - '0' : 0xf;

		if (high > 9 || (low > 9 && i + 1 < n))
			return YX_PIN_FORMAT;
		yx_buf_add8(out, high << 4 | low);
	}
	return YX_OK;
}

static int
put_half_nibbles(const char *text, size_t n, struct yx_buf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return YX_PIN_FORMAT;
		yx_buf_add8(out, 0xf0u | ((unsigned)text[i] - '0'));
	}
	return YX_OK;
}

/* ISO 9564-1, 8.3: 2, the number of digits, the digits, F to the end of eight bytes. */
static int
put_format2(const char *text, size_t n, struct yx_buf *out)
{
	size_t from = out->len;
	int rc;

	if (n < PINPAD_FORMAT2_MIN || n > PINPAD_FORMAT2_MAX)
		return YX_PIN_FORMAT;
	yx_buf_add8(out, 0x20u | (unsigned)n);
	rc = put_bcd(text, n, out);
	while (rc == YX_OK && out->len - from < PINPAD_FORMAT2_LEN && yx_buf_status(out) == YX_OK)
		yx_buf_add8(out, 0xff);
	return rc;
}

static int
put_pin(unsigned type, const char *text, size_t n, struct yx_buf *out)
{
	switch (type) {
	case P15_PIN_BCD: return put_bcd(text, n, out);
	case P15_PIN_HALF: return put_half_nibbles(text, n, out);
	case P15_PIN_FORMAT2: return put_format2(text, n, out);
	case P15_PIN_ASCII: /* fall through */
	case P15_PIN_UTF8:
		yx_buf_add(out, text, n);
		return YX_OK;
	default: return YX_CARD_UNSUPPORTED;
	}
}

int
p15_pin_field(const struct p15_pin *pin, const char *text, struct yx_buf *out)
{
	size_t n = strlen(text), from = out->len;
	int rc;

	if (n < pin->min || n > pin->max)
		return YX_PIN_FORMAT;
	rc = put_pin(pin->type, text, n, out);
	if (rc == YX_OK && out->len - from > pin->stored)
		rc = YX_PIN_FORMAT;
	while (rc == YX_OK && pin->pads && out->len - from < pin->stored && yx_buf_status(out) == YX_OK)
		yx_buf_add8(out, pin->pad);
	return rc != YX_OK ? rc : yx_buf_status(out);
}

/* What the reader is told of BCD. Half a byte that is left has F, which a filling with another
 * second half would break; a field that grows with the PIN is one of two lengths only if both ends are one. */
static int
bcd_on_pad(const struct p15_pin *pin, struct pinpad_ask *out)
{
	const int always_even = pin->min == pin->max && pin->max % 2 == 0;

	out->code = PINPAD_BCD;
	if (!pin->pads)
		out->field = pin->max / 2;
	return pin->pads ? always_even || (pin->pad & 0x0f) == 0x0f : always_even;
}

int
p15_pin_on_pad(const struct p15_pin *pin, struct pinpad_ask *out)
{
	struct yx_buf field;
	int fits, rc;

	*out = (struct pinpad_ask){ .p2 = (uint8_t)pin->ref, .fill = pin->pad, .field = pin->stored, .min = pin->min,
		.max = pin->max };
	if (pin->type == P15_PIN_BCD) {
		fits = bcd_on_pad(pin, out);
	} else if (pin->type == P15_PIN_FORMAT2) {
		out->code = PINPAD_FORMAT2;
		out->fill = 0xff;
		out->min = pin->min > PINPAD_FORMAT2_MIN ? pin->min : PINPAD_FORMAT2_MIN;
		out->max = pin->max < PINPAD_FORMAT2_MAX ? pin->max : PINPAD_FORMAT2_MAX;
		fits = 1;
	} else {
		fits = pin->type == P15_PIN_ASCII && pin->max <= pin->stored;
		if (!pin->pads)
			out->field = 0;
	}
	if (!fits)
		return YX_CARD_UNSUPPORTED;
	yx_buf_init(&field, 64);
	rc = pinpad_verify(out, 0, &field);
	yx_buf_free(&field);
	return rc;
}

int
p15_id_is(const struct p15_id *a, const struct p15_id *b)
{
	return a->n > 0 && a->n == b->n && memcmp(a->bytes, b->bytes, a->n) == 0;
}
