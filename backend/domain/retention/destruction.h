/* destruction.h - floor 4: 銷毀清冊: lists of contracts whose time is over. The worker collects on an agency's
 * open list; an administrator or the registry looks at it, keeps single ones longer, and proposes it; a second
 * person approves it or gives it back; then the worker destroys (destroy.h). Contents are never seen: number,
 * title and parties, and of other agencies the number alone. The one writer of the tables destruction_list and
 * destruction_item. */
#ifndef YX_DESTRUCTION_H
#define YX_DESTRUCTION_H

#include "backend/domain/retention/retention.h"
#include "backend/domain/people/organization.h"

#define DESTRUCTION_MOST 500           /* contracts on one list */

/* The worker: puts what is due on open lists, so many at a time, one transaction each. */
int destruction_collect(struct act *act, int64_t most, size_t *done) YX_MUST_USE;

struct destruction {
	const char *id, *organization_id, *organization, *state; /* "open", "proposed", "approved", "done" */
	const char *reason, *proposed_by, *approved_by, *refused_by, *refusal;
	int64_t     made_at, proposed_at, approved_at, done_at;
	int64_t     listed, kept, held, destroyed;   /* items by state */
	int         may_propose, may_approve, may_refuse;
};
int destruction_lists(struct act *act, const struct retention_scope *s, const struct retention_page *p,
    struct destruction **list, size_t *n) YX_MUST_USE;
/* YX_NOT_FOUND. */
int destruction_get(struct act *act, const char *id, struct destruction *out) YX_MUST_USE;

struct destruction_item {
	int64_t     position;
	const char *number, *title, *parties;        /* title, parties NULL: of another agency */
	const char *kind, *ended_on, *period, *keep_until, *state, *note, *decided_by;
	int         held_now;
	int64_t     files, bytes, destroyed_at;
	const uint8_t *digest;                       /* 32 bytes, or NULL */
};
/* May act->who read titles, parties and names of files on it? */
int destruction_names(const struct act *act, const struct destruction *d);
/* Those behind a position, `most` of them at the most. */
struct destruction_part { int64_t after, most; };
int destruction_items(struct act *act, const struct destruction *d, const struct destruction_part *p,
    struct destruction_item **items, size_t *n) YX_MUST_USE;

/* All that follow run in the caller's transaction, for lists of act->who's own agency. YX_NOT_FOUND, YX_STATE:
 * it is not open (proposed) any more.
 *
 * One line is taken off, and its contract kept for so many years from today at least. */
struct destruction_keeping { int64_t position, years; const char *reason; };
int destruction_keep(struct act *act, const char *id, const struct destruction_keeping *k) YX_MUST_USE;
/* YX_STATE also: nothing is on it. */
int destruction_propose(struct act *act, const char *id, const char *reason) YX_MUST_USE;
/* YX_SECOND_APPROVER: act->who proposed it. */
int destruction_approve(struct act *act, const char *id) YX_MUST_USE;
/* Open again; who proposed it may take it back so. */
int destruction_refuse(struct act *act, const char *id, const char *reason) YX_MUST_USE;

/* For destroy.h, in its transaction: what became of a line; the last one ends its list. */
struct destruction_end {
	const char *list_id, *state, *note;          /* "kept", "held", "destroyed" */
	int64_t     position, files, bytes, at;
	const uint8_t *digest;
};
int destruction_end(struct yx_db *db, const struct destruction_end *e) YX_MUST_USE;

/* In a merger: lists go with their contracts; a merger waits for one that is being destroyed. */
int destruction_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;

#endif
