/* wording_set.h - floor 4: mails and messages are worded anew, for the platform or one agency, looked
 * at and tried before; the one writer of the table mail_wording. */
#ifndef YX_WORDING_SET_H
#define YX_WORDING_SET_H

#include "backend/domain/admin/setting.h"
#include "backend/domain/base/wording.h"
#include "backend/domain/people/organization.h"

struct wording_row {
	const struct wording *wording;
	struct wording_texts  texts;      /* that count there */
	int                   own;        /* they were written there */
	const char           *from;       /* whose they are: an agency above, "" the platform's, NULL own or the default */
	const char           *by;         /* who did, NULL unless own */
	int64_t               at;
};
/* All of them at that place (LEVEL_PLATFORM or LEVEL_AGENCY, else YX_NOT_FOUND). */
int wording_rows(struct act *act, const struct setting_place *at, struct wording_row **list, size_t *n) YX_MUST_USE;
/* In a transaction. YX_NOT_FOUND: no such event; YX_UNKNOWN_FIELD, YX_FIELD_REQUIRED (a field that it
 * must have), with the text that is meant. */
int wording_put(struct act *act, const struct setting_place *at, const char *name,
    const struct wording_texts *t) YX_MUST_USE;
/* In a transaction: what counts above counts there again. YX_NOT_FOUND: it does already. */
int wording_reset(struct act *act, const struct setting_place *at, const char *name) YX_MUST_USE;
/* What a mail with these texts would say, with samples in its fields; the same errors. */
int wording_preview(struct act *act, const char *name, const struct wording_texts *t,
    struct wording_out *out) YX_MUST_USE;
/* In a transaction: the same as a mail to act->who's own address. */
int wording_try(struct act *act, const char *name, const struct wording_texts *t) YX_MUST_USE;

/* In a merger: what the other agency words counts, and not what this one had worded. */
int wording_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;

#endif
