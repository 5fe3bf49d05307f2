#include "native-host/assuan.h"

#include <stdint.h>
#include <string.h>

/* libgpg-error's numbers, whoever says them (the upper half). */
enum { GPG_TIMEOUT = 62, GPG_CANCELED = 99, GPG_CODE_MASK = 0xffff };

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "D" with a blank and the data. */
static int
decode(char *p, size_t n, struct assuan *out)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] != '%') {
			p[to++] = p[i];
			continue;
		}
		if (n - i < 3 || hex_digit(p[i + 1]) < 0 || hex_digit(p[i + 2]) < 0)
			return YX_PROTOCOL;
		p[to++] = (char)(hex_digit(p[i + 1]) << 4 | hex_digit(p[i + 2]));
		i += 2;
	}
	p[to] = '\0';
	out->data = p;
	out->n = to;
	return memchr(p, '\0', to) == NULL ? YX_OK : YX_PROTOCOL;
}

static int
read_code(const char *p, size_t n, unsigned *code)
{
	uint64_t v = 0;
	size_t i = 0;

	for (; i < n && p[i] >= '0' && p[i] <= '9'; i++)
		if ((v = 10 * v + (uint64_t)(p[i] - '0')) > UINT32_MAX)
			return YX_PROTOCOL;
	*code = (unsigned)v;
	return i > 0 && (i == n || p[i] == ' ') ? YX_OK : YX_PROTOCOL;
}

static int
begins(const char *line, size_t n, const char *word)
{
	size_t w = strlen(word);

	return n >= w && memcmp(line, word, w) == 0 && (n == w || line[w] == ' ');
}

int
assuan_line(char *line, size_t n, struct assuan *out)
{
	memset(out, 0, sizeof(*out));
	out->kind = ASSUAN_OTHER;
	if (n > ASSUAN_LINE_MAX || memchr(line, '\0', n) != NULL)
		return YX_PROTOCOL;
	if (begins(line, n, "OK")) {
		out->kind = ASSUAN_OK;
		return YX_OK;
	}
	if (begins(line, n, "ERR") && n > 4) {
		out->kind = ASSUAN_ERR;
		return read_code(line + 4, n - 4, &out->code);
	}
	if (begins(line, n, "D") && n > 2) {
		out->kind = ASSUAN_DATA;
		return decode(line + 2, n - 2, out);
	}
	return begins(line, n, "S") || (n > 0 && line[0] == '#') ? YX_OK : YX_PROTOCOL;
}

int
assuan_refusal(unsigned code)
{
	code &= GPG_CODE_MASK;
	return code == GPG_CANCELED || code == GPG_TIMEOUT ? YX_CANCELLED : YX_DIALOG_FAILED;
}

/* How many bytes of `s` are a character that is not shown as it is: controls, and UTF-8 of
 * U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069. 0: it is shown. */
static size_t
hidden(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	if (p[0] < 0x20 || p[0] == 0x7f)
		return 1;
	if (p[0] != 0xe2)
		return 0;
	if (p[1] == 0x80 && (p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xa8 && p[2] <= 0xae)))
		return 3;
	return p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9 ? 3 : 0;
}

static size_t
character(const char *s)
{
	size_t n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

void
assuan_escape(struct yx_buf *out, const char *text, size_t max)
{
	for (size_t i = 0; text[i] != '\0';) {
		size_t skip = hidden(text + i), n = skip > 0 ? skip : character(text + i);

		if (i + n > max)
			return;
		if (skip > 0)
			yx_buf_add8(out, ' ');
		else if (text[i] == '%')
			yx_buf_adds(out, "%25");
		else
			yx_buf_add(out, text + i, n);
		i += n;
	}
}
