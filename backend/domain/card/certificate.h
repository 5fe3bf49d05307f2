/* certificate.h - floor 4: the card certificates that a member has registered. */
#ifndef YX_CERTIFICATE_H
#define YX_CERTIFICATE_H

#include "backend/domain/base/domain.h"
#include "common/cert.h"

/* What a certificate is worth now: chain, validity, usage, key, revocation. */
int certificate_judge(struct domain *d, const struct yx_cert *c) YX_MUST_USE;
/* Does it speak for the member's organization? A vendor's carries its number in
 * SERIALNUMBER, an agency's its name in O. YX_CERT_OF_OTHER. */
int certificate_of_organization(struct http_request *rq, const struct yx_cert *c) YX_MUST_USE;

/* A nonce to sign for a certificate that may be registered (ten minutes, once).
 * Writes challengeId, nonce and certificate. Errors: those of certificate_judge,
 * YX_CERT_DUPLICATE, YX_CERT_OF_OTHER. */
int certificate_challenge(struct http_request *rq, const uint8_t *der, size_t n) YX_MUST_USE;
/* Registers: the proof must verify. In http_tx; writes id. YX_CHALLENGE_EXPIRED,
 * YX_SIGNATURE_BAD, YX_CERT_DUPLICATE. */
int certificate_register(struct http_request *rq, const char *challenge_id, const char *purpose,
    const uint8_t *signature, size_t n) YX_MUST_USE;
/* Takes one of mine out of use; history rows keep what it was. In http_tx. */
int certificate_disable(struct http_request *rq, const char *id) YX_MUST_USE;

struct certificate_row {
	const char *id, *purpose, *subject, *issuer, *serial, *key_type, *state;
	const char *subject_name, *issuer_name;
	const void *der;
	size_t      der_n;
	int64_t     not_before, not_after, registered_at;
};
/* Mine that are in use, newest first; page NULL: all. */
int certificate_list(struct http_request *rq, struct http_page *page, struct certificate_row **rows, size_t *n) YX_MUST_USE;
/* One of mine in use. YX_CERT_NOT_REGISTERED. */
int certificate_get(struct http_request *rq, const char *id, struct certificate_row *out) YX_MUST_USE;
/* Puts a certificate in without a card (demo data): no proof, no judgement. */
int certificate_put(struct yx_db *db, const char *member_id, const char *purpose, const struct yx_cert *c,
    int64_t now_ms, char id[YX_ID_SIZE]) YX_MUST_USE;
/* Writes one as the API shows it, as member `key` of the open answer. */
void certificate_write(struct http_request *rq, const char *key, const struct certificate_row *c);

#endif
