/* Objects of a card and DER of a page. First byte: what the rest is taken for. */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "native-host/attributes.h"
#include "native-host/sign_verify.h"
#include "native-host/tlv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define DEPTH_MAX 12

/* Every object must lie inside its view, and its parts add up. */
static void
walk(struct yx_reader r, enum tlv_rules rules, int depth)
{
	const uint8_t *begin = r.p;
	size_t size = r.left;
	struct tlv t;

	while (r.left > 0 && tlv_next(&r, rules, &t) == YX_OK) {
		if (t.value < begin || t.value + t.len > begin + size ||
		    t.whole + t.whole_len != t.value + t.len)
			abort();
		if (depth < DEPTH_MAX)
			walk(tlv_inside(&t), rules, depth + 1);
	}
}

static void
check_attributes(const uint8_t *data, size_t n)
{
	static const uint8_t digest[32] = { 1 };
	/* What attributes_check() looks at in the certificate before it hashes it. */
	static X509 *x509;
	struct attributes_item item = { .der = data,
		.der_len = n,
		.digest = digest,
		.digest_len = 32,
		.algorithm = "SHA-256" };
	struct yx_cert cert = { .key_type = "EC-P256" };
	const char *why;

	if (x509 == NULL && (x509 = X509_new()) == NULL)
		abort();
	cert.x509 = x509;
	if (attributes_check(&item, &cert, &why) == YX_OK && why != NULL)
		abort();
}

static void
check_ecdsa(const uint8_t *data, size_t n)
{
	struct yx_buf out;
	struct yx_reader r;
	struct tlv t;

	yx_buf_init(&out, 4096);
	if (sign_ecdsa_der(data, n, 32, &out) == YX_OK) {
		yx_reader_init(&r, out.data, out.len);
		if (tlv_expect(&r, TLV_DER, 0x30, &t) != YX_OK || r.left != 0)
			abort();
	}
	yx_buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct yx_reader r;

	if (n < 1)
		return 0;
	yx_reader_init(&r, data + 1, n - 1);
	walk(r, data[0] & 1 ? TLV_DER : TLV_BER, 0);
	if (data[0] & 2)
		check_attributes(data + 1, n - 1);
	if (data[0] & 4)
		check_ecdsa(data + 1, n - 1);
	return 0;
}
