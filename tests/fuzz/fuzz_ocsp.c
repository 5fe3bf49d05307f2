/* fuzz_ocsp.c - foreign bytes as the answer of an OCSP responder about a certificate. */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "backend/pki/revocation.h"
#include "backend/pki/trust.h"
#include "tests/fuzz/revocation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static X509 *
read_cert(const unsigned char *p, size_t n)
{
	return d2i_X509(NULL, &p, (long)n);
}

static int
ask(const struct pki_trust *t, const struct yx_buf *der, X509 *about, struct pki_status *out)
{
	*out = (struct pki_status){ .source = "", .reason = -1 };
	return pki_ocsp_read(t, der, &(struct pki_about){ about, sk_X509_value(t->anchors, 0) }, SEED_TIME, out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pki_trust t = { .store = X509_STORE_new(), .anchors = sk_X509_new_null(),
		.intermediates = sk_X509_new_null() };
	X509 *issuer = read_cert(ca, sizeof(ca)), *about = read_cert(leaf, sizeof(leaf));
	X509 *stranger = read_cert(other, sizeof(other));
	struct pki_status s;
	struct yx_buf der;

	yx_buf_init(&der, PKI_OCSP_MAX);
	yx_buf_add(&der, data, size);
	X509_STORE_add_cert(t.store, issuer);
	sk_X509_push(t.anchors, issuer);
	if (yx_buf_status(&der) == YX_OK) {
		/* An answer names a state and its time, and speaks of one certificate only. */
		if (ask(&t, &der, about, &s) == YX_OK && (s.state == PKI_UNKNOWN || s.this_update == 0 || *s.source == '\0'))
			__builtin_trap();
		if (s.state != PKI_UNKNOWN && ask(&t, &der, stranger, &s) == YX_OK)
			__builtin_trap();
	}
	yx_buf_free(&der);
	X509_free(stranger);
	X509_free(about);
	X509_free(issuer);
	sk_X509_free(t.anchors);
	sk_X509_free(t.intermediates);
	X509_STORE_free(t.store);
	ERR_clear_error();
	return 0;
}
