/* verify_material.h - floor 3: certificates and proofs of revocation that a signed file
 * carries: in its security store (ISO 32000-2, 12.8.4.3) and in its signatures. */
#ifndef YX_PADES_VERIFY_MATERIAL_H
#define YX_PADES_VERIFY_MATERIAL_H

#include <openssl/ocsp.h>
#include "backend/pades/cms_verify.h"
#include "backend/pades/doc.h"
#include "backend/pades/verify.h"

#define PADES_PROOFS_MAX 512 /* of each kind; further ones are left out */

struct pades_material {
	STACK_OF(X509) *certs;
	struct pades_ocsp { OCSP_BASICRESP *answer; const char *found; } ocsp[PADES_PROOFS_MAX];
	size_t ocsp_n;
	struct pades_crl { X509_CRL *list; const char *found; } crl[PADES_PROOFS_MAX];
	size_t crl_n;
	int    store;         /* the file has a security store */
	size_t first_store;   /* view of the oldest revision that has one */
};

/* An empty one; freed by pades_material_free. */
int pades_material_open(struct pades_material *m) YX_MUST_USE;
void pades_material_free(struct pades_material *m);
/* What stands in the store of the newest revision. What can't be read is left out: it
 * proves nothing. */
int pades_material_store(struct pades_material *m, struct pdf_doc *d, struct pdf_span catalog) YX_MUST_USE;
/* What a CMS carries: certificates, CRLs, OCSP answers, and Adobe's revocation attribute. */
int pades_material_cms(struct pades_material *m, const struct cms_parts *c) YX_MUST_USE;

struct pades_question {
	X509  *leaf, *issuer;  /* issuer: of a path that leads to an anchor */
	time_t since;          /* older proofs say nothing */
	time_t now;            /* nor do those from the future */
};
/* What the material proves of `leaf`: of the genuine proofs the newest counts. */
void pades_revocation_of(const struct pades_material *m, const struct pades_question *q,
    struct pades_revocation *out);

#endif
