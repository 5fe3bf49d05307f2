/* verify_judge.h - floor 3: from what is known of one signature to the words of
 * ETSI EN 319 102-1: indication, sub-indication, level. */
#ifndef YX_PADES_VERIFY_JUDGE_H
#define YX_PADES_VERIFY_JUDGE_H

#include "backend/pades/verify_material.h"

struct pades_trial {
	const struct pades_policy   *policy;
	const struct pades_material *material;
	const struct cms_parts      *cms;   /* signer NULL: it could not be taken apart */
	time_t now;                         /* UTC */
	time_t proven;                      /* by a document timestamp behind it; 0: none */
	int    archived;                    /* 1: such a timestamp covers the security store as well */
	int    baseline;                    /* 1: the format is one that has levels */
	int    unproven;                    /* out: 1: of a timestamp's authority nothing tells that it was good */
	struct pades_signature *out;        /* with what is known so far; why NULL: nothing is wrong yet */
};

/* Times, path, revocation, algorithms, level, and the sentence over all of it. */
void pades_judge(struct pades_trial *t);
/* The same for a document timestamp, of which `proven` is the next newer one's time. */
void pades_judge_timestamp(struct pades_trial *t);
/* Who is trusted for timestamps. */
const struct pki_trust *pades_tsa_trust(const struct pades_policy *policy);
/* Notes what is wrong, unless something was before; why may be NULL. */
void pades_flaw(struct pades_signature *s, const char *why);
void pades_warn(struct pades_signature *s, const char *word);

#endif
