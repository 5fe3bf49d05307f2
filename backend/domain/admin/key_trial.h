/* key_trial.h - floor 4: a test seal: a page that says what it is, sealed and verified as anybody would. */
#ifndef YX_KEY_TRIAL_H
#define YX_KEY_TRIAL_H

#include "backend/domain/base/seal_key.h"

struct platform_key_trial {
	int         valid;
	const char *level;        /* "B-T" */
	const char *why;          /* "" if it is valid; in the act's arena */
	int64_t     millis;
};
/* sample: the file, as yx_store_prepared_accel takes it. Errors: those of pades_seal. */
int key_trial(struct act *act, const struct seal_signer *s, char sample[YX_ID_SIZE], struct platform_key_trial *out)
    YX_MUST_USE;

#endif
