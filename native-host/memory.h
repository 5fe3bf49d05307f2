/* memory.h - the PIN that the user asked to have remembered: one, for one certificate,
 * one web site and the page around it, for some minutes. It is forgotten when time is up, when any card
 * or reader comes or goes, after a wrong PIN, and when the host ends. */
#ifndef YX_HOST_MEMORY_H
#define YX_HOST_MEMORY_H

#include <stdint.h>

#include "native-host/secret.h"

/* Whose PIN, and for whom. */
struct memory_whose {
	const char    *origin, *top_origin;
	const uint8_t *cert_sha256; /* 32 bytes */
};

/* Remembers a copy. `seconds` 0: forgets instead. YX_NO_MEMORY: not remembered. */
int memory_put(const struct memory_whose *whose, const struct secret *secret, int seconds)
    YX_MUST_USE;
/* A copy of what is remembered for all three, NULL if nothing is. *left: seconds that
 * remain. The caller frees it. */
struct secret *memory_get(const struct memory_whose *whose, int *left);
/* Seconds that remain for all three; 0: nothing is remembered. */
int memory_left(const struct memory_whose *whose);
void memory_forget(void);

#endif
