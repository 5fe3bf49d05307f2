/* member.h - floor 4: people, units and organizations as others see them. */
#ifndef YX_MEMBER_H
#define YX_MEMBER_H

#include "backend/db/db.h"
#include "backend/http/http.h"

/* A personal name as lists show it: 陳大文 → 陳*文, 王明 → 王*, 歐陽小明 → 歐**明.
 * A name that is masked already (陳00, 李**) stays. In the arena. */
const char *member_mask(struct yx_arena *a, const char *name);

/* A unit's code as screens show it: agency code and unit code, 379730000A6300. */
struct member_unit {
	const char *id, *code, *name;
};
/* Units of an agency, by code. */
int member_units(struct yx_db *db, struct yx_arena *a, const char *organization_id,
    struct member_unit **units, size_t *n) YX_MUST_USE;
/* One unit of that organization; out->id is NULL if there is none. */
int member_unit_get(struct yx_db *db, struct yx_arena *a, const char *organization_id, const char *id,
    struct member_unit *out) YX_MUST_USE;

struct member_person {
	const char *id, *name /* masked */, *unit_name;
	struct member_unit unit;
};
/* Active people of an organization with a role ("officer", "sealer"; NULL: any),
 * name or unit containing q (NULL: all). page->total is filled. */
int member_list(struct yx_db *db, struct yx_arena *a, const char *organization_id, const char *role,
    const char *q, struct http_page *page, struct member_person **people, size_t *n) YX_MUST_USE;

struct member_organization {
	const char *id, *name, *code, *kind;
};
/* Organizations to choose as signing unit: vendors (external 1) or agencies. */
int member_organizations(struct yx_db *db, struct yx_arena *a, int external, const char *q,
    struct http_page *page, struct member_organization **list, size_t *n) YX_MUST_USE;

/* The text between % signs for LIKE: % _ \ escaped, 台 folded to 臺; NULL gives "%". */
const char *member_like(struct yx_arena *a, const char *q);

#endif
