#include "backend/pki/issuers.h"

#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "backend/pki/cache.h"
#include "backend/pki/path.h"
#include "backend/pki/trust.h"

#define FETCHES_MAX 5
#define CERT_MAX    ((size_t)64 << 10)
#define CERTS_MAX   16

static const char *
address_of(const AUTHORITY_INFO_ACCESS *info)
{
	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(info); i++) {
		const ACCESS_DESCRIPTION *d = sk_ACCESS_DESCRIPTION_value(info, i);

		if (OBJ_obj2nid(d->method) == NID_ad_ca_issuers && d->location->type == GEN_URI)
			return (const char *)ASN1_STRING_get0_data(d->location->d.uniformResourceIdentifier);
	}
	return NULL;
}

/* One certificate, or a SignedData that holds nothing but certificates. */
static void
read_certs(const struct yx_buf *b, STACK_OF(X509) *into)
{
	const unsigned char *p = b->data;
	X509 *x = d2i_X509(NULL, &p, (long)b->len);
	PKCS7 *bag;

	if (x != NULL) {
		(void)X509_add_cert(into, x, X509_ADD_FLAG_UP_REF | X509_ADD_FLAG_NO_DUP);
		X509_free(x);
		return;
	}
	p = b->data;
	bag = d2i_PKCS7(NULL, &p, (long)b->len);
	if (bag != NULL && PKCS7_type_is_signed(bag) && bag->d.sign != NULL)
		for (int i = 0; i < sk_X509_num(bag->d.sign->cert) && i < CERTS_MAX; i++)
			(void)X509_add_cert(into, sk_X509_value(bag->d.sign->cert, i), X509_ADD_FLAG_UP_REF | X509_ADD_FLAG_NO_DUP);
	PKCS7_free(bag);
}

static int
fetch_issuer(const struct pki_trust *t, X509 *x, STACK_OF(X509) *into)
{
	AUTHORITY_INFO_ACCESS *info = X509_get_ext_d2i(x, NID_info_access, NULL, NULL);
	const char *url = address_of(info);
	int before = sk_X509_num(into);
	struct yx_buf b;

	yx_buf_init(&b, CERT_MAX);
	if (url != NULL && pki_fetch_cached(url, t->allow_hosts, &b) == YX_OK)
		read_certs(&b, into);
	yx_buf_free(&b);
	AUTHORITY_INFO_ACCESS_free(info);
	ERR_clear_error();
	return sk_X509_num(into) > before ? YX_OK : YX_CERT_UNTRUSTED;
}

static X509 *
issuer_in(STACK_OF(X509) *set, X509 *x)
{
	for (int i = 0; i < sk_X509_num(set); i++) {
		X509 *y = sk_X509_value(set, i);

		if (X509_cmp(x, y) != 0 && X509_check_issued(y, x) == X509_V_OK && X509_get0_pubkey(y) != NULL &&
		    X509_verify(x, X509_get0_pubkey(y)) == 1)
			return y;
	}
	return NULL;
}

/* The highest certificate above `leaf` that is known: its issuer is what is missing. */
static X509 *
top_of(const struct pki_trust *t, X509 *leaf, STACK_OF(X509) *known)
{
	X509 *x = leaf, *next;

	for (int i = 0; i < PKI_PATH_DEPTH; i++, x = next)
		if ((next = issuer_in(known, x)) == NULL && (next = issuer_in(t->intermediates, x)) == NULL)
			break;
	return x;
}

int
pki_path_fetched(const struct pki_trust *t, X509 *leaf, STACK_OF(X509) *extra, time_t at, STACK_OF(X509) **chain)
{
	STACK_OF(X509) *known = sk_X509_new_null();
	int rc = pki_path(t, leaf, extra, at, chain), fetched = YX_OK;

	if (known == NULL || (extra != NULL &&
	    X509_add_certs(known, extra, X509_ADD_FLAG_UP_REF | X509_ADD_FLAG_NO_DUP) != 1)) {
		rc = rc == YX_OK ? YX_OK : YX_NO_MEMORY;
		goto out;
	}
	for (int i = 0; i < FETCHES_MAX && rc == YX_CERT_UNTRUSTED && fetched == YX_OK; i++) {
		fetched = fetch_issuer(t, top_of(t, leaf, known), known);
		if (fetched == YX_OK)
			rc = pki_path(t, leaf, known, at, chain);
	}
out:
	sk_X509_pop_free(known, X509_free);
	ERR_clear_error();
	return rc;
}
