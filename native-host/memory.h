/* memory.h - the PIN that the user asked to have remembered: one, for one certificate
 * and one web site, for some minutes. It is forgotten when time is up, when any card
 * or reader comes or goes, after a wrong PIN, and when the host ends. */
#ifndef YX_HOST_MEMORY_H
#define YX_HOST_MEMORY_H

#include <stdint.h>

#include "native-host/secret.h"

/* Remembers a copy. `seconds` 0: forgets instead. YX_NO_MEMORY: not remembered. */
int memory_put(const char *origin, const uint8_t cert_sha256[32], const struct secret *secret, int seconds)
    YX_MUST_USE;
/* A copy of what is remembered for both, NULL if nothing is. *left: seconds that
 * remain. The caller frees it. */
struct secret *memory_get(const char *origin, const uint8_t cert_sha256[32], int *left);
/* Seconds that remain for both; 0: nothing is remembered. */
int memory_left(const char *origin, const uint8_t cert_sha256[32]);
void memory_forget(void);

#endif
