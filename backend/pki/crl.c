#include "backend/pki/revocation.h"
#include "backend/pki/cache.h"
#include "backend/pki/trust.h"
#include "backend/pki/window.h"

#include <openssl/x509v3.h>
#include <string.h>

static const char *
uri_of(const DIST_POINT_NAME *name)
{
	if (name == NULL || name->type != 0)
		return NULL;
	for (int i = 0; i < sk_GENERAL_NAME_num(name->name.fullname); i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(name->name.fullname, i);
		const char *uri;

		if (g->type != GEN_URI)
			continue;
		uri = (const char *)ASN1_STRING_get0_data(g->d.ia5);
		if (strncmp(uri, "http://", 7) == 0 || strncmp(uri, "https://", 8) == 0)
			return uri;
	}
	return NULL;
}

const char *
pki_crl_uri(const CRL_DIST_POINTS *points)
{
	for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
		const DIST_POINT *d = sk_DIST_POINT_value(points, i);
		const char *uri = uri_of(d->distpoint);

		if (uri != NULL && d->reasons == NULL && d->CRLissuer == NULL)
			return uri;
	}
	return NULL;
}

/* A CRL for CAs only, for some reasons or from somebody else does not answer
 * for this certificate (RFC 5280, 5.2.5). */
static int
scope_fits(X509_CRL *crl, const char *uri)
{
	ISSUING_DIST_POINT *idp;
	const char *own;
	int critical = -1, ok;

	if (X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) >= 0)
		return 0;
	idp = X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, &critical, NULL);
	if (idp == NULL)
		return critical == -1;
	own = uri_of(idp->distpoint);
	ok = idp->onlyCA <= 0 && idp->onlyattr <= 0 && idp->indirectCRL <= 0 &&
	    idp->onlysomereasons == NULL &&
	    (idp->distpoint == NULL || (own != NULL && strcmp(own, uri) == 0));
	ISSUING_DIST_POINT_free(idp);
	return ok;
}

static int
no_unknown_critical(X509_CRL *crl)
{
	for (int i = 0; i < X509_CRL_get_ext_count(crl); i++) {
		X509_EXTENSION *e = X509_CRL_get_ext(crl, i);

		if (X509_EXTENSION_get_critical(e) &&
		    OBJ_obj2nid(X509_EXTENSION_get_object(e)) != NID_issuing_distribution_point)
			return 0;
	}
	return 1;
}

static int
authentic(X509_CRL *crl, X509 *issuer)
{
	return X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) == 0 &&
	    (X509_get_key_usage(issuer) & KU_CRL_SIGN) != 0 &&
	    X509_CRL_verify(crl, X509_get0_pubkey(issuer)) == 1;
}

static int
judge(X509_CRL *crl, X509 *leaf, time_t now, struct pki_status *out)
{
	X509_REVOKED *entry = NULL;
	ASN1_ENUMERATED *reason;

	if (pki_window(X509_CRL_get0_lastUpdate(crl), X509_CRL_get0_nextUpdate(crl), now) != YX_OK ||
	    pki_time(X509_CRL_get0_lastUpdate(crl), &out->this_update) != YX_OK)
		return YX_REVOCATION_UNKNOWN;
	out->source = "crl";
	out->state = PKI_GOOD;
	if (X509_CRL_get0_by_cert(crl, &entry, leaf) != 1)
		return YX_OK;
	out->state = PKI_REVOKED;
	if ((reason = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL)) != NULL)
		out->reason = (int)ASN1_ENUMERATED_get(reason);
	ASN1_ENUMERATED_free(reason);
	return pki_time(X509_REVOKED_get0_revocationDate(entry), &out->revoked_at);
}

int
pki_crl_read(const struct pki_crl_source *from, X509 *leaf, X509 *issuer, time_t now, struct pki_status *out)
{
	const unsigned char *p = from->der->data;
	X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)from->der->len);
	int rc = YX_REVOCATION_UNKNOWN;

	if (crl != NULL && p == from->der->data + from->der->len && authentic(crl, issuer) &&
	    scope_fits(crl, from->uri) && no_unknown_critical(crl))
		rc = judge(crl, leaf, now, out);
	X509_CRL_free(crl);
	return rc;
}

int
pki_crl(const struct pki_trust *t, X509 *leaf, X509 *issuer, time_t now, struct pki_status *out)
{
	CRL_DIST_POINTS *points = X509_get_ext_d2i(leaf, NID_crl_distribution_points, NULL, NULL);
	const char *uri = pki_crl_uri(points);
	int rc = YX_REVOCATION_UNKNOWN;

	if (uri == NULL)
		goto out;
	rc = pki_fetch_cached(uri, t->allow_hosts, &out->raw);
	rc = rc == YX_NO_MEMORY ? rc : YX_REVOCATION_UNKNOWN;
	if (out->raw.len == 0)
		goto out;
	rc = pki_crl_read(&(struct pki_crl_source){ &out->raw, uri }, leaf, issuer, now, out);
out:
	CRL_DIST_POINTS_free(points);
	return rc;
}
