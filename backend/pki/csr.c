#include "backend/pki/csr.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- new keys ---- */

static EVP_PKEY *
generate(const char *kind)
{
	if (strcmp(kind, "rsa3072") == 0)
		return EVP_RSA_gen(3072);
	return strcmp(kind, "p256") == 0 ? EVP_EC_gen("P-256") : strcmp(kind, "p384") == 0 ? EVP_EC_gen("P-384") : NULL;
}

int
pki_key_make(const char *path, const char *kind)
{
	EVP_PKEY *key = generate(kind);
	FILE *f = NULL;
	int fd = -1, rc = key == NULL ? YX_BAD_FIELD : YX_OK;

	if (rc == YX_OK && (fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
		rc = errno == EEXIST ? YX_CONFLICT : YX_IO;
	if (rc == YX_OK && (f = fdopen(fd, "w")) == NULL)
		rc = YX_NO_MEMORY;
	if (rc == YX_OK && (PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) != 1 || fflush(f) != 0 ||
	    fsync(fd) != 0))
		rc = YX_IO;
	if (f != NULL && fclose(f) != 0 && rc == YX_OK)
		rc = YX_IO;
	else if (f == NULL && fd >= 0)
		close(fd);
	if (rc != YX_OK && fd >= 0)
		unlink(path);
	EVP_PKEY_free(key);
	return rc;
}

/* ---- names ---- */

static int
add_part(X509_NAME *name, char *part)
{
	char *value = strchr(part, '=');

	if (value == NULL)
		return 0;
	*value++ = '\0';
	return *value != '\0' && X509_NAME_add_entry_by_txt(name, part, MBSTRING_UTF8, (const unsigned char *)value, -1, -1,
	    0) == 1;
}

int
pki_name_read(const char *text, X509_NAME **out)
{
	char *copy = strdup(text), *rest = NULL;
	int ok = copy != NULL && (*out = X509_NAME_new()) != NULL, parts = 0;

	if (copy == NULL)
		*out = NULL;
	for (char *part = ok ? strtok_r(copy, ",", &rest) : NULL; ok && part != NULL; part = strtok_r(NULL, ",", &rest)) {
		ok = add_part(*out, part + strspn(part, " "));
		parts++;
	}
	free(copy);
	ERR_clear_error();
	if (ok && parts > 0)
		return YX_OK;
	X509_NAME_free(*out);
	*out = NULL;
	return YX_BAD_FIELD;
}

/* ---- the request ---- */

static int
ask_usage(X509_REQ *req)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;
	STACK_OF(X509_EXTENSION) *all = NULL;
	int ok;

	X509V3_set_ctx(&ctx, NULL, NULL, req, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, NID_key_usage, "critical,digitalSignature,nonRepudiation");
	ok = e != NULL && X509v3_add_ext(&all, e, -1) != NULL && X509_REQ_add_extensions(req, all) == 1;
	X509_EXTENSION_free(e);
	sk_X509_EXTENSION_pop_free(all, X509_EXTENSION_free);
	return ok;
}

/* A key of type id-RSASSA-PSS that is bound to another digest signs no request. */
static int
set_algorithm(X509_REQ *req, EVP_PKEY *public, struct pki_method *how)
{
	const int curve = EVP_PKEY_is_a(public, "EC");
	X509_ALGOR *alg = X509_ALGOR_new();
	int rc = YX_NO_MEMORY;

	*how = (struct pki_method){ .md = curve && EVP_PKEY_get_bits(public) > 256 ? "SHA-384" : "SHA-256",
		.pss = EVP_PKEY_is_a(public, "RSA-PSS") };
	if (alg != NULL && (rc = pki_method_put(public, how, alg)) == YX_OK && X509_REQ_set1_signature_algo(req, alg) != 1)
		rc = YX_NO_MEMORY;
	X509_ALGOR_free(alg);
	return rc;
}

/* OpenSSL signs with keys that it holds only: this one may be in a token. */
static int
put_signature(X509_REQ *req, const struct pki_key *k, const struct pki_method *how)
{
	ASN1_BIT_STRING *bits = ASN1_BIT_STRING_new();
	unsigned char *tbs = NULL;
	struct yx_buf signature;
	int n = i2d_re_X509_REQ_tbs(req, &tbs), rc = n <= 0 || bits == NULL ? YX_NO_MEMORY : YX_OK;

	yx_buf_init(&signature, 4096);
	if (rc == YX_OK && (rc = pki_key_sign(k, how, (struct yx_bytes){ tbs, (size_t)n }, &signature)) == YX_OK) {
		if (ASN1_BIT_STRING_set(bits, signature.data, (int)signature.len) == 1) {
			bits->flags = (bits->flags & ~0x07L) | ASN1_STRING_FLAG_BITS_LEFT; /* no unused bits */
			X509_REQ_set0_signature(req, bits);
			bits = NULL;
		} else {
			rc = YX_NO_MEMORY;
		}
	}
	ASN1_BIT_STRING_free(bits);
	OPENSSL_free(tbs);
	yx_buf_free(&signature);
	return rc;
}

static int
to_pem(X509_REQ *req, struct yx_buf *pem)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *p = NULL;
	long n = 0;

	if (out != NULL && PEM_write_bio_X509_REQ(out, req) == 1 && (n = BIO_get_mem_data(out, &p)) > 0)
		yx_buf_add(pem, p, (size_t)n);
	BIO_free(out);
	return n > 0 ? yx_buf_status(pem) : YX_NO_MEMORY;
}

int
pki_csr(const struct pki_key *k, const X509_NAME *subject, struct yx_buf *pem)
{
	X509_REQ *req = X509_REQ_new();
	EVP_PKEY *public = NULL;
	struct pki_method how;
	int rc = req == NULL ? YX_NO_MEMORY : pki_key_public(k, &public);

	if (rc == YX_OK && (X509_REQ_set_version(req, X509_REQ_VERSION_1) != 1 ||
	    X509_REQ_set_subject_name(req, subject) != 1 || X509_REQ_set_pubkey(req, public) != 1 || !ask_usage(req)))
		rc = YX_NO_MEMORY;
	if (rc == YX_OK && (rc = set_algorithm(req, public, &how)) == YX_OK &&
	    (rc = put_signature(req, k, &how)) == YX_OK)
		rc = X509_REQ_verify(req, public) == 1 ? to_pem(req, pem) : YX_SIGNATURE_BAD;
	EVP_PKEY_free(public);
	X509_REQ_free(req);
	ERR_clear_error();
	return rc;
}
