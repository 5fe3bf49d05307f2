#include "backend/ctl/bench_lt.h"

#include <fcntl.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/pades.h"

#define DAY      86400
#define CMS_MAX  ((size_t)1 << 20)
#define POLICY   "1.3.6.1.4.1.13762.3"
#define BLOBS    8

enum { ROOT, CA, SIGNER, TSA, PARTIES };

struct world {
	EVP_PKEY *key[PARTIES];
	X509     *cert[PARTIES];
	struct yx_buf store[BLOBS]; /* certificates, one answer by OCSP, two lists */
	size_t    stored;
};

/* ---- the PKI ---- */

struct extension { int nid; const char *value; };
static const struct party { const char *name; int issuer; struct extension extension[4]; } PARTY[PARTIES] = {
	{ "bench root", ROOT, { { NID_basic_constraints, "critical,CA:TRUE" },
		{ NID_key_usage, "critical,keyCertSign,cRLSign" } } },
	{ "bench CA", ROOT, { { NID_basic_constraints, "critical,CA:TRUE" },
		{ NID_key_usage, "critical,keyCertSign,cRLSign,digitalSignature" } } },
	{ "bench signer", CA, { { NID_key_usage, "critical,digitalSignature,nonRepudiation" } } },
	{ "bench TSA", CA, { { NID_key_usage, "critical,digitalSignature" },
		{ NID_ext_key_usage, "critical,timeStamping" } } },
};

static int
add_extension(X509 *x, X509V3_CTX *ctx, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, ctx, nid, value);
	int ok = e != NULL && X509_add_ext(x, e, -1) == 1;

	X509_EXTENSION_free(e);
	return ok;
}

static int
add_extensions(struct world *w, int who)
{
	const struct party *p = &PARTY[who];
	X509V3_CTX ctx;
	int ok = 1;

	X509V3_set_ctx(&ctx, w->cert[p->issuer], w->cert[who], NULL, NULL, 0);
	for (const struct extension *e = p->extension; ok && e->value != NULL; e++)
		ok = add_extension(w->cert[who], &ctx, e->nid, e->value);
	return ok && add_extension(w->cert[who], &ctx, NID_subject_key_identifier, "hash") &&
	    (who == ROOT || add_extension(w->cert[who], &ctx, NID_authority_key_identifier, "keyid"));
}

static int
make_party(struct world *w, int who)
{
	const struct party *p = &PARTY[who];
	X509 *x = w->cert[who] = X509_new();
	X509_NAME *n = X509_NAME_new();
	int ok = n != NULL && x != NULL && (w->key[who] = EVP_RSA_gen(2048)) != NULL &&
	    X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_ASC, (const unsigned char *)p->name, -1, -1, 0) == 1 &&
	    X509_set_version(x, X509_VERSION_3) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(x), who + 1) == 1 &&
	    X509_gmtime_adj(X509_getm_notBefore(x), -DAY) != NULL && X509_gmtime_adj(X509_getm_notAfter(x), DAY) != NULL &&
	    X509_set_subject_name(x, n) == 1 &&
	    X509_set_issuer_name(x, who == ROOT ? n : X509_get_subject_name(w->cert[p->issuer])) == 1 &&
	    X509_set_pubkey(x, w->key[who]) == 1 && add_extensions(w, who) &&
	    X509_sign(x, w->key[p->issuer], EVP_sha256()) > 0;

	X509_NAME_free(n);
	return ok;
}

/* ---- what the store holds ---- */

static int
keep(struct world *w, unsigned char *der, int n)
{
	struct yx_buf *b = &w->store[w->stored];

	if (n > 0 && w->stored < BLOBS) {
		yx_buf_init(b, CMS_MAX);
		yx_buf_add(b, der, (size_t)n);
		w->stored++;
	}
	OPENSSL_free(der);
	return n > 0 && yx_buf_status(b) == YX_OK;
}

static int
keep_list(struct world *w, int issuer)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *from = X509_gmtime_adj(NULL, -60), *to = X509_gmtime_adj(NULL, DAY);
	unsigned char *der = NULL;
	int ok = crl != NULL && from != NULL && to != NULL && X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1 &&
	    X509_CRL_set_issuer_name(crl, X509_get_subject_name(w->cert[issuer])) == 1 &&
	    X509_CRL_set1_lastUpdate(crl, from) == 1 && X509_CRL_set1_nextUpdate(crl, to) == 1 &&
	    X509_CRL_sign(crl, w->key[issuer], EVP_sha256()) > 0 && keep(w, der, i2d_X509_CRL(crl, &der));

	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	X509_CRL_free(crl);
	return ok;
}

/* That the signer's certificate is good, by its issuer. */
static int
keep_answer(struct world *w)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), w->cert[SIGNER], w->cert[CA]);
	OCSP_RESPONSE *answer = NULL;
	ASN1_TIME *from = X509_gmtime_adj(NULL, -60), *to = X509_gmtime_adj(NULL, DAY);
	unsigned char *der = NULL;
	int ok = basic != NULL && id != NULL && from != NULL && to != NULL &&
	    OCSP_basic_add1_status(basic, id, V_OCSP_CERTSTATUS_GOOD, 0, NULL, from, to) != NULL &&
	    OCSP_basic_sign(basic, w->cert[CA], w->key[CA], EVP_sha256(), NULL, 0) == 1 &&
	    (answer = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic)) != NULL &&
	    keep(w, der, i2d_OCSP_RESPONSE(answer, &der));

	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	OCSP_CERTID_free(id);
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(answer);
	return ok;
}

static int
make_world(struct world *w)
{
	unsigned char *der = NULL;
	int ok = 1;

	for (int i = 0; ok && i < PARTIES; i++, der = NULL)
		ok = make_party(w, i) && keep(w, der, i2d_X509(w->cert[i], &der));
	return ok && keep_answer(w) && keep_list(w, CA) && keep_list(w, ROOT) ? YX_OK : YX_INTERNAL;
}

static void
free_world(struct world *w)
{
	for (int i = 0; i < PARTIES; i++) {
		EVP_PKEY_free(w->key[i]);
		X509_free(w->cert[i]);
	}
	for (size_t i = 0; i < w->stored; i++)
		yx_buf_free(&w->store[i]);
}

/* ---- signatures ---- */

static ASN1_INTEGER *
next_serial(TS_RESP_CTX *ctx, void *data)
{
	static long serial;
	ASN1_INTEGER *out = ASN1_INTEGER_new();

	(void)ctx;
	(void)data;
	if (out != NULL && ASN1_INTEGER_set(out, ++serial) != 1) {
		ASN1_INTEGER_free(out);
		out = NULL;
	}
	return out;
}

static TS_RESP_CTX *
authority(const struct world *w)
{
	TS_RESP_CTX *ctx = TS_RESP_CTX_new();
	ASN1_OBJECT *policy = OBJ_txt2obj(POLICY, 1);
	STACK_OF(X509) *chain = sk_X509_new_null();
	int ok = ctx != NULL && policy != NULL && chain != NULL && sk_X509_push(chain, w->cert[CA]) > 0 &&
	    TS_RESP_CTX_set_signer_cert(ctx, w->cert[TSA]) == 1 && TS_RESP_CTX_set_signer_key(ctx, w->key[TSA]) == 1 &&
	    TS_RESP_CTX_set_def_policy(ctx, policy) == 1 && TS_RESP_CTX_set_certs(ctx, chain) == 1 &&
	    TS_RESP_CTX_add_md(ctx, EVP_sha256()) == 1 && TS_RESP_CTX_set_signer_digest(ctx, EVP_sha256()) == 1 &&
	    TS_RESP_CTX_set_ess_cert_id_digest(ctx, EVP_sha256()) == 1;

	ASN1_OBJECT_free(policy);
	sk_X509_free(chain);
	if (!ok) {
		TS_RESP_CTX_free(ctx);
		return NULL;
	}
	TS_RESP_CTX_set_serial_cb(ctx, next_serial, NULL);
	return ctx;
}

/* The question as an authority gets it (RFC 3161, 2.4.1). */
static BIO *
question(const uint8_t *digest)
{
	TS_REQ *req = TS_REQ_new();
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *alg = X509_ALGOR_new();
	BIO *out = BIO_new(BIO_s_mem());
	int ok = req != NULL && imprint != NULL && alg != NULL && out != NULL;

	if (ok)
		X509_ALGOR_set_md(alg, EVP_sha256());
	ok = ok && TS_MSG_IMPRINT_set_algo(imprint, alg) == 1 &&
	    TS_MSG_IMPRINT_set_msg(imprint, (unsigned char *)(uintptr_t)digest, 32) == 1 &&
	    TS_REQ_set_version(req, 1) == 1 && TS_REQ_set_msg_imprint(req, imprint) == 1 &&
	    TS_REQ_set_cert_req(req, 1) == 1 && i2d_TS_REQ_bio(out, req) == 1;
	TS_REQ_free(req);
	TS_MSG_IMPRINT_free(imprint);
	X509_ALGOR_free(alg);
	if (ok)
		return out;
	BIO_free(out);
	return NULL;
}

/* The signature in `cms` gets a timestamp. */
static int
stamp(const struct world *w, struct yx_buf *cms)
{
	const unsigned char *p = cms->data;
	CMS_ContentInfo *c = d2i_CMS_ContentInfo(NULL, &p, (long)cms->len);
	CMS_SignerInfo *si = c == NULL ? NULL : sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(c), 0);
	TS_RESP_CTX *tsa = authority(w);
	TS_RESP *said = NULL;
	BIO *asked = NULL;
	unsigned char digest[32], *token = NULL, *der = NULL;
	int n = 0, m = 0;

	if (si != NULL && tsa != NULL &&
	    EVP_Digest(ASN1_STRING_get0_data(CMS_SignerInfo_get0_signature(si)),
	    (size_t)ASN1_STRING_length(CMS_SignerInfo_get0_signature(si)), digest, NULL, EVP_sha256(), NULL) == 1 &&
	    (asked = question(digest)) != NULL && (said = TS_RESP_create_response(tsa, asked)) != NULL &&
	    TS_RESP_get_token(said) != NULL && (n = i2d_PKCS7(TS_RESP_get_token(said), &token)) > 0 &&
	    CMS_unsigned_add1_attr_by_NID(si, NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE, token, n) == 1 &&
	    (m = i2d_CMS_ContentInfo(c, &der)) > 0) {
		yx_buf_reset(cms);
		yx_buf_add(cms, der, (size_t)m);
	}
	OPENSSL_free(token);
	OPENSSL_free(der);
	BIO_free(asked);
	TS_RESP_free(said);
	TS_RESP_CTX_free(tsa);
	CMS_ContentInfo_free(c);
	return m > 0 ? yx_buf_status(cms) : YX_INTERNAL;
}

static int
make_cms(const struct world *w, const struct pades_cms_signer *by, const struct pades_appended *made,
    struct yx_buf *cms)
{
	struct yx_buf attributes, partial, signature;
	int rc;

	yx_buf_init(&attributes, CMS_MAX);
	yx_buf_init(&partial, CMS_MAX);
	yx_buf_init(&signature, 4096);
	if ((rc = pades_cms_begin(by, (struct yx_bytes){ made->digest, made->digest_n }, &attributes, &partial)) == YX_OK &&
	    (rc = pki_sign(w->key[SIGNER], &by->how, yx_buf_bytes(&attributes), &signature)) == YX_OK &&
	    (rc = pades_cms_finish(yx_buf_bytes(&partial), by->cert, yx_buf_bytes(&signature), cms)) == YX_OK)
		rc = stamp(w, cms);
	yx_buf_free(&attributes);
	yx_buf_free(&partial);
	yx_buf_free(&signature);
	return rc;
}

static int
sign(const struct world *w, const char *in, int fd, const char *field)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	const struct pades_cms_signer by = { .cert = w->cert[SIGNER], .chain = chain, .how = { .md = "SHA-256" } };
	struct pades_part parts[2] = { { .kind = PADES_FIELD, .field = { .name = field } },
		{ .kind = PADES_SIGN,
		    .sign = { .field = field, .when = time(NULL),
			.room = pades_room(&by, PADES_TOKEN_ROOM) } } };
	const struct pades_change change = { .parts = parts, .n = 2, .md = by.how.md };
	struct pades_appended made;
	struct yx_buf cms;
	int rc = chain != NULL && sk_X509_push(chain, w->cert[CA]) > 0 ? YX_OK : YX_NO_MEMORY;

	yx_buf_init(&cms, CMS_MAX);
	if (rc == YX_OK && (rc = pades_append(in, fd, &change, &made)) == YX_OK &&
	    (rc = make_cms(w, &by, &made, &cms)) == YX_OK)
		rc = pades_embed(fd, &made.hole, cms.data, cms.len);
	yx_buf_free(&cms);
	sk_X509_free(chain);
	return rc;
}

static int
add_store(const struct world *w, const char *in, int fd)
{
	struct pades_blob blob[BLOBS];
	struct pades_part part = { .kind = PADES_DSS, .dss = { .certs = blob, .certs_n = PARTIES, .ocsps = blob + PARTIES,
		.ocsps_n = 1, .crls = blob + PARTIES + 1, .crls_n = 2 } };
	const struct pades_change change = { .parts = &part, .n = 1 };
	struct pades_appended made;

	for (size_t i = 0; i < w->stored; i++)
		blob[i] = (struct pades_blob){ w->store[i].data, w->store[i].len };
	return pades_append(in, fd, &change, &made);
}

static int
write_all(const struct world *w, const char *from, const char *const out[2])
{
	static const char *const fields[] = { "A", "B", "C" };
	int rc = YX_OK;

	/* A, B, C, store: the last of four lands in out[1]. */
	for (int i = 0; i < 4 && rc == YX_OK; i++) {
		const char *in = i == 0 ? from : out[(i + 1) % 2];
		int fd = open(out[i % 2], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		if (fd < 0)
			return YX_IO;
		rc = i < 3 ? sign(w, in, fd, fields[i]) : add_store(w, in, fd);
		close(fd);
	}
	return rc;
}

int
bench_lt_make(const char *from, const char *const out[2], struct pki_trust **trust)
{
	struct world w = { .stored = 0 };
	int rc = make_world(&w);

	if (rc == YX_OK && (rc = write_all(&w, from, out)) == YX_OK)
		rc = pki_trust_of(w.cert[ROOT], trust);
	free_world(&w);
	ERR_clear_error();
	return rc;
}
