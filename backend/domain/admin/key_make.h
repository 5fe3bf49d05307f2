/* key_make.h - floor 4: an administrator asks for a new key's certificate. */
#ifndef YX_KEY_MAKE_H
#define YX_KEY_MAKE_H

#include "backend/act.h"

struct key_request {
	const char *place;        /* of the file below key_dir, or in the token: pkcs11:… */
	const char *kind;         /* "rsa3072", "p256", "p384": makes the key there; NULL: it is there */
	const char *subject;      /* "C=TW,O=…,CN=…"; NULL: the certificate's that seals now */
};
/* The request, PEM, in the arena; the private key stays where it is. Runs its own transaction (audit). YX_CONFLICT:
 * that file, or a key of that name in the token, is there. YX_BAD_FIELD (place, subject), YX_IO: key_dir can't be
 * written; those of pki_csr and hsm_make. */
int key_request(struct act *act, const struct key_request *q, const char **pem) YX_MUST_USE;

#endif
