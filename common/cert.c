#include "common/cert.h"

#include <ctype.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "common/codec.h"

#define DN_MAX 4096

/* Control bytes (and bidi tricks' UTF-8 stays text: pages isolate it). */
static void
add_escaped(struct yx_buf *b, const unsigned char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] < 0x20 || s[i] == 0x7f)
			yx_buf_addf(b, "\\%02X", s[i]);
		else
			yx_buf_add8(b, s[i]);
	}
}

static const char *
attribute_name(const ASN1_OBJECT *o, char *oid, size_t cap)
{
	int nid = OBJ_obj2nid(o);

	if (nid == NID_serialNumber)
		return "SERIALNUMBER";
	if (nid != NID_undef)
		return OBJ_nid2sn(nid);
	OBJ_obj2txt(oid, (int)cap, o, 1);
	return oid;
}

char *
yx_dn(struct yx_arena *a, const X509_NAME *name)
{
	struct yx_buf b;
	char *out = NULL;

	yx_buf_init(&b, DN_MAX);
	for (int i = 0; i < X509_NAME_entry_count(name); i++) {
		X509_NAME_ENTRY *e = X509_NAME_get_entry(name, i);
		unsigned char *utf8 = NULL;
		char oid[128];
		int n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(e));

		yx_buf_addf(&b, "%s%s=", i > 0 ? " " : "",
		    attribute_name(X509_NAME_ENTRY_get_object(e), oid, sizeof(oid)));
		if (n > 0)
			add_escaped(&b, utf8, (size_t)n);
		OPENSSL_free(utf8);
	}
	if (yx_buf_status(&b) == YX_OK && yx_utf8_valid(yx_buf_str(&b), b.len))
		out = yx_arena_strdup(a, yx_buf_str(&b));
	yx_buf_free(&b);
	return out;
}

/* The last attribute of that kind, as UTF-8; "" if there is none. */
static const char *
attribute(struct yx_arena *a, const X509_NAME *name, int nid)
{
	int at = -1, last = -1, n;
	unsigned char *utf8 = NULL;
	const char *out = "";

	while ((at = X509_NAME_get_index_by_NID((X509_NAME *)name, nid, at)) >= 0)
		last = at;
	if (last < 0)
		return out;
	n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
	if (n > 0 && yx_utf8_valid((const char *)utf8, (size_t)n))
		out = yx_arena_strndup(a, utf8, (size_t)n);
	OPENSSL_free(utf8);
	return out;
}

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
	out->subject = yx_dn(a, X509_get_subject_name(x));
	out->issuer = yx_dn(a, X509_get_issuer_name(x));
	out->serial = serial(a, x);
	out->common_name = attribute(a, X509_get_subject_name(x), NID_commonName);
	if (out->common_name != NULL && *out->common_name == '\0')
		out->common_name = attribute(a, X509_get_subject_name(x), NID_organizationName);
	out->subject_serial = attribute(a, X509_get_subject_name(x), NID_serialNumber);
	out->key_type = key_type(a, x);
	if (out->subject == NULL || out->issuer == NULL || out->serial == NULL ||
	    out->common_name == NULL || out->subject_serial == NULL || out->key_type == NULL)
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
