#include "backend/domain/base/domain.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "common/log.h"

static int
told(int rc, const char *what)
{
	if (rc != YX_OK)
		yx_error("%s: %s", what, yx_err_word(rc));
	return rc;
}

static int
open_tsa_trust(struct domain *d)
{
	const char *dir = d->conf->tsa_trust_dir;

	d->tsa_trust = d->trust;
	if (*dir == '\0')
		return YX_OK;
	d->tsa_trust = NULL;
	return told(pki_trust_open(dir, d->conf->ocsp_allow_hosts, &d->tsa_trust), dir);
}

struct pki_tsa
domain_tsa(const struct domain *d)
{
	return (struct pki_tsa){ .urls = d->conf->tsa_urls, .policy = d->conf->tsa_policy, .tls_ca = d->conf->tsa_tls_ca,
		.deadline_ms = d->conf->tsa_deadline_seconds * 1000 };
}

struct pades_limits
domain_pdf_limits(const struct domain *d)
{
	const struct yx_conf *c = d->conf;

	return (struct pades_limits){ .memory = c->pdf_memory, .seconds = c->pdf_apart ? c->pdf_seconds : 0 };
}

int
domain_open(struct domain *d, const struct yx_conf *conf, struct yx_store *store)
{
	int rc;

	memset(d, 0, sizeof(*d));
	d->conf = conf;
	d->store = store;
	if ((rc = audit_open(conf)) != YX_OK ||
	    (rc = told(pki_trust_open(conf->trust_dir, conf->ocsp_allow_hosts, &d->trust), conf->trust_dir)) != YX_OK ||
	    (rc = open_tsa_trust(d)) != YX_OK ||
	    (rc = told(pki_load_key(conf->seal_key, &d->seal_key), conf->seal_key)) != YX_OK ||
	    (rc = told(pki_load_cert(conf->seal_cert, &d->seal_cert), conf->seal_cert)) != YX_OK ||
	    (rc = told(pki_load_chain(conf->seal_chain, &d->seal_chain), conf->seal_chain)) != YX_OK)
		goto out;
	if (X509_check_private_key(d->seal_cert, d->seal_key) != 1)
		rc = told(YX_CONFIG, "seal_key does not belong to seal_cert");
out:
	if (rc != YX_OK)
		domain_close(d);
	return rc == YX_OK ? YX_OK : YX_CONFIG;
}

void
domain_close(struct domain *d)
{
	if (d->tsa_trust != d->trust)
		pki_trust_free(&d->tsa_trust);
	pki_trust_free(&d->trust);
	EVP_PKEY_free(d->seal_key);
	X509_free(d->seal_cert);
	sk_X509_pop_free(d->seal_chain, X509_free);
	memset(d, 0, sizeof(*d));
}
