/* protocol.h: reading and answers, byte for byte as PROTOCOL.md shows them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "native-host/protocol.h"

static struct yx_arena *arena;
static struct yx_buf out;

static int
setup(void **state)
{
	(void)state;
	arena = yx_arena_new(1 << 20);
	yx_buf_init(&out, 4096);
	return arena == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	yx_arena_free(&arena);
	yx_buf_free(&out);
	return 0;
}

static int
parse(const char *text, int64_t *id, const char **command)
{
	struct protocol_message m;
	int rc = protocol_parse(arena, text, strlen(text), &m);

	*id = m.id;
	*command = m.command;
	return rc;
}

static void
test_parse(void **state)
{
	static const struct { const char *text; int rc; int64_t id; } rows[] = {
		{ "{\"id\":1,\"command\":\"status\"}", YX_OK, 1 },
		{ "{\"id\":2147483647,\"command\":\"status\"}", YX_OK, 2147483647 },
		{ "{\"id\":2147483648,\"command\":\"status\"}", YX_PROTOCOL, 0 },
		{ "{\"id\":0,\"command\":\"status\"}", YX_PROTOCOL, 0 },
		{ "{\"id\":\"1\",\"command\":\"status\"}", YX_PROTOCOL, 0 },
		{ "{\"id\":3}", YX_PROTOCOL, 3 },
		{ "{\"id\":3,\"command\":[]}", YX_PROTOCOL, 3 },
		{ "[1]", YX_PROTOCOL, 0 },
		{ "{\"id\":1.0,\"command\":\"status\"}", YX_PROTOCOL, 0 },
		{ "", YX_PROTOCOL, 0 },
	};
	const char *command = NULL;
	int64_t id;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		id = -1;
		assert_int_equal(parse(rows[i].text, &id, &command), rows[i].rc);
		assert_int_equal(id, rows[i].id);
	}
}

static int
exact(const char *text)
{
	static const struct protocol_member members[] = { { "a", YX_JSON_INT, 0 },
		{ "b", YX_JSON_STRING, 0 }, { "may", YX_JSON_BOOL, 1 }, { NULL, YX_JSON_NULL, 0 } };
	const struct yx_json *v = NULL;

	assert_int_equal(yx_json_parse(arena, text, strlen(text), &v), YX_OK);
	return protocol_exact(v, members);
}

static void
test_exact_members(void **state)
{
	(void)state;
	assert_int_equal(exact("{\"b\":\"\",\"a\":1}"), YX_OK);
	assert_int_equal(exact("{\"b\":\"\",\"a\":1,\"may\":true}"), YX_OK);
	assert_int_equal(exact("{\"b\":\"\",\"a\":1,\"may\":1}"), YX_PROTOCOL);
	assert_int_equal(exact("{\"a\":1,\"may\":true}"), YX_PROTOCOL);
	assert_int_equal(exact("{\"a\":1}"), YX_PROTOCOL);
	assert_int_equal(exact("{\"a\":1,\"b\":\"\",\"c\":1}"), YX_PROTOCOL);
	assert_int_equal(exact("{\"a\":1,\"b\":null}"), YX_PROTOCOL);
	assert_int_equal(exact("{\"a\":true,\"b\":\"\"}"), YX_PROTOCOL);
	assert_int_equal(exact("[]"), YX_PROTOCOL);
}

static void
test_bytes(void **state)
{
	const struct yx_json *v = NULL;
	static const char text[] = "{\"a\":\"QUJD\",\"b\":\"QUJ\",\"c\":1,\"d\":\"\"}";
	struct yx_bytes bytes = { NULL, 0 };

	(void)state;
	assert_int_equal(yx_json_parse(arena, text, strlen(text), &v), YX_OK);
	assert_int_equal(protocol_bytes(arena, v, &(struct protocol_blob){ "a", 1, 3 }, &bytes), YX_OK);
	assert_int_equal(bytes.n, 3);
	assert_memory_equal(bytes.p, "ABC", 3);
	assert_int_equal(protocol_bytes(arena, v, &(struct protocol_blob){ "a", 1, 2 }, &bytes), YX_PROTOCOL);
	assert_int_equal(protocol_bytes(arena, v, &(struct protocol_blob){ "a", 4, 9 }, &bytes), YX_PROTOCOL);
	assert_int_equal(protocol_bytes(arena, v, &(struct protocol_blob){ "b", 0, 9 }, &bytes), YX_PROTOCOL);
	assert_int_equal(protocol_bytes(arena, v, &(struct protocol_blob){ "c", 0, 9 }, &bytes), YX_PROTOCOL);
	assert_int_equal(protocol_bytes(arena, v, &(struct protocol_blob){ "d", 0, 9 }, &bytes), YX_OK);
	assert_int_equal(bytes.n, 0);
	assert_int_equal(protocol_bytes(arena, v, &(struct protocol_blob){ "e", 0, 9 }, &bytes), YX_PROTOCOL);
}

static void
test_answers(void **state)
{
	static const struct config config = { .batch_max = 100, .remember_minutes = 5,
		.pin_dialog = "browser" };
	static const char *const names[] = { "status", "sign", NULL };
	struct yx_jw w;

	(void)state;
	assert_int_equal(protocol_hello(&out, names, &config), YX_OK);
	assert_string_equal(yx_buf_str(&out),
	    "{\"hello\":{\"protocol\":1,\"version\":\"" SIGNER_VERSION "\","
	    "\"commands\":[\"status\",\"sign\"],\"maxIn\":1048576,\"maxOut\":1048576,"
	    "\"batchMax\":100,\"rememberMinutes\":5,\"pinDialog\":\"browser\"}}");
	yx_buf_reset(&out);
	assert_int_equal(protocol_error(&out, 7, YX_PIN_WRONG, 2), YX_OK);
	assert_string_equal(yx_buf_str(&out),
	    "{\"id\":7,\"error\":{\"code\":\"pin_wrong\",\"retriable\":true,\"triesLeft\":2}}");
	yx_buf_reset(&out);
	assert_int_equal(protocol_error(&out, 0, YX_PROTOCOL, -1), YX_OK);
	assert_string_equal(
	    yx_buf_str(&out), "{\"id\":0,\"error\":{\"code\":\"protocol\",\"retriable\":false}}");
	yx_buf_reset(&out);
	protocol_begin(&w, &out, 5);
	yx_jw_int(&w, "cards", 1);
	assert_int_equal(protocol_end(&w), YX_OK);
	assert_string_equal(yx_buf_str(&out), "{\"id\":5,\"ok\":{\"cards\":1}}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_parse, setup, teardown),
		cmocka_unit_test_setup_teardown(test_exact_members, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_answers, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
