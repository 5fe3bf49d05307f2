/* evidence.h - floor 3: the signatures and timestamps in a file, oldest first, as far as
 * they can be read; for who has to prove them, not for who has to judge them. */
#ifndef YX_PADES_EVIDENCE_H
#define YX_PADES_EVIDENCE_H

#include "backend/pades/pades.h"
#include "backend/pki/tst.h"

struct evidence {
	int               timestamp; /* 1: a document timestamp */
	struct pades_hole hole;
	struct yx_buf     der;       /* CMS or token, without the zeros behind it */
};
struct evidence_list {
	struct evidence *item;
	size_t           n;
	int              fd, dss;    /* dss: the catalog names a security store */
	int64_t          size;       /* bytes of the file */
	struct yx_arena *arena;
};
/* Errors: those of pades_inspect. Free it in any case. */
int evidence_open(const char *path, struct evidence_list *out) YX_MUST_USE;
void evidence_free(struct evidence_list *l);

/* The token of a document timestamp, or the i-th on a signature's value (0 is the first),
 * read and checked; its trust is asked of `trust`. For pki_tst_free in any case.
 * YX_NOT_FOUND: there is none. YX_TIMESTAMP_BAD: it does not fit what it stands on; the rest
 * as pki_tst_check. */
int evidence_token(const struct evidence_list *l, const struct evidence *e, int i, const struct pki_trust *trust,
    struct pki_tst *out) YX_MUST_USE;

#endif
