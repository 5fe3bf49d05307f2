#include "common/codec.h"

#include <string.h>

static const char LOWER[] = "0123456789abcdef";
static const char UPPER[] = "0123456789ABCDEF";
static const char B64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void
hex(char *out, const uint8_t *in, size_t n, const char *digits)
{
	for (size_t i = 0; i < n; i++) {
		*out++ = digits[in[i] >> 4];
		*out++ = digits[in[i] & 15];
	}
	*out = '\0';
}

void
yx_hex(char *out, const void *in, size_t n)
{
	hex(out, in, n, LOWER);
}

void
yx_hex_upper(char *out, const void *in, size_t n)
{
	hex(out, in, n, UPPER);
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
yx_unhex(void *out, size_t n, const char *in)
{
	uint8_t *p = out;

	if (strlen(in) != 2 * n)
		return YX_BAD_FIELD;
	for (size_t i = 0; i < n; i++) {
		int hi = digit(in[2 * i]), lo = digit(in[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return YX_BAD_FIELD;
		p[i] = (uint8_t)(hi << 4 | lo);
	}
	return YX_OK;
}

void
yx_base64(struct yx_buf *out, const void *in, size_t n)
{
	const uint8_t *p = in;

	for (size_t i = 0; i < n; i += 3) {
		size_t k = n - i < 3 ? n - i : 3;
		uint32_t v = (uint32_t)p[i] << 16 | (k > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
		    (k > 2 ? p[i + 2] : 0);
		char q[4] = { B64[v >> 18], B64[v >> 12 & 63],
		    k > 1 ? B64[v >> 6 & 63] : '=', k > 2 ? B64[v & 63] : '=' };

		yx_buf_add(out, q, 4);
	}
}

/* Value of a base64 character; -1 if it is none (NUL and '=' included). */
static int
b64_value(char c)
{
	const char *at = c == '\0' ? NULL : strchr(B64, c);

	return at == NULL ? -1 : (int)(at - B64);
}

/* One group of four; `last` allows padding. Adds 1 to 3 bytes. */
static int
unquad(struct yx_buf *out, const char *q, int last)
{
	int a = b64_value(q[0]), b = b64_value(q[1]), c = b64_value(q[2]), d = b64_value(q[3]);

	if (a < 0 || b < 0)
		return YX_BAD_FIELD;
	if (last && q[3] == '=') {
		if (q[2] == '=') {
			c = 0;
			if (b & 15)
				return YX_BAD_FIELD;
		} else if (c < 0 || (c & 3)) {
			return YX_BAD_FIELD;
		}
		d = 0;
	}
	if (c < 0 || d < 0)
		return YX_BAD_FIELD;
	yx_buf_add8(out, (unsigned)(a << 2 | b >> 4));
	if (!(last && q[2] == '='))
		yx_buf_add8(out, (unsigned)((b & 15) << 4 | c >> 2));
	if (!(last && q[3] == '='))
		yx_buf_add8(out, (unsigned)((c & 3) << 6 | d));
	return YX_OK;
}

int
yx_unbase64(struct yx_buf *out, const char *in, size_t n)
{
	if (n % 4 != 0)
		return YX_BAD_FIELD;
	for (size_t i = 0; i < n; i += 4)
		if (unquad(out, in + i, i + 4 == n) != YX_OK)
			return YX_BAD_FIELD;
	return yx_buf_status(out);
}

/* Length of the well-formed sequence at s (n bytes left), 0 if there is none. */
static size_t
utf8_sequence(const unsigned char *s, size_t n)
{
	uint32_t v, least;
	size_t k;

	if (s[0] < 0x80)
		return s[0] != 0;
	if (s[0] >= 0xc2 && s[0] <= 0xdf) {
		k = 2; v = s[0] & 0x1fu; least = 0x80;
	} else if (s[0] >= 0xe0 && s[0] <= 0xef) {
		k = 3; v = s[0] & 0x0fu; least = 0x800;
	} else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		k = 4; v = s[0] & 0x07u; least = 0x10000;
	} else {
		return 0;
	}
	if (k > n)
		return 0;
	for (size_t i = 1; i < k; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (s[i] & 0x3fu);
	}
	return v < least || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff) ? 0 : k;
}

int
yx_utf8_valid(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;

	while (n > 0) {
		size_t k = utf8_sequence(p, n);

		if (k == 0)
			return 0;
		p += k;
		n -= k;
	}
	return 1;
}

size_t
yx_utf8_length(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

void
yx_percent(struct yx_buf *out, const char *s)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *s != '\0'; s++) {
		if (strchr(plain, *s) != NULL)
			yx_buf_add(out, s, 1);
		else
			yx_buf_addf(out, "%%%02X", (unsigned)(unsigned char)*s);
	}
}

int
yx_unpercent(struct yx_buf *out, const char *s, size_t n, int plus)
{
	for (size_t i = 0; i < n; i++) {
		int hi, lo;

		if (s[i] != '%') {
			yx_buf_add8(out, plus && s[i] == '+' ? ' ' : (unsigned char)s[i]);
			continue;
		}
		if (n - i < 3)
			return YX_BAD_FIELD;
		hi = digit(s[i + 1]);
		lo = digit(s[i + 2]);
		if (hi < 0 || lo < 0 || (hi == 0 && lo == 0))
			return YX_BAD_FIELD;
		yx_buf_add8(out, (unsigned)(hi << 4 | lo));
		i += 2;
	}
	return yx_buf_status(out);
}

/* The number that n digits write; -1 if one of them is none. */
static int
number(const char *s, size_t n)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

int
yx_is_date(const char *s)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int y, m, d, leap;

	if (strlen(s) != 10 || s[4] != '-' || s[7] != '-')
		return 0;
	y = number(s, 4);
	m = number(s + 5, 2);
	d = number(s + 8, 2);
	leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	return y >= 1900 && y <= 2200 && m >= 1 && m <= 12 && d >= 1 && d <= days[m - 1] + (m == 2 && leap);
}
