/* proof.h - floor 4: signatures that outlast their certificates (docs/decisions/timestamps.md);
 * the one writer of the tables proof and proof_file.
 *
 * A signature's own transaction asks; the worker takes what is due, adds timestamps and
 * validation data to the newest file of the document, and looks again before they age. A
 * signature that stands apart from its file (CAdES) gets its time only. */
#ifndef YX_PROOF_H
#define YX_PROOF_H

#include "backend/domain/base/domain.h"
#include "backend/pades/pades.h"
#include "backend/pki/tsa.h"

/* ---- at the signature (proof_stamp.c) ---- */
/* 1 if the platform has a timestamp authority. */
int proof_possible(const struct domain *d);
/* Bytes to leave for a token in a signature's hole; 0 without an authority. */
size_t proof_room(const struct domain *d);
/* Gives the CMS a timestamp while somebody waits: asks for conf's tsa_wait_seconds at
 * most, and for half a minute after a failure not at all. Without an answer the signature
 * stays as it is and *at is 0; else ms UTC. Any thread. */
int proof_stamp(struct domain *d, struct yx_buf *cms, size_t room, int64_t *at) YX_MUST_USE;
/* The same for a seal that is made at one go: NULL while nobody is to be asked, else `into`,
 * which lives in the caller. proof_stamped must be told. */
struct proof_seal { struct pades_stamp stamp; struct pki_tsa tsa; };
struct pades_stamp *proof_stamper(struct domain *d, struct proof_seal *into);
int64_t proof_stamped(const struct proof_seal *s);

/* ---- asking (proof.c), in the signature's transaction ---- */
/* The newest signature of the document has no time yet. */
int proof_ask_time(struct yx_db *db, const char *document_id, int64_t at) YX_MUST_USE;
/* The contract is complete: all its documents are to be kept. */
int proof_ask_archive(struct yx_db *db, const char *contract_id, int64_t at) YX_MUST_USE;

/* ---- the worker (proof_work.c; rows in proof.c) ---- */
struct proof_work {
	const char *document_id, *owner;
	int64_t     revision, tries, now_ms;
	int         archive;      /* else only a time */
	int         kept;         /* it has everything, and may be due for renewal */
	int         apart;        /* what is stamped is the signature of a file that is no PDF */
	uint8_t     sha256[32];   /* the file to go on from */
	uint8_t     file[32];     /* apart: what it signs */
};
/* Leases the one that is due for longest. YX_NOT_FOUND. *out in the arena. */
int proof_claim(struct act *act, const char *owner, struct proof_work *out) YX_MUST_USE;
/* Does what it needs, once: network and files first, then one transaction. What cannot be
 * done now is noted with the time of the next try, and the error returned. Not in a
 * transaction. */
int proof_do(struct act *act, const struct proof_work *w) YX_MUST_USE;

/* For proof_work.c. */
struct proof_result {
	enum pades_level level;
	int64_t     stamped_at, good_until, next_at; /* ms UTC; 0: none */
	int         kept;                            /* nothing more is owed */
};
struct proof_object { const uint8_t *sha256; int64_t size; };
/* A signature apart gets its time (proof_apart.c); out->size stays 0 if it had one. */
struct proof_stored { uint8_t sha256[32]; int64_t size; };
int proof_apart(struct act *act, const struct proof_work *w, struct proof_result *r, struct proof_stored *out)
    YX_MUST_USE;
/* In a transaction: the new file (NULL: there is none) and what comes next. YX_CONFLICT: the
 * lease is another's, or the document has a newer revision. */
int proof_done(struct act *act, const struct proof_work *w, const struct proof_result *r,
    const struct proof_object *file) YX_MUST_USE;
/* Notes a failure and when to try again: after a minute, then longer, twice a day at last. */
int proof_failed(struct act *act, const struct proof_work *w, const char *why) YX_MUST_USE;

/* ---- showing ---- */
/* What a reader is told of a document's proof. state NULL: nothing. */
struct proof_row { const char *state, *level, *why; int64_t stamped_at, good_until; };
#define PROOF_COLUMNS "p.state, p.level, p.why, p.stamped_at, p.good_until"
/* From those five columns of a query that has LEFT JOIN proof p, beginning with `column`. */
static inline struct proof_row
proof_of_row(const struct yx_rows *r, unsigned column)
{
	return (struct proof_row){ .state = yx_row_str(r, column), .level = yx_row_str(r, column + 1),
		.why = yx_row_str(r, column + 2), .stamped_at = yx_row_time(r, column + 3),
		.good_until = yx_row_time(r, column + 4) };
}
/* Of a document that the caller may see; all NULL and 0 if there is none. */
int proof_get(struct act *act, const char *document_id, struct proof_row *out) YX_MUST_USE;

/* In a transaction: nothing is owed to the contract's documents any more, nor by whoever is at it now. */
int proof_end(struct yx_db *db, const char *contract_id) YX_MUST_USE;

#endif
