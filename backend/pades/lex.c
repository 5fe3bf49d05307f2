#include "backend/pades/lex.h"

#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 64
#define NAME_MAX_BYTES 256

/* ISO 32000-2, 7.2.3; asked of every byte, so a table. */
enum { REGULAR, SPACE, DELIMITER };
static const uint8_t KIND[256] = {
	[0] = SPACE, ['\t'] = SPACE, ['\n'] = SPACE, ['\f'] = SPACE, ['\r'] = SPACE, [' '] = SPACE,
	['('] = DELIMITER, [')'] = DELIMITER, ['<'] = DELIMITER, ['>'] = DELIMITER, ['['] = DELIMITER, [']'] = DELIMITER,
	['{'] = DELIMITER, ['}'] = DELIMITER, ['/'] = DELIMITER, ['%'] = DELIMITER,
};

static int
is_space(uint8_t c)
{
	return KIND[c] == SPACE;
}

static int
is_delimiter(uint8_t c)
{
	return KIND[c] == DELIMITER;
}

static int
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static int
hex_digit(int c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

#define BLOCK 64

/* How many of the bytes from there on are hex digits, in whole blocks: a signature is tens of thousands of them and is
 * passed over for each key that is asked for. Without branches, so that the compiler does many at once. */
static size_t
hex_blocks(const uint8_t *p, const uint8_t *end)
{
	const uint8_t *from = p;

	for (; end - p >= BLOCK; p += BLOCK) {
		uint8_t bad = 0;

		for (int i = 0; i < BLOCK; i++) {
			const uint8_t digit = (uint8_t)(p[i] - '0'), letter = (uint8_t)((p[i] | 0x20) - 'a');

			bad |= (uint8_t)((digit > 9) & (letter > 5));
		}
		if (bad != 0)
			break;
	}
	return (size_t)(p - from);
}

static struct pdf_span
span(const uint8_t *from, const uint8_t *to)
{
	return (struct pdf_span){ from, (size_t)(to - from) };
}

struct pdf_cur
pdf_cur_of(struct pdf_span s)
{
	return (struct pdf_cur){ s.p, s.p == NULL ? NULL : s.p + s.n };
}

void
pdf_skip(struct pdf_cur *c)
{
	while (c->p < c->end) {
		if (*c->p == '%') {
			while (c->p < c->end && *c->p != '\n' && *c->p != '\r')
				c->p++;
		} else if (is_space(*c->p)) {
			c->p++;
		} else {
			return;
		}
	}
}

int
pdf_keyword(struct pdf_cur *c, const char *word)
{
	struct pdf_cur at = *c;
	size_t n = strlen(word);

	pdf_skip(&at);
	if ((size_t)(at.end - at.p) < n || memcmp(at.p, word, n) != 0)
		return 0;
	at.p += n;
	if (at.p < at.end && !is_space(*at.p) && !is_delimiter(*at.p) && !is_delimiter((uint8_t)word[n - 1]))
		return 0;
	*c = at;
	return 1;
}

int
pdf_uint(struct pdf_cur *c, int64_t *out)
{
	int64_t v = 0;
	int digits = 0;

	pdf_skip(c);
	while (c->p < c->end && is_digit(*c->p)) {
		if (++digits > 15)
			return YX_PDF_BROKEN;
		v = v * 10 + (*c->p++ - '0');
	}
	*out = v;
	return digits > 0 ? YX_OK : YX_PDF_BROKEN;
}

static int
skip_literal(struct pdf_cur *c)
{
	int depth = 0;

	while (c->p < c->end) {
		int ch = *c->p++;

		if (ch == '\\') {
			if (c->p < c->end)
				c->p++;
		} else if (ch == '(') {
			depth++;
		} else if (ch == ')' && --depth == 0) {
			return YX_OK;
		}
	}
	return YX_PDF_BROKEN;
}

static int
skip_hex(struct pdf_cur *c)
{
	c->p++;
	c->p += hex_blocks(c->p, c->end);
	while (c->p < c->end && (hex_digit(*c->p) >= 0 || is_space(*c->p)))
		c->p++;
	if (c->p >= c->end || *c->p != '>')
		return YX_PDF_BROKEN;
	c->p++;
	return YX_OK;
}

/* A run of regular characters: name (after its slash), number or word. */
static size_t
skip_regular(struct pdf_cur *c)
{
	const uint8_t *from = c->p;

	while (c->p < c->end && !is_space(*c->p) && !is_delimiter(*c->p))
		c->p++;
	return (size_t)(c->p - from);
}

/* After an unsigned integer: is it the head of a reference? Then moves past. */
static void
try_reference(struct pdf_cur *c)
{
	struct pdf_cur at = *c;
	int64_t gen;

	if (pdf_uint(&at, &gen) == YX_OK && pdf_keyword(&at, "R"))
		*c = at;
}

/* Number, reference, true, false or null. */
static int
skip_plain(struct pdf_cur *c)
{
	const uint8_t *from = c->p;
	size_t n = skip_regular(c);
	int integer = 1;

	if (n == 0)
		return YX_PDF_BROKEN;
	if (!is_digit(*from) && *from != '+' && *from != '-' && *from != '.')
		return (n == 4 && (memcmp(from, "true", 4) == 0 || memcmp(from, "null", 4) == 0)) ||
		    (n == 5 && memcmp(from, "false", 5) == 0) ? YX_OK : YX_PDF_BROKEN;
	for (const uint8_t *p = from; p < c->p; p++)
		integer = integer && is_digit(*p);
	if (integer)
		try_reference(c);
	return YX_OK;
}

static int skip_value(struct pdf_cur *c, int depth);

static int
skip_array(struct pdf_cur *c, int depth)
{
	int rc;

	c->p++;
	for (;;) {
		pdf_skip(c);
		if (c->p >= c->end)
			return YX_PDF_BROKEN;
		if (*c->p == ']') {
			c->p++;
			return YX_OK;
		}
		if ((rc = skip_value(c, depth)) != YX_OK)
			return rc;
	}
}

static int
skip_dict(struct pdf_cur *c, int depth)
{
	int rc;

	c->p += 2;
	for (;;) {
		pdf_skip(c);
		if (c->end - c->p < 2)
			return YX_PDF_BROKEN;
		if (c->p[0] == '>' && c->p[1] == '>') {
			c->p += 2;
			return YX_OK;
		}
		if (*c->p != '/')
			return YX_PDF_BROKEN;
		c->p++;
		skip_regular(c);
		pdf_skip(c);
		if ((rc = skip_value(c, depth)) != YX_OK)
			return rc;
	}
}

static int
skip_value(struct pdf_cur *c, int depth)
{
	if (depth > DEPTH_MAX)
		return YX_PDF_TOO_COMPLEX;
	if (c->p >= c->end)
		return YX_PDF_BROKEN;
	switch (*c->p) {
	case '(':
		return skip_literal(c);
	case '[':
		return skip_array(c, depth + 1);
	case '/':
		c->p++;
		skip_regular(c);
		return YX_OK;
	case '<':
		if (c->end - c->p >= 2 && c->p[1] == '<')
			return skip_dict(c, depth + 1);
		return skip_hex(c);
	default:
		return skip_plain(c);
	}
}

int
pdf_value(struct pdf_cur *c, struct pdf_span *out)
{
	const uint8_t *from;
	int rc;

	pdf_skip(c);
	from = c->p;
	if ((rc = skip_value(c, 0)) == YX_OK)
		*out = span(from, c->p);
	return rc;
}

enum pdf_type
pdf_type(struct pdf_span s)
{
	if (s.p == NULL || s.n == 0)
		return PDF_NONE;
	switch (s.p[0]) {
	case '(': return PDF_STRING;
	case '[': return PDF_ARRAY;
	case '/': return PDF_NAME;
	case '<': return s.n > 1 && s.p[1] == '<' ? PDF_DICT : PDF_HEX;
	case '+': case '-': case '.': return PDF_NUMBER;
	default: break;
	}
	if (!is_digit(s.p[0]))
		return PDF_WORD;
	return s.p[s.n - 1] == 'R' ? PDF_REF : PDF_NUMBER;
}

int
pdf_inside(struct pdf_span s, enum pdf_type type, struct pdf_cur *c)
{
	size_t bracket = type == PDF_DICT ? 2 : 1;

	if (pdf_type(s) != type || s.n < 2 * bracket)
		return YX_PDF_BROKEN;
	*c = (struct pdf_cur){ s.p + bracket, s.p + s.n - bracket };
	return YX_OK;
}

int
pdf_next_item(struct pdf_cur *c, struct pdf_span *value, int *more)
{
	pdf_skip(c);
	*more = c->p < c->end;
	return *more ? pdf_value(c, value) : YX_OK;
}

int
pdf_next_pair(struct pdf_cur *c, struct pdf_span *key, struct pdf_span *value, int *more)
{
	int rc = pdf_next_item(c, key, more);

	if (rc != YX_OK || !*more)
		return rc;
	return pdf_type(*key) == PDF_NAME ? pdf_value(c, value) : YX_PDF_BROKEN;
}

/* Decodes #xx; returns the length or -1. */
static int
name_bytes(struct pdf_span s, uint8_t *out)
{
	int n = 0;

	for (size_t i = 1; i < s.n; i++) {
		int hi = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
		int lo = i + 2 < s.n ? hex_digit(s.p[i + 2]) : -1;

		if (n >= NAME_MAX_BYTES)
			return -1;
		if (s.p[i] == '#' && hi >= 0 && lo >= 0) {
			out[n++] = (uint8_t)(hi << 4 | lo);
			i += 2;
		} else {
			out[n++] = s.p[i];
		}
	}
	return n;
}

int
pdf_name_is(struct pdf_span s, const char *name)
{
	uint8_t bytes[NAME_MAX_BYTES];
	int n;

	if (pdf_type(s) != PDF_NAME || (n = name_bytes(s, bytes)) < 0)
		return 0;
	return (size_t)n == strlen(name) && memcmp(bytes, name, (size_t)n) == 0;
}

static int
is_null(struct pdf_span s)
{
	return s.n == 4 && memcmp(s.p, "null", 4) == 0;
}

int
pdf_get(struct pdf_span dict, const char *key, struct pdf_span *out)
{
	struct pdf_span k, v;
	struct pdf_cur c;
	int rc = pdf_inside(dict, PDF_DICT, &c), more, seen = 0;

	*out = (struct pdf_span){ NULL, 0 };
	while (rc == YX_OK && (rc = pdf_next_pair(&c, &k, &v, &more)) == YX_OK && more) {
		if (!pdf_name_is(k, key))
			continue;
		if (seen++)
			return YX_PDF_BROKEN;
		if (!is_null(v))
			*out = v;
	}
	return rc;
}

int
pdf_int(struct pdf_span s, int64_t *out)
{
	struct pdf_cur c = pdf_cur_of(s);
	int negative = 0, rc;

	if (pdf_type(s) != PDF_NUMBER)
		return YX_PDF_BROKEN;
	if (*c.p == '-' || *c.p == '+')
		negative = *c.p++ == '-';
	if (c.p >= c.end || !is_digit(*c.p) || (rc = pdf_uint(&c, out)) != YX_OK || c.p != c.end)
		return YX_PDF_BROKEN;
	if (negative)
		*out = -*out;
	return YX_OK;
}

int
pdf_get_int(struct pdf_span dict, const char *key, int64_t absent, int64_t *out)
{
	struct pdf_span v;
	int rc = pdf_get(dict, key, &v);

	*out = absent;
	if (rc != YX_OK || v.p == NULL)
		return rc;
	return pdf_int(v, out);
}

int
pdf_ref(struct pdf_span s, int64_t *num, int64_t *gen)
{
	struct pdf_cur c = pdf_cur_of(s);

	return pdf_type(s) == PDF_REF && pdf_uint(&c, num) == YX_OK && pdf_uint(&c, gen) == YX_OK &&
	    *num > 0 && *gen >= 0 && *gen <= 65535;
}

static void
string_hex(struct pdf_span s, struct yx_buf *out)
{
	const size_t n = s.n / 2 - 1;
	uint8_t *room = s.n % 2 == 0 && hex_blocks(s.p + 1, s.p + s.n - 1) + BLOCK > s.n - 2 ? yx_buf_room(out, n) : NULL;
	int half = -1;

	/* (pairs without blanks between them, as nearly all are) */
	for (size_t i = 0; room != NULL && i < n; i++) {
		const int high = hex_digit(s.p[2 * i + 1]), low = hex_digit(s.p[2 * i + 2]);

		if (high < 0 || low < 0)
			room = NULL;
		else
			room[i] = (uint8_t)(high << 4 | low);
	}
	if (room != NULL) {
		out->len += n;
		return;
	}
	for (size_t i = 1; i + 1 < s.n; i++) {
		int d = hex_digit(s.p[i]);

		if (d < 0)
			continue;
		if (half < 0) {
			half = d;
		} else {
			yx_buf_add8(out, (unsigned)(half << 4 | d));
			half = -1;
		}
	}
	if (half >= 0)
		yx_buf_add8(out, (unsigned)half << 4);
}

/* The character behind a backslash; moves past what it used. */
static void
escape(struct pdf_cur *c, struct yx_buf *out)
{
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	const char *known;
	int ch = *c->p++, v = 0;

	if (ch >= '0' && ch <= '7') {
		c->p--;
		for (int i = 0; i < 3 && c->p < c->end && *c->p >= '0' && *c->p <= '7'; i++)
			v = v * 8 + (*c->p++ - '0');
		yx_buf_add8(out, (unsigned)v & 0xff);
	} else if (ch == '\r' || ch == '\n') {
		if (ch == '\r' && c->p < c->end && *c->p == '\n')
			c->p++;
	} else {
		known = ch == 0 ? NULL : strchr(from, ch);
		yx_buf_add8(out, (uint8_t)(known == NULL ? ch : to[known - from]));
	}
}

static void
string_literal(struct pdf_span s, struct yx_buf *out)
{
	struct pdf_cur c = { s.p + 1, s.p + s.n - 1 };

	while (c.p < c.end) {
		int ch = *c.p++;

		if (ch == '\\' && c.p < c.end) {
			escape(&c, out);
		} else if (ch == '\r') {
			if (c.p < c.end && *c.p == '\n')
				c.p++;
			yx_buf_add8(out, '\n');
		} else {
			yx_buf_add8(out, (unsigned)ch);
		}
	}
}

int
pdf_string(struct pdf_span s, struct yx_buf *out)
{
	enum pdf_type type = pdf_type(s);

	if ((type != PDF_STRING && type != PDF_HEX) || s.n < 2)
		return YX_PDF_BROKEN;
	if (type == PDF_HEX)
		string_hex(s, out);
	else
		string_literal(s, out);
	return yx_buf_status(out);
}

static void
add_utf8(struct yx_buf *out, uint32_t cp)
{
	if (cp < 0x80) {
		yx_buf_add8(out, cp);
	} else if (cp < 0x800) {
		yx_buf_add8(out, 0xc0 | cp >> 6);
		yx_buf_add8(out, 0x80 | (cp & 0x3f));
	} else if (cp < 0x10000) {
		yx_buf_add8(out, 0xe0 | cp >> 12);
		yx_buf_add8(out, 0x80 | (cp >> 6 & 0x3f));
		yx_buf_add8(out, 0x80 | (cp & 0x3f));
	} else {
		yx_buf_add8(out, 0xf0 | cp >> 18);
		yx_buf_add8(out, 0x80 | (cp >> 12 & 0x3f));
		yx_buf_add8(out, 0x80 | (cp >> 6 & 0x3f));
		yx_buf_add8(out, 0x80 | (cp & 0x3f));
	}
}

/* Lone surrogates become U+FFFD. */
static void
utf16_to_utf8(const uint8_t *p, size_t n, struct yx_buf *out)
{
	for (size_t i = 0; i + 1 < n; i += 2) {
		uint32_t u = (uint32_t)p[i] << 8 | p[i + 1];

		if (u >= 0xd800 && u < 0xdc00 && i + 3 < n && p[i + 2] >= 0xdc && p[i + 2] < 0xe0) {
			uint32_t low = (uint32_t)p[i + 2] << 8 | p[i + 3];

			add_utf8(out, 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00));
			i += 2;
		} else {
			add_utf8(out, u == 0 || (u >= 0xd800 && u < 0xe000) ? 0xfffd : u);
		}
	}
}

int
pdf_text(struct pdf_span s, struct yx_buf *out)
{
	struct yx_buf raw;
	int rc;

	yx_buf_init(&raw, out->max);
	if ((rc = pdf_string(s, &raw)) != YX_OK)
		goto out;
	if (raw.len >= 2 && raw.data[0] == 0xfe && raw.data[1] == 0xff)
		utf16_to_utf8(raw.data + 2, raw.len - 2, out);
	else if (raw.len >= 3 && memcmp(raw.data, "\xef\xbb\xbf", 3) == 0)
		yx_buf_add(out, raw.data + 3, raw.len - 3);
	else
		for (size_t i = 0; i < raw.len; i++)
			add_utf8(out, raw.data[i] == 0 ? 0xfffd : raw.data[i]);
	rc = yx_buf_status(out);
out:
	yx_buf_free(&raw);
	return rc;
}

static int equal(struct pdf_span a, struct pdf_span b, int depth);

static int
equal_arrays(struct pdf_span a, struct pdf_span b, int depth)
{
	struct pdf_cur ca, cb;
	struct pdf_span va, vb;
	int more_a, more_b;

	if (pdf_inside(a, PDF_ARRAY, &ca) != YX_OK || pdf_inside(b, PDF_ARRAY, &cb) != YX_OK)
		return 0;
	for (;;) {
		if (pdf_next_item(&ca, &va, &more_a) != YX_OK ||
		    pdf_next_item(&cb, &vb, &more_b) != YX_OK || more_a != more_b)
			return 0;
		if (!more_a)
			return 1;
		if (!equal(va, vb, depth))
			return 0;
	}
}

/* Every pair of a is in b; keys that come twice make pdf_get fail. */
static int
contained(struct pdf_span a, struct pdf_span b, int depth, size_t *pairs)
{
	struct pdf_cur c;
	struct pdf_span k, v, other;
	uint8_t name[NAME_MAX_BYTES + 1];
	int more, n;

	*pairs = 0;
	if (pdf_inside(a, PDF_DICT, &c) != YX_OK)
		return 0;
	while (pdf_next_pair(&c, &k, &v, &more) == YX_OK) {
		if (!more)
			return 1;
		if ((n = name_bytes(k, name)) < 0 || memchr(name, 0, (size_t)n) != NULL)
			return 0;
		name[n] = '\0';
		if (is_null(v) || ++*pairs > 1000)
			return 0;
		if (pdf_get(b, (const char *)name, &other) != YX_OK || !equal(v, other, depth))
			return 0;
	}
	return 0;
}

static int
equal(struct pdf_span a, struct pdf_span b, int depth)
{
	int64_t na, ga, nb, gb;
	size_t pairs_a, pairs_b;

	if (pdf_type(a) != pdf_type(b) || depth > DEPTH_MAX)
		return 0;
	switch (pdf_type(a)) {
	case PDF_DICT:
		return contained(a, b, depth + 1, &pairs_a) && contained(b, a, depth + 1, &pairs_b) &&
		    pairs_a == pairs_b;
	case PDF_ARRAY:
		return equal_arrays(a, b, depth + 1);
	case PDF_REF:
		return pdf_ref(a, &na, &ga) && pdf_ref(b, &nb, &gb) && na == nb && ga == gb;
	default:
		return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
	}
}

int
pdf_equal(struct pdf_span a, struct pdf_span b)
{
	return equal(a, b, 0);
}

int
pdf_set(struct pdf_span dict, const char *key, const char *value, struct yx_buf *out)
{
	struct pdf_span k, v;
	struct pdf_cur c;
	int rc = pdf_inside(dict, PDF_DICT, &c), more;

	yx_buf_adds(out, "<<");
	while (rc == YX_OK && (rc = pdf_next_pair(&c, &k, &v, &more)) == YX_OK && more) {
		if (pdf_name_is(k, key))
			continue;
		yx_buf_adds(out, " ");
		yx_buf_add(out, k.p, k.n);
		yx_buf_adds(out, " ");
		yx_buf_add(out, v.p, v.n);
	}
	if (value != NULL)
		yx_buf_addf(out, " /%s %s", key, value);
	yx_buf_adds(out, " >>");
	return rc == YX_OK ? yx_buf_status(out) : rc;
}

static int
is_plain(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s < 0x20 || *s > 0x7e)
			return 0;
	return 1;
}

/* One character of valid UTF-8, as UTF-16BE hex. */
static const uint8_t *
add_utf16(struct yx_buf *out, const uint8_t *p)
{
	static const uint8_t mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	int n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	uint32_t cp = p[0] & mask[n];

	for (int i = 1; i < n; i++)
		cp = cp << 6 | (p[i] & 0x3f);
	if (cp >= 0x10000)
		yx_buf_addf(out, "%04X%04X", 0xd800 + ((cp - 0x10000) >> 10), 0xdc00 + (cp & 0x3ff));
	else
		yx_buf_addf(out, "%04X", cp);
	return p + n;
}

int
pdf_add_text(struct yx_buf *out, const char *utf8)
{
	const uint8_t *p = (const uint8_t *)utf8;

	if (!is_plain(utf8)) {
		yx_buf_adds(out, "<FEFF");
		while (*p != '\0')
			p = add_utf16(out, p);
		yx_buf_adds(out, ">");
		return yx_buf_status(out);
	}
	yx_buf_adds(out, "(");
	for (; *p != '\0'; p++) {
		if (*p == '(' || *p == ')' || *p == '\\')
			yx_buf_adds(out, "\\");
		yx_buf_add8(out, *p);
	}
	yx_buf_adds(out, ")");
	return yx_buf_status(out);
}
