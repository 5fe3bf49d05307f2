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

static int
open_hsm(struct domain *d)
{
	const struct yx_conf *c = d->conf;

	return *c->pkcs11_module == '\0' ? YX_OK : hsm_open(c->pkcs11_module, c->pkcs11_pin_file, &d->hsm);
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

static int
open_seal(struct domain *d)
{
	const struct yx_conf *c = d->conf;
	int rc;

	if ((rc = told(pki_load_cert(c->seal_cert, &d->seal_cert), c->seal_cert)) != YX_OK ||
	    (rc = told(pki_load_chain(c->seal_chain, &d->seal_chain), c->seal_chain)) != YX_OK ||
	    (rc = told(pki_key_open(d->hsm, c->seal_key, &d->seal_key), c->seal_key)) != YX_OK)
		return rc;
	pki_key_wish_pss(d->seal_key, c->seal_pss);
	return told(pki_key_fits(d->seal_key, d->seal_cert), "seal_key with seal_cert");
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
	    (rc = open_tsa_trust(d)) != YX_OK || (rc = open_hsm(d)) != YX_OK) {
		domain_close(d);
		return YX_CONFIG;
	}
	if (open_seal(d) != YX_OK)
		pki_key_free(&d->seal_key);
	return YX_OK;
}

void
domain_close(struct domain *d)
{
	if (d->tsa_trust != d->trust)
		pki_trust_free(&d->tsa_trust);
	pki_trust_free(&d->trust);
	seal_ring_free(&d->ring);
	pki_key_free(&d->seal_key);
	hsm_close(&d->hsm);
	X509_free(d->seal_cert);
	sk_X509_pop_free(d->seal_chain, X509_free);
	memset(d, 0, sizeof(*d));
}
