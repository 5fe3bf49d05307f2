/* object.h - floor 4: files of the store that nothing needs any more. */
#ifndef YX_DOCUMENT_OBJECT_H
#define YX_DOCUMENT_OBJECT_H

#include <stdint.h>
#include "backend/db/db.h"
#include "backend/store/store.h"

/* For the worker, once a minute: looks at the next objects in order of their digest. One that no
 * revision, upload, picture, sheet or letter names is marked; marked for an hour, and not put
 * since, it goes: row and name in one transaction, then the bytes. A file of yesterday that has no
 * row goes as well: a crash left it. *gone: how many. What names an
 * object holds its row, so a new reference and the end of the object exclude each other. */
int object_sweep(struct yx_db *db, struct yx_store *store, int64_t now_ms, int64_t *gone) YX_MUST_USE;
/* In a transaction, after document_destroyed(): the files of the contract's documents are marked, but for those
 * that something else names. The rows stay, for their digests, and tell later that the files are gone. */
int object_leave(struct yx_db *db, const char *contract_id, int64_t at) YX_MUST_USE;
#define OBJECT_KEPT_MS (INT64_C(3600) * 1000)

#endif
