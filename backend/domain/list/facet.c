#include "backend/domain/list/facet.h"

#include <string.h>

int64_t
list_facet_number(int type, int64_t value)
{
	return (int64_t)type << 56 | (value & 0xffffffffffffff);
}

/* FNV-1a, and the last mixing of MurmurHash3 so that the upper bits count as well. */
int64_t
list_facet_bytes(int type, const void *p, size_t n)
{
	const uint8_t *b = p;
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * 0x100000001b3;
	h = (h ^ h >> 33) * 0xff51afd7ed558ccd;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53;
	return list_facet_number(type, (int64_t)((h ^ h >> 33) >> 8));
}

int64_t
list_facet_str(int type, const char *s)
{
	return list_facet_bytes(type, s, strlen(s));
}

struct list_set
list_set_new(struct yx_arena *a, size_t segments)
{
	return (struct list_set){ yx_arena_alloc(a, (segments * LIST_WORDS + 1) * sizeof(uint64_t)), segments };
}

void
list_set_put(struct list_set *s, size_t place, int yes)
{
	if (place >= s->segments * LIST_SEGMENT)
		return;
	if (yes)
		s->words[place / 64] |= (uint64_t)1 << place % 64;
	else
		s->words[place / 64] &= ~((uint64_t)1 << place % 64);
}

int
list_set_has(const struct list_set *s, size_t place)
{
	return place < s->segments * LIST_SEGMENT && (s->words[place / 64] >> place % 64 & 1) != 0;
}

void
list_set_fill(struct list_set *s)
{
	memset(s->words, 0xff, s->segments * LIST_BITS);
}

void
list_set_or(struct list_set *s, const struct list_set *with)
{
	for (size_t i = 0; i < s->segments * LIST_WORDS; i++)
		s->words[i] |= with->words[i];
}

void
list_set_and(struct list_set *s, const struct list_set *with)
{
	for (size_t i = 0; i < s->segments * LIST_WORDS; i++)
		s->words[i] &= with->words[i];
}

void
list_set_and_not(struct list_set *s, const struct list_set *without)
{
	for (size_t i = 0; i < s->segments * LIST_WORDS; i++)
		s->words[i] &= ~without->words[i];
}

size_t
list_set_count(const struct list_set *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->segments * LIST_WORDS; i++)
		n += (size_t)__builtin_popcountll(s->words[i]);
	return n;
}

void
list_set_add_row(struct list_set *s, size_t segment, const void *bits, size_t n)
{
	const uint8_t *b = bits;

	if (segment >= s->segments || b == NULL)
		return;
	if (n == LIST_BITS) {
		for (size_t i = 0; i < LIST_WORDS; i++) {
			uint64_t w = 0;

			for (int k = 7; k >= 0; k--)
				w = w << 8 | b[i * 8 + (size_t)k];
			s->words[segment * LIST_WORDS + i] |= w;
		}
		return;
	}
	for (size_t i = 0; i + 1 < n; i += 2)
		if ((b[i] | b[i + 1] << 8) < LIST_SEGMENT)
			list_set_put(s, segment * LIST_SEGMENT + (size_t)(b[i] | b[i + 1] << 8), 1);
}
