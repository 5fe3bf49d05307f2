/* protocol.h - the messages of PROTOCOL.md: strict reading, answers. */
#ifndef YX_HOST_PROTOCOL_H
#define YX_HOST_PROTOCOL_H

#include "common/buf.h"
#include "common/json.h"
#include "common/version.h"
#include "native-host/config.h"

#define PROTOCOL_VERSION 1
#define SIGNER_VERSION   YX_VERSION
#define PROTOCOL_PAGE    (512 * 1024) /* bytes of a long answer in one page */

/* A member that an object must or may have. */
struct protocol_member {
	const char       *name;
	enum yx_json_type type;
	int               optional;
};

/* YX_OK if the object has these members (rows end with a NULL name) with these types
 * and no others, else YX_PROTOCOL. */
int protocol_exact(const struct yx_json *object, const struct protocol_member *members) YX_MUST_USE;
/* A message as it came. id is 0, command NULL if it cannot be read. */
struct protocol_message {
	const struct yx_json *json;
	int64_t               id;
	const char           *command;
};
/* Parses a message; what could be read stands in *out even on an error.
 * Errors: YX_PROTOCOL, YX_NO_MEMORY. */
int protocol_parse(struct yx_arena *a, const void *text, size_t n, struct protocol_message *out) YX_MUST_USE;
/* The bytes of a base64 member, in the arena; YX_PROTOCOL if they are none, or not
 * between min and max in number. */
struct protocol_blob { const char *name; size_t min, max; };
int protocol_bytes(struct yx_arena *a, const struct yx_json *object, const struct protocol_blob *blob,
    struct yx_bytes *out) YX_MUST_USE;

/* What a buffer holds, copied into the arena; the buffer's error, or YX_NO_MEMORY. */
int protocol_keep(struct yx_arena *a, const struct yx_buf *b, struct yx_bytes *out) YX_MUST_USE;

/* The greeting, appended. `commands` ends with NULL. */
int protocol_hello(struct yx_buf *out, const char *const *commands, const struct config *config) YX_MUST_USE;
/* Begins {"id":…,"ok":{ ; the caller writes the members and calls protocol_end(). */
void protocol_begin(struct yx_jw *w, struct yx_buf *out, int64_t id);
int protocol_end(struct yx_jw *w) YX_MUST_USE;
/* Writes {"code":…} as a member. tries < 0: not told. */
void protocol_put_error(struct yx_jw *w, const char *name, int code, int tries);
/* {"id":…,"progress":{…}}, appended: an event, no answer. */
int protocol_progress(struct yx_buf *out, int64_t id, int done, int of) YX_MUST_USE;
/* {"id":…,"paged":{…}}, appended: the answer is to be fetched. */
int protocol_paged(struct yx_buf *out, int64_t id, size_t size, size_t page_size) YX_MUST_USE;
/* An error answer, appended. tries < 0: not told. */
int protocol_error(struct yx_buf *out, int64_t id, int code, int tries) YX_MUST_USE;

#endif
