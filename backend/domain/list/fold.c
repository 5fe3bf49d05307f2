#include "backend/domain/list/fold.h"

#include <string.h>
#include <utf8proc.h>

#include "backend/domain/list/facet.h"

#define WIDE_SPACE 0x3000
#define WIDE_FIRST 0xFF01 /* ！, the full-width form of ! */
#define WIDE_LAST  0xFF5E /* ～ */
#define TAI_SHORT 0x53F0  /* 台 */
#define TAI_LONG  0x81FA  /* 臺 */

/* Most characters of our texts are folded without a table: they stand for themselves or, as
 * full-width forms of ASCII, for one that does, and no neighbour composes with them. */
static int
is_plain(int32_t c)
{
	return c < 0x80 || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3000 && c <= 0x3002) || c == 0x300C || c == 0x300D ||
	    (c >= WIDE_FIRST && c <= WIDE_LAST);
}

static int32_t
same_character(int32_t c)
{
	if (c >= WIDE_FIRST && c <= WIDE_LAST)
		c -= WIDE_FIRST - '!';
	else if (c == WIDE_SPACE)
		c = ' ';
	return c == TAI_SHORT ? TAI_LONG : c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static struct list_text
fold_hard(struct yx_arena *a, const char *s, size_t bytes)
{
	const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE;
	utf8proc_ssize_t n = utf8proc_decompose((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)bytes, NULL, 0, options);
	int32_t *c;

	if (n <= 0 || (c = yx_arena_alloc(a, (size_t)n * sizeof(*c))) == NULL)
		return (struct list_text){ NULL, 0 };
	n = utf8proc_decompose((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)bytes, c, n, options);
	if (n > 0)
		n = utf8proc_normalize_utf32(c, n, options);
	for (utf8proc_ssize_t i = 0; i < n; i++)
		c[i] = same_character(c[i]);
	return (struct list_text){ c, n > 0 ? (size_t)n : 0 };
}

struct list_text
list_fold(struct yx_arena *a, const char *s)
{
	size_t bytes = s == NULL ? 0 : strlen(s), n = 0;
	int32_t *c = yx_arena_alloc(a, (bytes + 1) * sizeof(*c));

	if (c == NULL)
		return (struct list_text){ NULL, 0 };
	for (size_t at = 0; at < bytes;) {
		utf8proc_int32_t one = 0;
		utf8proc_ssize_t k = utf8proc_iterate((const utf8proc_uint8_t *)s + at, (utf8proc_ssize_t)(bytes - at), &one);

		if (k <= 0) {
			at++;
			continue;
		}
		if (!is_plain(one))
			return fold_hard(a, s, bytes);
		c[n++] = same_character(one);
		at += (size_t)k;
	}
	return (struct list_text){ c, n };
}

int
list_text_has(struct list_text text, struct list_text needle)
{
	if (needle.n == 0)
		return 1;
	for (size_t i = 0; i + needle.n <= text.n; i++)
		if (text.c[i] == needle.c[0] && memcmp(text.c + i, needle.c, needle.n * sizeof(*needle.c)) == 0)
			return 1;
	return 0;
}

static int
is_word(int32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

static int
is_word_triple(struct list_text t, size_t i)
{
	return i + 2 < t.n && is_word(t.c[i]) && is_word(t.c[i + 1]) && is_word(t.c[i + 2]);
}

static int64_t
gram(struct list_text t, size_t i, size_t n, int type)
{
	return list_facet_bytes(type, t.c + i, n * sizeof(*t.c));
}

void
list_grams(struct list_text t, int type, void (*add)(void *ctx, int64_t facet), void *ctx)
{
	for (size_t i = 0; i < t.n; i++) {
		if (t.c[i] == '\n')
			continue;
		add(ctx, gram(t, i, 1, type));
		if (i + 1 < t.n && t.c[i + 1] != '\n')
			add(ctx, gram(t, i, 2, type));
		if (is_word_triple(t, i))
			add(ctx, gram(t, i, 3, type));
	}
}

/* The gram of a needle that begins at i: the pair, unless the triple that begins there, or the
 * one before, says it. */
static size_t
needle_gram(struct list_text t, size_t i)
{
	if (is_word_triple(t, i))
		return 3;
	return i > 0 && is_word_triple(t, i - 1) ? 0 : 2;
}

size_t
list_needle_grams(struct list_text t, int type, int64_t *facets, size_t max, int *exact)
{
	size_t n = 0, all = 0, seen = 0;

	*exact = t.n <= 2 || (t.n == 3 && is_word_triple(t, 0));
	if (t.n == 1 && max > 0) {
		facets[0] = gram(t, 0, 1, type);
		return 1;
	}
	for (size_t i = 0; i + 1 < t.n; i++)
		all += needle_gram(t, i) > 0;
	/* If they are too many, some from all over it: numbers of one day begin alike. */
	for (size_t i = 0; i + 1 < t.n && n < max; i++) {
		size_t size = needle_gram(t, i);

		if (size > 0 && (all <= max || seen * (max - 1) / (all - 1) == n))
			facets[n++] = gram(t, i, size, type);
		seen += size > 0;
	}
	return n;
}
