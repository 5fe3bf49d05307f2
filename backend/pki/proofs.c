#include "backend/pki/proofs.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <string.h>

#include "backend/pki/issuers.h"
#include "backend/pki/revocation.h"
#include "common/log.h"

#define RESPONDERS_DEEP 2       /* a responder of a responder; then it is enough */
#define CERTIFICATE_HOLD 6      /* RFC 5280, 5.3.1 */

struct gather {
	struct pki_proofs      *p;
	const struct pki_trust *t;
	int                     deep;
};

static int add_path(struct gather *g, X509 *leaf, STACK_OF(X509) *extra, time_t at);

static int64_t
clock_ms(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
pki_proofs_init(struct pki_proofs *p, int64_t limit_ms)
{
	memset(p, 0, sizeof(*p));
	p->certs = sk_X509_new_null();
	p->asked = sk_X509_new_null();
	p->until_ms = clock_ms() + limit_ms;
}

void
pki_proofs_free(struct pki_proofs *p)
{
	sk_X509_free(p->asked);
	sk_X509_pop_free(p->certs, X509_free);
	for (size_t i = 0; i < p->answer_n; i++)
		yx_buf_free(&p->answer[i].der);
	memset(p, 0, sizeof(*p));
}

static int
was_asked(const struct pki_proofs *p, const X509 *x)
{
	for (int i = 0; i < sk_X509_num(p->asked); i++)
		if (X509_cmp(sk_X509_value(p->asked, i), x) == 0)
			return 1;
	return 0;
}

static int
keep_cert(struct pki_proofs *p, X509 *x)
{
	return X509_add_cert(p->certs, x, X509_ADD_FLAG_UP_REF | X509_ADD_FLAG_NO_DUP) == 1 ? YX_OK : YX_NO_MEMORY;
}

/* One CRL answers for many certificates: it is kept once. */
static int
keep_answer(struct pki_proofs *p, int ocsp, const struct yx_buf *der)
{
	for (size_t i = 0; i < p->answer_n; i++)
		if (p->answer[i].der.len == der->len && memcmp(p->answer[i].der.data, der->data, der->len) == 0)
			return YX_OK;
	if (p->answer_n == PKI_PROOFS_MAX)
		return YX_TOO_LARGE;
	p->answer[p->answer_n].ocsp = ocsp;
	yx_buf_init(&p->answer[p->answer_n].der, PKI_CRL_MAX);
	yx_buf_add(&p->answer[p->answer_n].der, der->data, der->len);
	return yx_buf_status(&p->answer[p->answer_n++].der);
}

/* Whoever signed the answer must be provable as well, unless its CA says that nobody
 * need ask about it (RFC 6960, 4.2.2.2.1). */
static int
add_responder(struct gather *g, const struct yx_buf *der, X509 *issuer)
{
	const unsigned char *p = der->data;
	OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &p, (long)der->len);
	OCSP_BASICRESP *basic = response == NULL ? NULL : OCSP_response_get1_basic(response);
	STACK_OF(X509) *inside = basic == NULL ? NULL : (STACK_OF(X509) *)(uintptr_t)OCSP_resp_get0_certs(basic);
	X509 *signer = NULL;
	int rc = YX_OK;

	if (basic == NULL || OCSP_resp_get0_signer(basic, &signer, NULL) != 1 || X509_cmp(signer, issuer) == 0)
		goto out;
	if (X509_get_ext_by_NID(signer, NID_id_pkix_OCSP_noCheck, -1) >= 0)
		rc = keep_cert(g->p, signer);
	else if (g->deep < RESPONDERS_DEEP)
		rc = add_path(&(struct gather){ g->p, g->t, g->deep + 1 }, signer, inside, time(NULL));
	else
		g->p->missing++;
out:
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
	ERR_clear_error();
	return rc;
}

static void
note_state(struct pki_proofs *p, const struct pki_status *s)
{
	if (s->state != PKI_REVOKED)
		return;
	if (s->reason == CERTIFICATE_HOLD) {
		p->on_hold = 1;
		return;
	}
	if (!p->revoked || s->revoked_at < p->revoked_at)
		p->revoked_at = s->revoked_at;
	p->revoked = 1;
}

static int
ask_about(struct gather *g, X509 *x, X509 *issuer)
{
	struct pki_proofs *p = g->p;
	struct pki_status s;
	int rc;

	if (was_asked(p, x))
		return YX_OK;
	if (clock_ms() >= p->until_ms) {
		p->missing++;
		return YX_OK;
	}
	rc = pki_revocation(g->t, x, issuer, time(NULL), &s);
	if (rc == YX_OK || rc == YX_CERT_REVOKED) {
		note_state(p, &s);
		if ((rc = keep_answer(p, strcmp(s.source, "ocsp") == 0, &s.raw)) == YX_OK && sk_X509_push(p->asked, x) <= 0)
			rc = YX_NO_MEMORY;
		if (rc == YX_OK && strcmp(s.source, "ocsp") == 0)
			rc = add_responder(g, &s.raw, issuer);
	} else if (rc == YX_REVOCATION_UNKNOWN) {
		p->missing++;
		rc = YX_OK;
	}
	pki_status_free(&s);
	return rc;
}

static int
add_path(struct gather *g, X509 *leaf, STACK_OF(X509) *extra, time_t at)
{
	struct pki_proofs *p = g->p;
	STACK_OF(X509) *chain = NULL;
	int rc = pki_path_fetched(g->t, leaf, extra, at, &chain);

	if (rc == YX_NO_MEMORY)
		return rc;
	if (rc != YX_OK) {
		yx_warn("no path for a certificate that was used: %s", yx_err_word(rc));
		p->missing++;
	}
	rc = keep_cert(p, leaf);
	for (int i = 0; rc == YX_OK && i < sk_X509_num(chain); i++) {
		X509 *x = sk_X509_value(chain, i);

		if ((rc = keep_cert(p, x)) == YX_OK && i + 1 < sk_X509_num(chain))
			rc = ask_about(g, x, sk_X509_value(chain, i + 1));
	}
	sk_X509_pop_free(chain, X509_free);
	return rc;
}

int
pki_proofs_add(struct pki_proofs *p, const struct pki_trust *t, X509 *leaf, STACK_OF(X509) *extra, time_t at)
{
	if (p->certs == NULL || p->asked == NULL)
		return YX_NO_MEMORY;
	return add_path(&(struct gather){ p, t, 0 }, leaf, extra, at);
}
