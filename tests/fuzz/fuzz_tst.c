/* fuzz_tst.c - foreign bytes as the answer of a timestamp authority, and as a token. */
#include <openssl/x509.h>
#include <stdint.h>

#include "backend/pki/trust.h"
#include "backend/pki/tsa.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Nobody is trusted, so whatever the token says of itself, it must not be believed. */
static void
read_token(const struct pki_trust *nobody, const uint8_t *der, size_t n)
{
	struct pki_tst tst;

	if (pki_tst_read(der, n, &tst) == YX_OK) {
		struct pki_digest digest = tst.imprint; /* the right one: what is behind it gets its turn */

		if (pki_tst_check(nobody, &tst, &digest, 0, NULL) == YX_OK || tst.chain != NULL)
			__builtin_trap();
		digest.bytes[0] ^= 1;
		if (pki_tst_check(nobody, &tst, &digest, 0, NULL) != YX_TIMESTAMP_BAD || tst.intact)
			__builtin_trap();
	}
	pki_tst_free(&tst);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pki_trust nobody = { .store = X509_STORE_new(), .anchors = sk_X509_new_null(),
		.intermediates = sk_X509_new_null() };
	size_t at = 0, len = 0;

	if (pki_tsa_token(data, size, &at, &len) == YX_OK) {
		if (len == 0 || at + len != size)
			__builtin_trap(); /* the token is the end of the answer */
		read_token(&nobody, data + at, len);
	}
	read_token(&nobody, data, size);
	sk_X509_free(nobody.anchors);
	sk_X509_free(nobody.intermediates);
	X509_STORE_free(nobody.store);
	return 0;
}
