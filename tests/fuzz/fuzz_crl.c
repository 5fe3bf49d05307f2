/* fuzz_crl.c - foreign bytes as a CRL that shall tell of a certificate. */
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "backend/pki/revocation.h"
#include "tests/fuzz/revocation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static X509 *
read_cert(const unsigned char *p, size_t n)
{
	return d2i_X509(NULL, &p, (long)n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	X509 *issuer = read_cert(ca, sizeof(ca)), *about = read_cert(leaf, sizeof(leaf));
	X509 *stranger = read_cert(other, sizeof(other));
	struct pki_status s = { .source = "", .reason = -1 };
	struct yx_buf der;
	const struct pki_crl_source whole = { &der, "http://seed.example/whole.crl" };
	const struct pki_crl_source part = { &der, "http://seed.example/part.crl" };

	yx_buf_init(&der, (size_t)1 << 20);
	yx_buf_add(&der, data, size);
	if (yx_buf_status(&der) == YX_OK) {
		if (pki_crl_read(&whole, about, issuer, SEED_TIME, &s) == YX_OK &&
		    (s.state == PKI_UNKNOWN || *s.source == '\0'))
			__builtin_trap();
		(void)!pki_crl_read(&part, about, issuer, SEED_TIME, &s);
		/* Who did not sign it has nothing to say by it. */
		if (pki_crl_read(&whole, about, stranger, SEED_TIME, &s) == YX_OK)
			__builtin_trap();
	}
	yx_buf_free(&der);
	X509_free(stranger);
	X509_free(about);
	X509_free(issuer);
	ERR_clear_error();
	return 0;
}
