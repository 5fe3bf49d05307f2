/* certs.h - certificates for the tests of pki/, each as good or as bad as asked. */
#ifndef YX_TESTS_PKI_CERTS_H
#define YX_TESTS_PKI_CERTS_H

#include <openssl/x509v3.h>
#include <stdlib.h>
#include <time.h>

struct cert_extension { int nid; const char *value; };

struct cert_wish {
	const char *name;              /* O of the subject */
	EVP_PKEY   *key;
	X509       *issuer;            /* NULL: itself */
	EVP_PKEY   *issuer_key;
	long        serial;
	int         is_ca;
	time_t      from, to;          /* 0: yesterday, tomorrow */
	const struct cert_extension *extensions; /* ended by nid 0; NULL: none */
};

static inline void
cert_extend(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	if ((e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value)) == NULL || X509_add_ext(x, e, -1) != 1)
		abort();
	X509_EXTENSION_free(e);
}

static inline X509 *
cert_issue(const struct cert_wish *w)
{
	X509 *x = X509_new(), *issuer = w->issuer == NULL ? x : w->issuer;
	X509_NAME *n = X509_NAME_new();
	time_t now = time(NULL);

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), w->serial);
	ASN1_TIME_set(X509_getm_notBefore(x), w->from != 0 ? w->from : now - 86400);
	ASN1_TIME_set(X509_getm_notAfter(x), w->to != 0 ? w->to : now + 86400);
	X509_NAME_add_entry_by_txt(n, "O", MBSTRING_UTF8, (const unsigned char *)w->name, -1, -1, 0);
	X509_set_subject_name(x, n);
	X509_set_issuer_name(x, w->issuer == NULL ? n : X509_get_subject_name(w->issuer));
	X509_NAME_free(n);
	X509_set_pubkey(x, w->key);
	cert_extend(x, issuer, NID_basic_constraints, w->is_ca ? "critical,CA:TRUE" : "CA:FALSE");
	for (size_t i = 0; w->extensions != NULL && w->extensions[i].nid != 0; i++)
		cert_extend(x, issuer, w->extensions[i].nid, w->extensions[i].value);
	if (X509_sign(x, w->issuer_key, EVP_sha256()) <= 0)
		abort();
	return x;
}

#endif
