/* hook_secret.h - floor 4: secrets that sign what goes out to clients. They have to be read again, so
 * they are kept encrypted, under a key outside the database. */
#ifndef YX_HOOK_SECRET_H
#define YX_HOOK_SECRET_H

#include <stddef.h>
#include "backend/conf.h"

#define HOOK_SECRET_BYTES 32
#define HOOK_SEALED_BYTES (24 + HOOK_SECRET_BYTES + 16)   /* nonce, secret, tag */

/* Once a process: reads the key (hook_key), and makes it if it is not there. Several machines need the
 * same. YX_CONFIG with a log line. */
int hook_secret_open(const struct yx_conf *conf) YX_MUST_USE;
/* For one hook only: another id does not open it. YX_CONFIG: no key, or another one. */
int hook_secret_seal(const char *hook_id, const uint8_t secret[HOOK_SECRET_BYTES],
    uint8_t out[HOOK_SEALED_BYTES]) YX_MUST_USE;
int hook_secret_unseal(const char *hook_id, const void *sealed, size_t n,
    uint8_t out[HOOK_SECRET_BYTES]) YX_MUST_USE;

#endif
