/* kept.h - floor 4: what a member keeps for himself: forms that are not finished, and filters
 * of lists under a name. The one writer of form_draft and saved_filter. */
#ifndef YX_KEPT_H
#define YX_KEPT_H

#include "backend/act.h"
#include "backend/domain/people/organization.h"

#define KEPT_FILTERS 50   /* of one list */

/* In a transaction: the form's text, as the page gave it; the newest takes the place of the
 * one before. */
int kept_form_put(struct act *act, const char *form, const char *content) YX_MUST_USE;
/* YX_NOT_FOUND if nothing is kept. *saved_at in ms UTC. */
int kept_form_get(struct act *act, const char *form, const char **content, int64_t *saved_at) YX_MUST_USE;
/* In a transaction; nothing need be there. */
int kept_form_drop(struct act *act, const char *form) YX_MUST_USE;

struct kept_filter { const char *name, *query; };
/* By name. */
int kept_filter_list(struct act *act, const char *list, struct kept_filter **filters, size_t *n) YX_MUST_USE;
/* In a transaction; one of that name is replaced. YX_TOO_LARGE beyond KEPT_FILTERS. */
int kept_filter_put(struct act *act, const char *list, const struct kept_filter *f) YX_MUST_USE;
/* In a transaction. YX_NOT_FOUND. */
int kept_filter_drop(struct act *act, const char *list, const char *name) YX_MUST_USE;

/* In a merger: who filters by the agency filters by the other one. */
int kept_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;

#endif
