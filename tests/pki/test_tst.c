/* Timestamp tokens that are made here, with what is right in them and one thing wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/cms.h>
#include <openssl/ess.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/ts.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/pki/pki.h"
#include "backend/pki/tst.h"
#include "tests/pki/certs.h"

#define DAY 86400

static char dir[] = "/tmp/yx-test-tst-XXXXXX";
static EVP_PKEY *root_key, *key, *other_key, *weak_key;
static X509 *root, *stranger;
static struct pki_trust *trust;
static struct pki_digest digest = { "SHA-256", { 0 }, 32 };

static const struct cert_extension GOOD[] = { { NID_key_usage, "critical,digitalSignature" },
	{ NID_ext_key_usage, "critical,timeStamping" }, { 0, NULL } };

static X509 *
authority(const struct cert_extension *extensions)
{
	return cert_issue(&(struct cert_wish){ .name = "tsa", .key = key, .issuer = root, .issuer_key = root_key,
	    .serial = 2,
		.extensions = extensions });
}

static int
set_up(void **state)
{
	static const struct cert_extension ca[] = { { NID_key_usage, "critical,keyCertSign,cRLSign" }, { 0, NULL } };
	char path[128];
	FILE *f;

	(void)state;
	root_key = EVP_EC_gen("P-256");
	key = EVP_EC_gen("P-256");
	other_key = EVP_EC_gen("P-256");
	weak_key = EVP_RSA_gen(1024);
	root = cert_issue(&(struct cert_wish){ .name = "root", .key = root_key, .issuer_key = root_key, .serial = 1,
		.is_ca = 1, .from = time(NULL) - 100 * DAY, .extensions = ca });
	stranger = cert_issue(&(struct cert_wish){ .name = "root", .key = other_key, .issuer_key = other_key, .serial = 1,
		.is_ca = 1, .extensions = ca });
	SHA256((const unsigned char *)"data", 4, digest.bytes);
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/root.pem", dir);
	if ((f = fopen(path, "w")) == NULL || PEM_write_X509(f, root) != 1 || fclose(f) != 0)
		return -1;
	return pki_trust_open(dir, "", &trust);
}

static int
tear_down(void **state)
{
	char path[128];

	(void)state;
	pki_trust_free(&trust);
	X509_free(root);
	X509_free(stranger);
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other_key);
	EVP_PKEY_free(weak_key);
	snprintf(path, sizeof(path), "%s/root.pem", dir);
	unlink(path);
	return rmdir(dir);
}

/* ---- making one ---- */

struct wish {
	X509       *signer;             /* freed */
	EVP_PKEY   *key;                /* NULL: key */
	X509       *named;              /* whom signing-certificate-v2 names; NULL: the signer */
	int         without_name;       /* no signing-certificate at all */
	int         content_type;       /* NID; 0: TSTInfo */
	int         version;            /* 0: 1 */
	int         critical_extension; /* one that nobody knows */
	int         second_signer, no_certs, sha1_imprint;
	time_t      time;               /* 0: now */
};

static int
write_info(const struct wish *w, unsigned char **der)
{
	TS_TST_INFO *info = TS_TST_INFO_new();
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	ASN1_GENERALIZEDTIME *when = ASN1_GENERALIZEDTIME_set(NULL, w->time != 0 ? w->time : time(NULL));
	ASN1_OBJECT *policy = OBJ_txt2obj("1.2.3", 1);
	ASN1_INTEGER *serial = ASN1_INTEGER_new();
	int n;

	ASN1_INTEGER_set(serial, 77);
	X509_ALGOR_set0(algorithm, OBJ_nid2obj(w->sha1_imprint ? NID_sha1 : NID_sha256), V_ASN1_NULL, NULL);
	TS_MSG_IMPRINT_set_algo(imprint, algorithm);
	TS_MSG_IMPRINT_set_msg(imprint, digest.bytes, w->sha1_imprint ? 20 : 32);
	TS_TST_INFO_set_version(info, w->version != 0 ? w->version : 1);
	TS_TST_INFO_set_policy_id(info, policy);
	TS_TST_INFO_set_msg_imprint(info, imprint);
	TS_TST_INFO_set_serial(info, serial);
	TS_TST_INFO_set_time(info, when);
	if (w->critical_extension) {
		X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, NID_netscape_comment, "critical,x");

		TS_TST_INFO_add_ext(info, e, -1);
		X509_EXTENSION_free(e);
	}
	n = i2d_TS_TST_INFO(info, der);
	ASN1_INTEGER_free(serial);
	ASN1_OBJECT_free(policy);
	ASN1_GENERALIZEDTIME_free(when);
	X509_ALGOR_free(algorithm);
	TS_MSG_IMPRINT_free(imprint);
	TS_TST_INFO_free(info);
	return n;
}

static void
name_signer(CMS_SignerInfo *si, const X509 *named)
{
	ESS_SIGNING_CERT_V2 *ess = OSSL_ESS_signing_cert_v2_new_init(EVP_sha256(), named, NULL, 0);
	unsigned char *der = NULL;
	int n = i2d_ESS_SIGNING_CERT_V2(ess, &der);

	assert_int_equal(CMS_signed_add1_attr_by_NID(si, NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE, der, n), 1);
	OPENSSL_free(der);
	ESS_SIGNING_CERT_V2_free(ess);
}

/* DER of the token the wish describes; *n bytes, freed by the caller. */
static unsigned char *
make(const struct wish *w, int *n)
{
	unsigned flags = CMS_PARTIAL | CMS_BINARY | (w->no_certs ? CMS_NOCERTS : 0);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	unsigned char *info = NULL, *der = NULL;
	int info_n = write_info(w, &info);
	BIO *content = BIO_new_mem_buf(info, info_n);
	CMS_SignerInfo *si;

	CMS_set1_eContentType(cms, OBJ_nid2obj(w->content_type != 0 ? w->content_type : NID_id_smime_ct_TSTInfo));
	si = CMS_add1_signer(cms, w->signer, w->key != NULL ? w->key : key, EVP_sha256(), flags);
	assert_non_null(si);
	if (!w->without_name)
		name_signer(si, w->named != NULL ? w->named : w->signer);
	if (w->second_signer)
		assert_non_null(CMS_add1_signer(cms, stranger, other_key, EVP_sha256(), flags));
	assert_int_equal(CMS_final(cms, content, NULL, flags & ~(unsigned)CMS_PARTIAL), 1);
	*n = i2d_CMS_ContentInfo(cms, &der);
	BIO_free(content);
	OPENSSL_free(info);
	CMS_ContentInfo_free(cms);
	return der;
}

static int
judge(const struct wish *w, time_t at, int *intact)
{
	int n = 0, rc;
	unsigned char *der = make(w, &n);
	struct pki_tst tst;

	if ((rc = pki_tst_read(der, (size_t)n, &tst)) == YX_OK) {
		STACK_OF(X509) *extra = sk_X509_new_null();

		struct pki_digest sha1 = digest;

		sha1.md = "SHA-1";
		sha1.n = 20;
		sk_X509_push(extra, w->signer);
		rc = pki_tst_check(trust, &tst, w->sha1_imprint ? &sha1 : &digest, at, w->no_certs ? extra : NULL);
		sk_X509_free(extra);
	}
	*intact = tst.intact;
	assert_int_equal(rc == YX_OK, tst.chain != NULL);
	pki_tst_free(&tst);
	OPENSSL_free(der);
	X509_free(w->signer);
	return rc;
}

static void
expect(const struct wish *w, int rc, int intact)
{
	int was = -1;

	assert_int_equal(judge(w, 0, &was), rc);
	assert_int_equal(was, intact);
}
#define EXPECT(rc, intact, ...) expect(&(struct wish){ __VA_ARGS__ }, rc, intact)

/* ---- tests ---- */

static void
test_good(void **state)
{
	(void)state;
	EXPECT(YX_OK, 1, .signer = authority(GOOD));
	EXPECT(YX_OK, 1, .signer = authority(GOOD), .no_certs = 1);
	EXPECT(YX_OK, 1, .signer = authority(GOOD), .sha1_imprint = 1); /* the caller sees it */
}

static void
test_not_a_token(void **state)
{
	int n = 0;
	X509 *signer = authority(GOOD);
	unsigned char *der = make(&(struct wish){ .signer = signer }, &n), *longer = calloc(1, (size_t)n + 1);
	struct pki_tst tst;

	(void)state;
	for (int cut = 0; cut < n; cut += 7) {
		assert_int_equal(pki_tst_read(der, (size_t)cut, &tst), YX_TIMESTAMP_BAD);
		pki_tst_free(&tst);
	}
	memcpy(longer, der, (size_t)n);
	assert_int_equal(pki_tst_read(longer, (size_t)n + 1, &tst), YX_TIMESTAMP_BAD);
	pki_tst_free(&tst);
	free(longer);
	OPENSSL_free(der);
	X509_free(signer);
	EXPECT(YX_TIMESTAMP_BAD, 0, .signer = authority(GOOD), .content_type = NID_pkcs7_data);
	EXPECT(YX_TIMESTAMP_BAD, 0, .signer = authority(GOOD), .version = 2);
	EXPECT(YX_TIMESTAMP_BAD, 0, .signer = authority(GOOD), .critical_extension = 1);
	EXPECT(YX_TIMESTAMP_BAD, 0, .signer = authority(GOOD), .second_signer = 1);
}

/* Every single bit counts, in the content, the attributes and the signature. */
static void
test_changed(void **state)
{
	int n = 0;
	X509 *signer = authority(GOOD);
	unsigned char *der = make(&(struct wish){ .signer = signer, .no_certs = 1 }, &n);
	STACK_OF(X509) *extra = sk_X509_new_null();
	struct pki_digest other = digest, shorter = digest, empty = digest, renamed = digest;
	struct pki_tst tst;

	(void)state;
	sk_X509_push(extra, signer);
	for (int at = 0; at < n; at++) {
		int rc;

		der[at] ^= 1;
		if ((rc = pki_tst_read(der, (size_t)n, &tst)) == YX_OK)
			rc = pki_tst_check(trust, &tst, &digest, 0, extra);
		/* A few bytes are no part of what is signed: the version numbers of the CMS, the
		 * copy of the digest's name with its NULL, the way the signer is pointed at. */
		if (rc == YX_OK)
			assert_true(tst.intact && tst.time > 0 && X509_cmp(tst.signer, signer) == 0 &&
			    memcmp(tst.imprint.bytes, digest.bytes, 32) == 0);
		pki_tst_free(&tst);
		der[at] ^= 1;
	}
	other.bytes[31] ^= 1;
	shorter.n = 31;
	empty.n = 0;
	renamed.md = "SHA-384";
	assert_int_equal(pki_tst_read(der, (size_t)n, &tst), YX_OK);
	assert_int_equal(pki_tst_check(trust, &tst, &other, 0, extra), YX_TIMESTAMP_BAD);
	assert_false(tst.intact);
	assert_int_equal(pki_tst_check(trust, &tst, &shorter, 0, extra), YX_TIMESTAMP_BAD);
	assert_int_equal(pki_tst_check(trust, &tst, &empty, 0, extra), YX_TIMESTAMP_BAD);
	assert_int_equal(pki_tst_check(trust, &tst, &renamed, 0, extra), YX_TIMESTAMP_BAD);
	assert_int_equal(pki_tst_check(trust, &tst, &digest, 0, NULL), YX_TIMESTAMP_BAD); /* signer unknown */
	assert_int_equal(pki_tst_check(trust, &tst, &digest, 0, extra), YX_OK);
	pki_tst_free(&tst);
	sk_X509_free(extra);
	OPENSSL_free(der);
	X509_free(signer);
}

/* Another certificate of the same key: signing-certificate says which one it was. */
static void
test_signing_certificate(void **state)
{
	X509 *twin = authority(GOOD);

	(void)state;
	EXPECT(YX_TIMESTAMP_BAD, 0, .signer = authority(GOOD), .without_name = 1);
	EXPECT(YX_TIMESTAMP_BAD, 0, .signer = cert_issue(&(struct cert_wish){ .name = "tsa", .key = key, .issuer = root,
	    .issuer_key = root_key, .serial = 3, .extensions = GOOD }), .named = twin);
	X509_free(twin);
}

static void
test_purpose(void **state)
{
	static const struct cert_extension not_critical[] = { { NID_ext_key_usage, "timeStamping" }, { 0, NULL } };
	static const struct cert_extension two[] = { { NID_ext_key_usage, "critical,timeStamping,codeSigning" },
		{ 0, NULL } };
	static const struct cert_extension any[] = {
		{ NID_ext_key_usage, "critical,anyExtendedKeyUsage,timeStamping" }, { 0, NULL } };
	static const struct cert_extension none[] = { { NID_key_usage, "digitalSignature" }, { 0, NULL } };
	static const struct cert_extension usage[] = { { NID_key_usage, "keyEncipherment" },
		{ NID_ext_key_usage, "critical,timeStamping" }, { 0, NULL } };

	(void)state;
	EXPECT(YX_CERT_USAGE, 1, .signer = authority(not_critical));
	EXPECT(YX_CERT_USAGE, 1, .signer = authority(two));
	EXPECT(YX_CERT_USAGE, 1, .signer = authority(any));
	EXPECT(YX_CERT_USAGE, 1, .signer = authority(none));
	EXPECT(YX_CERT_USAGE, 1, .signer = authority(usage));
	EXPECT(YX_CERT_WEAK, 1, .key = weak_key, .signer = cert_issue(&(struct cert_wish){ .name = "tsa", .key = weak_key,
	    .issuer = root, .issuer_key = root_key, .serial = 4, .extensions = GOOD }));
}

static void
test_path_and_time(void **state)
{
	time_t now = time(NULL);
	struct cert_wish old = { .name = "tsa", .key = key, .issuer = root, .issuer_key = root_key, .serial = 5,
		.from = now - 50 * DAY, .to = now - 10 * DAY, .extensions = GOOD };
	int intact = 0;

	(void)state;
	EXPECT(YX_CERT_UNTRUSTED, 1, .signer = cert_issue(&(struct cert_wish){ .name = "tsa", .key = key,
	    .issuer = stranger,
	    .issuer_key = other_key, .serial = 2, .extensions = GOOD }));
	EXPECT(YX_CERT_EXPIRED, 1, .signer = cert_issue(&old));
	EXPECT(YX_CERT_NOT_YET, 1, .signer = cert_issue(&old), .time = now - 60 * DAY);
	EXPECT(YX_OK, 1, .signer = cert_issue(&old), .time = now - 20 * DAY);
	/* Its own time or the time of something that came later and proves that it was there. */
	for (int i = 0; i < 2; i++) {
		struct wish w = { .signer = cert_issue(&old), .time = now - 20 * DAY };

		assert_int_equal(judge(&w, i == 0 ? now : now - 15 * DAY, &intact), i == 0 ? YX_CERT_EXPIRED : YX_OK);
		assert_true(intact);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_not_a_token),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_signing_certificate),
		cmocka_unit_test(test_purpose),
		cmocka_unit_test(test_path_and_time),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
