/* apdu.h against a scripted card: what goes out, what comes of the answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/codec.h"
#include "native-host/apdu.h"


/* Hex of what must be sent and what is answered; an answer of NULL ends the card. */
struct step {
	const char *sent, *answer;
};

struct script {
	const struct step *steps;
	size_t             n, at;
	int                loop; /* the last step again and again */
};

static struct apdu apdu;
static atomic_int cancelled;

static int
play(void *ctx, const uint8_t *command, size_t len, uint8_t *answer, size_t *n)
{
	struct script *s = ctx;
	const struct step *step = &s->steps[s->at];
	char hex[2 * 261 + 1];

	assert_true(s->at < s->n);
	assert_true(len <= 261);
	yx_hex(hex, command, len);
	if (step->sent != NULL)
		assert_string_equal(hex, step->sent);
	if (s->at + 1 < s->n || !s->loop)
		s->at++;
	if (step->answer == NULL)
		return YX_CARD_REMOVED;
	*n = strlen(step->answer) / 2;
	assert_int_equal(yx_unhex(answer, *n, step->answer), YX_OK);
	return YX_OK;
}

static int
run(struct script *s, const struct apdu_command *c, struct yx_buf *out, unsigned *sw)
{
	int rc;

	apdu.transmit = play;
	apdu.ctx = s;
	apdu.cancelled = &cancelled;
	rc = apdu_run(&apdu, c, out, sw);
	return rc;
}

#define SCRIPT(...) \
	static const struct step steps[] = { __VA_ARGS__ }; \
	struct script s = { .steps = steps, .n = sizeof(steps) / sizeof(steps[0]) }; \
	struct yx_buf out; \
	unsigned sw = 0; \
	(void)state; \
	yx_buf_init(&out, 1024)

static const struct apdu_command get = { .ins = 0xcb,
	.p1 = 0x3f,
	.p2 = 0xff,
	.data = "\x5c\x01\x7e",
	.len = 3,
	.answers = 1,
	.again = 1 };
static const struct apdu_command use_key = {
	.ins = 0x87, .p1 = 0x11, .p2 = 0x9c, .data = "AB", .len = 2, .answers = 1
};

static void
test_simple(void **state)
{
	SCRIPT({ "00cb3fff035c017e00", "41429000" });

	assert_int_equal(run(&s, &get, &out, &sw), YX_OK);
	assert_int_equal(sw, 0x9000);
	assert_string_equal(yx_buf_str(&out), "AB");
	yx_buf_free(&out);
}

static void
test_t0_sends_no_le(void **state)
{
	SCRIPT({ "00cb3fff035c017e", "6102" }, { "00c0000002", "41429000" });

	apdu.t0 = 1;
	assert_int_equal(run(&s, &get, &out, &sw), YX_OK);
	apdu.t0 = 0;
	assert_string_equal(yx_buf_str(&out), "AB");
	yx_buf_free(&out);
}

static void
test_get_response(void **state)
{
	SCRIPT({ NULL, "416102" }, { "00c0000002", "42436100" }, { "00c0000000", "449000" });

	assert_int_equal(run(&s, &get, &out, &sw), YX_OK);
	assert_string_equal(yx_buf_str(&out), "ABCD");
	yx_buf_free(&out);
}

static void
test_get_response_brings_nothing(void **state)
{
	SCRIPT({ NULL, "6110" }, { NULL, "6110" });

	assert_int_equal(run(&s, &get, &out, &sw), YX_CARD_PROTOCOL);
	yx_buf_free(&out);
}

static void
test_get_response_for_ever(void **state)
{
	SCRIPT({ NULL, "416101" });

	s.loop = 1;
	assert_int_equal(run(&s, &get, &out, &sw), YX_CARD_PROTOCOL);
	assert_true(out.len <= 1024);
	yx_buf_free(&out);
}

static void
test_too_much_for_the_buffer(void **state)
{
	SCRIPT({ NULL, "41414141414141416108" });

	s.loop = 1;
	yx_buf_init(&out, 64);
	assert_int_equal(run(&s, &get, &out, &sw), YX_CARD_PROTOCOL);
	yx_buf_free(&out);
}

static void
test_wrong_le_once(void **state)
{
	SCRIPT({ "00cb3fff035c017e00", "6c02" }, { "00cb3fff035c017e02", "41429000" });

	assert_int_equal(run(&s, &get, &out, &sw), YX_OK);
	assert_string_equal(yx_buf_str(&out), "AB");
	yx_buf_free(&out);
}

static void
test_wrong_le_twice(void **state)
{
	SCRIPT({ NULL, "6c02" }, { NULL, "6c03" });

	assert_int_equal(run(&s, &get, &out, &sw), YX_CARD_PROTOCOL);
	yx_buf_free(&out);
}

static void
test_keys_are_never_used_again(void **state)
{
	SCRIPT({ "0087119c02414200", "6c02" });

	assert_int_equal(run(&s, &use_key, &out, &sw), YX_CARD_PROTOCOL);
	yx_buf_free(&out);
}

static void
test_status_words_are_no_errors(void **state)
{
	SCRIPT({ NULL, "6a82" });

	assert_int_equal(run(&s, &get, &out, &sw), YX_OK);
	assert_int_equal(sw, 0x6a82);
	assert_int_equal(out.len, 0);
	yx_buf_free(&out);
}

static void
test_short_and_empty_answers(void **state)
{
	static const struct step none[] = { { NULL, "" } }, one[] = { { NULL, "90" } },
				 gone[] = { { NULL, NULL } };
	struct script a = { none, 1, 0, 0 }, b = { one, 1, 0, 0 }, c = { gone, 1, 0, 0 };
	unsigned sw;

	(void)state;
	assert_int_equal(run(&a, &get, NULL, &sw), YX_CARD_REMOVED);
	assert_int_equal(run(&b, &get, NULL, &sw), YX_CARD_PROTOCOL);
	assert_int_equal(run(&c, &get, NULL, &sw), YX_CARD_REMOVED);
}

static void
test_more_than_asked(void **state)
{
	static char big[2 * 259 + 1];
	const struct step steps[] = { { NULL, big } };
	static const struct step data[] = { { NULL, "419000" } };
	static const struct apdu_command verify = {
		.ins = 0x20, .p2 = 0x80, .data = "12345678", .len = 8
	};
	struct script s = { steps, 1, 0, 0 }, v = { data, 1, 0, 0 };
	struct yx_buf out;
	unsigned sw;

	(void)state;
	memset(big, '9', sizeof(big) - 1);
	yx_buf_init(&out, 1024);
	assert_int_equal(run(&s, &get, &out, &sw), YX_CARD_PROTOCOL);
	assert_int_equal(
	    run(&v, &verify, NULL, &sw), YX_CARD_PROTOCOL); /* data where none are due */
	yx_buf_free(&out);
}

/* 266 bytes, as an RSA-2048 question has: 255 in the first part, 11 in the last. */
static void
test_chain(void **state)
{
	char first[2 * 260 + 1] = "1087079aff", last[] = "0087079a0b414141414141414141414100";
	const struct step steps[] = { { first, "9000" }, { last, "429000" } },
			  refused[] = { { first, "6a80" } };
	uint8_t body[266];
	struct apdu_command c = {
		.ins = 0x87, .p1 = 0x07, .p2 = 0x9a, .data = body, .len = sizeof(body), .answers = 1
	};
	struct script s = { steps, 2, 0, 0 }, r = { refused, 1, 0, 0 };
	struct yx_buf out;
	unsigned sw;

	(void)state;
	memset(body, 'A', sizeof(body));
	for (int i = 0; i < 255; i++)
		memcpy(first + 10 + 2 * i, "41", 3);
	yx_buf_init(&out, 1024);
	assert_int_equal(run(&s, &c, &out, &sw), YX_OK);
	assert_string_equal(yx_buf_str(&out), "B");
	assert_int_equal(s.at, 2);
	assert_int_equal(run(&r, &c, &out, &sw), YX_OK);
	assert_int_equal(sw, 0x6a80); /* and the second part is not sent */
	yx_buf_free(&out);
}

static void
test_cancelled(void **state)
{
	SCRIPT({ NULL, "9000" });

	atomic_store(&cancelled, 1);
	assert_int_equal(run(&s, &get, &out, &sw), YX_CANCELLED);
	atomic_store(&cancelled, 0);
	assert_int_equal(s.at, 0);
	yx_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_simple),
		cmocka_unit_test(test_t0_sends_no_le),
		cmocka_unit_test(test_get_response),
		cmocka_unit_test(test_get_response_brings_nothing),
		cmocka_unit_test(test_get_response_for_ever),
		cmocka_unit_test(test_too_much_for_the_buffer),
		cmocka_unit_test(test_wrong_le_once),
		cmocka_unit_test(test_wrong_le_twice),
		cmocka_unit_test(test_keys_are_never_used_again),
		cmocka_unit_test(test_status_words_are_no_errors),
		cmocka_unit_test(test_short_and_empty_answers),
		cmocka_unit_test(test_more_than_asked),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_cancelled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
