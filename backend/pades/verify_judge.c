#include "backend/pades/verify_judge.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "backend/pades/verify_algorithm.h"
#include "backend/pki/tst.h"

#define CLOCK_SKEW 300

void
pades_flaw(struct pades_signature *s, const char *why)
{
	if (s->why == NULL)
		s->why = why;
}

void
pades_warn(struct pades_signature *s, const char *word)
{
	for (size_t i = 0; i < s->warnings_n; i++)
		if (strcmp(s->warnings[i], word) == 0)
			return;
	if (s->warnings_n < PADES_WARNINGS_MAX)
		s->warnings[s->warnings_n++] = word;
}

const struct pki_trust *
pades_tsa_trust(const struct pades_policy *policy)
{
	return policy->tsa_trust != NULL ? policy->tsa_trust : policy->trust;
}

/* ---- the words (EN 319 102-1, 5.1.3) ---- */

/* Of a flaw that is not about the form: the word, whether it is certain, the standard's. */
static const struct meaning { const char *why; int failed; const char *sub; } MEANINGS[] = {
	{ "digest_mismatch", 1, "HASH_FAILURE" },
	{ "signature_mismatch", 1, "SIG_CRYPTO_FAILURE" },
	{ "signer_certificate_missing", 0, "NO_SIGNING_CERTIFICATE_FOUND" },
	{ "signing_certificate_mismatch", 0, "SIG_CONSTRAINTS_FAILURE" },
	{ "signing_certificate_missing", 0, "SIG_CONSTRAINTS_FAILURE" },
	{ "digest_algorithm", 0, "CRYPTO_CONSTRAINTS_FAILURE" },
	{ "signature_algorithm", 0, "CRYPTO_CONSTRAINTS_FAILURE" },
	{ "claimed_time", 0, "NO_POE" },
	{ "trust_not_checked", 0, "NO_CERTIFICATE_CHAIN_FOUND" },
	{ "certificate_untrusted", 0, "NO_CERTIFICATE_CHAIN_FOUND" },
	{ "certificate_expired", 0, "EXPIRED" },
	{ "certificate_not_yet_valid", 0, "NOT_YET_VALID" },
	{ "certificate_usage", 0, "CHAIN_CONSTRAINTS_FAILURE" },
	{ "certificate_weak", 0, "CRYPTO_CONSTRAINTS_FAILURE" },
	{ "certificate_bad", 0, "CERTIFICATE_CHAIN_GENERAL_FAILURE" },
	{ "expired_since", 0, "OUT_OF_BOUNDS_NO_POE" },
	{ "signed_after_revocation", 1, "REVOKED" },
	{ "revoked_since", 0, "REVOKED_NO_POE" },
	{ "authority_revoked", 0, "REVOKED_CA_NO_POE" },
	{ "algorithm_too_weak", 0, "CRYPTO_CONSTRAINTS_FAILURE" },
	{ "algorithm_too_weak_now", 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE" },
	{ "no_memory", 0, "CERTIFICATE_CHAIN_GENERAL_FAILURE" },
};

static void
say(struct pades_signature *s, const char *indication, const char *sub)
{
	s->indication = indication;
	s->sub_indication = sub;
}

static void
conclude(struct pades_signature *s)
{
	const int intact = s->structure_ok && s->digest_ok && s->signature_ok && s->changes_ok;

	/* What is not said otherwise is wrong with the form. */
	say(s, "TOTAL-FAILED", "FORMAT_FAILURE");
	for (size_t i = 0; s->why != NULL && i < sizeof(MEANINGS) / sizeof(MEANINGS[0]); i++)
		if (strcmp(MEANINGS[i].why, s->why) == 0)
			say(s, MEANINGS[i].failed ? "TOTAL-FAILED" : "INDETERMINATE", MEANINGS[i].sub);
	if (s->why == NULL && intact && s->chain_ok)
		say(s, "TOTAL-PASSED", "");
	if (*s->sub_indication == '\0')
		s->verdict = PADES_VALID;
	else
		s->verdict = intact && strcmp(s->indication, "INDETERMINATE") == 0 ? PADES_INDETERMINATE : PADES_INVALID;
	if (s->verdict != PADES_VALID)
		s->level = "";
	if (s->why == NULL)
		s->why = "";
}

/* ---- times ---- */

/* The certificate had not run out at that time. */
static int
still_valid(const X509 *x, time_t at)
{
	return X509_cmp_time(X509_get0_notAfter(x), &at) > 0;
}

/* Both may be 0: not known. */
static time_t
earlier(time_t a, time_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

/* What an authority signed before it was given up counts, unless its key may have got lost
 * (RFC 3161, 4, 1). */
static int
is_harmless(int reason)
{
	return reason == CRL_REASON_UNSPECIFIED || reason == CRL_REASON_AFFILIATION_CHANGED ||
	    reason == CRL_REASON_SUPERSEDED || reason == CRL_REASON_CESSATION_OF_OPERATION;
}

/* 1: nothing says that a token of `made` may be somebody else's; it was seen at `seen`. *complete becomes
 * 0 if the standing of a certificate is not proven. */
static int
authority_stands(const struct pades_trial *t, STACK_OF(X509) *chain, time_t made, time_t seen, int *complete)
{
	for (int i = 0; i + 1 < sk_X509_num(chain); i++) {
		const struct pades_question q = { sk_X509_value(chain, i), sk_X509_value(chain, i + 1), made, t->now };
		struct pades_revocation r;

		pades_revocation_of(t->material, &q, &r);
		*complete &= r.state != PKI_UNKNOWN;
		if (r.state == PKI_REVOKED &&
		    (made >= r.revoked_at || (seen >= r.revoked_at && !is_harmless(r.reason))))
			return 0;
	}
	return 1;
}

/* One token over the signature's value (EN 319 122-1, 5.3). */
static void
read_stamp(struct pades_trial *t, const ASN1_STRING *token, struct pades_timestamp *out)
{
	struct pki_digest digest;
	struct pki_tst tst;
	const time_t control = t->proven == 0 ? t->now : t->proven;
	int complete = 1, rc = pki_tst_read(ASN1_STRING_get0_data(token), (size_t)ASN1_STRING_length(token), &tst);

	*out = (struct pades_timestamp){ .md = "", .why = "timestamp_bad" };
	if (rc == YX_OK && pades_md(tst.imprint.md) != NULL &&
	    cms_value_digest(t->cms->si, tst.imprint.md, &digest) == YX_OK) {
		out->time = tst.time;
		out->md = tst.imprint.md;
		rc = pades_tsa_trust(t->policy) == NULL ? YX_CERT_UNTRUSTED :
		    pki_tst_check(pades_tsa_trust(t->policy), &tst, &digest, 0, t->material->certs);
		if (tst.signer != NULL && X509_up_ref(tst.signer) == 1)
			out->tsa = tst.signer;
		if (rc == YX_OK && !still_valid(tst.signer, control))
			rc = YX_CERT_EXPIRED;
		if (rc == YX_OK && !authority_stands(t, tst.chain, tst.time, control, &complete))
			rc = YX_CERT_REVOKED;
		t->unproven |= rc == YX_OK && !complete;
		out->valid = rc == YX_OK && tst.time <= t->now + CLOCK_SKEW;
		out->why = out->valid ? "" : rc == YX_OK ? "timestamp_bad" : yx_err_word(rc);
	}
	pki_tst_free(&tst);
}

static void
read_stamps(struct pades_trial *t)
{
	const time_t behind = t->proven;
	time_t proven = t->proven;

	for (int i = 0; i < CMS_unsigned_get_attr_count(t->cms->si); i++) {
		X509_ATTRIBUTE *a = CMS_unsigned_get_attr(t->cms->si, i);

		if (OBJ_obj2nid(X509_ATTRIBUTE_get0_object(a)) != NID_id_smime_aa_timeStampToken)
			continue;
		for (int k = 0; k < X509_ATTRIBUTE_count(a) && t->out->stamps_n < PADES_STAMPS_MAX; k++) {
			const ASN1_TYPE *v = X509_ATTRIBUTE_get0_type(a, k);
			struct pades_timestamp *s = &t->out->stamps[t->out->stamps_n];

			if (v->type != V_ASN1_SEQUENCE)
				continue;
			t->proven = behind;
			read_stamp(t, v->value.sequence, s);
			t->out->stamps_n++;
			if (s->valid)
				proven = earlier(proven, s->time);
			else
				pades_warn(t->out, "timestamp_not_counted");
		}
	}
	t->out->proven = t->proven = proven;
}

/* ---- the certificate and those above it ---- */

static int
check_chain(struct pades_trial *t, time_t at)
{
	struct pades_signature *s = t->out;
	int rc;

	if (t->policy->trust == NULL) {
		pades_flaw(s, "trust_not_checked");
		return 0;
	}
	rc = pki_check(t->policy->trust, t->cms->signer, t->material->certs, at, &s->chain);
	s->chain_ok = rc == YX_OK;
	if (rc != YX_OK)
		pades_flaw(s, yx_err_word(rc));
	return s->chain_ok;
}

/* Is what happened to the certificate the end of the signature? */
static void
judge_revocation(struct pades_trial *t, time_t at)
{
	struct pades_signature *s = t->out;
	const struct pades_revocation *r = &s->revocation;

	if (r->state != PKI_REVOKED)
		return;
	if (s->claimed_time >= r->revoked_at && (t->proven == 0 || at >= r->revoked_at))
		pades_flaw(s, "signed_after_revocation");
	else if (t->proven == 0 || at >= r->revoked_at)
		pades_flaw(s, "revoked_since");
	else
		pades_warn(s, "revoked_later");
}

/* 1: the file proves the standing of each certificate below the anchor. */
static int
check_revocation(struct pades_trial *t, time_t at)
{
	STACK_OF(X509) *chain = t->out->chain;
	int complete = 1;

	for (int i = 0; i + 1 < sk_X509_num(chain); i++) {
		const struct pades_question q = { sk_X509_value(chain, i), sk_X509_value(chain, i + 1), at, t->now };
		struct pades_revocation r;

		pades_revocation_of(t->material, &q, &r);
		complete &= r.state != PKI_UNKNOWN;
		if (i == 0) {
			t->out->revocation = r;
			judge_revocation(t, at);
		} else if (r.state == PKI_REVOKED && (t->proven == 0 || t->proven >= r.revoked_at)) {
			pades_flaw(t->out, "authority_revoked");
		}
	}
	if (t->out->revocation.state == PKI_UNKNOWN)
		pades_warn(t->out, "revocation_not_proven");
	return complete;
}

/* Art. 6 of the act: approved, and within validity and scope. The chain was checked for
 * usage and validity already; what failed there is no presumption. */
static void
presume(struct pades_trial *t, time_t at)
{
	struct pades_presumption *p = &t->out->presumption;
	int in_force = 0;

	*p = (struct pades_presumption){ .result = "not_presumed", .why = "signature_not_valid" };
	if (t->policy->approved == NULL) {
		*p = (struct pades_presumption){ .result = "not_checked", .why = "no_table" };
		return;
	}
	if (sk_X509_num(t->out->chain) > 1)
		p->row = pki_approved_find(t->policy->approved, sk_X509_value(t->out->chain, 1), at, &in_force);
	if (t->out->why != NULL)
		return;
	p->why = p->row == NULL ? "ca_not_approved" : !in_force ? "approval_not_in_force" :
	    t->out->revocation.state == PKI_UNKNOWN ? "status_not_proven" : "";
	if (in_force)
		p->result = "presumed";
}

/* ---- algorithms and level ---- */

static void
check_algorithm(struct pades_trial *t)
{
	struct pades_algorithm *a = &t->out->algorithm;

	pades_algorithm_of(t->cms, t->proven == 0 ? t->now : t->proven, a);
	if (!a->acceptable)
		pades_flaw(t->out, t->proven == 0 ? "algorithm_too_weak_now" : "algorithm_too_weak");
	else if (a->until != 0 && t->proven == 0)
		pades_warn(t->out, "algorithm_ends");
}

/* EN 319 142-1, 6.3: each level has all of the one before. */
static const char *
level_of(const struct pades_trial *t, int complete)
{
	if (!t->baseline)
		return "";
	if (t->proven == 0)
		return "B-B";
	if (!complete || t->unproven || !t->material->store)
		return "B-T";
	return t->archived ? "B-LTA" : "B-LT";
}

/* ---- all of it ---- */

static void
judge_times(struct pades_trial *t)
{
	struct pades_signature *s = t->out;
	const time_t at = t->proven == 0 ? s->claimed_time : t->proven;
	int complete = 0;

	if (t->proven == 0)
		pades_warn(s, "time_only_claimed");
	else if (s->claimed_time > t->proven + CLOCK_SKEW)
		pades_warn(s, "claimed_after_timestamp");
	if (t->policy->trust != NULL && (at == 0 || at > t->now + CLOCK_SKEW)) {
		pades_flaw(s, "claimed_time");
		return;
	}
	if (check_chain(t, at)) {
		if (t->proven == 0 && !still_valid(t->cms->signer, t->now))
			pades_flaw(s, "expired_since");
		complete = check_revocation(t, at);
	}
	check_algorithm(t);
	presume(t, at);
	s->level = level_of(t, complete);
}

void
pades_judge(struct pades_trial *t)
{
	struct pades_signature *s = t->out;

	s->level = "";
	s->proven = t->proven;
	s->presumption = (struct pades_presumption){ .result = t->policy->approved == NULL ? "not_checked" : "not_presumed",
		.why = t->policy->approved == NULL ? "no_table" : "signature_not_valid" };
	s->revocation = (struct pades_revocation){ .source = "", .found = "", .reason = -1 };
	s->algorithm = (struct pades_algorithm){ .signature = "", .md = "" };
	/* Of a signature that does not hold there is nothing to prove. */
	if (s->signature_ok && s->digest_ok && t->cms->signer != NULL) {
		read_stamps(t);
		judge_times(t);
	}
	conclude(s);
	ERR_clear_error();
}

void
pades_judge_timestamp(struct pades_trial *t)
{
	struct pades_signature *s = t->out;
	int complete = 1;

	s->level = "";
	s->presumption = (struct pades_presumption){ .result = "not_checked", .why = "" };
	s->revocation = (struct pades_revocation){ .source = "", .found = "", .reason = -1 };
	s->algorithm = (struct pades_algorithm){ .signature = "", .md = s->md, .acceptable = 1 };
	if (s->chain_ok && s->signer != NULL && !still_valid(s->signer, t->proven == 0 ? t->now : t->proven))
		pades_flaw(s, "expired_since");
	if (s->chain_ok && s->claimed_time > t->now + CLOCK_SKEW)
		pades_flaw(s, "claimed_time");
	if (s->chain_ok && !authority_stands(t, s->chain, s->claimed_time, t->proven == 0 ? t->now : t->proven, &complete))
		pades_flaw(s, "revoked_since");
	conclude(s);
	if (s->verdict == PADES_VALID)
		s->proven = s->claimed_time;
}
