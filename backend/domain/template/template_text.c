#include "backend/domain/template/template_text.h"

#include <string.h>

#include "common/buf.h"
#include "common/codec.h"

#define OPEN       "{{"
#define CLOSE      "}}"
#define TEXT_MAX   (64 * 1024)
#define LIFT_LEAST 3   /* characters: "1" stands for many things */

static const char *const WORDS[] = {
#define TEXT_WORD(name, word) word,
	TEMPLATE_FIELD_LIST(TEXT_WORD)
#undef TEXT_WORD
};

const char *
template_field_word(enum template_field field)
{
	return WORDS[field];
}

static int
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Which field n bytes between braces name, blanks around it forgiven; -1: none. */
static int
field_of(const char *s, size_t n)
{
	while (n > 0 && is_blank(*s)) {
		s++;
		n--;
	}
	while (n > 0 && is_blank(s[n - 1]))
		n--;
	for (int i = 0; i < TEXT_FIELDS; i++)
		if (strlen(WORDS[i]) == n && memcmp(WORDS[i], s, n) == 0)
			return i;
	return -1;
}

/* The next pair of braces at or after s, on one line: *in and *n are what stands between.
 * Where it begins, or NULL. */
static const char *
next_braces(const char *s, const char **in, size_t *n)
{
	for (const char *end; (s = strstr(s, OPEN)) != NULL; s += 1) {
		*in = s + strlen(OPEN);
		end = strstr(*in, CLOSE);
		if (end == NULL)
			return NULL;
		*n = (size_t)(end - *in);
		if (memchr(*in, '\n', *n) == NULL && memchr(*in, '{', *n) == NULL)
			return s;
	}
	return NULL;
}

int
template_fill(struct yx_arena *a, const char *text, const struct template_values *v, const char **out)
{
	const char *at, *in = NULL;
	struct yx_buf b;
	size_t n = 0;
	int rc = YX_OK, field;

	yx_buf_init(&b, TEXT_MAX);
	for (; rc == YX_OK && (at = next_braces(text, &in, &n)) != NULL; text = in + n + strlen(CLOSE)) {
		if ((field = field_of(in, n)) < 0) {
			yx_buf_add(&b, text, (size_t)(in + n + strlen(CLOSE) - text));
			continue;
		}
		yx_buf_add(&b, text, (size_t)(at - text));
		if (v->of[field] == NULL || v->of[field][0] == '\0')
			rc = YX_TEXT_FIELD_EMPTY;
		else
			yx_buf_adds(&b, v->of[field]);
	}
	yx_buf_adds(&b, text);
	if (rc == YX_OK && (rc = yx_buf_status(&b)) == YX_OK && (*out = yx_arena_strdup(a, yx_buf_str(&b))) == NULL)
		rc = YX_NO_MEMORY;
	yx_buf_free(&b);
	return rc;
}

int
template_check(const char *text)
{
	const char *in = NULL;
	size_t n = 0;

	for (; next_braces(text, &in, &n) != NULL; text = in + n + strlen(CLOSE))
		if (field_of(in, n) < 0)
			return YX_TEXT_FIELD_UNKNOWN;
	return YX_OK;
}

int
template_has_field(const char *text)
{
	const char *in = NULL;
	size_t n = 0;

	for (; next_braces(text, &in, &n) != NULL; text = in + n + strlen(CLOSE))
		if (field_of(in, n) >= 0)
			return 1;
	return 0;
}

/* The field whose value is the longest that the text goes on with; -1: none. */
static int
value_at(const char *s, const struct template_values *v)
{
	size_t longest = 0;
	int field = -1;

	for (int i = 0; i < TEXT_FIELDS; i++) {
		size_t n = v->of[i] == NULL ? 0 : strlen(v->of[i]);

		if (n > longest && yx_utf8_length(v->of[i]) >= LIFT_LEAST && strncmp(s, v->of[i], n) == 0) {
			longest = n;
			field = i;
		}
	}
	return field;
}

const char *
template_lift(struct yx_arena *a, const char *text, const struct template_values *v)
{
	const char *out = NULL;
	struct yx_buf b;

	yx_buf_init(&b, TEXT_MAX);
	while (*text != '\0') {
		int field = value_at(text, v);

		if (field < 0)
			yx_buf_add(&b, text++, 1);
		else {
			yx_buf_addf(&b, OPEN "%s" CLOSE, WORDS[field]);
			text += strlen(v->of[field]);
		}
	}
	if (yx_buf_status(&b) == YX_OK)
		out = yx_arena_strdup(a, yx_buf_str(&b));
	yx_buf_free(&b);
	return out;
}
