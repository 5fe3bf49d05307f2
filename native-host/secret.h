/* secret.h - where the PIN lives: one page that is never swapped or dumped. */
#ifndef YX_HOST_SECRET_H
#define YX_HOST_SECRET_H

#include "common/error.h"

/* How long a PIN may be is the card's affair; this is what we can hold. */
#define SECRET_PIN_MAX 64

struct secret {
	char pin[SECRET_PIN_MAX + 1];
	char scratch[1024]; /* for who reads it from somewhere; copies have it empty */
};

/* A locked page; NULL without memory. */
struct secret *secret_new(void);
/* The same PIN in a page of its own; NULL without memory. */
struct secret *secret_copy(const struct secret *s);
/* Wipes and unmaps it and sets *s to NULL; *s may be NULL. */
void secret_free(struct secret **s);
/* Takes over a PIN: 1 to 64 printable ASCII characters, else YX_PIN_FORMAT. The
 * source is wiped in any case. */
int secret_set(struct secret *s, char *pin) YX_MUST_USE;

#endif
