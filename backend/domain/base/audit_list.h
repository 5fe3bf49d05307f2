/* audit_list.h - floor 4: the audit trail as people read it: searched, with the state of
 * its chain, what the last looks at it found, and what was published. */
#ifndef YX_AUDIT_LIST_H
#define YX_AUDIT_LIST_H

#include "backend/act.h"

/* Who reads what: an auditor everything; an agency's administrator and registry what the
 * agency's people did; the platform's administrator everything, but of contracts,
 * documents, messages and signatures neither which nor any detail. */
struct audit_filter {
	const char *from, *to;            /* YYYY-MM-DD in Taipei, both included; NULL: open */
	const char *group;                /* "contract": what begins with it and a dot; NULL: all */
	const char *account;              /* of who did it; NULL: anybody */
	const char *object_id;            /* NULL: any */
	const char *q;                    /* in action, object, address or detail; NULL: all */
	int64_t     before;               /* rows older than this seq; 0: from the newest */
	int64_t     most;                 /* rows of the answer */
};
struct audit_line {
	int64_t     seq, at;
	const char *account, *name, *organization; /* NULL: the platform itself */
	const char *ip, *action, *object_kind, *object_id, *detail;
	int         chained;              /* in a block already */
};
/* The newest first. *next: the `before` of what comes then, 0: nothing. One call looks at
 * no more than AUDIT_LOOK rows, so a page may be shorter, or empty, and still have a next. */
#define AUDIT_LOOK 20000
int audit_list(struct act *act, const struct audit_filter *f, struct audit_line **lines, size_t *n,
    int64_t *next) YX_MUST_USE;

/* A security event: act->who asked for a route that no role of theirs reaches. At most one
 * a minute for a member and route, so that asking again fills nothing. */
void audit_refused(struct act *act, const char *method, const char *path);
/* The export of rows is an event itself. Runs its own transaction. */
int audit_note_export(struct act *act, int64_t rows) YX_MUST_USE;

struct audit_state {
	int64_t     blocks, pending, at;  /* at: of the newest block */
	const char *hash;                 /* of it, 64 hex digits; NULL: there is no block */
};
int audit_state(struct act *act, struct audit_state *out) YX_MUST_USE;

struct audit_check {
	int64_t     at, rows, blocks, pending;
	const char *by;                   /* NULL: the platform itself */
	const char *finding;              /* "": intact */
};
/* The newest ten looks. */
int audit_checks(struct act *act, struct audit_check **list, size_t *n) YX_MUST_USE;
/* Looks at the whole trail (audit_verify) and notes what it found, with its audit row.
 * Runs its own transactions. */
int audit_check_now(struct act *act, struct audit_check *out) YX_MUST_USE;

struct audit_publication {
	int64_t     number, at;
	const char *hash, *file, *mailed_to;
	int64_t     stamped_at;           /* what its timestamp says; 0: none yet */
};
/* The newest ten heads that went out. */
int audit_publications(struct act *act, struct audit_publication **list, size_t *n) YX_MUST_USE;
/* For the worker: the newest head goes to a file of audit_dir (or audit_publish_dir) and by
 * mail to audit_publish_to, if the last one is older than audit_publish_hours and there are
 * new blocks. *number: of the block; 0: nothing was due. */
int audit_publish(struct act *act, int64_t *number) YX_MUST_USE;
/* For the worker: the newest head that has none gets a timestamp (RFC 3161) over its file, beside
 * it as stamp-NUMBER.tst: so not even who holds all keys writes a head with an older day.
 * YX_TIMESTAMP_UNAVAILABLE: no authority answered, and it comes again. */
int audit_stamp(struct act *act) YX_MUST_USE;

#endif
