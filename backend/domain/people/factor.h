/* factor.h - floor 4: the second factor: codes of thirty seconds (TOTP, RFC 6238) and codes
 * for who has lost the device; the one writer of the tables second_factor and
 * recovery_code.
 *
 * The secret is encrypted (XChaCha20-Poly1305, bound to its member) with a key that lies
 * outside the database. A code is good once: it, and all before it, are used up. */
#ifndef YX_FACTOR_H
#define YX_FACTOR_H

#include "backend/act.h"
#include "backend/conf.h"

#define FACTOR_RECOVERY_CODES 10
#define FACTOR_RECOVERY_SIZE  20   /* "ABCD-EFGH-JKMN-PQRS" and its NUL */
#define FACTOR_SECRET_SIZE    33   /* 32 letters of base32 and a NUL */

/* Once a process: the key that encrypts the secrets, made if there is none. YX_CONFIG with a
 * log line. */
int factor_open(const struct yx_conf *conf) YX_MUST_USE;

struct factor_state {
	int     on;               /* proved once, and asked for at each login by password */
	int64_t since;            /* ms UTC */
	int64_t codes_left;       /* recovery codes not yet used */
};
int factor_state(struct act *act, const char *member_id, struct factor_state *out) YX_MUST_USE;

/* A new secret for act->who, not in force until its first code is given. */
struct factor_offer {
	char        secret[FACTOR_SECRET_SIZE]; /* for who types it */
	const char *uri;                        /* otpauth://totp/… */
	int         size;                       /* of the QR code: modules on a side */
	const char *path;                       /* its dark modules as SVG path data, one unit a module */
};
/* In a transaction. YX_STATE: one is in force. */
int factor_begin(struct act *act, struct factor_offer *out) YX_MUST_USE;
/* In a transaction: puts the offered secret in force, with recovery codes that are told this
 * once. YX_CODE_WRONG; YX_STATE: nothing was offered. */
typedef char factor_codes[FACTOR_RECOVERY_CODES][FACTOR_RECOVERY_SIZE];
int factor_confirm(struct act *act, const char *code, factor_codes out) YX_MUST_USE;
/* In a transaction: other recovery codes in place of the old. YX_STATE. */
int factor_renew_codes(struct act *act, factor_codes out) YX_MUST_USE;
/* In a transaction: there is none any more. */
int factor_remove(struct act *act, const char *member_id) YX_MUST_USE;

/* In a transaction: uses up a code, of six digits or for recovery. *method: "totp" or
 * "recovery". YX_CODE_WRONG: wrong, or used. */
int factor_use(struct act *act, const char *member_id, const char *code, const char **method) YX_MUST_USE;

#endif
