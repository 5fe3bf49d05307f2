/* audit_internal.h - floor 4: what the files of the audit trail share. */
#ifndef YX_AUDIT_INTERNAL_H
#define YX_AUDIT_INTERNAL_H

#include <stddef.h>
#include <stdint.h>
#include "backend/db/db.h"

#define AUDIT_HASH 32

/* The key of the MACs, AUDIT_HASH bytes; NULL before audit_open. */
const uint8_t *audit_key(void);

/* A row as it is hashed. stream NULL: a row from before there were streams. */
struct audit_row {
	int64_t        seq, at, turn;
	const char    *member_id, *ip, *action, *object_kind, *object_id, *detail, *stream;
	const uint8_t *mac;       /* AUDIT_HASH bytes, or NULL */
};

/* HMAC-SHA256 of everything but seq (which the database gives) under the trail's key. */
int audit_mac(const struct audit_row *row, uint8_t out[AUDIT_HASH]) YX_MUST_USE;
/* A leaf of the Merkle tree: SHA-256 over 00, seq, the row and its MAC. */
int audit_leaf(const struct audit_row *row, uint8_t out[AUDIT_HASH]) YX_MUST_USE;
/* The root over n ≥ 1 leaves as RFC 9162, 2.1.1, makes it; overwrites the leaves. */
int audit_root(uint8_t (*leaves)[AUDIT_HASH], size_t n, uint8_t out[AUDIT_HASH]) YX_MUST_USE;

struct audit_block {
	int64_t        number, at;
	const uint8_t *members;   /* 8 × rows bytes */
	size_t         rows;
	uint8_t        root[AUDIT_HASH], previous[AUDIT_HASH];
};
/* SHA-256 over number, time, members, root and the hash of the block before. */
int audit_block_hash(const struct audit_block *b, uint8_t out[AUDIT_HASH]) YX_MUST_USE;
/* What the platform signs: a label, so that it is never taken for something else, and
 * the hash. Returns out. */
#define AUDIT_LABEL  "YINXIN-AUDIT-BLOCK-1"
#define AUDIT_SIGNED (sizeof(AUDIT_LABEL) + AUDIT_HASH)
const uint8_t *audit_signed(const uint8_t hash[AUDIT_HASH], uint8_t out[AUDIT_SIGNED]);
int64_t audit_member(const uint8_t *members, size_t i);

/* The columns that audit_row_of reads, in its order. */
#define AUDIT_COLUMNS \
	"a.seq, a.at, a.member_id, a.ip, a.action, a.object_kind, a.object_id, a.detail, a.stream, a.turn, a.mac"
void audit_row_of(const struct yx_rows *r, struct audit_row *out);

/* A path in the directory that audit_open was given; into the arena. */
const char *audit_path(struct yx_arena *a, const char *name);
/* The same where heads are published. */
const char *audit_published_path(struct yx_arena *a, const char *name);
/* The digest of a published head's file. YX_IO. */
struct pki_digest;
int audit_published_digest(const char *path, struct pki_digest *out) YX_MUST_USE;
#define AUDIT_STAMP "stamp-"          /* file of a head's timestamp: this, twelve digits, .tst */
/* Opens a file of that directory for appending; -1 with a log line. */
int audit_append_to(const char *name);
/* In a transaction: raises the version of the tip, so that no block comes until it ends. */
int audit_hold(struct yx_db *db) YX_MUST_USE;
/* "[1,2,3]" of members, for JSON_TABLE. */
const char *audit_members_json(struct yx_arena *a, const uint8_t *members, size_t n);

#endif
