#include "native-host/attributes.h"

#include <openssl/evp.h>
#include <string.h>
#include <time.h>

#include "native-host/sign_verify.h"
#include "native-host/tlv.h"

enum {
	DER_INTEGER = 0x02,
	DER_OCTETS = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_UTC_TIME = 0x17,
	DER_TIME = 0x18,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31
};

#define TIME_DAYS    1  /* whole days that the signing time and this computer's clock may be apart, and less */
#define UTC_TIME_LEN 13 /* YYMMDDhhmmssZ */
#define TIME_LEN     15 /* YYYYMMDDhhmmssZ */

#define BYTES(name, ...) static const uint8_t name[] = { __VA_ARGS__ }
BYTES(oid_content_type, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3);
BYTES(oid_message_digest, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4);
BYTES(oid_signing_time, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 5);
BYTES(oid_signing_cert_v2, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 47);
BYTES(oid_protection, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 52);
BYTES(oid_data, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1);
BYTES(oid_sha256, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1);
BYTES(oid_sha384, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2);
BYTES(oid_sha512, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3);

struct judge {
	const struct attributes_item *item;
	const struct yx_cert         *cert;
	int                           seen[5]; /* by row of `kinds` */
};

typedef int (*judge_fn)(const struct judge *j, const struct tlv *value);

static const char *
digest_name(const struct tlv *oid)
{
	if (tlv_is(oid, oid_sha256, sizeof(oid_sha256)))
		return "SHA-256";
	if (tlv_is(oid, oid_sha384, sizeof(oid_sha384)))
		return "SHA-384";
	return tlv_is(oid, oid_sha512, sizeof(oid_sha512)) ? "SHA-512" : NULL;
}

/* AlgorithmIdentifier of a digest, parameters absent or NULL; NULL if unknown. */
static const char *
read_digest(const struct tlv *sequence)
{
	struct yx_reader r = tlv_inside(sequence);
	struct tlv oid, parameters;

	if (tlv_expect(&r, TLV_DER, DER_OID, &oid) != YX_OK)
		return NULL;
	if (r.left > 0 &&
	    (tlv_expect(&r, TLV_DER, DER_NULL, &parameters) != YX_OK || parameters.len > 0))
		return NULL;
	return r.left == 0 ? digest_name(&oid) : NULL;
}

static int
judge_content_type(const struct judge *j, const struct tlv *value)
{
	(void)j;
	return value->tag == DER_OID && tlv_is(value, oid_data, sizeof(oid_data));
}

static int
judge_message_digest(const struct judge *j, const struct tlv *value)
{
	return value->tag == DER_OCTETS && tlv_is(value, j->item->digest, j->item->digest_len);
}

/* A signing time (RFC 5652, 11.3) is the page's claim: nobody lets a card say another day. */
static int
judge_signing_time(const struct judge *j, const struct tlv *value)
{
	const time_t now = time(NULL);
	ASN1_TIME *t;
	int days = TIME_DAYS, seconds = 0, fits;

	(void)j;
	if (value->tag != DER_UTC_TIME && value->tag != DER_TIME)
		return 0;
	t = ASN1_STRING_type_new(value->tag == DER_UTC_TIME ? V_ASN1_UTCTIME : V_ASN1_GENERALIZEDTIME);
	fits = t != NULL && value->len == (value->tag == DER_UTC_TIME ? UTC_TIME_LEN : TIME_LEN) &&
	    value->value[value->len - 1] == 'Z' && ASN1_STRING_set(t, value->value, (int)value->len) == 1;
	if (fits) {
		ASN1_TIME *mine = ASN1_TIME_set(NULL, now);

		fits = mine != NULL && ASN1_TIME_diff(&days, &seconds, mine, t) == 1 && days > -TIME_DAYS && days < TIME_DAYS;
		ASN1_TIME_free(mine);
	}
	ASN1_TIME_free(t);
	return fits;
}

static int
hash_fits(const struct judge *j, const char *name, const struct tlv *hash)
{
	const EVP_MD *md = sign_digest(name);
	uint8_t mine[EVP_MAX_MD_SIZE];
	unsigned n = sizeof(mine);

	return md != NULL && X509_digest(j->cert->x509, md, mine, &n) == 1 && tlv_is(hash, mine, n);
}

/* IssuerSerial (RFC 5035, 5): one directoryName and the serial number. */
static int
issuer_fits(const struct judge *j, const struct tlv *given)
{
	uint8_t *name = NULL, *serial = NULL;
	int name_len = i2d_X509_NAME(X509_get_issuer_name(j->cert->x509), &name);
	int serial_len = i2d_ASN1_INTEGER(X509_get0_serialNumber(j->cert->x509), &serial);
	struct yx_buf choice, both;
	int fits = 0;

	yx_buf_init(&choice, 8192);
	yx_buf_init(&both, 8192);
	if (name_len > 0 && serial_len > 0) {
		tlv_put(&choice, 0xa4, name, (size_t)name_len);
		tlv_put(&both, DER_SEQUENCE, choice.data, choice.len);
		yx_buf_add(&both, serial, (size_t)serial_len);
		fits = yx_buf_status(&both) == YX_OK && tlv_is(given, both.data, both.len);
	}
	yx_buf_free(&choice);
	yx_buf_free(&both);
	OPENSSL_free(name);
	OPENSSL_free(serial);
	return fits;
}

/* ESSCertIDv2: which hash, the hash, and perhaps issuer and serial number. */
static int
judge_cert_id(const struct judge *j, const struct tlv *id)
{
	struct yx_reader r = tlv_inside(id);
	struct tlv algorithm, hash, issuer;
	const char *name = "SHA-256";

	if (tlv_expect(&r, TLV_DER, DER_SEQUENCE, &algorithm) == YX_OK &&
	    (name = read_digest(&algorithm)) == NULL)
		return 0;
	if (tlv_expect(&r, TLV_DER, DER_OCTETS, &hash) != YX_OK || !hash_fits(j, name, &hash))
		return 0;
	if (r.left == 0)
		return 1;
	return tlv_expect(&r, TLV_DER, DER_SEQUENCE, &issuer) == YX_OK && r.left == 0 &&
	    issuer_fits(j, &issuer);
}

/* SigningCertificateV2 with exactly one certificate and no policies. */
static int
judge_signing_cert(const struct judge *j, const struct tlv *value)
{
	struct yx_reader r = tlv_inside(value), list;
	struct tlv certs, id;

	if (value->tag != DER_SEQUENCE || tlv_expect(&r, TLV_DER, DER_SEQUENCE, &certs) != YX_OK ||
	    r.left > 0)
		return 0;
	list = tlv_inside(&certs);
	return tlv_expect(&list, TLV_DER, DER_SEQUENCE, &id) == YX_OK && list.left == 0 &&
	    judge_cert_id(j, &id);
}

/* CMSAlgorithmProtection: the announced digest, and a signature algorithm. */
static int
judge_protection(const struct judge *j, const struct tlv *value)
{
	struct yx_reader r = tlv_inside(value), inner;
	struct tlv digest, signature, oid;
	const char *name;

	if (value->tag != DER_SEQUENCE || tlv_expect(&r, TLV_DER, DER_SEQUENCE, &digest) != YX_OK ||
	    tlv_expect(&r, TLV_DER, 0xa1, &signature) != YX_OK || r.left > 0)
		return 0;
	inner = tlv_inside(&signature);
	name = read_digest(&digest);
	return name != NULL && strcmp(name, j->item->algorithm) == 0 &&
	    tlv_expect(&inner, TLV_DER, DER_OID, &oid) == YX_OK;
}

static const struct kind {
	const uint8_t *oid;
	size_t         len;
	judge_fn       judge;
	int            needed;
	const char    *name;
} kinds[] = {
	{ oid_content_type, sizeof(oid_content_type), judge_content_type, 1, "contentType" },
	{ oid_message_digest, sizeof(oid_message_digest), judge_message_digest, 1,
	    "messageDigest" },
	{ oid_signing_cert_v2, sizeof(oid_signing_cert_v2), judge_signing_cert, 1,
	    "signingCertificateV2" },
	{ oid_signing_time, sizeof(oid_signing_time), judge_signing_time, 0, "signingTime" },
	{ oid_protection, sizeof(oid_protection), judge_protection, 0, "CMSAlgorithmProtection" },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* One Attribute: its type, and a SET of exactly one value. */
static const char *
judge_attribute(struct judge *j, const struct tlv *attribute)
{
	struct yx_reader r = tlv_inside(attribute), one;
	struct tlv oid, set, value;

	if (attribute->tag != DER_SEQUENCE || tlv_expect(&r, TLV_DER, DER_OID, &oid) != YX_OK ||
	    tlv_expect(&r, TLV_DER, DER_SET, &set) != YX_OK || r.left > 0)
		return "attribute";
	one = tlv_inside(&set);
	if (tlv_next(&one, TLV_DER, &value) != YX_OK || one.left > 0)
		return "values";
	for (size_t i = 0; i < KINDS; i++)
		if (tlv_is(&oid, kinds[i].oid, kinds[i].len))
			return j->seen[i]++ || !kinds[i].judge(j, &value) ? kinds[i].name : NULL;
	return "unknown attribute";
}

/* DER wants the members of a SET OF in ascending order (X.690, 11.6). */
static int
ascends(const struct tlv *before, const struct tlv *after)
{
	size_t n = before->whole_len < after->whole_len ? before->whole_len : after->whole_len;
	int order = memcmp(before->whole, after->whole, n);

	return order < 0 || (order == 0 && before->whole_len <= after->whole_len);
}

static const char *
judge_set(struct judge *j)
{
	struct yx_reader r, members;
	struct tlv set, attribute, before = { .whole = NULL };
	const char *why;

	yx_reader_init(&r, j->item->der, j->item->der_len);
	if (tlv_expect(&r, TLV_DER, DER_SET, &set) != YX_OK || r.left > 0)
		return "SET";
	members = tlv_inside(&set);
	while (members.left > 0) {
		if (tlv_next(&members, TLV_DER, &attribute) != YX_OK)
			return "DER";
		if ((why = judge_attribute(j, &attribute)) != NULL)
			return why;
		if (before.whole != NULL && !ascends(&before, &attribute))
			return "order";
		before = attribute;
	}
	for (size_t i = 0; i < KINDS; i++)
		if (kinds[i].needed && !j->seen[i])
			return kinds[i].name;
	return NULL;
}

int
attributes_check(const struct attributes_item *item, const struct yx_cert *cert, const char **why)
{
	struct judge j = { .item = item, .cert = cert };
	const char *wanted = yx_cert_digest(cert);
	size_t size = wanted != NULL && strcmp(wanted, "SHA-384") == 0 ? 48 : 32;

	if (wanted == NULL || strcmp(item->algorithm, wanted) != 0 || item->digest_len != size)
		*why = "digestAlgorithm";
	else
		*why = judge_set(&j);
	return *why == NULL ? YX_OK : YX_ITEM_REFUSED;
}
