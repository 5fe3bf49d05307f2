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

/* 1 if an account may be called so: letters, digits and . - _ of ASCII, up to 64. */
int member_account_fits(const char *account);

struct member_new {
	const char *organization_id, *unit_id;  /* unit NULL: none */
	const char *account, *name, *email;
	const char *password_hash;              /* password_hash(); NULL: none yet, an invitation will set it */
	const char *roles;                      /* words with blanks between; "" none */
};
/* In a transaction. YX_CONFLICT: the account is taken. */
int member_create(struct act *act, const struct member_new *m, char id[YX_ID_SIZE]) YX_MUST_USE;

/* In a transaction: a member that nobody can log in as and no list of people shows: in its name a
 * client of the public API acts. Its name stands behind MEMBER_SERVICE, and is not masked. */
#define MEMBER_SERVICE "系統："
int member_create_service(struct act *act, const char *organization_id, const char *name, const char *email,
    char id[YX_ID_SIZE]) YX_MUST_USE;
/* In a transaction: another name or address of it. */
int member_put_service(struct act *act, const char *id, const char *name, const char *email) YX_MUST_USE;

/* What becomes of a member. All run in the caller's transaction, which writes the audit row;
 * all find only active members of that organization (YX_NOT_FOUND), and end the member's
 * sessions: who may do something else now logs in anew. */
struct member_key { const char *organization_id, *id; };
/* The roles become these words, with blanks between; "" none. */
int member_set_roles(struct act *act, const struct member_key *m, const char *roles) YX_MUST_USE;
/* Another unit of the same organization, NULL none. YX_BAD_FIELD: not a unit of it. */
int member_move(struct act *act, const struct member_key *m, const char *unit_id) YX_MUST_USE;
/* Leaves: cannot come in, gets no mail, is in no list. What the member had to do stays
 * where it is; staff_leave() hands it over as well. */
int member_deactivate(struct act *act, const struct member_key *m) YX_MUST_USE;
/* Comes back, without roles (YX_NOT_FOUND: is not away). */
int member_return(struct act *act, const struct member_key *m) YX_MUST_USE;

/* In a merger: everybody goes along, with roles and unit, and logs in anew. */
int member_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;

/* What a member sets of the own account, and sees of it. */
struct member_profile {
	const char *account, *name, *email, *phone;
	const char *language, *years;            /* "zh" or "en"; "common" or "minguo" */
	int64_t     quiet_from, quiet_to;        /* hours in Taipei; -1: none */
	int64_t     password_at, version;        /* 0: never changed */
	int         has_password;
};
int member_profile(struct act *act, struct member_profile *out) YX_MUST_USE;
/* In a transaction: name, phone, language and years of act->who. YX_CONFLICT: version. */
int member_put_profile(struct act *act, const struct member_profile *p) YX_MUST_USE;
/* In a transaction: the hours without mail; -1 none. */
int member_put_quiet(struct act *act, int64_t from, int64_t to) YX_MUST_USE;
/* In a transaction, of anybody. */
int member_put_email(struct act *act, const char *id, const char *email) YX_MUST_USE;
/* In a transaction, of anybody; ends the member's sessions. */
int member_put_password(struct act *act, const char *id, const char *hash) YX_MUST_USE;

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
