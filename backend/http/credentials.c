#include "backend/http/credentials.h"

#include <string.h>
#include <strings.h>

#include "common/codec.h"

#define VALUE_MAX 8192

static int
printable(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return 0;
	return yx_utf8_valid(s, n);
}

static int
decode(struct yx_arena *a, const char *s, size_t n, const char **out)
{
	struct yx_buf b;
	int rc;

	yx_buf_init_secret(&b, VALUE_MAX);
	rc = yx_unpercent(&b, s, n, 1);
	if (rc == YX_OK && !printable(yx_buf_str(&b), b.len))
		rc = YX_BAD_REQUEST;
	if (rc == YX_OK && (*out = yx_arena_strndup(a, yx_buf_str(&b), b.len)) == NULL)
		rc = YX_NO_MEMORY;
	yx_buf_free(&b);
	return rc == YX_OK || rc == YX_NO_MEMORY ? rc : YX_BAD_REQUEST;
}

int
http_form_get(struct yx_arena *a, const char *text, const char *name, const char **value)
{
	size_t want = strlen(name);
	int seen = 0, rc = YX_OK;

	*value = NULL;
	while (rc == YX_OK && *text != '\0') {
		size_t n = strcspn(text, "&"), k = strcspn(text, "=&");

		if (k == want && memcmp(text, name, k) == 0)
			rc = seen++ ? YX_BAD_REQUEST : k + 1 < n ? decode(a, text + k + 1, n - k - 1, value) : YX_OK;
		text += n + (text[n] == '&');
	}
	if (rc != YX_OK)
		*value = NULL;
	return rc != YX_OK ? rc : *value == NULL ? YX_NOT_FOUND : YX_OK;
}

/* Behind the scheme and its blanks; NULL if the header is of another one. */
static const char *
behind(const char *header, const char *scheme)
{
	size_t n = strlen(scheme);

	if (header == NULL || strncasecmp(header, scheme, n) != 0 || header[n] != ' ')
		return NULL;
	return header + n + strspn(header + n, " ");
}

int
http_basic(struct yx_arena *a, const char *header, const char **user, const char **password)
{
	const char *text = behind(header, "Basic");
	struct yx_buf b;
	size_t k;
	int rc;

	*user = *password = NULL;
	if (text == NULL)
		return YX_NOT_FOUND;
	yx_buf_init_secret(&b, VALUE_MAX);
	rc = yx_unbase64(&b, text, strlen(text));
	if (rc != YX_OK || !printable(yx_buf_str(&b), b.len) || (k = strcspn(yx_buf_str(&b), ":")) == b.len)
		rc = YX_BAD_REQUEST;
	else if ((rc = decode(a, yx_buf_str(&b), k, user)) == YX_OK)
		rc = decode(a, yx_buf_str(&b) + k + 1, b.len - k - 1, password);
	yx_buf_free(&b);
	return rc;
}

const char *
http_bearer(const char *header)
{
	const char *token = behind(header, "Bearer");

	return token == NULL || *token == '\0' ? NULL : token;
}
