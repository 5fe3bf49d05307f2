/* pkcs11.h - keys that a card maker's module shows (PKCS #11 2.40, OASIS). Each module
 * runs in a process of its own (module.h, sandbox.h) for as long as one walk lasts; what
 * comes from it is as little trusted as what a card says. */
#ifndef YX_HOST_PKCS11_H
#define YX_HOST_PKCS11_H

#include "native-host/tokens.h"

/* Without modules it answers YX_NOT_FOUND. A module that hangs: YX_CARD_TIMEOUT; that
 * crashes or fails: YX_MODULE_FAILED. */
extern const struct token_source pkcs11_source;

#endif
