#include "backend/pki/token_uri.h"

#include <stdlib.h>
#include <string.h>

#include "common/codec.h"

#define SCHEME "pkcs11:"

int
token_uri_is(const char *text)
{
	return strncmp(text, SCHEME, strlen(SCHEME)) == 0;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One value, its percent signs undone: at most `room` bytes; how many, or -1. */
static int
undo(const char *p, size_t n, uint8_t *out, size_t room)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		int c = (unsigned char)p[i];

		if (c == '%') {
			if (i + 2 >= n || hex_digit(p[i + 1]) < 0 || hex_digit(p[i + 2]) < 0)
				return -1;
			c = hex_digit(p[i + 1]) * 16 + hex_digit(p[i + 2]);
			i += 2;
		} else if (c <= ' ' || c >= 0x7f) {
			return -1;
		}
		if (len == room)
			return -1;
		out[len++] = (uint8_t)c;
	}
	return (int)len;
}

/* A text with a NUL inside is none. */
static int
text(const char *p, size_t n, char *out, size_t room)
{
	const int len = undo(p, n, (uint8_t *)out, room - 1);

	if (len <= 0 || out[0] == '\0' || memchr(out, '\0', (size_t)len) != NULL || !yx_utf8_valid(out, (size_t)len))
		return YX_BAD_FIELD;
	out[len] = '\0';
	return YX_OK;
}

static int
number(const char *p, size_t n, long *out)
{
	char digits[12] = "";

	if (*out >= 0 || n == 0 || n > 9)
		return YX_BAD_FIELD;
	memcpy(digits, p, n);
	if (strspn(digits, "0123456789") != n)
		return YX_BAD_FIELD;
	*out = strtol(digits, NULL, 10);
	return YX_OK;
}

static int
take(struct token_uri *u, const char *name, size_t name_n, const char *p, size_t n)
{
	const struct { const char *name; char *out; size_t room; } texts[] = {
		{ "token", u->token, sizeof(u->token) }, { "manufacturer", u->manufacturer, sizeof(u->manufacturer) },
		{ "serial", u->serial, sizeof(u->serial) }, { "model", u->model, sizeof(u->model) },
		{ "object", u->object, sizeof(u->object) },
	};
	int len;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strlen(texts[i].name) == name_n && memcmp(name, texts[i].name, name_n) == 0)
			return texts[i].out[0] != '\0' ? YX_BAD_FIELD : text(p, n, texts[i].out, texts[i].room);
	if (name_n == 2 && memcmp(name, "id", 2) == 0) {
		if (u->id_n > 0 || (len = undo(p, n, u->id, sizeof(u->id))) <= 0)
			return YX_BAD_FIELD;
		u->id_n = (size_t)len;
		return YX_OK;
	}
	if (name_n == 7 && memcmp(name, "slot-id", 7) == 0)
		return number(p, n, &u->slot);
	/* It names the key itself; the public half is not what signs. */
	return name_n == 4 && memcmp(name, "type", 4) == 0 && n == 7 && memcmp(p, "private", 7) == 0 ? YX_OK : YX_BAD_FIELD;
}

int
token_uri_parse(const char *s, struct token_uri *out)
{
	memset(out, 0, sizeof(*out));
	out->slot = -1;
	if (!token_uri_is(s) || strlen(s) > TOKEN_URI_MAX || strchr(s, '?') != NULL)
		return YX_BAD_FIELD;
	for (s += strlen(SCHEME); *s != '\0';) {
		const size_t n = strcspn(s, ";"), name_n = strcspn(s, "=;");
		int rc = name_n < n ? take(out, s, name_n, s + name_n + 1, n - name_n - 1) : YX_BAD_FIELD;

		if (rc != YX_OK)
			return rc;
		s += n;
		if (*s == ';' && *++s == '\0')
			return YX_BAD_FIELD;
	}
	return (out->token[0] != '\0' || out->serial[0] != '\0' || out->slot >= 0) &&
	    (out->object[0] != '\0' || out->id_n > 0) ? YX_OK : YX_BAD_FIELD;
}
