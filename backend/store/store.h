/* store.h - floor 2: documents as immutable objects named by their SHA-256.
 *
 * One driver a place: a directory now, S3 later, behind the same calls. An object
 * that is put is durable (file and directory synced) before the call returns;
 * putting the same bytes twice is harmless. Nothing is ever overwritten. */
#ifndef YX_STORE_H
#define YX_STORE_H

#include <stdint.h>
#include "common/arena.h"
#include "common/buf.h"
#include "common/error.h"

struct yx_store;

int yx_store_open_dir(const char *dir, struct yx_store **s) YX_MUST_USE;
void yx_store_close(struct yx_store **s);

/* Path of a new empty temporary file on the store's file system, opened read-write
 * in *fd; in the arena. The caller closes it and removes or puts it. Temporary
 * files older than an hour are removed by the worker. */
int yx_store_temp(struct yx_store *s, struct yx_arena *a, const char **path, int *fd) YX_MUST_USE;
/* Takes a file in (link, hash, sync); the name at `path` stays the caller's, but what is
 * behind it is the store's from now on: whoever writes to it again spoils the object.
 * sha256: 32 bytes out; *size: bytes. */
int yx_store_put(struct yx_store *s, const char *path, uint8_t sha256[32], int64_t *size) YX_MUST_USE;
/* Takes an object out of the store if it was put `seconds` ago or earlier: its name is gone, its
 * bytes wait until yx_store_drop_aside. Who puts the same bytes meanwhile puts them anew. One that
 * is not there is aside already. YX_CONFLICT: it was put since then, and stays. */
int yx_store_set_aside(struct yx_store *s, const uint8_t sha256[32], long seconds) YX_MUST_USE;
/* Its bytes are gone for good; what a crash leaves aside the worker removes. */
void yx_store_drop_aside(struct yx_store *s, const uint8_t sha256[32]);
/* Tells the objects of folder 0 … 255 that were put `seconds` ago or earlier; *seen: files that were
 * looked at. Ends with what fn answers if that is not YX_OK. A folder that is not there has none. */
struct yx_store_teller { int (*fn)(void *ctx, const uint8_t sha256[32]); void *ctx; };
int yx_store_each(struct yx_store *s, unsigned folder, long seconds, const struct yx_store_teller *to,
    size_t *seen) YX_MUST_USE;
/* Local path for reading (libqpdf wants one); in the arena. YX_NOT_FOUND. */
int yx_store_path(struct yx_store *s, struct yx_arena *a, const uint8_t sha256[32], const char **path) YX_MUST_USE;
/* Adds the whole of a small object to `out`, whose limit holds. YX_NOT_FOUND, YX_TOO_LARGE. */
int yx_store_read(struct yx_store *s, struct yx_arena *a, const uint8_t sha256[32], struct yx_buf *out) YX_MUST_USE;
/* X-Accel-Redirect target of an object ("/_objects/ab/abcd…"); in the arena. */
const char *yx_store_accel(struct yx_store *s, struct yx_arena *a, const uint8_t sha256[32]);

/* Prepared revisions (mutable while a signature is awaited), by an id of the
 * caller's: created by renaming a temporary file; synced. */
int yx_store_keep_prepared(
    struct yx_store *s, struct yx_arena *a, const char *temp, const char *id, const char **path) YX_MUST_USE;
const char *yx_store_prepared_path(struct yx_store *s, struct yx_arena *a, const char *id);
const char *yx_store_prepared_accel(struct yx_store *s, struct yx_arena *a, const char *id);
void yx_store_drop_prepared(struct yx_store *s, const char *id);

/* What is encrypted already, by an id of the caller's: created by renaming a temporary file,
 * synced; never changed, but dropped when its row says so. yx_store_drop_private: nothing
 * there is good as well. */
int yx_store_keep_private(struct yx_store *s, struct yx_arena *a, const char *temp, const char *id) YX_MUST_USE;
const char *yx_store_private_path(struct yx_store *s, struct yx_arena *a, const char *id);
int yx_store_drop_private(struct yx_store *s, const char *id) YX_MUST_USE;

#endif
