/* test_pki.c - backend/pki: paths, and revocation against a responder that answers
 * over HTTP from a thread here, truthfully or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/pki/cache.h"
#include "backend/pki/hosts.h"
#include "backend/pki/pki.h"
#include "tests/pki/certs.h"

enum trick { GOOD, REVOKED, STRANGER, STALE, OTHER_CERT, NO_ANSWER, REDIRECT, HUGE_ANSWER, RUBBISH };

static char dir[] = "/tmp/yx-test-pki-XXXXXX";
static EVP_PKEY *root_key, *ca_key, *leaf_key, *stranger_key;
static X509 *root, *ca, *leaf, *other, *stranger;
static struct pki_trust *trust;
static int listener, port, hits[2];
static enum trick ocsp_trick, crl_trick;
static pthread_t thread;

/* ---- certificates ---- */

static X509 *
issue(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key, long serial, int is_ca,
    const char *usage)
{
	char ocsp[128], crl[128];
	struct cert_extension extensions[] = { { NID_info_access, ocsp }, { NID_crl_distribution_points, crl },
		{ usage == NULL ? 0 : NID_key_usage, usage }, { 0, NULL } };

	snprintf(ocsp, sizeof(ocsp), "OCSP;URI:http://127.0.0.1:%d/ocsp", port);
	snprintf(crl, sizeof(crl), "URI:http://127.0.0.1:%d/crl", port);
	return cert_issue(&(struct cert_wish){ .name = name, .key = key, .issuer = issuer, .issuer_key = issuer_key,
		.serial = serial, .is_ca = is_ca, .extensions = extensions });
}

/* ---- the responder ---- */

static int
ocsp_answer(const unsigned char *body, long n, unsigned char **out)
{
	OCSP_REQUEST *q = d2i_OCSP_REQUEST(NULL, &body, n);
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_CERTID *id = OCSP_onereq_get0_id(OCSP_request_onereq_get0(q, 0)), *wrong;
	ASN1_TIME *from = X509_gmtime_adj(NULL, ocsp_trick == STALE ? -90000 : -60);
	ASN1_TIME *to = X509_gmtime_adj(NULL, ocsp_trick == STALE ? -3600 : 3600);
	OCSP_RESPONSE *r;
	int len;

	wrong = OCSP_cert_to_id(EVP_sha1(), other, ca);
	OCSP_basic_add1_status(basic, ocsp_trick == OTHER_CERT ? wrong : id,
	    ocsp_trick == REVOKED ? V_OCSP_CERTSTATUS_REVOKED : V_OCSP_CERTSTATUS_GOOD,
	    OCSP_REVOKED_STATUS_KEYCOMPROMISE, ocsp_trick == REVOKED ? from : NULL, from, to);
	OCSP_copy_nonce(basic, q);
	OCSP_basic_sign(basic, ocsp_trick == STRANGER ? stranger : ca,
	    ocsp_trick == STRANGER ? stranger_key : ca_key, EVP_sha256(), NULL, 0);
	r = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
	len = i2d_OCSP_RESPONSE(r, out);
	OCSP_RESPONSE_free(r);
	OCSP_CERTID_free(wrong);
	OCSP_BASICRESP_free(basic);
	OCSP_REQUEST_free(q);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return len;
}

static int
crl_answer(unsigned char **out)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *from = X509_gmtime_adj(NULL, crl_trick == STALE ? -90000 : -60);
	ASN1_TIME *to = X509_gmtime_adj(NULL, crl_trick == STALE ? -3600 : 3600);
	int len;

	X509_CRL_set_version(crl, 1);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca));
	X509_CRL_set1_lastUpdate(crl, from);
	X509_CRL_set1_nextUpdate(crl, to);
	if (crl_trick == REVOKED) {
		X509_REVOKED *e = X509_REVOKED_new();

		X509_REVOKED_set_serialNumber(e, X509_get_serialNumber(leaf));
		X509_REVOKED_set_revocationDate(e, from);
		X509_CRL_add0_revoked(crl, e);
	}
	X509_CRL_sort(crl);
	X509_CRL_sign(crl, crl_trick == STRANGER ? stranger_key : ca_key, EVP_sha256());
	len = i2d_X509_CRL(crl, out);
	X509_CRL_free(crl);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return len;
}

static void
serve(int fd)
{
	char in[16384], head[256];
	unsigned char *body = NULL;
	size_t got = 0;
	long want = 0;
	char *end = NULL, *length;
	int n = 0, is_ocsp;
	enum trick trick;

	while (got < sizeof(in) - 1) {
		ssize_t r = read(fd, in + got, sizeof(in) - 1 - got);

		if (r <= 0)
			break;
		got += (size_t)r;
		in[got] = '\0';
		if (end == NULL && (end = strstr(in, "\r\n\r\n")) != NULL) {
			length = strcasestr(in, "content-length:");
			want = length == NULL ? 0 : atol(length + 15);
		}
		if (end != NULL && (long)(got - (size_t)(end + 4 - in)) >= want)
			break;
	}
	if (end == NULL)
		return;
	is_ocsp = strncmp(in, "POST /ocsp", 10) == 0;
	trick = is_ocsp ? ocsp_trick : crl_trick;
	hits[is_ocsp ? 0 : 1]++;
	if (trick == NO_ANSWER)
		return;
	if (trick == REDIRECT) {
		n = snprintf(head, sizeof(head), "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/crl\r\n"
		    "Content-Length: 0\r\nConnection: close\r\n\r\n", port);
		assert_int_equal(write(fd, head, (size_t)n), n);
		return;
	}
	if (trick == RUBBISH || trick == HUGE_ANSWER)
		body = calloc(1, (size_t)(n = trick == RUBBISH ? 100 : 40 << 20));
	else
		n = is_ocsp ? ocsp_answer((unsigned char *)end + 4, want, &body) : crl_answer(&body);
	int h = snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n"
	    "Connection: close\r\n\r\n", n);
	if (send(fd, head, (size_t)h, MSG_NOSIGNAL) == h)
		for (ssize_t at = 0, r; at < n && (r = send(fd, body + at, (size_t)(n - at), MSG_NOSIGNAL)) > 0; )
			at += r;
	OPENSSL_free(body);
}

static void *
responder(void *arg)
{
	int fd;

	(void)arg;
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		serve(fd);
		close(fd);
	}
	return NULL;
}

static void
start_responder(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);

	listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&a, n), 0);
	assert_int_equal(listen(listener, 8), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &n), 0);
	port = ntohs(a.sin_port);
}

static void
save(const char *name, X509 *x)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	PEM_write_X509(f, x);
	fclose(f);
}

static int
set_up(void **state)
{
	char path[128];

	(void)state;
	start_responder();
	root_key = EVP_RSA_gen(2048);
	ca_key = EVP_RSA_gen(2048);
	leaf_key = EVP_EC_gen("P-256");
	stranger_key = EVP_EC_gen("P-256");
	root = issue("root", root_key, NULL, root_key, 1, 1, "critical,keyCertSign,cRLSign");
	ca = issue("ca", ca_key, root, root_key, 2, 1, "critical,keyCertSign,cRLSign");
	leaf = issue("leaf", leaf_key, ca, ca_key, 3, 0, "critical,digitalSignature");
	other = issue("other", leaf_key, ca, ca_key, 4, 0, "critical,digitalSignature");
	stranger = issue("ca", stranger_key, NULL, stranger_key, 2, 1, "critical,keyCertSign,cRLSign");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/anchors", dir);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/intermediates", dir);
	mkdir(path, 0700);
	save("anchors/root.pem", root);
	save("intermediates/ca.pem", ca);
	if (pki_trust_open(dir, "127.0.0.1", &trust) != YX_OK)
		return -1;
	return pthread_create(&thread, NULL, responder, NULL);
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	shutdown(listener, SHUT_RDWR);
	close(listener);
	pthread_join(thread, NULL);
	pki_trust_free(&trust);
	X509_free(root); X509_free(ca); X509_free(leaf); X509_free(other); X509_free(stranger);
	EVP_PKEY_free(root_key); EVP_PKEY_free(ca_key); EVP_PKEY_free(leaf_key); EVP_PKEY_free(stranger_key);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

/* ---- tests ---- */

static void
test_path(void **state)
{
	STACK_OF(X509) *chain = NULL;
	X509 *x;
	time_t now = time(NULL);

	(void)state;
	assert_int_equal(pki_check(trust, leaf, NULL, now, &chain), YX_OK);
	assert_int_equal(sk_X509_num(chain), 3);
	assert_int_equal(X509_cmp(sk_X509_value(chain, 0), leaf), 0);
	assert_int_equal(X509_cmp(sk_X509_value(chain, 2), root), 0);
	sk_X509_pop_free(chain, X509_free);
	assert_int_equal(pki_check(trust, leaf, NULL, now + 2 * 86400, NULL), YX_CERT_EXPIRED);
	assert_int_equal(pki_check(trust, leaf, NULL, now - 2 * 86400, NULL), YX_CERT_NOT_YET);
	assert_int_equal(pki_check(trust, ca, NULL, now, NULL), YX_CERT_USAGE);
	x = issue("enc", leaf_key, ca, ca_key, 5, 0, "critical,keyEncipherment");
	assert_int_equal(pki_check(trust, x, NULL, now, NULL), YX_CERT_USAGE);
	X509_free(x);
	x = issue("stranger's", leaf_key, stranger, stranger_key, 6, 0, "digitalSignature");
	assert_int_equal(pki_check(trust, x, NULL, now, &chain), YX_CERT_UNTRUSTED);
	assert_null(chain);
	X509_free(x);
	/* A leaf must not issue. */
	x = issue("leaf's child", leaf_key, leaf, leaf_key, 7, 0, "digitalSignature");
	chain = sk_X509_new_null();
	sk_X509_push(chain, leaf);
	assert_int_equal(pki_check(trust, x, chain, now, NULL), YX_CERT_UNTRUSTED);
	sk_X509_free(chain);
	X509_free(x);
}

/* An intermediate is no place for a path to end, an anchor need not be a root. */
static void
test_anchor_is_a_choice(void **state)
{
	struct pki_trust *t = NULL;
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/anchors/root.pem", dir);
	unlink(path);
	assert_int_equal(pki_trust_open(dir, NULL, &t), YX_CONFIG);
	assert_null(t);
	save("anchors/x.pem", stranger);
	assert_int_equal(pki_trust_open(dir, NULL, &t), YX_OK);
	assert_int_equal(pki_check(t, leaf, NULL, time(NULL), NULL), YX_CERT_UNTRUSTED);
	pki_trust_free(&t);
	save("anchors/x.pem", ca);
	assert_int_equal(pki_trust_open(dir, NULL, &t), YX_OK);
	assert_int_equal(pki_check(t, leaf, NULL, time(NULL), NULL), YX_OK);
	pki_trust_free(&t);
	snprintf(path, sizeof(path), "%s/anchors/x.pem", dir);
	unlink(path);
	save("anchors/root.pem", root);
}

/* Several CAs with one name and no key identifiers, as the generations of a real CA:
 * the one whose key made the signature is the issuer, wherever it stands. */
static void
test_same_name_other_key(void **state)
{
	STACK_OF(X509) *extra = sk_X509_new_null(), *chain = NULL;
	struct pki_trust *t = NULL;
	char path[128];
	X509 *cross;

	(void)state;
	cross = issue("ca", stranger_key, root, root_key, 8, 1, "critical,keyCertSign,cRLSign");
	snprintf(path, sizeof(path), "%s/intermediates/a-first.pem", dir);
	save("intermediates/a-first.pem", cross);
	save("anchors/stranger.pem", stranger);
	assert_int_equal(pki_trust_open(dir, NULL, &t), YX_OK);
	sk_X509_push(extra, stranger);
	assert_int_equal(pki_check(t, leaf, extra, time(NULL), &chain), YX_OK);
	assert_int_equal(sk_X509_num(chain), 3);
	assert_int_equal(X509_cmp(sk_X509_value(chain, 1), ca), 0);
	sk_X509_pop_free(chain, X509_free);
	pki_trust_free(&t);
	unlink(path);
	snprintf(path, sizeof(path), "%s/anchors/stranger.pem", dir);
	unlink(path);
	X509_free(cross);
	sk_X509_free(extra);
}

/* A heap of certificates that fit by name costs a bounded number of signature checks. */
static void
test_path_is_bounded(void **state)
{
	STACK_OF(X509) *extra = sk_X509_new_null();
	X509 *end = issue("end", leaf_key, stranger, stranger_key, 9, 0, "digitalSignature");

	(void)state;
	for (long i = 0; i < 40; i++)
		sk_X509_push(extra, issue("ca", stranger_key, stranger, stranger_key, 100 + i, 1, "keyCertSign"));
	assert_int_equal(pki_check(trust, end, extra, time(NULL), NULL), YX_CERT_UNTRUSTED);
	sk_X509_pop_free(extra, X509_free);
	X509_free(end);
}

static int
is_public(const char *text)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (strchr(text, ':') == NULL) {
		assert_int_equal(inet_pton(AF_INET, text, &v4.sin_addr), 1);
		return pki_address_public((struct sockaddr *)&v4);
	}
	assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
	return pki_address_public((struct sockaddr *)&v6);
}

static void
test_public_addresses(void **state)
{
	static const char *const inside[] = { "127.0.0.1", "127.255.0.9", "0.0.0.0", "10.1.2.3", "172.16.0.1",
		"172.31.255.1",
		"192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1",
		"::1",
		"::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
		"2002:7f00:1::", "2001:db8::1", "2001::1", "::127.0.0.1" };
	static const char *const outside[] = { "8.8.8.8", "172.15.0.1", "172.32.0.1", "192.167.1.1", "100.128.0.1",
		"223.255.255.1", "2001:4860::8888", "2400:cb00::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::" };

	(void)state;
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
		assert_false(is_public(inside[i]));
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++)
		assert_true(is_public(outside[i]));
}

static void
ask(enum trick o, enum trick c, int expected, const char *source)
{
	struct pki_status s;

	/* Each question is a first one: no CRL of the one before. */
	pki_cache_clear();
	ocsp_trick = o;
	crl_trick = c;
	assert_int_equal(pki_revocation(trust, leaf, ca, time(NULL), &s), expected);
	assert_string_equal(expected == YX_REVOCATION_UNKNOWN ? "" : s.source, source);
	assert_int_equal(s.state, expected == YX_OK ? PKI_GOOD : expected == YX_CERT_REVOKED ?
	    PKI_REVOKED : PKI_UNKNOWN);
	if (expected != YX_REVOCATION_UNKNOWN)
		assert_true(s.raw.len > 0 && s.this_update > 0);
	pki_status_free(&s);
}

static void
test_revocation(void **state)
{
	static const enum trick bad[] = { STRANGER, STALE, NO_ANSWER, REDIRECT, HUGE_ANSWER, RUBBISH };

	(void)state;
	ask(GOOD, NO_ANSWER, YX_OK, "ocsp");
	ask(REVOKED, GOOD, YX_CERT_REVOKED, "ocsp");
	ask(OTHER_CERT, NO_ANSWER, YX_REVOCATION_UNKNOWN, "");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ask(bad[i], GOOD, YX_OK, "crl");
		ask(bad[i], REVOKED, YX_CERT_REVOKED, "crl");
		ask(bad[i], bad[i], YX_REVOCATION_UNKNOWN, "");
	}
}

static void
test_allowed_hosts(void **state)
{
	struct pki_trust *t = NULL;
	struct pki_status s;

	(void)state;
	assert_int_not_equal(pki_host_judge("http://a.example/x", ""), PKI_HOST_REFUSED);
	assert_int_not_equal(pki_host_judge("http://a.example/x", "b.example, a.example"), PKI_HOST_REFUSED);
	assert_int_not_equal(pki_host_judge("http://a.example:81/x", "a.example:81"), PKI_HOST_REFUSED);
	assert_int_equal(pki_host_judge("http://a.example:82/x", "a.example:81"), PKI_HOST_REFUSED);
	assert_int_equal(pki_host_judge("http://a.example.evil/x", "a.example"), PKI_HOST_REFUSED);
	assert_int_equal(pki_host_judge("http://a.example@evil/x", "a.example"), PKI_HOST_REFUSED);
	assert_int_equal(pki_host_judge("not a url", ""), PKI_HOST_REFUSED);
	assert_int_equal(pki_host_judge("http://a.example/", ""), PKI_HOST_PUBLIC);
	assert_int_equal(pki_host_judge("http://a.example/", "b.example *"), PKI_HOST_PUBLIC);
	assert_int_equal(pki_host_judge("http://a.example/", "*, a.example"), PKI_HOST_LISTED);
	ocsp_trick = crl_trick = GOOD;
	hits[0] = hits[1] = 0;
	assert_int_equal(pki_trust_open(dir, "ocsp.example:80", &t), YX_OK);
	assert_int_equal(pki_revocation(t, leaf, ca, time(NULL), &s), YX_REVOCATION_UNKNOWN);
	pki_status_free(&s);
	pki_trust_free(&t);
	assert_int_equal(hits[0] + hits[1], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_anchor_is_a_choice),
		cmocka_unit_test(test_same_name_other_key),
		cmocka_unit_test(test_path_is_bounded),
		cmocka_unit_test(test_public_addresses),
		cmocka_unit_test(test_revocation),
		cmocka_unit_test(test_allowed_hosts),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
