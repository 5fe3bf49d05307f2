/* arena.h - floor 0: memory that lives as long as a request (or one command).
 * Everything is freed at once; nothing from an arena is freed singly. */
#ifndef YX_COMMON_ARENA_H
#define YX_COMMON_ARENA_H

#include <stddef.h>
#include "common/error.h"

struct yx_arena;

/* A new arena that gives out at most `max` bytes in all; NULL without memory. */
struct yx_arena *yx_arena_new(size_t max);
/* Wipes and frees all of it and sets *a to NULL; *a may be NULL. */
void yx_arena_free(struct yx_arena **a);

/* Wipes all of it; the arena is as new, and keeps its first block for the next round. */
void yx_arena_reset(struct yx_arena *a);

/* Zeroed memory, aligned for any type; NULL when the limit is reached. */
void *yx_arena_alloc(struct yx_arena *a, size_t n);
/* Copies; NULL when the limit is reached or s is NULL. The result ends in NUL. */
char *yx_arena_strdup(struct yx_arena *a, const char *s);
char *yx_arena_strndup(struct yx_arena *a, const void *s, size_t n);
__attribute__((format(printf, 2, 3)))
char *yx_arena_printf(struct yx_arena *a, const char *fmt, ...);

#endif
