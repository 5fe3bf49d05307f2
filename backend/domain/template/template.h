/* template.h - floor 4: 範本 of an agency: texts with fields, who signs, where seals will stand, how long
 * the signers have. Each change is the next version; older ones stay readable, and a contract keeps
 * the one that it began with.
 *
 * Officers and the registry use all of their agency; an officer keeps what is his, administrators of the
 * agency keep all. What one may not see is YX_NOT_FOUND, what one may only use YX_NOT_FOUND as well
 * when it is to be changed. */
#ifndef YX_TEMPLATE_H
#define YX_TEMPLATE_H

#include "backend/domain/contract/contract.h"
#include "backend/domain/people/organization.h"

#define TEMPLATES_MAX       1000  /* of one agency, retired ones too */
#define TEMPLATE_PLACES_MAX 30
#define TEMPLATE_VENDORS    10
#define TEMPLATE_SEALERS    200
#define TEMPLATE_DAYS_MAX   3650

struct template_place {
	const char *party;             /* "platform", "vendor", "sealer" */
	int64_t     vendor;            /* the n-th vendor, from 1; 0 for the others */
	int64_t     nth;               /* of the agency's seals, in the order in which they seal; of others 1 */
	int         seam;              /* 1: a 騎縫章 over all pages */
	int64_t     page;              /* 1 is the first, -1 the last; not beside a text, not of a seam */
	int64_t     x, y, w, h, rise;  /* as struct place has them */
	const char *anchor;            /* "" or the text beside which it stands */
};
struct template_content {
	const char *name, *note;       /* note: what is different in this version */
	const char *title;             /* of a contract, or "" */
	const char *subject, *body;    /* with fields */
	int64_t     deadline_days;     /* after sending; 0: none */
	int         deadline_hard;
	struct contract_rules rules;   /* representative: one of vendors */
	const char *const *vendors, *const *sealers;  /* ids */
	size_t      vendors_n, sealers_n;
	const struct template_place *places;
	size_t      places_n;
};
struct template_row {
	const char *id, *kind;         /* "contract", "message" */
	const char *name, *owner;      /* owner: the keeper's name */
	int64_t     version, changed_at, retired_at;
	int         mine;              /* may be changed by act->who */
	const char *subject;           /* of the newest version */
};
struct template_version { int64_t version, at; const char *by, *name, *note; };
struct template {
	struct template_row     row;
	int64_t                 version, at;   /* the version that is read, and when it was made */
	const char             *by;
	struct template_content content;
	struct contract_party  *vendors;       /* as content.vendors, with names */
	struct member_person   *sealers;       /* those who have left are not there */
	size_t                  vendors_n, sealers_n;
};

/* ---- template.c: the one writer. All in a transaction. ----
 * Errors: YX_BAD_FIELD and its kin with the field, YX_TEXT_FIELD_UNKNOWN, YX_TOO_LARGE. */
int template_add(struct act *act, const char *kind, const struct template_content *c, char id[YX_ID_SIZE]) YX_MUST_USE;
/* seen: the version that the editor began with; YX_CONFLICT if there is a newer one, YX_STATE if retired. */
int template_change(struct act *act, const char *id, int64_t seen, const struct template_content *c,
    int64_t *version) YX_MUST_USE;
/* Nobody begins with it any more (yes), or again (no). */
int template_retire(struct act *act, const char *id, int yes) YX_MUST_USE;

/* ---- template_read.c ---- */
struct template_filter { const char *kind, *q; int retired; };  /* kind, q: NULL: all */
/* By name. */
int template_list(struct act *act, const struct template_filter *f, struct page *page, struct template_row **rows,
    size_t *n) YX_MUST_USE;
/* version 0: the newest. */
int template_get(struct act *act, const char *id, int64_t version, struct template *out) YX_MUST_USE;
/* Newest first, the last 100. */
int template_versions(struct act *act, const char *id, struct template_version **rows, size_t *n) YX_MUST_USE;
/* "I may change template t". Parameters: TEMPLATE_MINE_P. */
#define TEMPLATE_MINE " (t.organization_id = ? AND (? OR (? AND t.owner_id = ?)))"
#define TEMPLATE_MINE_P(act) \
	yx_p_str((act)->who.organization_id), yx_p_int(((act)->who.roles & ROLE_AGENCY_ADMIN) != 0), \
	yx_p_int(((act)->who.roles & ROLE_OFFICER) != 0), yx_p_str((act)->who.member_id)

/* In a merger: the agency's templates, with their owners. */
int template_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;

#endif
