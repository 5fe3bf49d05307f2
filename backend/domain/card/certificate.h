/* certificate.h - floor 4: the card certificates that a member has registered; the one
 * writer of the tables certificate and certificate_challenge. */
#ifndef YX_CERTIFICATE_H
#define YX_CERTIFICATE_H

#include "backend/domain/base/domain.h"
#include "common/cert.h"

struct certificate_row {
	const char *id, *purpose;               /* NULL: not registered */
	const char *subject, *issuer;           /* distinguished names in certificate order */
	const char *subject_name, *issuer_name; /* what a list shows; taken from the certificate itself */
	const char *serial, *key_type;
	const char *state;                      /* active, expiring, expired, not_yet_valid; by the daily look: revoked,
	                                         * unfit */
	const void *der;
	size_t      der_n;
	int64_t     not_before, not_after, registered_at;
};

/* What a certificate is worth now: chain, validity, usage, key, revocation. */
int certificate_judge(struct domain *d, const struct yx_cert *c) YX_MUST_USE;
/* The same, and whether its key shares a prime with any that was seen before. */
int certificate_judge_all(struct act *act, const struct yx_cert *c) YX_MUST_USE;
/* Worker: judges one registered certificate that was not looked at for a day. *done: 1 if
 * there was one. What it found stands in the row until the next look. */
int certificate_look(struct act *act, int *done) YX_MUST_USE;
/* Does it speak for the member's organization? A vendor's carries its number in
 * SERIALNUMBER, an agency's its name in O; a person's own card speaks for the vendor that
 * gave its holder a letter of authority which is in force. YX_CERT_OF_OTHER. */
int certificate_of_organization(struct act *act, const struct yx_cert *c) YX_MUST_USE;

/* A nonce to sign for a certificate that may be registered (ten minutes, once). */
struct certificate_challenge {
	char    id[YX_ID_SIZE];
	uint8_t nonce[32];
	struct certificate_row certificate;
};
/* Errors: those of certificate_judge, YX_CERT_DUPLICATE, YX_CERT_OF_OTHER. */
int certificate_challenge(struct act *act, const uint8_t *der, size_t n, struct certificate_challenge *out) YX_MUST_USE;

struct certificate_proof {
	const char    *challenge_id, *purpose;
	const uint8_t *signature;               /* over yx_proof() */
	size_t         n;
};
/* Registers: the proof must verify. In a transaction. YX_CHALLENGE_EXPIRED,
 * YX_SIGNATURE_BAD, YX_CERT_DUPLICATE. */
int certificate_register(struct act *act, const struct certificate_proof *proof, char id[YX_ID_SIZE]) YX_MUST_USE;
/* Takes one of mine out of use; history rows keep what it was. In a transaction. */
int certificate_disable(struct act *act, const char *id) YX_MUST_USE;

/* Mine that are in use, newest first; page NULL: all. */
int certificate_list(struct act *act, struct page *page, struct certificate_row **rows, size_t *n) YX_MUST_USE;
/* One of mine in use. YX_CERT_NOT_REGISTERED. */
int certificate_get(struct act *act, const char *id, struct certificate_row *out) YX_MUST_USE;
/* Puts a member's certificate in without proof or judgement: for data that was proved
 * elsewhere. In a transaction. YX_CERT_DUPLICATE. */
int certificate_put(struct act *act, const char *member_id, const char *purpose, const struct yx_cert *c,
    char id[YX_ID_SIZE]) YX_MUST_USE;
/* Removes challenges that expired a day ago (worker). */
int certificate_sweep(struct yx_db *db, int64_t now_ms) YX_MUST_USE;

#endif
