#include "backend/pki/probe.h"

#include <openssl/x509v3.h>
#include <string.h>

#include "backend/pki/revocation.h"
#include "backend/pki/trust.h"
#include "backend/pki/window.h"
#include "common/random.h"

static int64_t
clock_ms(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
keep_url(char out[PKI_PROBE_URL], const char *url)
{
	*out = '\0';
	if (url != NULL && strlen(url) < PKI_PROBE_URL)
		memcpy(out, url, strlen(url) + 1);
}

void
pki_crl_of(X509 *leaf, char url[PKI_PROBE_URL])
{
	CRL_DIST_POINTS *points = X509_get_ext_d2i(leaf, NID_crl_distribution_points, NULL, NULL);

	keep_url(url, pki_crl_uri(points));
	CRL_DIST_POINTS_free(points);
}

void
pki_ocsp_of(X509 *leaf, char url[PKI_PROBE_URL])
{
	STACK_OF(OPENSSL_STRING) *urls = X509_get1_ocsp(leaf);

	keep_url(url, sk_OPENSSL_STRING_num(urls) > 0 ? sk_OPENSSL_STRING_value(urls, 0) : NULL);
	X509_email_free(urls);
}

/* What the CRL says of itself. */
static void
read_crl(const struct yx_buf *raw, struct pki_probe *out)
{
	const unsigned char *p = raw->data;
	X509_CRL *crl = raw->len == 0 ? NULL : d2i_X509_CRL(NULL, &p, (long)raw->len);
	time_t next = 0;

	if (crl == NULL)
		return;
	if (X509_CRL_get0_nextUpdate(crl) != NULL && pki_time(X509_CRL_get0_nextUpdate(crl), &next) == YX_OK)
		out->next_update = next;
	out->entries = sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl));
	if (out->entries < 0)
		out->entries = 0;
	X509_CRL_free(crl);
}

int
pki_probe_crl(const struct pki_trust *t, X509 *leaf, X509 *issuer, struct pki_probe *out)
{
	struct pki_status status = { .reason = -1 };
	int64_t start = clock_ms();

	*out = (struct pki_probe){ .entries = -1 };
	pki_crl_of(leaf, out->url);
	if (*out->url == '\0')
		return YX_OK;
	yx_buf_init(&status.raw, PKI_CRL_MAX);
	out->rc = pki_crl(t, leaf, issuer, time(NULL), &status);
	out->millis = clock_ms() - start;
	out->this_update = status.this_update;
	if (out->rc == YX_OK)
		read_crl(&status.raw, out);
	pki_status_free(&status);
	return out->rc == YX_NO_MEMORY ? YX_NO_MEMORY : YX_OK;
}

int
pki_probe_ocsp(const struct pki_trust *t, X509 *leaf, X509 *issuer, struct pki_probe *out)
{
	struct pki_status status = { .reason = -1 };
	int64_t start = clock_ms();

	*out = (struct pki_probe){ .entries = -1 };
	pki_ocsp_of(leaf, out->url);
	if (*out->url == '\0')
		return YX_OK;
	yx_buf_init(&status.raw, PKI_OCSP_MAX);
	out->rc = pki_ocsp(t, leaf, issuer, time(NULL), &status);
	out->millis = clock_ms() - start;
	out->this_update = status.this_update;
	pki_status_free(&status);
	return out->rc == YX_NO_MEMORY ? YX_NO_MEMORY : YX_OK;
}

int
pki_probe_tsa(const struct pki_trust *t, const struct pki_tsa *tsa, struct pki_probe *out)
{
	struct pki_digest digest = { .md = "SHA-256", .n = 32 };
	struct pki_tst tst = { 0 };
	struct yx_buf token;
	int64_t start = clock_ms();

	*out = (struct pki_probe){ .entries = -1 };
	keep_url(out->url, tsa->urls);
	yx_random(digest.bytes, digest.n);
	yx_buf_init(&token, PKI_TSA_TOKEN_MAX);
	out->rc = pki_tsa_stamp(t, tsa, &digest, &token, &tst);
	out->millis = clock_ms() - start;
	if (out->rc == YX_OK)
		out->this_update = (time_t)tst.time;
	pki_tst_free(&tst);
	yx_buf_free(&token);
	return out->rc == YX_NO_MEMORY ? YX_NO_MEMORY : YX_OK;
}

int
pki_token_fits(const void *der, size_t n, const struct pki_digest *digest)
{
	static const struct pki_trust nobody = { 0 };
	struct pki_tst tst;
	int rc = pki_tst_read(der, n, &tst);

	if (rc == YX_OK && pki_tst_check(&nobody, &tst, digest, 0, NULL) != YX_OK && !tst.intact)
		rc = YX_TIMESTAMP_BAD;
	pki_tst_free(&tst);
	return rc;
}

X509 *
pki_issuer(const struct pki_trust *t, X509 *leaf)
{
	STACK_OF(X509_OBJECT) *all = X509_STORE_get0_objects(pki_trust_store(t));

	for (int i = 0; i < sk_X509_OBJECT_num(all); i++) {
		X509 *x = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(all, i));

		if (x != NULL && X509_check_issued(x, leaf) == X509_V_OK)
			return x;
	}
	return NULL;
}
