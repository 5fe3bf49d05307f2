/* agency.h - floor 4: agencies and their units as administrators see and change them; the
 * one writer of the table organization_event. */
#ifndef YX_AGENCY_H
#define YX_AGENCY_H

#include "backend/domain/people/organization.h"

struct agency {
	const char *id, *kind, *code, *name, *short_name, *card_identity;
	const char *parent_id, *parent_name, *parent_code; /* NULL: none above */
	int64_t     closed_at;                    /* 0: it goes on */
	const char *successor_id, *successor_name, *successor_code; /* that goes on for it, or NULL */
	int64_t     version, below, units;        /* agencies directly below, open units */
};
struct agency_filter {
	const char *under;      /* id: directly below it; NULL: at the top, or everywhere with q */
	const char *q;          /* in name or code; NULL: all */
};
/* Agencies (and the platform) that act->who administrates, by code. page->total is filled. */
int agency_list(struct act *act, const struct agency_filter *f, struct page *page, struct agency **list,
    size_t *n) YX_MUST_USE;
/* YX_NOT_FOUND: not one that act->who administrates. */
int agency_get(struct act *act, const char *id, struct agency *out) YX_MUST_USE;

struct agency_unit {
	const char *id, *code, *full_code, *name; /* 6300, 379730000A6300 */
	int64_t     closed_at;                    /* 0: open */
	const char *merged_into;                  /* its name, or NULL */
	int64_t     people;                       /* active members */
};
/* All units, the open ones first, by code. */
int agency_units(struct act *act, const char *id, struct agency_unit **units, size_t *n) YX_MUST_USE;

struct agency_event {
	int64_t     at;
	const char *by;                           /* NULL: the platform */
	const char *unit, *kind, *before, *after; /* unit: its code, or NULL */
};
/* The newest 100 things that became of it. */
int agency_events(struct act *act, const char *id, struct agency_event **events, size_t *n) YX_MUST_USE;

/* All that follow run in the caller's transaction, write history and audit row, and answer
 * YX_NOT_FOUND for what act->who does not administrate, YX_STATE for an agency that is closed. */

/* A new agency below parent_id (NULL: at the top). YX_CODE_TAKEN, YX_BAD_FIELD. */
int agency_create(struct act *act, const struct organization_new *o, const char *parent_id,
    char id[YX_ID_SIZE]) YX_MUST_USE;
/* YX_CONFLICT: changed meanwhile. */
int agency_change(struct act *act, const struct organization_change *c) YX_MUST_USE;
/* In a merger, once its units have their successors: the history of both. by: who agreed to it. */
int agency_merged(struct act *act, const struct organization_pair *p, const char *by) YX_MUST_USE;
/* YX_CODE_TAKEN. code: four digits. */
int agency_unit_add(struct act *act, const char *agency_id, const char *code, const char *name,
    char id[YX_ID_SIZE]) YX_MUST_USE;
int agency_unit_rename(struct act *act, const char *agency_id, const char *id, const char *name) YX_MUST_USE;
/* Closed for new work: its people go to `into`, or (NULL) there must be none (YX_NOT_EMPTY).
 * *moved: how many went. What the unit was named in keeps it. */
int agency_unit_close(struct act *act, const char *agency_id, const char *id, const char *into,
    int64_t *moved) YX_MUST_USE;
int agency_unit_reopen(struct act *act, const char *agency_id, const char *id) YX_MUST_USE;

#endif
