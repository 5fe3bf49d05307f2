/* login_proof.h - floor 1: what a card signs when somebody logs in with it.
 *
 * Built by the native host from what the browser says about the page, and by the
 * server from what it knows itself. The bytes begin with a tag of their own, so a
 * login can never pass for a document's signed attributes (these begin with 0x31) or
 * for a proof of possession (proof.h), and every part has its length in front, so no
 * two sets of parts give the same bytes. */
#ifndef YX_COMMON_LOGIN_PROOF_H
#define YX_COMMON_LOGIN_PROOF_H

#include <stdint.h>
#include "common/buf.h"
#include "common/cert.h"
#include "common/error.h"

#define YX_LOGIN_NONCE_MIN 32
#define YX_LOGIN_NONCE_MAX 64
/* How far the clocks of signer and server may be apart, in seconds. */
#define YX_LOGIN_CLOCK_S   300

struct yx_login {
	const char    *origin;     /* of the frame that asked: "https://mydoc.example" */
	const char    *top_origin; /* of the page that the user sees */
	const uint8_t *nonce;      /* the server's */
	size_t         nonce_n;
	int64_t        time;       /* UTC seconds of the signer's clock */
};

/* Appends "YINXIN-LOGIN-1\0", then origin, top origin and nonce, each with its length
 * in bytes as u32 in front, then the time as u64 and the SHA-256 of the certificate;
 * all numbers big-endian. YX_BAD_FIELD: a nonce of another length, a negative time. */
int yx_login_proof(struct yx_buf *out, const struct yx_login *login, const uint8_t cert_sha256[32]) YX_MUST_USE;

/* The server's side. `expected` holds the server's own origin (both fields) and the
 * nonce that it gave out, with the time that the signer told; `now` is the server's
 * clock. YX_CHALLENGE_EXPIRED: the clocks are too far apart; YX_CERT_WEAK: a key that
 * we do not sign with; YX_SIGNATURE_BAD: it was signed for another site, nonce, time or
 * certificate, or not at all. Whether the nonce is fresh and the certificate is good is
 * the caller's to know. */
int yx_login_check(const struct yx_cert *cert, const struct yx_login *expected, int64_t now,
    const void *signature, size_t signature_n) YX_MUST_USE;

#endif
