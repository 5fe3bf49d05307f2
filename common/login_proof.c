#include "common/login_proof.h"

#include <string.h>

#include "common/proof.h"

#define PROOF_MAX 4096

static const char TAG[] = "YINXIN-LOGIN-1"; /* with its NUL */

static void
put_part(struct yx_buf *out, const void *p, size_t n)
{
	yx_buf_add32be(out, (uint32_t)n);
	yx_buf_add(out, p, n);
}

int
yx_login_proof(struct yx_buf *out, const struct yx_login *login, const uint8_t cert_sha256[32])
{
	if (login->nonce_n < YX_LOGIN_NONCE_MIN || login->nonce_n > YX_LOGIN_NONCE_MAX || login->time < 0)
		return YX_BAD_FIELD;
	yx_buf_add(out, TAG, sizeof(TAG));
	put_part(out, login->origin, strlen(login->origin));
	put_part(out, login->top_origin, strlen(login->top_origin));
	put_part(out, login->nonce, login->nonce_n);
	yx_buf_add32be(out, (uint32_t)((uint64_t)login->time >> 32));
	yx_buf_add32be(out, (uint32_t)login->time);
	yx_buf_add(out, cert_sha256, 32);
	return yx_buf_status(out);
}

int
yx_login_check(const struct yx_cert *cert, const struct yx_login *expected, int64_t now,
    const void *signature, size_t signature_n)
{
	const char *md = yx_cert_digest(cert);
	struct yx_buf b;
	int rc;

	if (md == NULL)
		return YX_CERT_WEAK;
	if (expected->time < now - YX_LOGIN_CLOCK_S || expected->time > now + YX_LOGIN_CLOCK_S)
		return YX_CHALLENGE_EXPIRED;
	yx_buf_init(&b, PROOF_MAX);
	if ((rc = yx_login_proof(&b, expected, cert->sha256)) == YX_OK)
		rc = yx_signature_check(cert->x509, md, yx_buf_bytes(&b),
		    (struct yx_bytes){ signature, signature_n });
	yx_buf_free(&b);
	return rc;
}
