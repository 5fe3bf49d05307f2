/* member.h - floor 4: people as others see them; the one writer of the tables member
 * and member_role. */
#ifndef YX_MEMBER_H
#define YX_MEMBER_H

#include "backend/act.h"
#include "backend/domain/people/organization.h"

/* A personal name as others see it, by the setting name_mask. "middle": of each part
 * (parts are divided by blanks, hyphens or middle dots) the first and, from three
 * characters on, the last stay: 陳大文 → 陳*文, 王明 → 王*, OLIVIA CHEN → O****A C**N.
 * "first": only the first of each part stays. "none": all of it. A name that came masked
 * (陳00, 李**) stays. In the arena; "*" without memory. */
const char *member_mask(struct act *act, const char *name);

/* An address as others see it: c***@gmail.com. In the arena; "*" without memory. */
const char *member_mask_email(struct act *act, const char *email);

/* SQL: the row `m` of member gets what is sent to the whole of a vendor, as it may sign
 * for it. */
#define MEMBER_SIGNS(m) " (NOT " m ".disabled AND EXISTS (SELECT 1 FROM member_role x" \
	" WHERE x.member_id = " m ".id AND x.role = 'vendor_signer'))"

struct member_new {
	const char *organization_id, *unit_id;  /* unit NULL: none */
	const char *account, *name, *email;
	const char *password_hash;              /* session_hash_password */
	const char *roles;                      /* words with blanks between */
};
/* In a transaction. YX_CONFLICT: the account is taken. */
int member_create(struct act *act, const struct member_new *m, char id[YX_ID_SIZE]) YX_MUST_USE;
/* In a transaction: one more failed login (the first after a lock has run out starts a
 * new count); at `max` the account is locked until now_ms + lock_ms. */
int member_login_failed(struct yx_db *db, const char *id, int64_t now_ms, int64_t max, int64_t lock_ms) YX_MUST_USE;
int member_login_done(struct yx_db *db, const char *id) YX_MUST_USE;

/* The word of the i-th role among the bits, NULL behind the last; the bits of words with
 * commas between. */
const char *member_role(unsigned bits, size_t i);
unsigned member_role_bits(const char *words);
/* act->who becomes that member, without a session: for what the platform or an import does
 * in somebody's name. YX_NOT_FOUND. */
int member_act(struct act *act, const char *member_id) YX_MUST_USE;
/* From a row of id, organization, unit, name, organization's name and kind, roles. */
void member_fill_who(struct who *w, const struct yx_rows *r);

struct member_person {
	const char *id, *name /* masked */, *unit_name;
	const char *account;               /* tells two of the same masked name apart; colleagues only */
	struct unit unit;
};
struct member_filter {
	const char *role;                  /* "officer", "sealer"; NULL: any */
	const char *q;                     /* in name, account or unit; NULL: all */
};
/* Active people of act->who's organization. page->total is filled. */
int member_list(struct act *act, const struct member_filter *f, struct page *page, struct member_person **people,
    size_t *n) YX_MUST_USE;

#endif
