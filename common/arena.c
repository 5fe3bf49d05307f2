#include "common/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_MIN 8192

struct block {
	struct block *next;
	size_t        used, cap;
	_Alignas(max_align_t) unsigned char data[];
};

struct yx_arena {
	struct block *blocks;
	size_t        given, max;
};

struct yx_arena *
yx_arena_new(size_t max)
{
	struct yx_arena *a = calloc(1, sizeof(*a));

	if (a != NULL)
		a->max = max;
	return a;
}

void
yx_arena_reset(struct yx_arena *a)
{
	struct block *b, *next;

	for (b = a->blocks; b != NULL; b = next) {
		next = b->next;
		/* A request's memory holds passwords and tokens now and then. */
		explicit_bzero(b->data, b->used);
		b->used = 0;
		if (next != NULL)
			free(b);
		else if (b->cap == BLOCK_MIN)
			a->blocks = b;
		else {
			free(b);
			a->blocks = NULL;
		}
	}
	a->given = 0;
}

void
yx_arena_free(struct yx_arena **a)
{
	if (*a == NULL)
		return;
	yx_arena_reset(*a);
	free((*a)->blocks);
	free(*a);
	*a = NULL;
}

static struct block *
block_new(size_t need)
{
	size_t cap = need > BLOCK_MIN ? need : BLOCK_MIN;
	struct block *b = malloc(sizeof(*b) + cap);

	if (b != NULL) {
		b->next = NULL;
		b->used = 0;
		b->cap = cap;
	}
	return b;
}

void *
yx_arena_alloc(struct yx_arena *a, size_t n)
{
	const size_t align = _Alignof(max_align_t);
	struct block *b = a->blocks;
	void *p;

	if (n > a->max || a->given > a->max - n)
		return NULL;
	n = (n + align - 1) & ~(align - 1);
	if (b == NULL || b->cap - b->used < n) {
		if ((b = block_new(n)) == NULL)
			return NULL;
		b->next = a->blocks;
		a->blocks = b;
	}
	p = b->data + b->used;
	b->used += n;
	a->given += n;
	return memset(p, 0, n);
}

char *
yx_arena_strndup(struct yx_arena *a, const void *s, size_t n)
{
	char *p = s == NULL || n == SIZE_MAX ? NULL : yx_arena_alloc(a, n + 1);

	if (p != NULL && n > 0)
		memcpy(p, s, n);
	return p;
}

char *
yx_arena_strdup(struct yx_arena *a, const char *s)
{
	return s == NULL ? NULL : yx_arena_strndup(a, s, strlen(s));
}

char *
yx_arena_printf(struct yx_arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p = NULL;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || (p = yx_arena_alloc(a, (size_t)n + 1)) == NULL)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}
