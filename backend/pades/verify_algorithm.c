#include "backend/pades/verify_algorithm.h"

#include <openssl/objects.h>
#include <string.h>

/* Ends as the tables of 2024-10 set them; days as UTC seconds. */
#define NO_END     ((time_t)0)
#define END_2029   ((time_t)1861920000) /* 2029-01-01 */
#define END_2019   ((time_t)1569888000) /* 2019-10-01 */
#define END_2021   ((time_t)1633046400) /* 2021-10-01 */

/* The first row that fits: least bits of the key first. */
static const struct limit { const char *signature; int bits; time_t until; } LIMITS[] = {
	{ "RSASSA-PSS", 3000, NO_END },
	{ "RSASSA-PSS", 1900, END_2029 },
	{ "RSA PKCS #1 v1.5", 1900, END_2029 },
	{ "RSASSA-PSS", 1024, END_2019 },
	{ "RSA PKCS #1 v1.5", 1024, END_2019 },
	{ "ECDSA", 256, NO_END },
	{ "ECDSA", 224, END_2021 },
};

static const char *
signature_name(const struct cms_parts *c)
{
	X509_ALGOR *signature = NULL;
	const ASN1_OBJECT *o = NULL;

	CMS_SignerInfo_get0_algs(c->si, NULL, NULL, NULL, &signature);
	X509_ALGOR_get0(&o, NULL, NULL, signature);
	if (OBJ_obj2nid(o) == NID_rsassaPss)
		return "RSASSA-PSS";
	switch (EVP_PKEY_get_base_id(X509_get0_pubkey(c->signer))) {
	case EVP_PKEY_RSA: return "RSA PKCS #1 v1.5";
	case EVP_PKEY_EC: return "ECDSA";
	default: return "";
	}
}

void
pades_algorithm_of(const struct cms_parts *c, time_t at, struct pades_algorithm *out)
{
	*out = (struct pades_algorithm){ .signature = signature_name(c), .md = c->md == NULL ? "" : c->md,
		.bits = EVP_PKEY_get_bits(X509_get0_pubkey(c->signer)) };
	for (size_t i = 0; i < sizeof(LIMITS) / sizeof(LIMITS[0]); i++) {
		if (strcmp(LIMITS[i].signature, out->signature) != 0 || out->bits < LIMITS[i].bits)
			continue;
		out->until = LIMITS[i].until;
		out->acceptable = out->until == NO_END || at < out->until;
		return;
	}
}
