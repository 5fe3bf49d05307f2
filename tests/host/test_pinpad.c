/* pinpad.h and pkcs15.h: what a reader makes of PIN_VERIFY_STRUCTURE and the keys that are pressed
 * (PC/SC part 10, 2.5.2; CCID 1.1, 6.1.11) is the field that we make of a PIN ourselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "common/codec.h"
#include "native-host/pkcs15.h"

enum { HEAD = 19, APDU_HEAD = 5 };

/* Writes `value` from the bit `at` on, `bits` wide. */
static void
put_bits(uint8_t *p, size_t at, unsigned value, size_t bits)
{
	for (size_t i = 0; i < bits; i++) {
		const uint8_t mask = (uint8_t)(0x80u >> (at + i) % 8);

		p[(at + i) / 8] = (uint8_t)(value >> (bits - 1 - i) & 1 ? p[(at + i) / 8] | mask : p[(at + i) / 8] & ~mask);
	}
}

/* A reader, written after the standard alone. Returns the field's bytes, or 0 for a question that it
 * does not take or a PIN that it does not. */
static size_t
read_keys(const struct yx_buf *asked, const char *digits, uint8_t *field)
{
	const uint8_t *p = asked->data, *apdu = p + HEAD;
	const size_t n = strlen(digits), unit = (p[2] & 0x80) != 0 ? 8 : 1, at = (p[2] >> 3 & 0xf) * unit;
	const size_t each = (p[2] & 3) == 2 ? 8 : 4, block = p[3] & 0xf, length_bits = p[3] >> 4;
	const size_t length_at = (p[4] & 0xf) * ((p[4] & 0x10) != 0 ? 8u : 1u);

	assert_int_equal(p[2] & 4, 0); /* to the left */
	assert_int_equal(p[15] | p[16] << 8, asked->len - HEAD);
	assert_memory_equal(apdu, "\x00\x20\x00\x81", 4);
	assert_int_equal(apdu[4], asked->len - HEAD - APDU_HEAD);
	if (n < p[6] || n > p[5])
		return 0;
	memcpy(field, apdu + APDU_HEAD, apdu[4]);
	for (size_t i = 0; i < n; i++)
		put_bits(field, at + i * each, each == 8 ? (unsigned)digits[i] : (unsigned)digits[i] - '0', each);
	put_bits(field, length_at, (unsigned)n, length_bits);
	return block > 0 ? block : n;
}

static int
same(const struct p15_pin *pin, const char *digits)
{
	struct pinpad_ask ask;
	struct yx_buf asked, typed;
	uint8_t field[64] = { 0 };
	size_t n;
	int rc, is;

	yx_buf_init(&asked, 256);
	yx_buf_init(&typed, 256);
	assert_int_equal(p15_pin_on_pad(pin, &ask), YX_OK);
	assert_int_equal(pinpad_verify(&ask, 0, &asked), YX_OK);
	n = read_keys(&asked, digits, field);
	rc = p15_pin_field(pin, digits, &typed);
	is = rc == YX_OK ? n == typed.len && memcmp(field, typed.data, n) == 0 : rc == YX_PIN_FORMAT && n == 0;
	yx_buf_free(&asked);
	yx_buf_free(&typed);
	return is;
}

static const struct p15_pin PINS[] = {
	{ .type = P15_PIN_ASCII, .pads = 1, .pad = 0xff, .stored = 8, .min = 6, .max = 8 },
	{ .type = P15_PIN_ASCII, .pads = 1, .pad = 0x00, .stored = 15, .min = 4, .max = 12 },
	{ .type = P15_PIN_ASCII, .pads = 1, .pad = ' ', .stored = 8, .min = 1, .max = 8 },
	{ .type = P15_PIN_ASCII, .stored = 12, .min = 4, .max = 12 },
	{ .type = P15_PIN_BCD, .pads = 1, .pad = 0xff, .stored = 8, .min = 4, .max = 12 },
	{ .type = P15_PIN_BCD, .pads = 1, .pad = 0x0f, .stored = 8, .min = 5, .max = 5 },
	{ .type = P15_PIN_BCD, .pads = 1, .pad = 0x00, .stored = 4, .min = 6, .max = 6 },
	{ .type = P15_PIN_BCD, .stored = 3, .min = 6, .max = 6 },
	{ .type = P15_PIN_FORMAT2, .stored = 8, .min = 4, .max = 12 },
	{ .type = P15_PIN_FORMAT2, .pads = 1, .stored = 8, .min = 1, .max = 40 },
};

static void
test_same_field(void **state)
{
	static const char digits[] = "9012345678901234";

	(void)state;
	for (size_t i = 0; i < sizeof(PINS) / sizeof(PINS[0]); i++)
		for (size_t n = 1; n < sizeof(digits); n++) {
			struct p15_pin pin = PINS[i];
			char text[sizeof(digits)];

			pin.ref = 0x81;
			snprintf(text, sizeof(text), "%.*s", (int)n, digits);
			if (!same(&pin, text))
				fail_msg("row %zu, %zu digits", i, n);
		}
}

/* To the letter: format, block, length, least and most, command. */
static void
test_letters(void **state)
{
	static const struct { struct p15_pin pin; const char *want; } rows[] = {
		{ { .type = P15_PIN_ASCII, .pads = 1, .pad = 0xff, .stored = 8, .min = 6, .max = 8 },
		    "1e1e82080008060200000000000000" "0d000000" "0020008108ffffffffffffffff" },
		{ { .type = P15_PIN_ASCII, .stored = 8, .min = 6, .max = 8 },
		    "1e1e82000008060200000000000000" "05000000" "0020008100" },
		{ { .type = P15_PIN_BCD, .pads = 1, .pad = 0xff, .stored = 4, .min = 4, .max = 8 },
		    "1e1e81040008040200000000000000" "09000000" "0020008104ffffffff" },
		{ { .type = P15_PIN_FORMAT2, .stored = 8, .min = 4, .max = 12 },
		    "1e1e4148040c040200000000000000" "0d000000" "002000810820ffffffffffffff" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct p15_pin pin = rows[i].pin;
		struct pinpad_ask ask;
		struct yx_buf out;
		char hex[256];

		pin.ref = 0x81;
		yx_buf_init(&out, 256);
		assert_int_equal(p15_pin_on_pad(&pin, &ask), YX_OK);
		assert_int_equal(pinpad_verify(&ask, 0, &out), YX_OK);
		yx_hex(hex, out.data, out.len);
		assert_string_equal(hex, rows[i].want);
		yx_buf_free(&out);
	}
}

/* What no reader makes is refused before anybody is asked for anything. */
static void
test_refused(void **state)
{
	static const struct p15_pin rows[] = {
		{ .type = P15_PIN_UTF8, .pads = 1, .stored = 8, .min = 4, .max = 8 },   /* may have letters */
		{ .type = P15_PIN_HALF, .pads = 1, .stored = 8, .min = 4, .max = 8 },
		{ .type = 5, .pads = 1, .stored = 8, .min = 4, .max = 8 },
		{ .type = P15_PIN_ASCII, .pads = 1, .stored = 16, .min = 4, .max = 8 }, /* a block of four bits' size */
		{ .type = P15_PIN_ASCII, .pads = 1, .stored = 8, .min = 0, .max = 8 },
		{ .type = P15_PIN_ASCII, .pads = 1, .stored = 8, .min = 4, .max = 9 },
		{ .type = P15_PIN_BCD, .pads = 1, .pad = 0, .stored = 8, .min = 4, .max = 8 }, /* half a byte of 0 */
		{ .type = P15_PIN_BCD, .stored = 8, .min = 4, .max = 8 },               /* grows by halves */
		{ .type = P15_PIN_BCD, .pads = 1, .pad = 0xff, .stored = 4, .min = 4, .max = 9 },
		{ .type = P15_PIN_FORMAT2, .stored = 7, .min = 4, .max = 12 },
		{ .type = P15_PIN_FORMAT2, .stored = 8, .min = 13, .max = 14 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pinpad_ask ask;

		if (p15_pin_on_pad(&rows[i], &ask) != YX_CARD_UNSUPPORTED)
			fail_msg("row %zu", i);
	}
}

static void
test_typed_fields(void **state)
{
	static const struct {
		struct p15_pin pin;
		const char *text, *want;
		int rc;
	} rows[] = {
		{ { .type = P15_PIN_HALF, .stored = 4, .min = 4, .max = 4 }, "1239", "f1f2f3f9", YX_OK },
		{ { .type = P15_PIN_HALF, .stored = 4, .min = 4, .max = 4 }, "12x9", "", YX_PIN_FORMAT },
		{ { .type = P15_PIN_FORMAT2, .stored = 8, .min = 4, .max = 12 }, "12345", "2512345fffffffff", YX_OK },
		{ { .type = P15_PIN_FORMAT2, .stored = 8, .min = 1, .max = 12 }, "123", "", YX_PIN_FORMAT },
		{ { .type = P15_PIN_FORMAT2, .stored = 8, .min = 4, .max = 12 }, "123a", "", YX_PIN_FORMAT },
		{ { .type = P15_PIN_BCD, .pads = 1, .pad = 0xff, .stored = 4, .min = 4, .max = 8 }, "12345",
		    "12345fff", YX_OK },
		{ { .type = 5, .stored = 4, .min = 4, .max = 8 }, "1234", "", YX_CARD_UNSUPPORTED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct yx_buf out;
		char hex[256] = "";

		yx_buf_init(&out, 256);
		assert_int_equal(p15_pin_field(&rows[i].pin, rows[i].text, &out), rows[i].rc);
		if (rows[i].rc == YX_OK)
			yx_hex(hex, out.data, out.len);
		assert_string_equal(hex, rows[i].want);
		yx_buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_field),
		cmocka_unit_test(test_letters),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_typed_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
