#include "backend/pki/pki.h"
#include "backend/pki/path.h"
#include "backend/pki/trust.h"
#include "backend/pki/weak.h"
#include "common/log.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

/* Extended key usages that say "for something else" when nothing else is there. */
#define OTHER_PURPOSES (XKU_SSL_SERVER | XKU_SGC | XKU_CODE_SIGN | XKU_OCSP_SIGN | XKU_TIMESTAMP | XKU_DVCS)

static int
check_rsa(EVP_PKEY *key)
{
	BIGNUM *n = NULL, *e = NULL;
	const char *why = "memory";

	if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) == 1)
		why = pki_rsa_weakness(n, e);
	BN_free(n);
	BN_free(e);
	if (why != NULL)
		yx_warn("an RSA key is weak: %s", why);
	return why == NULL ? YX_OK : YX_CERT_WEAK;
}

int
pki_check_key(X509 *leaf)
{
	EVP_PKEY *key = X509_get0_pubkey(leaf);
	char curve[64] = "";

	if (key == NULL)
		return YX_CERT_BAD;
	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA || EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA_PSS)
		return check_rsa(key);
	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
	    EVP_PKEY_get_group_name(key, curve, sizeof(curve), NULL) == 1 &&
	    (strcmp(curve, "prime256v1") == 0 || strcmp(curve, "secp384r1") == 0))
		return YX_OK;
	return YX_CERT_WEAK;
}

int
pki_check_leaf(X509 *leaf)
{
	uint32_t flags = X509_get_extension_flags(leaf);

	if (flags & (EXFLAG_INVALID | EXFLAG_CRITICAL))
		return YX_CERT_BAD;
	if (X509_check_ca(leaf) != 0)
		return YX_CERT_USAGE;
	if ((X509_get_key_usage(leaf) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0)
		return YX_CERT_USAGE;
	if (flags & EXFLAG_XKUSAGE) {
		uint32_t purposes = X509_get_extended_key_usage(leaf);

		if (purposes != 0 && (purposes & ~(uint32_t)OTHER_PURPOSES) == 0)
			return YX_CERT_USAGE;
	}
	return pki_check_key(leaf);
}

int
pki_check_store(X509_STORE *store, X509 *leaf, STACK_OF(X509) *extra, time_t at,
    STACK_OF(X509) **chain)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;
	int rc = pki_check_leaf(leaf);

	if (chain != NULL)
		*chain = NULL;
	if (rc != YX_OK)
		goto out;
	rc = YX_NO_MEMORY;
	if (ctx == NULL || X509_STORE_CTX_init(ctx, store, leaf, extra) != 1)
		goto out;
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, at);
	X509_VERIFY_PARAM_set_depth(param, PKI_PATH_DEPTH);
	X509_VERIFY_PARAM_set_auth_level(param, PKI_SECURITY_LEVEL);
	if (X509_verify_cert(ctx) != 1) {
		rc = pki_path_error(X509_STORE_CTX_get_error(ctx));
		goto out;
	}
	if (chain != NULL && (*chain = X509_STORE_CTX_get1_chain(ctx)) == NULL)
		goto out;
	rc = YX_OK;
out:
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
	return rc;
}

int
pki_check(const struct pki_trust *t, X509 *leaf, STACK_OF(X509) *extra, time_t at,
    STACK_OF(X509) **chain)
{
	int rc = pki_check_leaf(leaf);

	if (chain != NULL)
		*chain = NULL;
	return rc == YX_OK ? pki_path(t, leaf, extra, at, chain) : rc;
}
