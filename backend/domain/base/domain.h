/* domain.h - floor 4: what the rules need besides the database: the platform's
 * seal and whom we trust. Opened once at start, then only read. */
#ifndef YX_DOMAIN_H
#define YX_DOMAIN_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <pthread.h>
#include "backend/act.h"
#include "backend/conf.h"
#include "backend/pades/pades.h"
#include "backend/pki/key.h"
#include "backend/pki/pki.h"
#include "backend/pki/tsa.h"
#include "backend/store/store.h"

struct seal_ring;
struct domain {
	const struct yx_conf *conf;
	struct yx_store      *store;
	struct pki_trust     *trust;
	struct pki_trust     *tsa_trust;   /* of timestamp authorities; may be the same */
	struct hsm           *hsm;         /* NULL: no module is set */
	struct pki_key       *seal_key;    /* the settings' own (seal_key.h tells which counts); NULL: can't be used */
	X509                 *seal_cert;
	STACK_OF(X509)       *seal_chain;
	struct seal_ring     *ring;        /* keys of rows that were opened; seal_key.c */
	pthread_mutex_t       ring_lock;
	int                   practises;   /* 1: this one is a practice's (實機演練) */
	struct domain        *practice;    /* of a real one: that of its practices, made when it is first needed */
};

/* Loads keys, certificates and anchors that conf names; YX_CONFIG with a log line
 * that says which. A seal's key that can't be used is told and left NULL: another one may have taken
 * over (platform_key_begin). conf and store are borrowed. */
int domain_open(struct domain *d, const struct yx_conf *conf, struct yx_store *store) YX_MUST_USE;
void domain_close(struct domain *d);
void seal_ring_free(struct seal_ring **ring); /* (in seal_key.c) */
/* The timestamp authorities that conf names, for somebody who can wait. */
struct pki_tsa domain_tsa(const struct domain *d);
/* Within which a PDF that somebody sent is read (pades_inspect_apart). */
struct pades_limits domain_pdf_limits(const struct domain *d);

#endif
