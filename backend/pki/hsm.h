/* hsm.h - floor 2: keys in a token that a PKCS #11 module shows (2.40, OASIS): an HSM, a card.
 *
 * The module runs in a process of its own (this program once more, yx_helper_start), which
 * reads the PIN itself: neither it nor the PIN is ever in the memory of what serves requests.
 * Should it crash or hang it is started again. Functions may be called by several
 * threads; one question is asked at a time. */
#ifndef YX_PKI_HSM_H
#define YX_PKI_HSM_H

#include <openssl/evp.h>
#include "backend/pki/method.h"
#include "common/buf.h"
#include "common/error.h"

struct hsm;

/* How to get there: the module's file, the file with the PIN ("": keys need none), whom nobody
 * but its owner and group may read. Nothing runs yet. YX_NO_MEMORY. */
int hsm_open(const char *module, const char *pin_file, struct hsm **out) YX_MUST_USE;
void hsm_close(struct hsm **h); /* *h may be NULL */

/* Signs a hash with the key that the URI (token_uri.h) names: RSA PKCS #1 v1.5 or RSASSA-PSS, or ECDSA as
 * DER, appended. Errors: YX_BAD_FIELD (no such URI), YX_NOT_FOUND (no token or no
 * key like that, or more than one), YX_PIN_WRONG and YX_PIN_BLOCKED (nothing more is tried
 * until the PIN's file changes), YX_PIN_NEEDED (no PIN's file, or others may read it),
 * YX_PIN_LAST_TRY (one try is left: it is for a person), YX_CONFIG (no such module's file, or
 * others may write it), YX_MODULE_FAILED, YX_TIMEOUT, YX_CARD_UNSUPPORTED (the token can't
 * sign that way). */
int hsm_sign(struct hsm *h, const char *uri, const struct pki_method *how, const uint8_t *hash, struct yx_buf *out)
    YX_MUST_USE;
/* The public half of that key, for the caller to free. Errors as above. */
int hsm_public(struct hsm *h, const char *uri, EVP_PKEY **out) YX_MUST_USE;
/* Makes a pair of keys in the token, "rsa3072", "p256" or "p384", under the URI's object as its label and a new
 * CKA_ID (unless the URI has one): the private half sensitive, not extractable, for signatures alone. May take a
 * minute, while others wait. Errors also: YX_BAD_FIELD (no object, no such kind), YX_CONFLICT (there is one of that
 * label), YX_CARD_UNSUPPORTED (the token makes none like that). */
int hsm_make(struct hsm *h, const char *uri, const char *kind) YX_MUST_USE;

/* The first lines of main() of each program that uses keys: if the arguments say that this
 * process is to run a module it does, and never returns. */
void hsm_main(int argc, char **argv);

/* ---- between the two processes (for hsm_child.c) ---- */
#define HSM_OPTION    "--hsm-module"
#define HSM_INPUT_MAX 1024
#define HSM_KEY_MAX   4096
enum hsm_op { HSM_SIGN = 1, HSM_PUBLIC, HSM_MAKE };

#endif
