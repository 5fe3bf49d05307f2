/* register.h - floor 4: 用印登記簿, the agency's book of seals: one line a seal, written with
 * it, numbered without gaps by agency and year. The one writer of seal_register. */
#ifndef YX_REGISTER_H
#define YX_REGISTER_H

#include "backend/domain/document/history.h"

/* In the transaction of the seal. for_id: whose deputy act->who is, or NULL. */
int register_add(struct act *act, const char *organization_id, const struct history_entry *h,
    const char *for_id) YX_MUST_USE;

struct register_row {
	int64_t     year, number, sealed_at, pages, revision;
	const char *contract_number, *contract_title, *vendors; /* with 、 between */
	const char *document_number, *document_name;
	const char *sha256;            /* of the sealed revision, 64 hex digits */
	const char *sealer, *deputy_for; /* as the history says; NULL: for himself */
	const char *certificate, *serial;
	const char *agency;            /* whose book it is, if it became part of this one; else NULL */
};
struct register_filter {
	const char *from, *to;         /* YYYY-MM-DD, days in Taipei, both included */
	const char *member_id;         /* who sealed, or NULL */
};
/* Of act->who's agency and of those that became part of it, by number. A page that starts at
 * page->offset; page->total is the number of lines. */
int register_list(struct act *act, const struct register_filter *f, struct page *page, struct register_row **rows,
    size_t *n) YX_MUST_USE;

#endif
