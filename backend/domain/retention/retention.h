/* retention.h - floor 4: 保存年限: until when a contract that is over is kept (sql/0028_retention.sql), and
 * who sees what becomes of it. An agency's administrators and its registry look after it; the platform's
 * administrator and the auditor see it, without contents. */
#ifndef YX_RETENTION_H
#define YX_RETENTION_H

#include "backend/act.h"
#include "backend/domain/base/parameter.h"
#include "backend/domain/people/organization.h"

/* What act->who may see of: one agency's, or all (organization_id NULL). YX_NOT_FOUND: none of theirs. */
#define RETENTION_ALL (ROLE_PLATFORM_ADMIN | ROLE_AUDITOR)
#define RETENTION_MINE (ROLE_AGENCY_ADMIN | ROLE_REGISTRY)
struct retention_scope { const char *organization_id; };
int retention_scope(struct act *act, const char *asked, struct retention_scope *out) YX_MUST_USE;
/* Row o of organization is in sight, or is looked after. Parameters: RETENTION_SEEN_P, RETENTION_KEPT_P. */
#define RETENTION_SEEN " (o.practice_id IS NULL AND o.kind = 'agency' AND (? OR (? AND o.id = ?)))"
#define RETENTION_SEEN_P(act) yx_p_int(((act)->who.roles & RETENTION_ALL) != 0), \
	yx_p_int(((act)->who.roles & RETENTION_MINE) != 0), yx_p_str((act)->who.organization_id)
#define RETENTION_KEPT " (o.practice_id IS NULL AND o.kind = 'agency' AND ? AND o.id = ?)"
#define RETENTION_KEPT_P(act) yx_p_int(((act)->who.roles & RETENTION_MINE) != 0), yx_p_str((act)->who.organization_id)

/* A page of a list: what comes after a place, the newest first. */
#define RETENTION_NEWEST INT64_C(253370764800000) /* the year 9999: from the beginning */
struct retention_page { int64_t at; const char *id; int64_t size; };

/* How long one contract is kept. */
struct retention {
	const char *kind;              /* "completed", "ended": voided or expired; NULL: it goes on */
	const char *period;            /* years, or "permanent" */
	const char *keep_until;        /* YYYY-MM-DD, or NULL */
	int64_t     ended_at, destroyed_at;
	int         held, listed;
};
/* Of any contract: the caller has looked whether it may be seen. YX_NOT_FOUND. */
int retention_get(struct act *act, const char *contract_id, struct retention *out) YX_MUST_USE;

/* In a transaction: a parameter was set there; what depends on it is computed anew by the worker. */
int retention_changed(struct act *act, const char *name, const struct parameter_place *at) YX_MUST_USE;
/* The worker: computes last days that are not known, or not any more, so many at a time. */
int retention_work(struct act *act, int64_t most, size_t *done) YX_MUST_USE;
/* The worker: discards drafts that were never sent and that nobody has changed for as long as their unit
 * says; one transaction each. */
int retention_drafts(struct act *act, int64_t most) YX_MUST_USE;

/* In a merger: no recount of the agency waits; its contracts are computed anew one by one. */
int retention_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;

#endif
