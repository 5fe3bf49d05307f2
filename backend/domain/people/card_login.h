/* card_login.h - floor 4: who may come in with a card; the one writer of the table
 * login_challenge.
 *
 * A card proves that its holder is here and means this site (common/login_proof.h). Who
 * that is, is the member who registered the certificate. Wrong passwords neither lock a
 * card login nor are they forgiven by one. */
#ifndef YX_CARD_LOGIN_H
#define YX_CARD_LOGIN_H

#include "backend/act.h"
#include "common/cert.h"

#define CARD_LOGIN_NONCE 32

#define CARD_LOGIN_SECONDS 300 /* for which a challenge is good */

/* A nonce to sign, good once. */
struct card_login_challenge {
	char    id[YX_ID_SIZE];
	uint8_t nonce[CARD_LOGIN_NONCE];
};
int card_login_challenge(struct act *act, struct card_login_challenge *out) YX_MUST_USE;

struct card_login {
	const char    *challenge_id;
	const char    *account; /* NULL: the certificate tells whose it is */
	const uint8_t *der, *signature;
	size_t         der_n, signature_n;
	int64_t        time; /* that was signed; UTC seconds */
};

/* Opens a session as session_login() does (act->who is filled, token is for the
 * browser). The challenge is used up whatever comes of it, and before the signature is
 * known to be good nothing is told about the certificate. Errors: YX_CHALLENGE_EXPIRED,
 * YX_SIGNATURE_BAD, YX_CERT_BAD, YX_CERT_USAGE, those of certificate_judge,
 * YX_CERT_NOT_REGISTERED; YX_FIELD_REQUIRED with the field `account`: several accounts
 * have registered it. */
int card_login(struct act *act, const struct card_login *in, char token[YX_TOKEN_SIZE]) YX_MUST_USE;
/* Only the proof: the challenge is used up, the signature and the certificate are good; whose
 * it is, is the caller's to know. The caller frees *cert. Errors as of card_login(). */
int card_login_proof(struct act *act, const struct card_login *in, struct yx_cert *cert) YX_MUST_USE;
/* act->who proves again who it is, with a card that is registered by it: the session goes on
 * under another token. Errors as of card_login(). */
int card_prove(struct act *act, const struct card_login *in, char token[YX_TOKEN_SIZE]) YX_MUST_USE;
/* Removes challenges that expired (worker). */
int card_login_sweep(struct yx_db *db, int64_t now_ms) YX_MUST_USE;

#endif
