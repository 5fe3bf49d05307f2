/* random.h - floor 0: unguessable ids and tokens (getrandom). */
#ifndef YX_COMMON_RANDOM_H
#define YX_COMMON_RANDOM_H

#include <stddef.h>
#include <stdint.h>
#include "common/error.h"

/* Row ids: 128 random bits as 32 lower-case hex digits and a NUL. */
#define YX_ID_SIZE 33
/* Tokens (sessions, capability URLs): 256 bits as 64 hex digits and a NUL. */
#define YX_TOKEN_SIZE 65

/* Aborts if the kernel gives none: nothing could be safe then. */
void yx_random(void *out, size_t n);
void yx_random_id(char out[YX_ID_SIZE]);
void yx_random_token(char out[YX_TOKEN_SIZE]);
/* SHA-256 of a token or secret: what is kept of it. */
void yx_token_hash(const char *token, uint8_t hash[32]);
/* 1 if s is a row id by its form. */
int yx_is_id(const char *s);

#endif
