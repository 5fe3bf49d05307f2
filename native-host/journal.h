/* journal.h - what this host signed, for its user: lines of JSON that are chained by
 * SHA-256, so that a line that was changed, taken out or put in is found. No PIN, no
 * content. One file a user; several hosts may write to it. */
#ifndef YX_HOST_JOURNAL_H
#define YX_HOST_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/error.h"

struct journal_entry {
	const char    *command;
	const char    *origin, *top_origin;
	const uint8_t *cert_sha256; /* 32 bytes; NULL: none */
	const struct yx_bytes *documents;
	size_t         count;  /* of them */
	size_t         signatures; /* that were made */
	int            undelivered; /* 1: the caller went away and got none of them */
	int            outcome; /* error code */
};

/* The file that a setting means: a path, "" for $XDG_STATE_HOME/yinxin/signer.log
 * (~/.local/state/…), "none" for NULL. In the arena. */
const char *journal_path(struct yx_arena *a, const char *setting);
/* Appends an entry (0600, directories are made). path NULL: does nothing. Errors:
 * YX_IO, YX_NO_MEMORY. */
int journal_append(const char *path, const struct journal_entry *entry) YX_MUST_USE;
/* Walks the chain. *lines: how many are good. YX_CONFLICT: line *lines + 1 does not
 * fit, or lines at the end are missing; *why says it. YX_IO: it cannot be read. */
int journal_verify(struct yx_arena *a, const char *path, size_t *lines, const char **why) YX_MUST_USE;

#endif
