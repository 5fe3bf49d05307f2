/* deputy.h - floor 4: 代理人: who seals for whom, from when to when; the one writer of
 * seal_deputy. A deputy gets a task of his own beside that of the one he stands for;
 * whichever is signed first ends the other. */
#ifndef YX_DEPUTY_H
#define YX_DEPUTY_H

#include "backend/act.h"
#include "backend/domain/people/organization.h"

struct deputy_new {
	const char *member_id, *deputy_id;   /* for whom; who */
	const char *from, *to;               /* YYYY-MM-DD in Taipei, both included */
	const char *unit_id;                 /* cases of this unit only; NULL: all */
};
/* All in the caller's transaction. The registry and administrators name anybody of the
 * agency who may seal, others themselves. YX_BAD_FIELD with the field, YX_FORBIDDEN. */
int deputy_add(struct act *act, const struct deputy_new *d, char id[YX_ID_SIZE]) YX_MUST_USE;
/* Called off; the deputy's open tasks end. YX_NOT_FOUND. */
int deputy_end(struct act *act, const char *id) YX_MUST_USE;

struct deputy_row {
	const char *id, *member_id, *member, *deputy_id, *deputy; /* names masked */
	const char *from, *to, *unit;
	const char *state;                   /* "coming", "now", "over", "ended" */
	int         mine;                    /* act->who may call it off */
};
/* Of the agency, newest first; who is neither registry nor administrator sees his own. */
int deputy_list(struct act *act, struct page *page, struct deputy_row **rows, size_t *n) YX_MUST_USE;

/* Deputies of today get what those they stand for have to seal of that contract. */
int deputy_apply(struct act *act, const char *contract_id) YX_MUST_USE;
/* The same for a hundred contracts, the newest first, and tasks of deputies whose days are
 * over end; each contract in a transaction of its own. *done: how many. */
int deputy_work(struct act *act, size_t *done) YX_MUST_USE;

/* In a merger: deputies stay deputies. */
int deputy_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;

#endif
