/* Every call into the smart card service fails once, in each way that it can, and every
 * allocation fails once: whatever happens, the caller gets an answer, the card at most one
 * VERIFY, nothing leaks, and the next request works. The service is replaced by the
 * functions below, with the test card's own PIV commands behind them; --wrap gives us our
 * own code's allocations (Makefile). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <winscard.h>
#include <reader.h>

#include "common/codec.h"
#include "common/json.h"
#include "common/log.h"
#include "native-host/commands.h"
#include "tests/card/card.h"
#include "tests/card/piv.h"

#define FAULTS_MAX 2000 /* far above what one request takes */

static struct tc_card card = { .pin = "123456", .puk = "12345678", .tries_max = 3, .tries = 3, .puk_tries = 3,
	.chain_ins = -1, .evil = { .name = "none", .ins = -1 }, .slots = 1 };
static char *request, *on_reader;
static int pad; /* 1: the reader has keys */

/* Which call fails, counted from 1; 0: none. */
static atomic_int calls, calls_fail, allocations, allocations_fail;
static LONG how;

static int
now(void)
{
	return atomic_fetch_add(&calls, 1) + 1 == atomic_load(&calls_fail);
}

/* ---- allocations ---- */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static int
no_memory(void)
{
	return atomic_fetch_add(&allocations, 1) + 1 == atomic_load(&allocations_fail);
}

void *
__wrap_malloc(size_t n)
{
	return no_memory() ? NULL : __real_malloc(n);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return no_memory() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t n)
{
	return no_memory() ? NULL : __real_realloc(p, n);
}

/* ---- the service ---- */

LONG
SCardEstablishContext(DWORD scope, LPCVOID a, LPCVOID b, LPSCARDCONTEXT context)
{
	(void)scope, (void)a, (void)b;
	*context = 1;
	return now() ? how : SCARD_S_SUCCESS;
}

LONG
SCardReleaseContext(SCARDCONTEXT context)
{
	(void)context;
	return now() ? how : SCARD_S_SUCCESS;
}

LONG
SCardCancel(SCARDCONTEXT context)
{
	(void)context;
	return SCARD_S_SUCCESS;
}

LONG
SCardListReaders(SCARDCONTEXT context, LPCSTR groups, LPSTR names, LPDWORD n)
{
	static const char reader[] = "Reader 00 00\0";

	(void)context, (void)groups;
	if (now())
		return how;
	memcpy(names, reader, sizeof(reader));
	*n = sizeof(reader);
	return SCARD_S_SUCCESS;
}

LONG
SCardGetStatusChange(SCARDCONTEXT context, DWORD ms, SCARD_READERSTATE *states, DWORD n)
{
	(void)context, (void)ms;
	if (now())
		return how;
	for (DWORD i = 0; i < n; i++)
		states[i].dwEventState = SCARD_STATE_PRESENT;
	return SCARD_S_SUCCESS;
}

LONG
SCardConnect(SCARDCONTEXT context, LPCSTR reader, DWORD mode, DWORD protocols, LPSCARDHANDLE handle, LPDWORD protocol)
{
	(void)context, (void)reader, (void)mode, (void)protocols;
	*handle = 1;
	*protocol = SCARD_PROTOCOL_T1;
	return now() ? how : SCARD_S_SUCCESS;
}

LONG
SCardReconnect(SCARDHANDLE handle, DWORD mode, DWORD protocols, DWORD what, LPDWORD protocol)
{
	(void)handle, (void)mode, (void)protocols, (void)what;
	*protocol = SCARD_PROTOCOL_T1;
	return now() ? how : SCARD_S_SUCCESS;
}

LONG
SCardDisconnect(SCARDHANDLE handle, DWORD what)
{
	(void)handle, (void)what;
	return now() ? how : SCARD_S_SUCCESS;
}

LONG
SCardBeginTransaction(SCARDHANDLE handle)
{
	(void)handle;
	return now() ? how : SCARD_S_SUCCESS;
}

LONG
SCardEndTransaction(SCARDHANDLE handle, DWORD what)
{
	(void)handle;
	if (what == SCARD_RESET_CARD)
		tc_reset(&card);
	return now() ? how : SCARD_S_SUCCESS;
}

/* The answer may be lost after the card has done what it was told. */
LONG
SCardTransmit(SCARDHANDLE handle, const SCARD_IO_REQUEST *pci, LPCBYTE command, DWORD n, SCARD_IO_REQUEST *back,
    LPBYTE answer, LPDWORD room)
{
	struct yx_buf reply;
	int fails = now(), memory = atomic_exchange(&allocations_fail, 0), used = atomic_load(&allocations);

	(void)handle, (void)pci, (void)back;
	yx_buf_init(&reply, 1 << 17);
	tc_command(&card, command, n, &reply);
	assert_true(reply.len <= *room);
	memcpy(answer, reply.data, reply.len);
	*room = fails && how == SCARD_S_SUCCESS ? 0 : reply.len; /* "success" and no byte: it was pulled out */
	yx_buf_free(&reply);
	atomic_store(&allocations, used); /* what the card takes is none of ours */
	atomic_store(&allocations_fail, memory);
	return fails ? how : SCARD_S_SUCCESS;
}

/* A reader with keys, on which the right PIN is typed; or none. */
LONG
SCardControl(SCARDHANDLE handle, DWORD code, LPCVOID in, DWORD n, LPVOID out, DWORD room, LPDWORD got)
{
	static const uint8_t features[] = { FEATURE_VERIFY_PIN_DIRECT, 4, 0x42, 0, 0x0d, 0xac };
	const uint8_t *asked = in;
	uint8_t apdu[64], answer[300];
	DWORD answer_n = sizeof(answer);
	LONG rv;

	(void)handle;
	*got = 0;
	if (now())
		return how;
	if (!pad)
		return SCARD_E_UNSUPPORTED_FEATURE;
	if (code == CM_IOCTL_GET_FEATURE_REQUEST) {
		assert_true(room >= sizeof(features));
		memcpy(out, features, sizeof(features));
		*got = sizeof(features);
		return SCARD_S_SUCCESS;
	}
	assert_true(code == 0x42000dac && n > 19 + 5 && n - 19 <= sizeof(apdu));
	memcpy(apdu, asked + 19, n - 19);
	memcpy(apdu + 5, card.pin, strlen(card.pin));
	rv = SCardTransmit(handle, SCARD_PCI_T1, apdu, n - 19, NULL, answer, &answer_n);
	if (rv == SCARD_S_SUCCESS && answer_n >= 2)
		memcpy(out, answer + answer_n - 2, *got = 2);
	return rv;
}

/* ---- one request ---- */

/* Runs `prove`, with a call or an allocation that fails (0: none); 1 if it was answered
 * with a signature. */
static int
ask(int call, int allocation)
{
	static const struct config config = { .allowed_origins = "https://a.example", .card_timeout_seconds = 20,
		.batch_max = 100, .pkcs11_modules = "", .pin_dialog = "browser", .pin_pad = 1 };
	struct yx_arena *arena = yx_arena_new(1 << 20);
	const struct yx_json *v = NULL, *error;
	struct yx_buf message, answer;
	unsigned long verifies = card.verifies;
	struct host host;
	int rc, good = 0;

	assert_non_null(arena);
	yx_buf_init_secret(&message, 1 << 20);
	yx_buf_init(&answer, 1 << 20);
	yx_buf_adds(&message, pad ? on_reader : request);
	assert_int_equal(yx_buf_status(&message), YX_OK);
	host_open(&host, &config, -1, -1);
	atomic_store(&calls, 0);
	atomic_store(&allocations, 0);
	atomic_store(&calls_fail, call);
	atomic_store(&allocations_fail, allocation);
	rc = commands_handle(&host, &message, &answer);
	atomic_store(&allocations_fail, 0);
	atomic_store(&calls_fail, 0);
	host_close(&host);
	assert_true(rc == YX_OK || rc == YX_NO_MEMORY); /* then the host ends, and says so */
	if (rc == YX_OK) {
		assert_int_equal(yx_json_parse(arena, answer.data, answer.len, &v), YX_OK);
		error = yx_json_get(v, "error");
		good = yx_json_get(v, "ok") != NULL;
		assert_true(good != (error != NULL));
		assert_true(good || strlen(yx_json_str(error, "code", "")) > 0);
	}
	assert_true(card.verifies - verifies <= 1);
	assert_int_equal(card.tries, 3);
	yx_buf_free(&message);
	yx_buf_free(&answer);
	yx_arena_free(&arena);
	return good;
}

static void
test_service(void **state)
{
	static const LONG ways[] = { SCARD_E_NO_SERVICE, SCARD_W_REMOVED_CARD, SCARD_W_RESET_CARD, SCARD_E_NOT_TRANSACTED,
		SCARD_E_SHARING_VIOLATION, SCARD_E_INSUFFICIENT_BUFFER, SCARD_F_COMM_ERROR, SCARD_E_INVALID_HANDLE,
		SCARD_E_NO_READERS_AVAILABLE, SCARD_W_UNPOWERED_CARD, SCARD_S_SUCCESS };

	(void)state;
	assert_true(ask(0, 0));
	for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++) {
		int i, before;

		how = ways[w];
		for (i = 1; i < FAULTS_MAX; i++) {
			tc_reset(&card);
			(void)ask(i, 0);
			before = atomic_load(&calls);
			assert_true(ask(0, 0)); /* and now without */
			if (before < i)
				break; /* there were not as many */
		}
		assert_in_range(i, 10, FAULTS_MAX - 1);
	}
}

static void
test_memory(void **state)
{
	int i, reached;

	(void)state;
	for (i = 1; i < FAULTS_MAX; i++) {
		tc_reset(&card);
		(void)ask(0, i);
		reached = atomic_load(&allocations) >= i;
		assert_true(ask(0, 0));
		if (!reached)
			break;
	}
	assert_in_range(i, 10, FAULTS_MAX - 1);
}

/* All of it once more with a PIN that is typed on the reader. */
static void
test_reader_with_keys(void **state)
{
	pad = 1;
	test_service(state);
	test_memory(state);
	pad = 0;
}

static int
make_certificate(EVP_PKEY *key, struct yx_buf *text)
{
	X509 *x = X509_new();
	X509_EXTENSION *usage = X509V3_EXT_conf_nid(NULL, NULL, NID_key_usage, "critical,digitalSignature");
	unsigned char *der = NULL;
	int n;

	X509_set_version(x, 2);
	X509_set_pubkey(x, key);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_add_ext(x, usage, -1);
	X509_sign(x, key, EVP_sha256());
	n = i2d_X509(x, &der);
	X509_EXTENSION_free(usage);
	X509_free(x);
	if (n <= 0)
		return 1;
	card.slot[0] = (struct tc_slot){ .ref = 0x9c, .key = key, .cert = der, .cert_len = (size_t)n };
	yx_base64(text, der, (size_t)n);
	return yx_buf_status(text);
}

static char *
make_request(struct yx_buf *b, const char *how_to_pin, const struct yx_buf *cert, const struct yx_buf *nonce)
{
	yx_buf_reset(b);
	yx_buf_addf(b, "{\"id\":7,\"command\":\"prove\",\"origin\":\"https://a.example\",%s,"
		       "\"certificate\":\"%s\",\"nonce\":\"%s\"}", how_to_pin, yx_buf_str(cert), yx_buf_str(nonce));
	return strdup(yx_buf_str(b));
}

static int
setup(void **state)
{
	static const uint8_t nonce[32] = { 7 };
	struct yx_buf cert, text, message;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	int rc;

	(void)state;
	yx_log_open("faults", YX_LOG_ERROR);
	yx_buf_init(&card.chain, 4096);
	yx_buf_init(&card.rest, 1 << 17);
	yx_buf_init(&cert, 8192);
	yx_buf_init(&text, 256);
	yx_buf_init(&message, 16384);
	yx_base64(&text, nonce, sizeof(nonce));
	rc = make_certificate(key, &cert);
	request = make_request(&message, "\"pin\":\"123456\"", &cert, &text);
	on_reader = make_request(&message, "\"onReader\":true", &cert, &text);
	yx_buf_free(&cert);
	yx_buf_free(&text);
	yx_buf_free(&message);
	return rc != YX_OK || request == NULL || on_reader == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	EVP_PKEY_free(card.slot[0].key);
	OPENSSL_free(card.slot[0].cert);
	yx_buf_free(&card.chain);
	yx_buf_free(&card.rest);
	free(request);
	free(on_reader);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_service), cmocka_unit_test(test_memory),
		cmocka_unit_test(test_reader_with_keys) };

	return cmocka_run_group_tests(tests, setup, teardown);
}
