/* glass.h - floor 4: 緊急調閱, break-glass: an administrator, who sees no contents, reads a
 * contract all the same: with a reason, when a second administrator has agreed, for an hour,
 * told to its parties by a message and by mail, and each reading in the audit trail. The one writer of the table
 * glass. All that change something run in the caller's transaction. */
#ifndef YX_GLASS_H
#define YX_GLASS_H

#include "backend/act.h"

#define GLASS_MINUTES 60

/* Asks for a contract of an agency that act->who administrates (organization_id NULL: the
 * own). YX_BAD_FIELD ("number": no such contract). */
int glass_ask(struct act *act, const char *organization_id, const char *number, const char *reason,
    char id[YX_ID_SIZE]) YX_MUST_USE;

struct glass {
	const char *id, *number, *organization, *reason, *state; /* "open", "approved", "refused" */
	const char *asked_by, *decided_by;
	int64_t     asked_at, decided_at, until;
	int         mine, may;            /* I asked; I may decide */
	int         readable;             /* mine, agreed to, and not over */
};
/* Those that act->who asked for or may decide, the newest first, 100 at most. */
int glass_list(struct act *act, struct glass **list, size_t *n) YX_MUST_USE;
/* Agrees, and tells the parties; or refuses. YX_NOT_FOUND, YX_SECOND_APPROVER. */
int glass_approve(struct act *act, const char *id) YX_MUST_USE;
int glass_refuse(struct act *act, const char *id) YX_MUST_USE;

struct glass_document {
	const char    *id, *name, *number;
	const uint8_t *sha256;            /* 32 bytes: the newest revision */
};
/* The contract's documents, for who asked, as long as it is open. YX_NOT_FOUND. */
int glass_documents(struct act *act, const char *id, struct glass_document **list, size_t *n) YX_MUST_USE;
/* One of them; writes the audit row. Runs its own transaction. */
int glass_read(struct act *act, const char *id, const char *document_id, struct glass_document *out) YX_MUST_USE;

#endif
