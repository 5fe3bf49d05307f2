#include "backend/pki/method.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

static const struct known { const char *name; int nid; const EVP_MD *(*md)(void); } KNOWN[] = {
	{ "SHA-256", NID_sha256, EVP_sha256 },
	{ "SHA-384", NID_sha384, EVP_sha384 },
	{ "SHA-512", NID_sha512, EVP_sha512 },
};

static const struct known *
known(const char *name)
{
	for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++)
		if (strcmp(KNOWN[i].name, name) == 0)
			return &KNOWN[i];
	return NULL;
}

const EVP_MD *
pki_md(const char *name)
{
	const struct known *k = known(name);

	return k == NULL ? NULL : k->md();
}

const char *
pki_method_mask(const struct pki_method *how)
{
	return how->mask == NULL ? how->md : how->mask;
}

int
pki_method_salt(const struct pki_method *how)
{
	return how->salt == 0 ? EVP_MD_get_size(pki_md(how->md)) : how->salt;
}

/* ---- what a key wants ---- */

/* The name of a digest; NULL: none of ours, or not said, which is SHA-1 (RFC 4055, 3.1). */
static const char *
name_in(const X509_ALGOR *alg)
{
	const ASN1_OBJECT *o = NULL;
	int nid;

	if (alg == NULL)
		return NULL;
	X509_ALGOR_get0(&o, NULL, NULL, alg);
	nid = OBJ_obj2nid(o);
	for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++)
		if (KNOWN[i].nid == nid)
			return KNOWN[i].name;
	return NULL;
}

static const char *
mask_in(const RSA_PSS_PARAMS *p)
{
	const ASN1_OBJECT *o = NULL;
	const void *value = NULL;
	const unsigned char *at;
	const char *name = NULL;
	X509_ALGOR *inner;
	int type = V_ASN1_UNDEF;

	if (p->maskGenAlgorithm == NULL)
		return NULL;
	X509_ALGOR_get0(&o, &type, &value, p->maskGenAlgorithm);
	if (OBJ_obj2nid(o) != NID_mgf1 || type != V_ASN1_SEQUENCE)
		return NULL;
	at = ASN1_STRING_get0_data(value);
	if ((inner = d2i_X509_ALGOR(NULL, &at, ASN1_STRING_length(value))) != NULL)
		name = name_in(inner);
	X509_ALGOR_free(inner);
	return name;
}

/* The parameters of the key; without any it is free (RFC 4055, 1.2). *bound: it is not. */
static int
read_wishes(X509 *cert, struct pki_method *out, int *bound)
{
	const void *value = NULL;
	X509_ALGOR *alg = NULL;
	RSA_PSS_PARAMS *p = NULL;
	const unsigned char *at;
	int type = V_ASN1_UNDEF, rc = YX_CERT_WEAK;

	*bound = 0;
	X509_PUBKEY_get0_param(NULL, NULL, NULL, &alg, X509_get_X509_PUBKEY(cert));
	X509_ALGOR_get0(NULL, &type, &value, alg);
	if (type != V_ASN1_SEQUENCE)
		return YX_OK;
	*bound = 1;
	at = ASN1_STRING_get0_data(value);
	if ((p = d2i_RSA_PSS_PARAMS(NULL, &at, ASN1_STRING_length(value))) == NULL)
		return YX_CERT_BAD;
	out->md = name_in(p->hashAlgorithm);
	out->mask = mask_in(p);
	out->salt = p->saltLength == NULL ? 20 : (int)ASN1_INTEGER_get(p->saltLength); /* at least that much */
	if (out->md != NULL && out->mask != NULL && out->salt >= 0)
		rc = YX_OK;
	RSA_PSS_PARAMS_free(p);
	return rc;
}

/* Does all of it fit into the modulus (RFC 8017, 9.1.1)? */
static int
has_room(const EVP_PKEY *key, const struct pki_method *how)
{
	return !how->pss ||
	    (EVP_PKEY_get_bits(key) + 6) / 8 >= EVP_MD_get_size(pki_md(how->md)) + pki_method_salt(how) + 2;
}

static int
method_of_pss(X509 *cert, const char *md, struct pki_method *out)
{
	int bound, rc = read_wishes(cert, out, &bound), own;

	if (rc != YX_OK)
		return rc;
	if (bound && md != NULL && strcmp(md, out->md) != 0)
		return YX_CERT_USAGE;
	if (!bound)
		out->md = md == NULL ? "SHA-256" : md;
	own = EVP_MD_get_size(pki_md(out->md));
	out->salt = out->salt > own ? out->salt : own;
	out->pss = 1;
	return YX_OK;
}

int
pki_method_of(X509 *cert, const char *md, int pss, struct pki_method *out)
{
	const EVP_PKEY *key = X509_get0_pubkey(cert);
	const int kind = key == NULL ? EVP_PKEY_NONE : EVP_PKEY_get_base_id(key);
	int rc = YX_OK;

	*out = (struct pki_method){ .md = md, .pss = pss };
	if (key == NULL)
		return YX_CERT_BAD;
	if (md != NULL && known(md) == NULL)
		return YX_BAD_FIELD;
	if (kind == EVP_PKEY_RSA_PSS)
		rc = method_of_pss(cert, md, out);
	else if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_EC)
		return YX_CERT_WEAK;
	else if (kind == EVP_PKEY_EC && pss)
		return YX_BAD_FIELD;
	else if (md == NULL)
		out->md = kind == EVP_PKEY_EC && EVP_PKEY_get_bits(key) > 256 ? "SHA-384" : "SHA-256";
	return rc == YX_OK && !has_room(key, out) ? YX_CERT_WEAK : rc;
}

/* ---- what a signature says of itself ---- */

/* (with NULL behind the digest, as RFC 4055, 2.1, has it) */
static X509_ALGOR *
new_digest(const char *md)
{
	const struct known *d = known(md);
	X509_ALGOR *alg = d == NULL ? NULL : X509_ALGOR_new();

	if (alg != NULL && X509_ALGOR_set0(alg, OBJ_nid2obj(d->nid), V_ASN1_NULL, NULL) != 1) {
		X509_ALGOR_free(alg);
		alg = NULL;
	}
	return alg;
}

/* `alg` becomes `nid` with that structure as its parameters. */
static int
put_parameters(X509_ALGOR *alg, int nid, void *value, const ASN1_ITEM *item)
{
	ASN1_STRING *packed = ASN1_item_pack(value, item, NULL);

	if (packed != NULL && X509_ALGOR_set0(alg, OBJ_nid2obj(nid), V_ASN1_SEQUENCE, packed) == 1)
		return 1;
	ASN1_STRING_free(packed);
	return 0;
}

static int
put_pss(const struct pki_method *how, X509_ALGOR *alg)
{
	RSA_PSS_PARAMS *p = RSA_PSS_PARAMS_new();
	X509_ALGOR *mask = new_digest(pki_method_mask(how));
	int ok = p != NULL && mask != NULL && (p->hashAlgorithm = new_digest(how->md)) != NULL &&
	    (p->maskGenAlgorithm = X509_ALGOR_new()) != NULL &&
	    put_parameters(p->maskGenAlgorithm, NID_mgf1, mask, ASN1_ITEM_rptr(X509_ALGOR)) &&
	    (p->saltLength = ASN1_INTEGER_new()) != NULL && ASN1_INTEGER_set(p->saltLength, pki_method_salt(how)) == 1 &&
	    put_parameters(alg, NID_rsassaPss, p, ASN1_ITEM_rptr(RSA_PSS_PARAMS));

	X509_ALGOR_free(mask);
	RSA_PSS_PARAMS_free(p);
	return ok ? YX_OK : YX_NO_MEMORY;
}

int
pki_method_put(const EVP_PKEY *key, const struct pki_method *how, X509_ALGOR *alg)
{
	const int kind = EVP_PKEY_get_base_id(key), rsa = kind == EVP_PKEY_RSA;
	const struct known *d = known(how->md);
	int nid;

	if (d == NULL)
		return YX_BAD_FIELD;
	if (how->pss)
		return rsa || kind == EVP_PKEY_RSA_PSS ? put_pss(how, alg) : YX_CERT_WEAK;
	/* The digest stands inside: plain rsaEncryption would leave it open. */
	if ((!rsa && kind != EVP_PKEY_EC) || OBJ_find_sigid_by_algs(&nid, d->nid, kind) != 1)
		return YX_CERT_WEAK;
	return X509_ALGOR_set0(alg, OBJ_nid2obj(nid), rsa ? V_ASN1_NULL : V_ASN1_UNDEF, NULL) == 1 ? YX_OK : YX_NO_MEMORY;
}

/* ---- signing ---- */

static int
set_padding(EVP_PKEY_CTX *ctx, const struct pki_method *how)
{
	return !how->pss || (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, pki_md(pki_method_mask(how))) == 1 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, pki_method_salt(how)) == 1);
}

int
pki_sign(EVP_PKEY *key, const struct pki_method *how, struct yx_bytes text, struct yx_buf *signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pad = NULL;
	size_t len = 0;
	uint8_t *room;
	int rc = YX_INTERNAL;

	if (ctx == NULL || EVP_DigestSignInit_ex(ctx, &pad, how->md, NULL, NULL, key, NULL) != 1 ||
	    !set_padding(pad, how) || EVP_DigestSign(ctx, NULL, &len, text.p, text.n) != 1)
		goto out;
	rc = YX_NO_MEMORY;
	if ((room = yx_buf_room(signature, len)) == NULL)
		goto out;
	rc = YX_INTERNAL;
	if (EVP_DigestSign(ctx, room, &len, text.p, text.n) != 1)
		goto out;
	signature->len += len;
	rc = YX_OK;
out:
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return rc;
}

int
pki_verify(EVP_PKEY *public, const struct pki_method *how, struct yx_bytes text, struct yx_bytes signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pad = NULL;
	int good = ctx != NULL && EVP_DigestVerifyInit_ex(ctx, &pad, how->md, NULL, NULL, public, NULL) == 1 &&
	    set_padding(pad, how) && EVP_DigestVerify(ctx, signature.p, signature.n, text.p, text.n) == 1;

	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return good ? YX_OK : YX_SIGNATURE_BAD;
}
