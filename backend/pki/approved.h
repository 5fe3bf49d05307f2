/* approved.h - floor 2: which certification authorities the competent authority has
 * approved (Electronic Signatures Act, Art. 6, 12 and 15): a table that the administrator
 * keeps beside the anchors.
 *
 *   DIR/approved.json: [
 *     { "certificate": "intermediates/ca.pem", "nameZh": "…", "nameEn": "…",
 *       "approval": "數授產字第…號", "statement": "https://…/cps.pdf",
 *       "from": "2024-05-15", "until": "2029-12-31" }, … ]
 *
 * certificate: a PEM file below DIR, of which the key counts: authorities of several
 * generations share one name. until may be missing; statement: the certification practice
 * statement that was approved. */
#ifndef YX_PKI_APPROVED_H
#define YX_PKI_APPROVED_H

#include <openssl/x509.h>
#include <time.h>
#include "common/error.h"

struct pki_approved;
struct pki_approved_row {
	const char *name_zh, *name_en;
	const char *approval;   /* number of the approval */
	const char *statement;  /* https URL */
	const char *from_date, *until_date; /* as in the file; until_date "" if it has no end */
	time_t      from, until; /* UTC seconds of the days' begin and end in Taipei; until 0: no end */
};

/* Reads DIR/approved.json. YX_NOT_FOUND: there is no such file (*out NULL). YX_CONFIG,
 * with a line in the log: malformed, an unknown word, a certificate that is not there. */
int pki_approved_open(const char *dir, struct pki_approved **out) YX_MUST_USE;
void pki_approved_free(struct pki_approved **t);

/* The row of the authority with this key that was in force at that time, else any row of
 * it (*in_force 0), else NULL. The row lives as long as the table. */
const struct pki_approved_row *pki_approved_find(const struct pki_approved *t, const X509 *ca, time_t at,
    int *in_force);

#endif
