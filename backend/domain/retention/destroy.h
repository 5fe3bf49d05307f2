/* destroy.h - floor 4: what two people agreed to is destroyed, by the worker. One transaction a contract: the
 * files that it had are noted with their digests, documents and contract marked, texts wiped, the files put
 * down for removal (backend/domain/document/object.h), and all of it sealed by a digest that stands in the audit
 * trail as well. A hold, or a longer time, that came meanwhile wins. The one writer of the table
 * destroyed_file. */
#ifndef YX_DESTROY_H
#define YX_DESTROY_H

#include "backend/act.h"

/* So many contracts at the most. */
int destroy_some(struct act *act, int64_t most, size_t *done) YX_MUST_USE;

struct destroyed_file {
	const char    *number, *name, *what;   /* "original", "revision", "kept" (with timestamps), "sheet" (證明頁) */
	int64_t        revision, size;
	const uint8_t *sha256;
};
/* The files that a line had; the caller has looked whether the list may be seen. */
int destroyed_files(struct act *act, const char *list_id, int64_t position, struct destroyed_file **files,
    size_t *n) YX_MUST_USE;

#endif
