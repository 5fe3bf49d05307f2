/* package.h - floor 4: 證據包, a ZIP with all that proves a signed document, and a list of
 * digests that `sha256sum -c` takes. */
#ifndef YX_EVIDENCE_PACKAGE_H
#define YX_EVIDENCE_PACKAGE_H

#include "backend/domain/evidence/evidence.h"
#include "common/buf.h"

/* What its caller has to tell in files of its own (history and report as JSON). */
struct evidence_file { const char *name; const struct yx_buf *content; };
struct evidence_package {
	const struct evidence_facts *facts;
	const uint8_t              *sheet;   /* 32 bytes: its object */
	const struct evidence_file *files;
	size_t                      n;
};
/* Writes it into the store's prepared files under an id of the caller's, from which the
 * worker removes it after a while. Errors: those of the store and of pades_pieces. */
int evidence_package(struct act *act, const struct evidence_package *p, const char *id) YX_MUST_USE;

#endif
