/* json.h - floor 1: JSON (RFC 8259) in and out, on yajl.
 *
 * In: one value from foreign bytes into a tree that lives in an arena. Stricter
 * than yajl: size and depth are capped; duplicate keys, NUL, lone surrogates,
 * comments, numbers beyond int64 and text after the value are refused.
 * Out: a writer over a buffer; errors stick and show at the end. */
#ifndef YX_COMMON_JSON_H
#define YX_COMMON_JSON_H

#include <stdint.h>
#include "common/arena.h"
#include "common/buf.h"
#include "common/error.h"

enum yx_json_type { YX_JSON_NULL, YX_JSON_BOOL, YX_JSON_INT, YX_JSON_STRING, YX_JSON_ARRAY, YX_JSON_OBJECT };

struct yx_json {
	enum yx_json_type     type;
	const char           *key;   /* name inside an object, else NULL */
	int64_t               num;   /* BOOL: 0 or 1; INT: the number */
	const char           *str;   /* STRING: valid UTF-8, NUL at the end, none inside */
	size_t                len;   /* STRING: bytes; ARRAY, OBJECT: members */
	const struct yx_json *child; /* ARRAY, OBJECT: first member */
	const struct yx_json *next;  /* next member of the same parent */
};

#define YX_JSON_DEPTH 32

/* Parses exactly one value. Fractions and exponents are refused: no message of
 * ours has one. Errors: YX_PROTOCOL (malformed), YX_NO_MEMORY (arena's limit). */
int yx_json_parse(struct yx_arena *a, const void *text, size_t n, const struct yx_json **out) YX_MUST_USE;

/* Member of an object by name; NULL if absent or not an object. */
const struct yx_json *yx_json_get(const struct yx_json *object, const char *key);
/* Member as a string, an integer or a boolean; the default if absent or of
 * another type. */
const char *yx_json_str(const struct yx_json *object, const char *key, const char *absent);
int64_t     yx_json_int(const struct yx_json *object, const char *key, int64_t absent);
/* 1 if every member's name is in the NULL-terminated list `names`. */
int yx_json_only(const struct yx_json *object, const char *const *names);

/* Writer. `key` is NULL inside an array and at the top. Strings must be UTF-8;
 * a NULL string is written as null. */
struct yx_jw {
	void          *gen;   /* yajl_gen */
	struct yx_buf *out;   /* borrowed */
	int            err;
};

void yx_jw_open(struct yx_jw *w, struct yx_buf *out);
void yx_jw_object(struct yx_jw *w, const char *key);
void yx_jw_end_object(struct yx_jw *w);
void yx_jw_array(struct yx_jw *w, const char *key);
void yx_jw_end_array(struct yx_jw *w);
void yx_jw_str(struct yx_jw *w, const char *key, const char *value);
void yx_jw_strn(struct yx_jw *w, const char *key, const char *value, size_t n);
void yx_jw_int(struct yx_jw *w, const char *key, int64_t value);
void yx_jw_bool(struct yx_jw *w, const char *key, int value);
void yx_jw_null(struct yx_jw *w, const char *key);
/* Bytes as a base64 string. */
void yx_jw_base64(struct yx_jw *w, const char *key, const void *p, size_t n);
/* One object with one string member, {"key":"value"}; {} if key is NULL. The buffer is
 * reset first. */
int yx_json_pair(struct yx_buf *out, const char *key, const char *value) YX_MUST_USE;
/* Moves the text to the buffer and frees the writer. YX_OK or the first error. */
int yx_jw_close(struct yx_jw *w) YX_MUST_USE;

#endif
