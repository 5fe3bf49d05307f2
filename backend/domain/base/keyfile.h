/* keyfile.h - floor 4: a key of 32 random bytes in a file of its own, outside the
 * database, mode 0600. */
#ifndef YX_KEYFILE_H
#define YX_KEYFILE_H

#include <stdint.h>
#include "common/error.h"

#define KEYFILE_BYTES 32

/* Reads the key; makes it first if there is none (of several programs that start at once
 * one wins). YX_CONFIG with a log line. The caller wipes the key. */
int keyfile_open(const char *path, uint8_t key[KEYFILE_BYTES]) YX_MUST_USE;

#endif
