/* seal_key.h - floor 4: with which key the platform seals. Keys are rows (platform_key, written by
 * backend/domain/admin/platform_key.c); which of them seals is told by the clock and from_at alone, so
 * nothing has to run at the moment when one takes over. */
#ifndef YX_SEAL_KEY_H
#define YX_SEAL_KEY_H

#include "backend/domain/base/domain.h"

/* Good until domain_close: a seal that was begun with one ends with it, whatever takes over meanwhile. */
struct seal_signer {
	const struct pki_key *key;
	X509                 *cert;
	STACK_OF(X509)       *chain;
};

/* With what is sealed now: the newest key that has taken over; before there is any row, and in a
 * practice, what the settings name. YX_CONFIG: there is none. YX_UNAVAILABLE: it can't be opened; the log says why. */
int seal_key_now(struct act *act, struct seal_signer *out) YX_MUST_USE;
/* Its certificate, for who only shows it, even if the key can't be reached. The caller frees. */
int seal_key_certificate(struct act *act, X509 **out) YX_MUST_USE;

/* A row's key, opened at first and kept: id, place, certificate (DER), chain (DER after DER). */
struct seal_key_row {
	const char    *id, *place;
	const uint8_t *cert, *chain;
	size_t         cert_n, chain_n;
};
int seal_key_open(struct domain *d, const struct seal_key_row *row, struct seal_signer *out) YX_MUST_USE;
/* The same without keeping it, for a place that is only tried. The caller frees with pki_key_free. place is a file's
 * name below key_dir, or "pkcs11:…"; YX_BAD_FIELD: neither. */
int seal_key_try(struct domain *d, const char *place, struct pki_key **out) YX_MUST_USE;
/* The path of a file below key_dir, in the arena; NULL: no such name may be. */
const char *seal_key_path(struct yx_arena *a, const struct yx_conf *conf, const char *name);
/* DER after DER. The caller frees. */
int seal_chain_read(const uint8_t *p, size_t n, STACK_OF(X509) **out) YX_MUST_USE;

#endif
