/* setting.h - floor 4: parameters are looked at and changed (backend/domain/base/parameter.h has
 * the catalogue): by the platform's administrator everywhere, by an agency's for it and its units,
 * by a contract's handler and officers for that contract. Each change is kept and can be undone.
 * The one writer of the tables parameter_value and parameter_change. */
#ifndef YX_SETTING_H
#define YX_SETTING_H

#include "backend/domain/base/parameter.h"
#include "backend/domain/people/organization.h"

/* Where something is set; ids in the arena, NULL where they don't apply. */
struct setting_place {
	struct parameter_place at;
	enum parameter_level   level;
	const char            *scope;   /* the lowest id, "" for the platform */
	const char            *name;    /* of the contract, unit or agency; NULL: the platform */
};
/* What the caller asked for: nothing at all is the platform for its administrator, else the own
 * agency. YX_NOT_FOUND: none of theirs. */
int setting_place(struct act *act, const struct parameter_place *asked, struct setting_place *out) YX_MUST_USE;

#define SETTING_SUPERIOR LEVELS     /* an agency above the place's agency */
struct setting {
	const struct parameter *parameter;
	const char *value;              /* that counts here */
	int         from;               /* level that set it, SETTING_SUPERIOR, -1: the default */
	int         locked;             /* from above: can't be set here */
	int         settable;           /* at this level, and not locked */
	const char *own;                /* what is set here; NULL: nothing */
	int         own_locked;
	const char *above;              /* what would count if nothing were set here */
	int         above_from;
	int64_t     most;               /* the largest number */
};
/* All parameters that may be set at that level or below. */
int setting_list(struct act *act, const struct setting_place *at, struct setting **list, size_t *n) YX_MUST_USE;

struct setting_change {
	const char *name;
	const char *value;              /* NULL: nothing is set here any more */
	int         lock;
};
struct setting_below { const char *name, *value; int level, ignored; };
/* What a change would do. */
struct setting_effect {
	const char *before, *after;     /* what counts here */
	/* Below, where something else counts then; contracts: those that wait for signatures. */
	int64_t     agencies, units, contracts;
	int64_t     sessions;           /* that end at once */
	struct setting_below *below;    /* places below with a value of their own, 20 at most */
	size_t      below_n;
	int64_t     below_all;
};
/* YX_BAD_FIELD ("name", "value"), YX_SETTING_LOCKED. */
int setting_preview(struct act *act, const struct setting_place *at, const struct setting_change *c,
    struct setting_effect *out) YX_MUST_USE;
/* In a transaction; the same errors. */
int setting_put(struct act *act, const struct setting_place *at, const struct setting_change *c) YX_MUST_USE;

struct setting_event {
	const char *id, *name, *by;
	int64_t     at;
	const char *before, *after;     /* NULL: nothing was set */
	int         before_locked, after_locked;
	int         undone, may_undo;   /* may: it is what is set there now, and it was no undoing */
};
/* What was changed at that place, the newest first, 100 at most. */
int setting_events(struct act *act, const struct setting_place *at, struct setting_event **list, size_t *n) YX_MUST_USE;
/* In a transaction: what was there before is there again. YX_NOT_FOUND, YX_CONFLICT: something else
 * was set meanwhile, or it is undone already. */
int setting_undo(struct act *act, const char *id) YX_MUST_USE;

/* In a merger, once the units have their successors and before the contracts go over: what the agency had set counts
 * no more and stands in its history as taken away; what its units and contracts had set goes with them; a longer
 * period of retention goes with its contracts. by: who agreed to the merger. */
int setting_succeed(struct act *act, const struct organization_pair *p, const char *merge_id,
    const char *by) YX_MUST_USE;

#endif
