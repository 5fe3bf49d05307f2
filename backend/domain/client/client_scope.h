/* client_scope.h - floor 4: what a client may do: words and bits. */
#ifndef YX_CLIENT_SCOPE_H
#define YX_CLIENT_SCOPE_H

#include "backend/act.h"

/* Bits of words with blanks between; *unknown (may be NULL): 1 if one of them is none. */
unsigned client_scope_bits(const char *words, int *unknown);
/* Words of bits, with blanks between, in the arena; NULL without memory. */
const char *client_scope_words(struct yx_arena *a, unsigned bits);
/* The i-th word, NULL behind the last. */
const char *client_scope(size_t i);
/* 1 if an organization of that kind may have a client with these, and it is one at least. */
int client_scope_fits(const char *kind, unsigned bits);
/* Those of the bits that a second person of such an organization has to agree to. */
unsigned client_scope_of_two(const char *kind, unsigned bits);

#endif
