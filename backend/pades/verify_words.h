/* verify_words.h - floor 3: a report in words, from the one source texts/verify.*.json, and
 * in codes, as JSON. */
#ifndef YX_PADES_VERIFY_WORDS_H
#define YX_PADES_VERIFY_WORDS_H

#include "backend/pades/verify.h"
#include "common/json.h"

/* The text of "GROUP.WORD" in Traditional Chinese or English; the word itself if nothing is
 * written of it (a test looks that each has its text). */
const char *pades_text(const char *group, const char *word, int english);
/* "After signature 1, an annotation was added on page 2 (object 9)"; in the arena, NULL: no
 * memory. */
const char *pades_change_text(struct yx_arena *a, const struct pades_difference *d, int english);

/* Without trust "intact" is the best there is: "valid", "invalid", "indeterminate", "intact". */
const char *pades_verdict_word(const struct pades_signature *s, int trusted);
/* Every signature is valid (or intact, without trust), and there is one. */
int pades_all_good(const struct pades_report *r, int trusted);

/* Members of the open object: valid, why, trust, signatures, changes. */
void pades_report_write(struct yx_jw *w, struct yx_arena *a, const struct pades_report *r, int trusted);

#endif
