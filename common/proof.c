#include "common/proof.h"

#include <openssl/evp.h>
#include <string.h>

#define PROOF_MAX 4096

static const char TAG[] = "YINXIN-PROOF-1"; /* with its NUL */

int
yx_proof(struct yx_buf *out, const char *origin, const uint8_t *nonce, size_t nonce_n,
    const uint8_t cert_sha256[32])
{
	if (nonce_n < YX_NONCE_MIN || nonce_n > YX_NONCE_MAX)
		return YX_BAD_FIELD;
	yx_buf_add(out, TAG, sizeof(TAG));
	yx_buf_add32be(out, (uint32_t)strlen(origin));
	yx_buf_adds(out, origin);
	yx_buf_add32be(out, (uint32_t)nonce_n);
	yx_buf_add(out, nonce, nonce_n);
	yx_buf_add(out, cert_sha256, 32);
	return yx_buf_status(out);
}

int
yx_proof_check(const struct yx_cert *cert, const char *origin, struct yx_bytes nonce, struct yx_bytes signature)
{
	const char *md = yx_cert_digest(cert);
	struct yx_buf b;
	int rc;

	if (md == NULL)
		return YX_CERT_WEAK;
	yx_buf_init(&b, PROOF_MAX);
	if ((rc = yx_proof(&b, origin, nonce.p, nonce.n, cert->sha256)) == YX_OK)
		rc = yx_signature_check(cert->x509, md, yx_buf_bytes(&b), signature);
	yx_buf_free(&b);
	return rc;
}

int
yx_signature_check(X509 *cert, const char *md, struct yx_bytes data, struct yx_bytes signature)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int rc = YX_SIGNATURE_BAD;

	if (ctx != NULL && key != NULL &&
	    EVP_DigestVerifyInit(ctx, NULL, EVP_get_digestbyname(md), NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, signature.p, signature.n, data.p, data.n) == 1)
		rc = YX_OK;
	EVP_MD_CTX_free(ctx);
	return rc;
}
