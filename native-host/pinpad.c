#include "native-host/pinpad.h"

#include <string.h>

enum { VERIFY_START = 0x01, VERIFY_FINISH = 0x02, VERIFY_DIRECT = 0x06, PIN_PROPERTIES = 0x0a };
enum { FEATURE_LEN = 4 };

void
pinpad_features(const uint8_t *p, size_t n, struct pinpad *out)
{
	memset(out, 0, sizeof(*out));
	while (n >= 2 && p[1] == FEATURE_LEN && n >= 2 + FEATURE_LEN) {
		uint32_t code = (uint32_t)p[2] << 24 | (uint32_t)p[3] << 16 | (uint32_t)p[4] << 8 | p[5];

		if (p[0] == VERIFY_DIRECT)
			out->direct = code;
		else if (p[0] == VERIFY_START)
			out->start = code;
		else if (p[0] == VERIFY_FINISH)
			out->finish = code;
		else if (p[0] == PIN_PROPERTIES)
			out->properties = code;
		p += 2 + FEATURE_LEN;
		n -= 2 + FEATURE_LEN;
	}
	if (n > 0) /* it does not end where it should: nothing of it is believed */
		memset(out, 0, sizeof(*out));
}

int
pinpad_works(const struct pinpad *pad)
{
	return pad->direct != 0 || (pad->start != 0 && pad->finish != 0);
}

/* PIN_PROPERTIES_STRUCTURE begins with wLcdLayout: 0 for none. */
int
pinpad_has_display(const uint8_t *p, size_t n)
{
	return n >= 2 && (p[0] != 0 || p[1] != 0);
}

/* Numbers are in the machine's order, and every machine of ours is little-endian. */
static void
put16(struct yx_buf *out, size_t v)
{
	yx_buf_add8(out, (unsigned)(v & 0xff));
	yx_buf_add8(out, (unsigned)(v >> 8 & 0xff));
}

/* Do so many digits fit, and can the reader fill what is left as the card wants it? */
static int
fits(const struct pinpad_ask *ask)
{
	if (ask->field > PINPAD_FIELD_MAX || ask->min < 1 || ask->min > ask->max || ask->max > UINT8_MAX)
		return 0;
	switch (ask->code) {
	case PINPAD_ASCII:
		return ask->field == 0 || ask->max <= ask->field;
	case PINPAD_BCD:
		return ask->field > 0 && ask->max <= 2 * ask->field;
	case PINPAD_FORMAT2:
		return ask->field == PINPAD_FORMAT2_LEN && ask->fill == 0xff && ask->min >= PINPAD_FORMAT2_MIN &&
		    ask->max <= PINPAD_FORMAT2_MAX;
	default:
		return 0;
	}
}

/* bmFormatString, bmPINBlockString and bmPINLengthFormat: where the digits begin, in which code;
 * how long the length in it is (bits) and the block (bytes); where the length stands (bits). */
static void
put_format(const struct pinpad_ask *ask, struct yx_buf *out)
{
	static const uint8_t format[] = { [PINPAD_ASCII] = 0x82, [PINPAD_BCD] = 0x81,
		[PINPAD_FORMAT2] = 8 << 3 | 0x01 /* bits: behind the first byte */ };
	const int format2 = ask->code == PINPAD_FORMAT2;

	yx_buf_add8(out, format[ask->code]);
	yx_buf_add8(out, (format2 ? 0x40u : 0u) | (unsigned)ask->field);
	yx_buf_add8(out, format2 ? 0x04 : 0x00);
}

/* The VERIFY into which the reader puts the digits. */
static void
put_command(const struct pinpad_ask *ask, struct yx_buf *out)
{
	yx_buf_add(out, "\x00\x20\x00", 3);
	yx_buf_add8(out, ask->p2);
	yx_buf_add8(out, (unsigned)ask->field);
	for (size_t i = 0; i < ask->field; i++)
		yx_buf_add8(out, ask->code == PINPAD_FORMAT2 && i == 0 ? 0x20 : ask->fill);
}

int
pinpad_verify(const struct pinpad_ask *ask, int display, struct yx_buf *out)
{
	if (!fits(ask))
		return YX_CARD_UNSUPPORTED;
	yx_buf_add8(out, PINPAD_SECONDS);
	yx_buf_add8(out, PINPAD_SECONDS);
	put_format(ask, out);
	put16(out, ask->min << 8 | ask->max);
	yx_buf_add8(out, 0x02);             /* ends with the key for it */
	yx_buf_add8(out, display ? 0xff : 0x00); /* the reader's own words, if it can show any */
	put16(out, 0x0000);                 /* in its own language */
	yx_buf_add8(out, 0x00);
	yx_buf_add(out, "\0\0\0", 3);
	put16(out, 5 + ask->field);
	put16(out, 0);
	put_command(ask, out);
	return yx_buf_status(out);
}

int
pinpad_result(const uint8_t *p, size_t n, unsigned *sw)
{
	*sw = 0;
	if (n != 2)
		return YX_CARD_PROTOCOL;
	*sw = (unsigned)p[0] << 8 | p[1];
	switch (*sw) {
	case 0x6400: return YX_PIN_NEEDED; /* no key in time */
	case 0x6401: return YX_CANCELLED;
	case 0x6402: /* fall through: shorter or longer than it may be */
	case 0x6403: return YX_PIN_FORMAT;
	case 0x6b80: return YX_CARD_UNSUPPORTED; /* the reader does not take such a question */
	default: return YX_OK;
	}
}
