/* Keys and files of a wallet: what was put in comes out, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backend/domain/wallet/envelope.h"
#include "backend/domain/wallet/keys.h"

static const char ID[] = "0123456789abcdef0123456789abcdef", OTHER[] = "ffffffffffffffffffffffffffffffff";

static int
memory(const void *p, size_t n)
{
	int fd = memfd_create("wallet", MFD_CLOEXEC);

	assert_true(fd >= 0 && write(fd, p, n) == (ssize_t)n);
	return fd;
}

static int
compare(void *ctx, const void *p, size_t n)
{
	const uint8_t **at = ctx;

	assert_memory_equal(*at, p, n);
	*at += n;
	return YX_OK;
}

static void
round_trip(size_t n)
{
	uint8_t *plain = malloc(n), key[ENVELOPE_KEY], sha256[32], byte;
	const uint8_t *at = plain;
	int in, out = memfd_create("sealed", MFD_CLOEXEC);

	yx_random(plain, n);
	yx_random(key, sizeof(key));
	in = memory(plain, n);
	assert_int_equal(envelope_seal(in, (int64_t)n, out, key, sha256), YX_OK);
	assert_int_equal(lseek(out, 0, SEEK_END), envelope_file_size((int64_t)n));
	assert_int_equal(envelope_open(out, key, compare, &at), YX_OK);
	assert_ptr_equal(at, plain + n);
	/* one bit of the last tag */
	assert_int_equal(pread(out, &byte, 1, envelope_file_size((int64_t)n) - 1), 1);
	byte ^= 0x80;
	assert_int_equal(pwrite(out, &byte, 1, envelope_file_size((int64_t)n) - 1), 1);
	assert_int_equal(envelope_open(out, key, NULL, NULL), YX_WALLET_DAMAGED);
	key[0] ^= 1;
	assert_int_equal(envelope_open(out, key, NULL, NULL), YX_WALLET_DAMAGED);
	close(in);
	close(out);
	free(plain);
}

static void
test_files(void **state)
{
	static const size_t SIZES[] = { 1, 17, ENVELOPE_CHUNK - 1, ENVELOPE_CHUNK, ENVELOPE_CHUNK + 1, 3 * ENVELOPE_CHUNK,
		200001 };

	(void)state;
	for (size_t i = 0; i < sizeof(SIZES) / sizeof(SIZES[0]); i++)
		round_trip(SIZES[i]);
}

/* Made by another program (tests/fuzz/seeds.mjs) from the description of the format. */
static void
test_format(void **state)
{
	static const uint8_t key[ENVELOPE_KEY] = "a key that only tests ever use.";
	const uint8_t *at = (const uint8_t *)"one short document";
	int fd = open("tests/fuzz/corpus/wallet/short", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(envelope_open(fd, key, compare, &at), YX_OK);
	close(fd);
	fd = open("tests/fuzz/corpus/wallet/long", O_RDONLY | O_CLOEXEC);
	assert_int_equal(envelope_open(fd, key, NULL, NULL), YX_OK);
	close(fd);
	fd = open("tests/fuzz/corpus/wallet/cut", O_RDONLY | O_CLOEXEC);
	assert_int_equal(envelope_open(fd, key, NULL, NULL), YX_WALLET_DAMAGED);
	close(fd);
}

static void
test_wrong_sizes(void **state)
{
	uint8_t key[ENVELOPE_KEY] = "k", sha256[32];
	int in = memory("abc", 3), out = memfd_create("sealed", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(envelope_seal(in, 0, out, key, sha256), YX_BAD_FIELD);
	assert_int_equal(envelope_seal(in, 2, out, key, sha256), YX_IO);
	assert_int_equal(envelope_seal(in, 4, out, key, sha256), YX_IO);
	close(in);
	close(out);
}

static void
test_wrapped(void **state)
{
	uint8_t under[WALLET_KEY] = "under", key[WALLET_KEY] = "key", out[WALLET_KEY], wrapped[WALLET_WRAPPED];

	(void)state;
	assert_int_equal(wallet_wrap(under, ID, key, wrapped), YX_OK);
	assert_int_equal(wallet_unwrap(under, ID, wrapped, sizeof(wrapped), out), YX_OK);
	assert_memory_equal(out, key, WALLET_KEY);
	assert_int_equal(wallet_unwrap(under, OTHER, wrapped, sizeof(wrapped), out), YX_WALLET_DAMAGED);
	assert_int_equal(wallet_unwrap(under, ID, wrapped, sizeof(wrapped) - 1, out), YX_WALLET_DAMAGED);
	wrapped[20] ^= 1;
	assert_int_equal(wallet_unwrap(under, ID, wrapped, sizeof(wrapped), out), YX_WALLET_DAMAGED);
}

static void
test_sealed(void **state)
{
	uint8_t public_key[WALLET_KEY], secret[WALLET_KEY], other[WALLET_KEY], key[WALLET_KEY] = "key", out[WALLET_KEY];
	uint8_t sealed[WALLET_SEALED];

	(void)state;
	assert_int_equal(wallet_pair(public_key, other), YX_OK);
	assert_int_equal(wallet_pair(public_key, secret), YX_OK);
	assert_int_equal(wallet_seal(public_key, ID, key, sealed), YX_OK);
	assert_int_equal(wallet_unseal(secret, ID, sealed, sizeof(sealed), out), YX_OK);
	assert_memory_equal(out, key, WALLET_KEY);
	assert_int_equal(wallet_unseal(secret, OTHER, sealed, sizeof(sealed), out), YX_WALLET_DAMAGED);
	assert_int_equal(wallet_unseal(other, ID, sealed, sizeof(sealed), out), YX_WALLET_DAMAGED);
	assert_int_equal(wallet_unseal(secret, ID, sealed, sizeof(sealed) - 1, out), YX_WALLET_DAMAGED);
}

static void
test_code(void **state)
{
	char code[WALLET_CODE_SIZE], typed[2 * WALLET_CODE_SIZE] = " ";
	uint8_t a[WALLET_KEY], b[WALLET_KEY];

	(void)state;
	wallet_code_make(code);
	assert_int_equal(strlen(code), WALLET_CODE_SIZE - 1);
	assert_int_equal(wallet_code_key(code, ID, a), YX_OK);
	for (const char *p = code; *p != '\0'; p++)
		strncat(typed, *p == '-' ? " " : (char[]){ (char)(*p >= 'A' ? *p | 0x20 : *p), '\0' }, 2);
	assert_int_equal(wallet_code_key(typed, ID, b), YX_OK);
	assert_memory_equal(a, b, WALLET_KEY);
	assert_int_equal(wallet_code_key(code, OTHER, b), YX_OK);
	assert_memory_not_equal(a, b, WALLET_KEY);
	code[0] = '1';
	assert_int_equal(wallet_code_key(code, ID, b), YX_WALLET_CODE);
	assert_int_equal(wallet_code_key("ABCD", ID, b), YX_WALLET_CODE);
	assert_int_equal(wallet_code_key("", ID, b), YX_WALLET_CODE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files), cmocka_unit_test(test_format), cmocka_unit_test(test_wrong_sizes),
		cmocka_unit_test(test_wrapped), cmocka_unit_test(test_sealed), cmocka_unit_test(test_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
