#include "common/name.h"

#include <string.h>

#include "common/buf.h"
#include "common/codec.h"

#define TEXT_MAX 4096

/* Sorted ranges of what has no shape of its own, turns the text, or looks like a blank
 * and is none: controls, format characters, fillers, blanks of odd width, tags. */
static const struct range { uint32_t from, to; } UNSEEN[] = {
	{ 0x00, 0x1f }, { 0x7f, 0xa0 }, { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 },
	{ 0x1680, 0x1680 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x2000, 0x200f }, { 0x2028, 0x202f },
	{ 0x205f, 0x206f }, { 0x2800, 0x2800 }, { 0x3164, 0x3164 }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb }, { 0xfffe, 0xffff }, { 0xe0000, 0xe007f },
};

static int
is_unseen(uint32_t c)
{
	for (size_t i = 0; i < sizeof(UNSEEN) / sizeof(UNSEEN[0]) && UNSEEN[i].from <= c; i++)
		if (c <= UNSEEN[i].to)
			return 1;
	return 0;
}

enum style { IN_DN, ALONE };

struct value {
	const unsigned char *s; /* UTF-8 as OpenSSL makes it: well-formed, may hold NUL */
	size_t               n, at;
	enum style           style;
};

/* The code point at v->at; *k: its bytes. */
static uint32_t
code_point(const struct value *v, size_t *k)
{
	const unsigned char *s = v->s + v->at;
	size_t left = v->n - v->at;
	uint32_t c = s[0];

	*k = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (*k > left)
		*k = left;
	if (*k > 1)
		c &= 0x7fu >> *k;
	for (size_t i = 1; i < *k; i++)
		c = c << 6 | (s[i] & 0x3fu);
	return c;
}

static void
add_code_point(struct yx_buf *b, const struct value *v, uint32_t c, size_t k)
{
	int at_end = v->at == 0 || v->at + k == v->n;

	if (is_unseen(c) || (c == 0x3000 && at_end)) {
		for (size_t i = 0; i < k; i++)
			yx_buf_addf(b, "\\%02X", v->s[v->at + i]);
		return;
	}
	if (c == '\\' || (v->style == IN_DN && ((c != 0 && c < 0x80 && strchr("\"+,;<>=", (int)c) != NULL) ||
	    (c == '#' && v->at == 0) || (c == ' ' && at_end))))
		yx_buf_add8(b, '\\');
	yx_buf_add(b, v->s + v->at, k);
}

static void
add_hex(struct yx_buf *b, const ASN1_STRING *string)
{
	ASN1_TYPE type = { .type = ASN1_STRING_type(string), .value.asn1_string = (ASN1_STRING *)(uintptr_t)string };
	unsigned char *der = NULL;
	int n;

	n = i2d_ASN1_TYPE(&type, &der);
	yx_buf_add8(b, '#');
	for (int i = 0; i < n; i++)
		yx_buf_addf(b, "%02X", der[i]);
	OPENSSL_free(der);
}

static void
add_value(struct yx_buf *b, const ASN1_STRING *string, enum style style)
{
	unsigned char *utf8 = NULL;
	int n = ASN1_STRING_to_UTF8(&utf8, string);
	struct value v = { .s = utf8, .n = n < 0 ? 0 : (size_t)n, .style = style };
	size_t k;

	if (n < 0)
		add_hex(b, string);
	for (; v.at < v.n; v.at += k) {
		uint32_t c = code_point(&v, &k);

		add_code_point(b, &v, c, k);
	}
	OPENSSL_free(utf8);
}

/* Into the arena; frees the buffer. */
static char *
take(struct yx_arena *a, struct yx_buf *b)
{
	char *out = NULL;

	if (yx_buf_status(b) == YX_OK && yx_utf8_valid(yx_buf_str(b), b->len))
		out = yx_arena_strdup(a, yx_buf_str(b));
	yx_buf_free(b);
	return out;
}

static void
add_type(struct yx_buf *b, const ASN1_OBJECT *o)
{
	int nid = OBJ_obj2nid(o);
	char oid[128] = "";

	if (nid == NID_undef)
		OBJ_obj2txt(oid, sizeof(oid), o, 1);
	yx_buf_adds(b, nid == NID_serialNumber ? "SERIALNUMBER" : nid != NID_undef ? OBJ_nid2sn(nid) : oid);
	yx_buf_add8(b, '=');
}

char *
yx_dn(struct yx_arena *a, const X509_NAME *name)
{
	struct yx_buf b;
	int rdn = -1;

	yx_buf_init(&b, TEXT_MAX);
	for (int i = 0; i < X509_NAME_entry_count(name); i++) {
		X509_NAME_ENTRY *e = X509_NAME_get_entry(name, i);

		if (i > 0)
			yx_buf_add8(&b, X509_NAME_ENTRY_set(e) == rdn ? '+' : ' ');
		rdn = X509_NAME_ENTRY_set(e);
		add_type(&b, X509_NAME_ENTRY_get_object(e));
		add_value(&b, X509_NAME_ENTRY_get_data(e), IN_DN);
	}
	return take(a, &b);
}

char *
yx_name_value(struct yx_arena *a, const X509_NAME *name, int nid)
{
	struct yx_buf b;
	int at = -1, last = -1;

	while ((at = X509_NAME_get_index_by_NID((X509_NAME *)(uintptr_t)name, nid, at)) >= 0)
		last = at;
	yx_buf_init(&b, TEXT_MAX);
	if (last >= 0)
		add_value(&b, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)), ALONE);
	return take(a, &b);
}

char *
yx_name_shown(struct yx_arena *a, const X509_NAME *name)
{
	static const int kinds[] = { NID_commonName, NID_organizationalUnitName, NID_organizationName };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char *value = yx_name_value(a, name, kinds[i]);

		if (value == NULL || *value != '\0')
			return value;
	}
	return yx_dn(a, name);
}
