/* organization.h - floor 4: agencies, vendors and their units; the one writer of the
 * tables organization and unit. */
#ifndef YX_ORGANIZATION_H
#define YX_ORGANIZATION_H

#include "backend/act.h"

struct organization {
	const char *id, *name, *code, *kind;
};
struct organization_new {
	const char *kind;          /* "agency", "vendor" or "platform" */
	const char *code;          /* 379730000A; 97162640 */
	const char *name, *short_name;
	const char *card_identity; /* what its cards say: serialNumber of a vendor, O of an agency */
};
/* In a transaction. YX_CONFLICT (code taken), YX_BAD_FIELD (form of the code). */
int organization_create(struct act *act, const struct organization_new *o, char id[YX_ID_SIZE]) YX_MUST_USE;
/* The same for one of a practice (實機演練). */
int organization_practise(struct act *act, const struct organization_new *o, const char *practice_id,
    char id[YX_ID_SIZE]) YX_MUST_USE;
/* In a transaction. What of it may change; parent_id NULL: none above. YX_CONFLICT: changed
 * meanwhile (version); YX_BAD_FIELD: the agency above is none, or stands below this one. */
struct organization_change {
	const char *id, *name, *short_name, *card_identity, *parent_id;
	int64_t     version;
};
int organization_change(struct act *act, const struct organization_change *c) YX_MUST_USE;
/* Organizations to choose as signing unit, by code: vendors (external 1) or agencies,
 * name or code containing q (NULL: all). */
struct organization_filter { int external; const char *q; };
int organization_list(struct act *act, const struct organization_filter *f, struct page *page,
    struct organization **list, size_t *n) YX_MUST_USE;

/* A unit's code as screens show it: agency code and unit code, 379730000A6300. */
struct unit {
	const char *id, *code, *name;
};
/* In a transaction. code: the unit's four digits. */
int unit_create(struct act *act, const char *organization_id, const char *code, const char *name,
    char id[YX_ID_SIZE]) YX_MUST_USE;
/* In a transaction: the unit's name; closed for new work, with the unit that goes on for it
 * (NULL: none); open again. YX_NOT_FOUND: none of that organization, or not in that state. */
int unit_rename(struct act *act, const char *organization_id, const char *id, const char *name) YX_MUST_USE;
int unit_close(struct act *act, const char *organization_id, const char *id, const char *into) YX_MUST_USE;
int unit_reopen(struct act *act, const char *organization_id, const char *id) YX_MUST_USE;
/* Units of an agency that are open, by code. */
int unit_list(struct act *act, const char *organization_id, struct unit **units, size_t *n) YX_MUST_USE;

/* One agency becomes part of another (backend/domain/admin/agency_merge.h): its id, and that of the one that
 * goes on. What each table does then stands in the table's own file; all run in one transaction, and can run
 * again for what was written meanwhile. */
struct organization_pair { const char *from, *into; };
/* The unit's name there (u of f, in i): with the other agency's name in front. */
#define UNIT_NAME_AFTER \
	"LEFT(IF(LEFT(u.name, CHAR_LENGTH(f.name)) = f.name, CONCAT(i.name, SUBSTR(u.name, CHAR_LENGTH(f.name) + 1))," \
	" u.name), 100)"
/* First of all: each unit gets a successor, as the merger's plan says, and is closed. What a closed one was named
 * in gets a closed one, which keeps its giver's code. */
int unit_succeed(struct act *act, const struct organization_pair *p, const char *merge_id) YX_MUST_USE;
/* Last of all: closed, with the code for ever, and those that stood below stand below the other. YX_STATE: it is
 * closed already. */
int organization_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;

/* One unit of that organization; out->id is NULL if there is none. */
int unit_get(struct act *act, const char *organization_id, const char *id, struct unit *out) YX_MUST_USE;

#endif
