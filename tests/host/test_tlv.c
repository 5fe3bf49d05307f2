/* tlv.h: objects of cards (BER) and DER. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "native-host/tlv.h"

static struct yx_reader
reader(const char *bytes, size_t n)
{
	struct yx_reader r;

	yx_reader_init(&r, bytes, n);
	return r;
}
#define READER(literal) reader(literal, sizeof(literal) - 1)

static void
test_tags(void **state)
{
	struct yx_reader r = READER("\x53\x01\x41\x5f\x2f\x00\x7f\x49\x01\x42\xff\x81\x01\x00");
	struct tlv t;

	(void)state;
	assert_int_equal(tlv_next(&r, TLV_BER, &t), YX_OK);
	assert_int_equal(t.tag, 0x53);
	assert_true(tlv_is(&t, "A", 1));
	assert_int_equal(t.whole_len, 3);
	assert_int_equal(tlv_next(&r, TLV_BER, &t), YX_OK);
	assert_int_equal(t.tag, 0x5f2f);
	assert_int_equal(t.len, 0);
	assert_int_equal(tlv_next(&r, TLV_BER, &t), YX_OK);
	assert_int_equal(t.tag, 0x7f49);
	assert_int_equal(tlv_next(&r, TLV_BER, &t), YX_OK);
	assert_int_equal(t.tag, 0xff8101);
	assert_int_equal(r.left, 0);
}

static void
test_lengths(void **state)
{
	struct tlv t;
	struct yx_reader r;
	static const struct { const char *bytes; size_t n; int ber, der; } rows[] = {
		{ "\x30\x01\x00", 3, YX_OK, YX_OK },
		{ "\x30\x81\x01\x00", 4, YX_OK, YX_PROTOCOL },         /* longer than needed */
		{ "\x30\x82\x00\x01\x00", 5, YX_OK, YX_PROTOCOL },
		{ "\x30\x83\x00\x00\x01\x00", 6, YX_OK, YX_PROTOCOL },
		{ "\x30\x84\x00\x00\x00\x01\x00", 7, YX_PROTOCOL, YX_PROTOCOL },
		{ "\x30\x80\x00\x00", 4, YX_PROTOCOL, YX_PROTOCOL },   /* indefinite */
		{ "\x30\xff\x00\x00", 4, YX_PROTOCOL, YX_PROTOCOL },
		{ "\x30\x02\x00", 3, YX_PROTOCOL, YX_PROTOCOL },       /* cut off */
		{ "\x30\x82\xff\xff", 4, YX_PROTOCOL, YX_PROTOCOL },
		{ "\x30\x83\xff\xff\xff", 5, YX_PROTOCOL, YX_PROTOCOL },
		{ "\x30\x82\x01", 3, YX_PROTOCOL, YX_PROTOCOL },
		{ "\x30", 1, YX_PROTOCOL, YX_PROTOCOL },
		{ "\x1f", 1, YX_PROTOCOL, YX_PROTOCOL },               /* half a tag */
		{ "\x1f\x81\x81\x01\x00", 5, YX_PROTOCOL, YX_PROTOCOL }, /* tag of four bytes */
		{ "", 0, YX_PROTOCOL, YX_PROTOCOL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		r = reader(rows[i].bytes, rows[i].n);
		assert_int_equal(tlv_next(&r, TLV_BER, &t), rows[i].ber);
		r = reader(rows[i].bytes, rows[i].n);
		assert_int_equal(tlv_next(&r, TLV_DER, &t), rows[i].der);
		if (rows[i].der != YX_OK)
			assert_int_equal(r.left, rows[i].n); /* nothing consumed */
	}
}

static void
test_expect_and_find(void **state)
{
	struct yx_reader r = READER("\x70\x01\x41\x71\x01\x01\xfe\x00"),
			 bad = READER("\x70\x01\x41\x71\x05\x01");
	struct tlv t;

	(void)state;
	assert_int_equal(tlv_expect(&r, TLV_BER, 0x71, &t), YX_PROTOCOL);
	assert_int_equal(r.left, 8);
	assert_int_equal(tlv_find(&r, TLV_BER, 0x71, &t), YX_OK);
	assert_true(tlv_is(&t, "\x01", 1));
	assert_int_equal(r.left, 8);
	assert_int_equal(tlv_find(&r, TLV_BER, 0x99, &t), YX_NOT_FOUND);
	assert_int_equal(tlv_expect(&r, TLV_BER, 0x70, &t), YX_OK);
	assert_int_equal(r.left, 5);
	assert_int_equal(tlv_find(&bad, TLV_BER, 0x71, &t), YX_PROTOCOL);
}

static void
test_put(void **state)
{
	static const size_t sizes[] = { 0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000 };
	static uint8_t value[0x10000];
	struct yx_buf b;
	struct yx_reader r;
	struct tlv t;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		yx_buf_init(&b, 1 << 17);
		tlv_put(&b, 0x53, value, sizes[i]);
		yx_reader_init(&r, b.data, b.len);
		assert_int_equal(tlv_expect(&r, TLV_DER, 0x53, &t), YX_OK); /* shortest form */
		assert_int_equal(t.len, sizes[i]);
		assert_int_equal(r.left, 0);
		yx_buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_expect_and_find),
		cmocka_unit_test(test_put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
