/* password.h - floor 4: passwords: argon2id (RFC 9106, libsodium's PHC form), and which
 * are good enough (NIST SP 800-63B 3.1.1: length over rules, none that everybody tries);
 * the one writer of the table password_before. */
#ifndef YX_PASSWORD_H
#define YX_PASSWORD_H

#include "backend/act.h"
#include "backend/conf.h"

#define PASSWORD_MIN 12  /* characters */
#define PASSWORD_MAX 128
#define PASSWORD_KEPT 3  /* of the last ones none comes again */

/* Once a process, before the first judgement: reads the list of common passwords that conf
 * names, one a line, sorted by bytes, in lower case. YX_CONFIG with a log line. */
int password_open(const struct yx_conf *conf) YX_MUST_USE;

/* The hash of a password, in the arena. At most two are made at once, 19 MiB each. */
int password_hash(struct yx_arena *a, const char *password, const char **hash) YX_MUST_USE;
/* 1 if it fits. hash NULL (no such account, or none yet) costs as much time, and never fits. */
int password_fits(const char *hash, const char *password);

/* A key of 32 bytes from a passphrase and 16 bytes of salt, with five times the work of a login's
 * hash: whoever guesses at it guesses alone. At most two are made at once, 64 MiB each. */
int password_key(const char *passphrase, const uint8_t salt[16], uint8_t key[32]) YX_MUST_USE;

/* Is it good enough for that account? YX_PASSWORD_SHORT, YX_PASSWORD_COMMON (in the list, one
 * of its words with a few characters around, one thing repeated, the account itself). */
int password_judge(const char *password, const char *account) YX_MUST_USE;

/* A new password for a member: judged, not one of the last three, hashed. Outside a
 * transaction, as it takes long. YX_PASSWORD_USED, and those of password_judge(). */
int password_prepare(struct act *act, const char *member_id, const char *password, const char **hash) YX_MUST_USE;
/* Puts it, keeps the one before it, and ends the member's sessions. In a transaction. */
int password_put(struct act *act, const char *member_id, const char *hash) YX_MUST_USE;

#endif
