/* backend/pki against the test CA's services, which run as a process of their own on the
 * loopback (responder.mjs): timestamps, OCSP, CRLs, certificates by their address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <openssl/sha.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "backend/pki/fetch.h"
#include "backend/pki/pki.h"
#include "backend/pki/tsa.h"

extern char **environ;

static char dir[] = "/tmp/yx-test-responder-XXXXXX";
static char hosts[32], base[64];
static int port;
static pid_t responder;
static struct pki_trust *trust;

/* ---- the rig ---- */

static pid_t
start(const char *const argv[])
{
	pid_t pid = -1;

	assert_int_equal(posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ), 0);
	return pid;
}

static int
run(const char *const argv[])
{
	int status = -1;

	assert_int_equal(waitpid(start(argv), &status, 0) > 0, 1);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
#define RUN(...) assert_int_equal(run((const char *const[]){ __VA_ARGS__, NULL }), 0)

static int
answers(int p)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)p),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int ok = fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;

	close(fd);
	return ok;
}

static int
set_up(void **state)
{
	const struct timespec pause = { .tv_nsec = 50000000 };
	const char *wanted = getenv("YINXIN_PORT");
	char make_port[16], http[16], tls[16], anchors[128];

	(void)state;
	port = (int)strtol(wanted != NULL ? wanted : "18460", NULL, 10) + 33;
	snprintf(make_port, sizeof(make_port), "%d", port - 3);
	snprintf(http, sizeof(http), "%d", port);
	snprintf(tls, sizeof(tls), "%d", port + 1);
	snprintf(hosts, sizeof(hosts), "127.0.0.1:%d", port);
	snprintf(base, sizeof(base), "http://%s", hosts);
	if (mkdtemp(dir) == NULL || answers(port))
		return -1; /* somebody else's port */
	RUN("tests/pki/make-pki.sh", dir, make_port);
	responder = start((const char *const[]){ "node", "tests/pki/responder.mjs", dir, http, tls, NULL });
	for (int i = 0; i < 400 && !(answers(port) && answers(port + 1)); i++)
		nanosleep(&pause, NULL);
	snprintf(anchors, sizeof(anchors), "%s/pki", dir);
	return pki_trust_open(anchors, hosts, &trust);
}

static int
tear_down(void **state)
{
	(void)state;
	pki_trust_free(&trust);
	if (responder > 0) {
		kill(responder, SIGTERM);
		waitpid(responder, NULL, 0);
	}
	RUN("rm", "-rf", dir);
	return 0;
}

/* ---- timestamps ---- */

static struct pki_digest digest = { "SHA-256", { 0 }, 32 };

static int
stamp(const char *urls, const char *policy, int64_t deadline_ms, struct pki_tst *tst)
{
	struct pki_tsa tsa = { .urls = urls, .allow_hosts = "127.0.0.1", .policy = policy, .deadline_ms = deadline_ms };
	struct pki_tst mine, copy;
	struct yx_buf token;
	int rc;

	SHA256((const unsigned char *)"hello", 5, digest.bytes);
	yx_buf_init(&token, PKI_TSA_TOKEN_MAX);
	rc = pki_tsa_stamp(trust, &tsa, &digest, &token, &mine);
	assert_int_equal(rc == YX_OK, token.len > 0);
	if (rc == YX_OK) {
		/* What came is a whole token that holds by itself. */
		assert_int_equal(pki_tst_read(token.data, token.len, &copy), YX_OK);
		assert_int_equal(pki_tst_check(trust, &copy, &digest, 0, NULL), YX_OK);
		assert_int_equal(copy.time, mine.time);
		pki_tst_free(&copy);
	}
	if (tst != NULL)
		*tst = mine;
	else
		pki_tst_free(&mine);
	yx_buf_free(&token);
	return rc;
}

static const char *
url(const char *path)
{
	static char urls[4][128];
	static int next;

	next = (next + 1) % 4;
	snprintf(urls[next], sizeof(urls[next]), "%s%s", base, path);
	return urls[next];
}

static void
test_timestamp(void **state)
{
	struct pki_tst tst;

	(void)state;
	assert_int_equal(stamp(url("/tsa"), "", 0, &tst), YX_OK);
	assert_in_range(tst.time, time(NULL) - 60, time(NULL) + 1);
	assert_int_equal(tst.accuracy_ms, 1000);
	assert_string_equal(tst.policy, "1.2.3.4.1");
	assert_string_equal(tst.imprint.md, "SHA-256");
	assert_string_equal(tst.signed_with, "SHA-256");
	assert_true(tst.intact);
	assert_int_equal(sk_X509_num(tst.chain), 3);
	pki_tst_free(&tst);
	assert_int_equal(stamp(url("/tsa"), "1.2.3.4.1", 0, NULL), YX_OK);
}

static void
test_timestamp_that_does_not_fit(void **state)
{
	(void)state;
	assert_int_equal(stamp(url("/tsa-other-nonce"), "", 0, NULL), YX_TIMESTAMP_UNAVAILABLE);
	assert_int_equal(stamp(url("/tsa-other-digest"), "", 0, NULL), YX_TIMESTAMP_UNAVAILABLE);
	assert_int_equal(stamp(url("/tsa-rubbish"), "", 0, NULL), YX_TIMESTAMP_UNAVAILABLE);
	assert_int_equal(stamp(url("/ca.crt"), "", 0, NULL), YX_TIMESTAMP_UNAVAILABLE); /* 404 for POST */
	/* This one refuses by itself, with a status. */
	assert_int_equal(stamp(url("/tsa"), "1.2.3.4.5", 0, NULL), YX_TIMESTAMP_UNAVAILABLE);
	assert_int_equal(stamp("", "", 0, NULL), YX_TIMESTAMP_UNAVAILABLE);
}

/* The dead one is skipped, the slow one gets its share of the time and no more. */
static void
test_timestamp_authorities_in_order(void **state)
{
	char urls[512];
	struct timespec begin, end;

	(void)state;
	snprintf(urls, sizeof(urls), "http://127.0.0.1:%d/tsa, %s %s", port + 9, url("/tsa-other-nonce"), url("/tsa"));
	assert_int_equal(stamp(urls, "", 0, NULL), YX_OK);
	snprintf(urls, sizeof(urls), "%s %s", url("/tsa-slow"), url("/tsa"));
	assert_int_equal(stamp(urls, "", 6000, NULL), YX_OK);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	assert_int_equal(stamp(url("/tsa-slow"), "", 400, NULL), YX_TIMESTAMP_UNAVAILABLE);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_in_range(end.tv_sec - begin.tv_sec, 0, 5);
}

static void
test_timestamp_over_tls(void **state)
{
	char address[64], allow[32], ca[128];
	struct pki_tsa tsa = { .urls = address, .allow_hosts = allow, .tls_ca = ca };
	struct yx_buf token;

	(void)state;
	SHA256((const unsigned char *)"hello", 5, digest.bytes);
	snprintf(allow, sizeof(allow), "127.0.0.1:%d", port + 1);
	snprintf(address, sizeof(address), "https://%s/tsa", allow);
	snprintf(ca, sizeof(ca), "%s/pki/root.crt", dir);
	yx_buf_init(&token, PKI_TSA_TOKEN_MAX);
	assert_int_equal(pki_tsa_stamp(trust, &tsa, &digest, &token, NULL), YX_OK);
	tsa.tls_ca = NULL; /* the system's roots do not know it */
	assert_int_equal(pki_tsa_stamp(trust, &tsa, &digest, &token, NULL), YX_TIMESTAMP_UNAVAILABLE);
	tsa.tls_ca = ca;
	tsa.allow_hosts = ""; /* a private address that nobody allowed */
	assert_int_equal(pki_tsa_stamp(trust, &tsa, &digest, &token, NULL), YX_TIMESTAMP_UNAVAILABLE);
	tsa.allow_hosts = "*";
	assert_int_equal(pki_tsa_stamp(trust, &tsa, &digest, &token, NULL), YX_TIMESTAMP_UNAVAILABLE);
	yx_buf_free(&token);
}

/* ---- fetching ---- */

static int
fetch(const char *address, const char *allow, const char *etag, struct pki_fetch *f)
{
	struct yx_buf out;
	int rc;

	*f = (struct pki_fetch){ .url = address, .allow_hosts = allow, .etag = etag };
	yx_buf_init(&out, 1 << 20);
	rc = pki_fetch(f, &out);
	assert_int_equal(rc == YX_OK && !f->unchanged, out.len > 0);
	yx_buf_free(&out);
	return rc;
}

static void
test_fetch(void **state)
{
	struct pki_fetch f, again;
	char name[64];

	(void)state;
	assert_int_equal(fetch(url("/crl/ca.crl"), hosts, NULL, &f), YX_OK);
	assert_true(strlen(f.new_etag) > 8);
	assert_int_equal(fetch(url("/crl/ca.crl"), hosts, f.new_etag, &again), YX_OK);
	assert_true(again.unchanged);
	assert_int_equal(fetch(url("/crl/ca.crl"), hosts, "\"other\"", &again), YX_OK);
	assert_false(again.unchanged);
	assert_int_equal(fetch(url("/redirect"), hosts, NULL, &f), YX_UNAVAILABLE);
	/* The name is public, the address is not: what counts is where it leads. */
	assert_int_equal(fetch(url("/crl/ca.crl"), "", NULL, &f), YX_UNAVAILABLE);
	snprintf(name, sizeof(name), "http://localhost:%d/crl/ca.crl", port);
	assert_int_equal(fetch(name, "*", NULL, &f), YX_UNAVAILABLE);
	assert_int_equal(fetch(name, "localhost", NULL, &f), YX_OK);
	assert_int_equal(fetch("file:///etc/hostname", "", NULL, &f), YX_UNAVAILABLE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timestamp),
		cmocka_unit_test(test_timestamp_that_does_not_fit),
		cmocka_unit_test(test_timestamp_authorities_in_order),
		cmocka_unit_test(test_timestamp_over_tls),
		cmocka_unit_test(test_fetch),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
