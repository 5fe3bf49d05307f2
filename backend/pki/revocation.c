#include "backend/pki/pki.h"
#include "backend/pki/fetch.h"
#include "backend/pki/revocation.h"
#include "backend/pki/trust.h"

#include <openssl/err.h>
#include <string.h>

void
pki_status_free(struct pki_status *s)
{
	yx_buf_free(&s->raw);
}

int
pki_revocation(const struct pki_trust *t, X509 *leaf, X509 *issuer, time_t now,
    struct pki_status *out)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->source = "";
	out->reason = -1;
	yx_buf_init(&out->raw, PKI_CRL_MAX);
	if (issuer == NULL) /* an anchor signs for itself: nobody can revoke it */
		return YX_REVOCATION_UNKNOWN;
	rc = pki_ocsp(t, leaf, issuer, now, out);
	if (rc == YX_REVOCATION_UNKNOWN) {
		out->source = "";
		out->this_update = 0;
		yx_buf_reset(&out->raw);
		rc = pki_crl(t, leaf, issuer, now, out);
	}
	ERR_clear_error();
	if (rc != YX_OK) {
		out->source = "";
		out->this_update = 0;
		yx_buf_reset(&out->raw);
		return rc;
	}
	return out->state == PKI_GOOD ? YX_OK : YX_CERT_REVOKED;
}
