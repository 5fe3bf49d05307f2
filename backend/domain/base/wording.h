/* wording.h - floor 4: what mails and messages of the platform say, in Chinese and in English, with
 * fields between double braces: {{契約名稱}}. Each event has a default here; the platform and each
 * agency may word it anew (backend/domain/admin/wording_set.h), and the nearest wording counts. */
#ifndef YX_WORDING_H
#define YX_WORDING_H

#include "backend/act.h"

enum wording_field {
	FIELD_NAME, FIELD_BELONGS, FIELD_ACCOUNT, FIELD_LINK, FIELD_GOOD_FOR, FIELD_PLATFORM_NAME, FIELD_TITLE,
	FIELD_NUMBER, FIELD_SHORT_NAME, FIELD_LAST_DAY, FIELD_REASON, FIELD_ASKED_BY, FIELD_AGREED_BY, FIELD_MINUTES,
	FIELD_NEW_AGENCY, FIELD_OLD_AGENCY,
	WORDING_FIELDS
};
/* zh: as it stands between the braces; en: what it is; sample: for a preview. */
struct wording_field_about { const char *zh, *en, *sample; };
extern const struct wording_field_about WORDING_FIELD[WORDING_FIELDS];

enum wording_id {
	WORDING_EMAIL, WORDING_PASSWORD, WORDING_INVITATION, WORDING_NOTICE, WORDING_REMINDER, WORDING_GLASS,
	WORDING_MERGED, WORDING_MERGED_VENDOR, WORDINGS
};

/* The four texts of one event. A text without English may leave en_* empty. */
struct wording_texts { const char *zh_subject, *en_subject, *zh_body, *en_body; };

struct wording {
	const char          *name;       /* "contract.reminder" */
	const char          *zh, *en;    /* what it is called */
	unsigned             fields;     /* bits 1 << field */
	unsigned             needed;     /* those that the Chinese body must have, such as the link */
	struct wording_texts texts;      /* the default */
};
extern const struct wording WORDING[WORDINGS];

/* NULL: there is none of that name. */
const struct wording *wording_named(const char *name);

/* What the fields are in one mail; NULL is "". */
struct wording_values { const char *of[WORDING_FIELDS]; };

#define WORDING_BODY_MAX 3000   /* characters */

/* Are all fields of the text among the bits? YX_UNKNOWN_FIELD: one is not, or a brace is not closed.
 * *used (may be NULL): bits of the fields that are there. */
int wording_check(const char *text, unsigned fields, unsigned *used) YX_MUST_USE;
/* The text with values in the places of its fields; a field that is none stays as it stands. In the
 * arena; NULL without memory. What is filled in is not looked at again. */
const char *wording_fill(struct yx_arena *a, const char *text, const struct wording_values *v);

/* What a mail of that agency (NULL: of the platform) says: Chinese, then English. */
struct wording_out { const char *subject, *body; };
int wording_write(struct act *act, enum wording_id which, const char *organization_id,
    const struct wording_values *v, struct wording_out *out) YX_MUST_USE;
/* The same from given texts. */
int wording_make(struct act *act, const struct wording_texts *t, const struct wording_values *v,
    struct wording_out *out) YX_MUST_USE;
/* The texts that count there: of the agency, else of the nearest above it, else of the platform, else the default. */
int wording_texts(struct act *act, const struct wording *w, const char *organization_id,
    struct wording_texts *out) YX_MUST_USE;

#endif
