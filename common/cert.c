#include "common/cert.h"

#include <ctype.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "common/codec.h"

static const char *
serial(struct yx_arena *a, const X509 *x)
{
	unsigned char *der = NULL;
	int n = i2d_ASN1_INTEGER(X509_get0_serialNumber(x), &der);
	char *out = NULL;

	/* A serial number has at most 20 bytes (RFC 5280, 4.1.2.2), so one length
	 * byte; longer ones are shown as far as that byte reaches. */
	if (n > 2 && der[1] < 0x80 && (out = yx_arena_alloc(a, (size_t)(n - 2) * 2 + 1)) != NULL)
		yx_hex_upper(out, der + 2, (size_t)n - 2);
	OPENSSL_free(der);
	return out;
}

static const char *
key_type(struct yx_arena *a, const X509 *x)
{
	EVP_PKEY *key = X509_get0_pubkey(x);
	char curve[64] = "";

	if (key == NULL)
		return "other";
	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
		return yx_arena_printf(a, "RSA-%d", EVP_PKEY_get_bits(key));
	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA_PSS)
		return yx_arena_printf(a, "RSASSA-PSS-%d", EVP_PKEY_get_bits(key));
	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
	    EVP_PKEY_get_group_name(key, curve, sizeof(curve), NULL) == 1) {
		if (strcmp(curve, "prime256v1") == 0)
			return "EC-P256";
		if (strcmp(curve, "secp384r1") == 0)
			return "EC-P384";
	}
	return "other";
}

static int
to_time(const ASN1_TIME *t, time_t *out)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(t, &tm) != 1)
		return YX_CERT_BAD;
	*out = timegm(&tm);
	return YX_OK;
}

/* A name too long to show is refused, not cut: what is cut off could matter. */
static int
read_names(struct yx_arena *a, const X509 *x, struct yx_cert *out)
{
	const X509_NAME *subject = X509_get_subject_name(x), *issuer = X509_get_issuer_name(x);

	out->subject = yx_dn(a, subject);
	out->issuer = yx_dn(a, issuer);
	out->subject_name = yx_name_shown(a, subject);
	out->issuer_name = yx_name_shown(a, issuer);
	out->common_name = yx_name_value(a, subject, NID_commonName);
	out->organization = yx_name_value(a, subject, NID_organizationName);
	out->subject_serial = yx_name_value(a, subject, NID_serialNumber);
	return out->subject == NULL || out->issuer == NULL || out->subject_name == NULL || out->issuer_name == NULL ||
	    out->common_name == NULL || out->organization == NULL || out->subject_serial == NULL ? YX_CERT_BAD : YX_OK;
}

int
yx_cert_of(struct yx_arena *a, X509 *x, struct yx_cert *out)
{
	uint32_t usage = X509_get_key_usage(x);
	unsigned n = sizeof(out->sha256);
	int rc;

	memset(out, 0, sizeof(*out));
	if (X509_get_extension_flags(x) & EXFLAG_INVALID)
		return YX_CERT_BAD;
	if ((rc = to_time(X509_get0_notBefore(x), &out->not_before)) != YX_OK ||
	    (rc = to_time(X509_get0_notAfter(x), &out->not_after)) != YX_OK)
		return rc;
	out->serial = serial(a, x);
	out->key_type = key_type(a, x);
	if ((rc = read_names(a, x, out)) != YX_OK)
		return rc;
	if (out->serial == NULL || out->key_type == NULL)
		return YX_CERT_BAD;
	if (X509_digest(x, EVP_sha256(), out->sha256, &n) != 1)
		return YX_CERT_BAD;
	out->digital_signature = (usage & KU_DIGITAL_SIGNATURE) != 0;
	out->non_repudiation = (usage & KU_NON_REPUDIATION) != 0;
	out->is_ca = X509_check_ca(x) == 1;
	X509_up_ref(x);
	out->x509 = x;
	return YX_OK;
}

int
yx_cert_parse(struct yx_arena *a, const void *der, size_t n, struct yx_cert *out)
{
	const unsigned char *p = der;
	X509 *x = n > 0 && n <= 65536 ? d2i_X509(NULL, &p, (long)n) : NULL;
	int rc = YX_CERT_BAD;

	memset(out, 0, sizeof(*out));
	if (x != NULL && p == (const unsigned char *)der + n)
		rc = yx_cert_of(a, x, out);
	X509_free(x);
	return rc;
}

void
yx_cert_free(struct yx_cert *c)
{
	X509_free(c->x509);
	c->x509 = NULL;
}

int
yx_serial_equal(const char *a, const char *b)
{
	while (*a == '0')
		a++;
	while (*b == '0')
		b++;
	return strcasecmp(a, b) == 0;
}

const char *
yx_cert_digest(const struct yx_cert *c)
{
	if (strncmp(c->key_type, "RSA-", 4) == 0 || strcmp(c->key_type, "EC-P256") == 0)
		return "SHA-256";
	return strcmp(c->key_type, "EC-P384") == 0 ? "SHA-384" : NULL;
}
