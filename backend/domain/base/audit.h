/* audit.h - floor 4: the audit trail, a chain of hashes (sql/0002_audit.sql).
 *
 * hash = SHA-256 over the previous hash and every column of the row, each with its
 * length in front, so no two different rows give the same bytes. */
#ifndef YX_AUDIT_H
#define YX_AUDIT_H

#include "backend/db/db.h"
#include "backend/act.h"

struct audit_event {
	const char *member_id;   /* NULL: the platform itself */
	const char *ip;          /* "" if none */
	const char *action;      /* "contract.send" */
	const char *object_kind; /* "contract" */
	const char *object_id;
	const char *detail;      /* JSON text, "{}" if NULL; no secrets */
	int64_t     at;          /* ms; 0: now */
};

/* Appends a row. The last statement of a transaction: it locks the chain's head. */
int audit_add(struct yx_db *db, struct yx_arena *a, const struct audit_event *e) YX_MUST_USE;
/* The same for the member, address and moment of an act. The object's kind is the word
 * before the action's dot ("contract.send"); the detail is up to one pair. */
int audit_act(struct act *act, const char *action, const char *object_id, const char *key,
    const char *value) YX_MUST_USE;

/* Walks the whole chain. *rows: how many were checked; *bad: seq of the first row
 * that does not fit, 0 if all do (the head is compared too: bad = rows + 1). */
int audit_verify(struct yx_db *db, int64_t *rows, int64_t *bad) YX_MUST_USE;

#endif
