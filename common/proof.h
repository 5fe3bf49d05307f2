/* proof.h - floor 1: the bytes that prove possession of a card's key.
 *
 * Built by the native host from the browser's origin and by the server from its
 * own, so a page can neither choose what is signed nor carry a proof elsewhere.
 * They begin with 'Y' (0x59): never a DER SET (0x31), so a proof can't pass for the
 * signed attributes of a contract. */
#ifndef YX_COMMON_PROOF_H
#define YX_COMMON_PROOF_H

#include <openssl/x509.h>
#include "common/buf.h"
#include "common/cert.h"
#include "common/error.h"

#define YX_NONCE_MIN 32
#define YX_NONCE_MAX 64

/* Appends "YINXIN-PROOF-1\0", u32 length and origin, u32 length and nonce, and the
 * SHA-256 of the certificate (native-host/PROTOCOL.md, prove). YX_BAD_FIELD for a
 * nonce of another length. */
int yx_proof(struct yx_buf *out, const char *origin, const uint8_t *nonce, size_t nonce_n,
    const uint8_t cert_sha256[32]) YX_MUST_USE;

/* The server's side: YX_OK if the signature over yx_proof() of these verifies with
 * the certificate. YX_CERT_WEAK: a key that we do not sign with. YX_SIGNATURE_BAD. */
int yx_proof_check(const struct yx_cert *cert, const char *origin, struct yx_bytes nonce,
    struct yx_bytes signature) YX_MUST_USE;

/* Verifies a signature (RSA PKCS #1 v1.5, or ECDSA as DER) over data with the
 * certificate's key and digest `md` ("SHA-256", "SHA-384"). YX_SIGNATURE_BAD. */
int yx_signature_check(X509 *cert, const char *md, struct yx_bytes data, struct yx_bytes signature) YX_MUST_USE;

#endif
