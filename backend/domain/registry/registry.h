/* registry.h - floor 4: 總收發: the agency's central registry sees the sealing of every
 * contract of the agency, and says who seals. For the registry and administrators; a
 * contract of another agency, or one that was not sent: YX_NOT_FOUND. */
#ifndef YX_REGISTRY_H
#define YX_REGISTRY_H

#include "backend/domain/contract/contract.h"

#define ROLES_REGISTRY (ROLE_REGISTRY | ROLE_AGENCY_ADMIN)

struct registry_row {
	const char *id, *number, *title, *vendors, *handler /* masked */, *state;
	int64_t     sent_at, asked_at;       /* asked_at: handed over to the sealers, 0: not yet */
	const char *sealers;                 /* who is asked or has sealed, masked, with 、 between */
	int64_t     sealed, needed;          /* seals on the document that has fewest */
	const char *deadline;                /* or NULL */
};
struct registry_filter {
	const char *tab;                     /* "pending", "coming", "sealed", "other", "all" */
	const char *q, *from, *to;           /* number or title; created, days in Taipei */
};
struct registry_counters { int64_t pending, coming, sealed, other, all; };
struct registry_page { struct registry_row *rows; size_t n; struct registry_counters counters; };
int registry_list(struct act *act, const struct registry_filter *f, struct page *page,
    struct registry_page *out) YX_MUST_USE;

struct registry_task {
	struct member_person person;         /* who is asked, or has sealed */
	const char *deputy_for;              /* masked, or NULL */
	const char *state;                   /* of the document that is least far */
	int64_t     at;                      /* when it was sealed, 0: not yet */
	int         open, lives;             /* may seal now; is asked, will be, or has sealed */
};
/* Everything about one contract's sealing. */
int registry_get(struct act *act, const char *id, struct contract *c, struct registry_task **tasks,
    size_t *n) YX_MUST_USE;

/* In a transaction: from now on these seal, and who has sealed already. Who is new is asked
 * by a message; who is not named any more need not seal. Taking over is naming oneself.
 * YX_BAD_FIELD "sealers": nobody who may seal, or fewer than the contract needs. */
int registry_assign(struct act *act, const char *id, const char *const *members, size_t n) YX_MUST_USE;

/* Who may seal for the agency. */
int registry_people(struct act *act, struct member_person **people, size_t *n) YX_MUST_USE;

#endif
