/* cert.h - floor 1: what people see of an X.509 certificate (RFC 5280). */
#ifndef YX_COMMON_CERT_H
#define YX_COMMON_CERT_H

#include <openssl/x509.h>
#include <stdint.h>
#include <time.h>
#include "common/arena.h"
#include "common/buf.h"
#include "common/error.h"
#include "common/name.h"

struct yx_cert {
	X509       *x509;       /* owned by the summary: yx_cert_free() */
	const char *subject;    /* the whole name as yx_dn() writes it:
	                         * "C=TW O=測試公司1 SERIALNUMBER=97162640" */
	const char *issuer;     /* the same form */
	/* For lists, straight from the name's attributes, as yx_name_value() writes them;
	 * never cut these out of the texts above. "" where there is none. */
	const char *subject_name, *issuer_name; /* yx_name_shown(): CN, else OU, else O; never "" unless
	                         * the name is empty */
	const char *common_name;    /* subject's last CN */
	const char *organization;   /* subject's last O */
	const char *subject_serial; /* subject's last serialNumber attribute */
	const char *serial;     /* upper-case hex of the DER INTEGER's bytes, so a
	                         * leading 00 stays, as on the card */
	time_t      not_before, not_after; /* UTC seconds */
	uint8_t     sha256[32]; /* of the DER */
	const char *key_type;   /* "RSA-2048", "RSASSA-PSS-3072", "EC-P256", "EC-P384" or "other" */
	int         digital_signature, non_repudiation; /* key usage bits; both 1 if
	                         * the extension is absent */
	int         is_ca;
};

/* Parses one DER certificate with nothing behind it; strings live in the arena.
 * Errors: YX_CERT_BAD, YX_NO_MEMORY. On success the caller calls yx_cert_free. */
int yx_cert_parse(struct yx_arena *a, const void *der, size_t n, struct yx_cert *out) YX_MUST_USE;
/* The same from an X509, whose reference count it raises. */
int yx_cert_of(struct yx_arena *a, X509 *x, struct yx_cert *out) YX_MUST_USE;
void yx_cert_free(struct yx_cert *c);

/* Compares serial numbers without leading zeros: 1 if equal. */
int yx_serial_equal(const char *a, const char *b);

/* The digest that goes with the key: "SHA-256" for RSA and P-256, "SHA-384" for
 * P-384. NULL for a key that cards do not sign with here. */
const char *yx_cert_digest(const struct yx_cert *c);

#endif
