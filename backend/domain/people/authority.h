/* authority.h - floor 4: who may sign for a company with a card of one's own: the letter of
 * authority (委任書) as a PDF says so, from a day to a day; the one writer of the table
 * signing_authority. Who holds the company's card needs none. */
#ifndef YX_AUTHORITY_H
#define YX_AUTHORITY_H

#include "backend/act.h"

struct authority {
	const char *id, *member_id, *member, *account;
	const char *letter_name, *first_day, *last_day;  /* YYYY-MM-DD in Taipei */
	const char *granted_by, *revoked_by;             /* names; revoked_by NULL: not revoked */
	int64_t     letter_bytes, granted_at, revoked_at;
	const char *state;                               /* "active", "coming", "over", "revoked" */
};
/* Those of act->who's company, the newest first. page->total is filled. */
int authority_list(struct act *act, struct page *page, struct authority **list, size_t *n) YX_MUST_USE;

struct authority_new {
	const char *member_id, *first_day, *last_day;
	const char *letter_name;           /* as the browser gave it */
	uint8_t     sha256[32];            /* filled by authority_take() */
	int64_t     bytes;
};
/* Looks at the uploaded file and takes it into the store. YX_TOO_LARGE, those of pades_inspect(). */
int authority_take(struct act *act, const char *path, struct authority_new *a) YX_MUST_USE;
/* In a transaction; act->who came in by card (YX_CARD_PROOF otherwise): whoever has only a
 * password gives nobody the right to sign. The member is told. YX_NOT_FOUND: not an active
 * member of the company; YX_BAD_FIELD: the days. */
int authority_grant(struct act *act, const struct authority_new *a, char id[YX_ID_SIZE]) YX_MUST_USE;
/* In a transaction. YX_NOT_FOUND: none of the company that is in force. */
int authority_revoke(struct act *act, const char *id) YX_MUST_USE;
/* In a transaction: all of a member's, as the member leaves. */
int authority_end_all(struct act *act, const char *member_id) YX_MUST_USE;
/* The letter, for who looks after the company, and for the member. YX_NOT_FOUND. */
int authority_letter(struct act *act, const char *id, uint8_t sha256[32], const char **name) YX_MUST_USE;

#endif
