/* known.h - floor 4: does the platform hold this very file? Asked by whoever has the file,
 * logged in or not: the digest is the question, so nothing is told to who has it not. */
#ifndef YX_EVIDENCE_KNOWN_H
#define YX_EVIDENCE_KNOWN_H

#include "backend/domain/base/domain.h"

struct evidence_known {
	int         known;      /* a revision of a document that was sent */
	int         newest;     /* and no further one exists */
	const char *state;      /* of its contract; NULL unless known */
	const char *number;     /* the document's; NULL unless known */
};

/* YX_OK in either case. */
int evidence_known(struct act *act, const uint8_t sha256[32], struct evidence_known *out) YX_MUST_USE;

/* SHA-256 of a file: from 0 all of it, and *size tells how much; else *size bytes. YX_IO. */
int evidence_digest(const char *path, int64_t from, int64_t *size, uint8_t sha256[32]) YX_MUST_USE;

#endif
