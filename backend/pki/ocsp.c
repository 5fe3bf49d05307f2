#include "backend/pki/revocation.h"
#include "backend/pki/fetch.h"
#include "backend/pki/trust.h"
#include "backend/pki/window.h"

#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

struct question {
	OCSP_REQUEST *request;
	OCSP_CERTID  *id;      /* owned by the request */
	struct yx_buf der;
};

/* SHA-1 in the certificate id is a name, no protection: responders look it up so. */
static int
ask(X509 *leaf, X509 *issuer, struct question *q)
{
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), leaf, issuer);
	unsigned char *p = NULL;
	int n;

	if (id == NULL || (q->request = OCSP_REQUEST_new()) == NULL ||
	    OCSP_request_add0_id(q->request, id) == NULL) {
		OCSP_CERTID_free(id);
		return YX_NO_MEMORY;
	}
	q->id = id;
	if (OCSP_request_add1_nonce(q->request, NULL, -1) != 1 ||
	    (n = i2d_OCSP_REQUEST(q->request, &p)) <= 0)
		return YX_NO_MEMORY;
	yx_buf_add(&q->der, p, (size_t)n);
	OPENSSL_free(p);
	return yx_buf_status(&q->der);
}

/* The responder is the issuer, or has a certificate from it for OCSP signing:
 * OCSP_basic_verify checks both, and the path to an anchor. */
static int
authentic(const struct pki_trust *t, OCSP_REQUEST *request, OCSP_BASICRESP *basic, X509 *issuer)
{
	STACK_OF(X509) *help = sk_X509_dup(t->intermediates);
	int ok = help != NULL && sk_X509_push(help, issuer) > 0 &&
	    (request == NULL || OCSP_check_nonce(request, basic) != 0) &&
	    OCSP_basic_verify(basic, help, t->store, 0) == 1;

	sk_X509_free(help);
	return ok;
}

static int
judge(OCSP_BASICRESP *basic, OCSP_CERTID *id, time_t now, struct pki_status *out)
{
	ASN1_GENERALIZEDTIME *revoked = NULL, *from = NULL, *to = NULL;
	int status = -1, reason = -1;

	if (OCSP_resp_find_status(basic, id, &status, &reason, &revoked, &from, &to) != 1 ||
	    pki_window(from, to, now) != YX_OK || pki_time(from, &out->this_update) != YX_OK)
		return YX_REVOCATION_UNKNOWN;
	out->source = "ocsp";
	if (status == V_OCSP_CERTSTATUS_GOOD) {
		out->state = PKI_GOOD;
		return YX_OK;
	}
	if (status != V_OCSP_CERTSTATUS_REVOKED)
		return YX_REVOCATION_UNKNOWN;
	out->state = PKI_REVOKED;
	out->reason = reason;
	return pki_time(revoked, &out->revoked_at);
}

struct answer {
	const struct yx_buf *der;
	OCSP_REQUEST        *request; /* whose nonce it must have; NULL: none's */
	OCSP_CERTID         *id;
	X509                *issuer;
};

static int
read_answer(const struct pki_trust *t, const struct answer *q, time_t now, struct pki_status *out)
{
	const unsigned char *p = q->der->data;
	OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &p, (long)q->der->len);
	OCSP_BASICRESP *basic = NULL;
	int rc = YX_REVOCATION_UNKNOWN;

	if (response != NULL && p == q->der->data + q->der->len &&
	    OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL &&
	    (basic = OCSP_response_get1_basic(response)) != NULL &&
	    authentic(t, q->request, basic, q->issuer))
		rc = judge(basic, q->id, now, out);
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
	return rc;
}

int
pki_ocsp_read(const struct pki_trust *t, const struct yx_buf *der, const struct pki_about *about, time_t now,
    struct pki_status *out)
{
	struct answer a = { .der = der, .id = OCSP_cert_to_id(EVP_sha1(), about->leaf, about->issuer),
		.issuer = about->issuer };
	int rc = a.id == NULL ? YX_NO_MEMORY : read_answer(t, &a, now, out);

	OCSP_CERTID_free(a.id);
	return rc;
}

static int
fetch_answer(const struct pki_trust *t, const char *url, struct question *q, struct yx_buf *answer)
{
	struct pki_fetch f = { .url = url, .allow_hosts = t->allow_hosts, .content_type = "application/ocsp-request",
		.body = &q->der };
	int rc = pki_fetch(&f, answer);

	return rc == YX_UNAVAILABLE ? YX_REVOCATION_UNKNOWN : rc;
}

int
pki_ocsp(const struct pki_trust *t, X509 *leaf, X509 *issuer, time_t now, struct pki_status *out)
{
	STACK_OF(OPENSSL_STRING) *urls = X509_get1_ocsp(leaf);
	struct question q = { 0 };
	struct yx_buf answer;
	int rc = YX_REVOCATION_UNKNOWN;

	yx_buf_init(&q.der, PKI_OCSP_MAX);
	yx_buf_init(&answer, PKI_OCSP_MAX);
	if (sk_OPENSSL_STRING_num(urls) <= 0)
		goto out;
	if ((rc = ask(leaf, issuer, &q)) != YX_OK ||
	    (rc = fetch_answer(t, sk_OPENSSL_STRING_value(urls, 0), &q, &answer)) != YX_OK)
		goto out;
	yx_buf_add(&out->raw, answer.data, answer.len);
	if ((rc = yx_buf_status(&out->raw)) == YX_OK)
		rc = read_answer(t, &(struct answer){ &out->raw, q.request, q.id, issuer }, now, out);
out:
	X509_email_free(urls);
	OCSP_REQUEST_free(q.request);
	yx_buf_free(&q.der);
	yx_buf_free(&answer);
	return rc;
}
