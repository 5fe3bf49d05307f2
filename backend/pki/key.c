#include "backend/pki/key.h"

#include <stdlib.h>
#include <string.h>

#include "backend/pki/pki.h"
#include "backend/pki/token_uri.h"
#include "common/random.h"

struct pki_key {
	EVP_PKEY   *key;  /* in memory, or NULL: */
	struct hsm *hsm;  /* in this token, */
	char       *uri;  /* under this name */
	int         pss;  /* 1: documents by RSASSA-PSS, if it is RSA */
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
pki_key_sign(const struct pki_key *k, const struct pki_method *how, struct yx_bytes text, struct yx_buf *signature)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	size_t len = 0;

	if (k->key != NULL)
		return pki_sign(k->key, how, text, signature);
	if (EVP_Q_digest(NULL, how->md, NULL, text.p, text.n, hash, &len) != 1)
		return YX_BAD_FIELD;
	return hsm_sign(k->hsm, k->uri, how, hash, signature);
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

void
pki_key_wish_pss(struct pki_key *k, int yes)
{
	k->pss = yes;
}

int
pki_key_method(const struct pki_key *k, X509 *cert, struct pki_method *out)
{
	const EVP_PKEY *public = X509_get0_pubkey(cert);

	return pki_method_of(cert, NULL, k->pss && public != NULL && EVP_PKEY_get_base_id(public) == EVP_PKEY_RSA, out);
}

static int
fits_as(const struct pki_key *k, X509 *cert, const struct pki_method *how)
{
	uint8_t bytes[64];
	const struct yx_bytes text = { bytes, sizeof(bytes) };
	struct yx_buf signature;
	int rc;

	yx_random(bytes, sizeof(bytes));
	yx_buf_init(&signature, 4096);
	if ((rc = pki_key_sign(k, how, text, &signature)) == YX_OK)
		rc = pki_verify(X509_get0_pubkey(cert), how, text, yx_buf_bytes(&signature));
	yx_buf_free(&signature);
	return rc;
}

int
pki_key_fits(const struct pki_key *k, X509 *cert)
{
	struct pki_method documents, trail;
	int rc = pki_key_method(k, cert, &documents);

	if (rc != YX_OK || (rc = pki_method_of(cert, "SHA-256", 0, &trail)) != YX_OK ||
	    (rc = fits_as(k, cert, &documents)) != YX_OK || documents.pss == trail.pss)
		return rc;
	return fits_as(k, cert, &trail);
}
