#include "common/gpki.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdint.h>
#include <string.h>

#define ARC "2.16.886.1.100.2."

int
yx_ubn_valid(const char *ubn)
{
	static const int weight[8] = { 1, 2, 1, 2, 1, 2, 4, 1 };
	int sum = 0;

	if (strlen(ubn) != 8 || strspn(ubn, "0123456789") != 8)
		return 0;
	for (int i = 0; i < 8; i++) {
		int product = (ubn[i] - '0') * weight[i];

		sum += product / 10 + product % 10;
	}
	/* 7 × 4 = 28, and 2 + 8 = 10, of which 1 or 0 may be counted. */
	return sum % 5 == 0 || (ubn[6] == '7' && (sum + 1) % 5 == 0);
}

const char *
yx_gpki_card_word(enum gpki_card card)
{
	return card == GPKI_CARD_PRIMARY ? "primary" : card == GPKI_CARD_ATTACHED ? "attached" : NULL;
}

/* The only value, as text: a string of whatever kind, or an OID in digits. */
static int
value_text(X509_ATTRIBUTE *a, char *out, size_t cap)
{
	const ASN1_TYPE *v = X509_ATTRIBUTE_count(a) == 1 ? X509_ATTRIBUTE_get0_type(a, 0) : NULL;
	const ASN1_STRING *s;

	if (v == NULL)
		return 0;
	if (v->type == V_ASN1_OBJECT) {
		int n = OBJ_obj2txt(out, (int)cap, v->value.object, 1);

		return n > 0 && (size_t)n < cap;
	}
	if (v->type != V_ASN1_PRINTABLESTRING && v->type != V_ASN1_UTF8STRING && v->type != V_ASN1_IA5STRING)
		return 0;
	s = v->value.asn1_string;
	if (ASN1_STRING_length(s) <= 0 || (size_t)ASN1_STRING_length(s) >= cap)
		return 0;
	memcpy(out, ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s));
	out[ASN1_STRING_length(s)] = '\0';
	return strspn(out, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.") == strlen(out);
}

static void
keep(char *to, size_t cap, const char *text)
{
	if (strlen(text) < cap)
		memcpy(to, text, strlen(text) + 1);
}

static void
note(struct yx_gpki *out, const char *kind, const char *text)
{
	if (strcmp(kind, "51") == 0)
		keep(out->last_digits, sizeof(out->last_digits), text);
	else if (strcmp(kind, "101") == 0)
		keep(out->ubn, sizeof(out->ubn), text);
	else if (strcmp(kind, "102") == 0)
		keep(out->agency_oid, sizeof(out->agency_oid), text);
	else if (strcmp(kind, "2") == 0)
		out->card = strcmp(text, "primary") == 0 ? GPKI_CARD_PRIMARY :
		    strcmp(text, "secondary") == 0 ? GPKI_CARD_ATTACHED : GPKI_CARD_UNKNOWN;
}

/* (OpenSSL knows the extension by name, not its inside: SEQUENCE OF Attribute) */
static void
read_attributes(const ASN1_OCTET_STRING *der, struct yx_gpki *out)
{
	const unsigned char *p = ASN1_STRING_get0_data(der), *end = p + ASN1_STRING_length(der);
	long length = 0;
	int tag = 0, class = 0;

	if (ASN1_get_object(&p, &length, &tag, &class, end - p) & 0x80 || tag != V_ASN1_SEQUENCE || p + length != end)
		return;
	while (p < end) {
		X509_ATTRIBUTE *a = d2i_X509_ATTRIBUTE(NULL, &p, end - p);
		char oid[80], text[64];

		if (a == NULL)
			return;
		if (OBJ_obj2txt(oid, sizeof(oid), X509_ATTRIBUTE_get0_object(a), 1) > 0 &&
		    strncmp(oid, ARC, sizeof(ARC) - 1) == 0 && value_text(a, text, sizeof(text)))
			note(out, oid + sizeof(ARC) - 1, text);
		X509_ATTRIBUTE_free(a);
	}
}

void
yx_gpki_of(const X509 *x, struct yx_gpki *out)
{
	int at = X509_get_ext_by_NID(x, NID_subject_directory_attributes, -1);

	memset(out, 0, sizeof(*out));
	if (at >= 0)
		read_attributes(X509_EXTENSION_get_data(X509_get_ext(x, at)), out);
	out->ubn_ok = out->ubn[0] != '\0' && yx_ubn_valid(out->ubn);
	ERR_clear_error();
}
