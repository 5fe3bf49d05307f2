/* audit.h - floor 4: the audit trail (docs/decisions/audit-chain.md).
 *
 * An event's transaction writes its row and nothing that others wait for. The worker
 * puts committed rows into blocks: a Merkle tree over the rows, the hash of the block
 * before, the platform's signature. Outside the database, in audit_dir: the key of the
 * rows' MACs, the journal of what was committed, and the hashes of all blocks. */
#ifndef YX_AUDIT_H
#define YX_AUDIT_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include "backend/act.h"
#include "backend/conf.h"
#include "backend/db/db.h"
#include "backend/pki/key.h"

struct audit_event {
	const char *member_id;   /* NULL: the platform itself */
	const char *ip;          /* "" if none */
	const char *action;      /* "contract.send" */
	const char *object_kind; /* "contract" */
	const char *object_id;
	const char *detail;      /* JSON text, "{}" if NULL; no secrets */
	int64_t     at;          /* ms; 0: now */
};

/* Once a process, before the first row: reads the key of the MACs, and makes directory
 * and key if they are not there. Several machines need the same key. YX_CONFIG with a
 * log line. */
int audit_open(const struct yx_conf *conf) YX_MUST_USE;

/* Adds a row, in a transaction. YX_CONFIG if audit_open was not called. */
int audit_add(struct yx_db *db, struct yx_arena *a, const struct audit_event *e) YX_MUST_USE;
/* The same for the member, address and moment of an act. The object's kind is the word
 * before the action's dot ("contract.send"); the detail is up to one pair. */
int audit_act(struct act *act, const char *action, const char *object_id, const char *key,
    const char *value) YX_MUST_USE;

/* For the worker: one block of what waits, at most AUDIT_BLOCK rows, signed by the
 * platform. *rows: how many; 0: nothing waits. Several workers may run. */
#define AUDIT_BLOCK 4096
int audit_append(struct yx_db *db, const struct pki_key *key, X509 *cert, size_t *rows) YX_MUST_USE;

struct audit_report {
	int64_t     rows, blocks, pending;
	int64_t     bad;      /* seq of a row that does not fit, or 0 */
	const char *what;     /* what is wrong, in the arena; NULL: the trail is intact */
};
/* Looks at everything: each row's MAC, each block's tree, chain and signature, that no
 * row is missing, in two blocks or in none, the streams' numbering, and what lies
 * outside the database. Rows may be added meanwhile; blocks wait for the end. */
int audit_verify(struct yx_db *db, struct yx_arena *a, X509 *cert, struct audit_report *out) YX_MUST_USE;

#endif
