#include "backend/pki/key.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include "backend/pki/pki.h"
#include "backend/pki/token_uri.h"
#include "common/random.h"

struct pki_key {
	EVP_PKEY   *key;  /* in memory, or NULL: */
	struct hsm *hsm;  /* in this token, */
	char       *uri;  /* under this name */
};

static int
new_key(struct pki_key **out)
{
	*out = calloc(1, sizeof(**out));
	return *out == NULL ? YX_NO_MEMORY : YX_OK;
}

int
pki_key_of(EVP_PKEY *key, struct pki_key **out)
{
	int rc = new_key(out);

	if (rc == YX_OK && EVP_PKEY_up_ref(key) == 1)
		(*out)->key = key;
	return rc;
}

static int
point_at(struct pki_key *k, struct hsm *h, const char *uri)
{
	struct token_uri u;
	int rc = h == NULL ? YX_CONFIG : token_uri_parse(uri, &u);

	k->hsm = h;
	if (rc == YX_OK && (k->uri = strdup(uri)) == NULL)
		rc = YX_NO_MEMORY;
	return rc;
}

int
pki_key_open(struct hsm *h, const char *place, struct pki_key **out)
{
	int rc = new_key(out);

	if (rc == YX_OK)
		rc = token_uri_is(place) ? point_at(*out, h, place) : pki_load_key(place, &(*out)->key);
	if (rc != YX_OK)
		pki_key_free(out);
	return rc;
}

void
pki_key_free(struct pki_key **k)
{
	if (*k == NULL)
		return;
	EVP_PKEY_free((*k)->key);
	free((*k)->uri);
	free(*k);
	*k = NULL;
}

int
pki_sign(EVP_PKEY *key, const char *md, const void *p, size_t n, struct yx_buf *signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = 0;
	uint8_t *room;
	int rc = YX_INTERNAL;

	if (ctx == NULL || EVP_DigestSignInit_ex(ctx, NULL, md, NULL, NULL, key, NULL) != 1 ||
	    EVP_DigestSign(ctx, NULL, &len, p, n) != 1)
		goto out;
	rc = YX_NO_MEMORY;
	if ((room = yx_buf_room(signature, len)) == NULL)
		goto out;
	rc = YX_INTERNAL;
	if (EVP_DigestSign(ctx, room, &len, p, n) != 1)
		goto out;
	signature->len += len;
	rc = YX_OK;
out:
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return rc;
}

int
pki_key_sign(const struct pki_key *k, const char *md, const void *p, size_t n, struct yx_buf *signature)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	size_t len = 0;

	if (k->key != NULL)
		return pki_sign(k->key, md, p, n, signature);
	if (EVP_Q_digest(NULL, md, NULL, p, n, hash, &len) != 1)
		return YX_BAD_FIELD;
	return hsm_sign(k->hsm, k->uri, md, hash, signature);
}

int
pki_key_public(const struct pki_key *k, EVP_PKEY **out)
{
	unsigned char *der = NULL;
	const unsigned char *p;
	int n;

	if (k->key == NULL)
		return hsm_public(k->hsm, k->uri, out);
	/* The public half alone: what is handed out must not sign. */
	*out = NULL;
	if ((n = i2d_PUBKEY(k->key, &der)) > 0) {
		p = der;
		*out = d2i_PUBKEY(NULL, &p, n);
	}
	OPENSSL_free(der);
	return *out == NULL ? YX_NO_MEMORY : YX_OK;
}

int
pki_key_fits(const struct pki_key *k, X509 *cert)
{
	EVP_PKEY *public = X509_get0_pubkey(cert);
	const char *md = public != NULL && EVP_PKEY_is_a(public, "EC") && EVP_PKEY_get_bits(public) > 256 ? "SHA-384"
	    : "SHA-256";
	uint8_t bytes[64];
	struct yx_buf signature;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int rc = public == NULL ? YX_CERT_BAD : ctx == NULL ? YX_NO_MEMORY : YX_OK;

	yx_random(bytes, sizeof(bytes));
	yx_buf_init(&signature, 4096);
	if (rc == YX_OK && (rc = pki_key_sign(k, md, bytes, sizeof(bytes), &signature)) == YX_OK)
		rc = EVP_DigestVerifyInit_ex(ctx, NULL, md, NULL, NULL, public, NULL) == 1 &&
		    EVP_DigestVerify(ctx, signature.data, signature.len, bytes, sizeof(bytes)) == 1 ? YX_OK : YX_SIGNATURE_BAD;
	EVP_MD_CTX_free(ctx);
	yx_buf_free(&signature);
	ERR_clear_error();
	return rc;
}
