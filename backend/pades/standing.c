#include <openssl/x509.h>
#include <string.h>

#include "backend/pades/evidence.h"
#include "backend/pki/age.h"

const char *
pades_level_word(enum pades_level level)
{
	static const char *const words[] = { "none", "B-B", "B-T", "B-LT", "B-LTA" };

	return words[level];
}

/* Until when the timestamp itself can be checked without help. */
static time_t
end_of(const struct pki_tst *t)
{
	struct tm tm;
	time_t end = 0;

	for (int i = 0; i < sk_X509_num(t->chain); i++)
		if (ASN1_TIME_to_tm(X509_get0_notAfter(sk_X509_value(t->chain, i)), &tm) == 1)
			end = pki_age_first(end, timegm(&tm));
	end = pki_age_first(end, pki_age_digest(t->imprint.md));
	return pki_age_first(end, pki_age_digest(t->signed_with));
}

static int
has_own_token(const struct evidence_list *l, const struct evidence *e, const struct pki_trust *trust)
{
	struct pki_tst tst;
	int rc = YX_TIMESTAMP_BAD;

	for (int i = 0; rc != YX_OK && rc != YX_NOT_FOUND; i++) {
		rc = evidence_token(l, e, i, trust, &tst);
		pki_tst_free(&tst);
	}
	return rc == YX_OK;
}

static void
take_timestamp(const struct evidence_list *l, const struct evidence *e, const struct pki_trust *trust,
    struct pades_standing *out)
{
	struct pki_tst tst;
	EVP_PKEY *key;

	if (evidence_token(l, e, 0, trust, &tst) == YX_OK) {
		key = X509_get0_pubkey(tst.signer);
		out->timestamps++;
		out->unstamped = 0; /* it covers whatever came before */
		out->closed = e->hole.total == l->size;
		out->stamped_at = tst.time;
		out->good_until = pki_age_first(end_of(&tst), pki_age_key(key, 0));
	}
	pki_tst_free(&tst);
}

int
pades_standing(const char *path, const struct pki_trust *tsa_trust, struct pades_standing *out)
{
	struct evidence_list l;
	int rc = evidence_open(path, &l);

	memset(out, 0, sizeof(*out));
	out->dss = l.dss;
	for (size_t i = 0; rc == YX_OK && i < l.n; i++) {
		const struct evidence *e = &l.item[i];

		if (e->timestamp) {
			take_timestamp(&l, e, tsa_trust, out);
		} else {
			out->signatures++;
			out->unstamped += !has_own_token(&l, e, tsa_trust);
		}
	}
	out->level = out->signatures == 0 ? PADES_NONE : out->unstamped > 0 ? PADES_B : !out->dss ? PADES_T
	    : out->closed ? PADES_LTA : PADES_LT;
	evidence_free(&l);
	return rc;
}
