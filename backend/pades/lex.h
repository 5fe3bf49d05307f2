/* lex.h - floor 3: the words of PDF (ISO 32000-2, 7.2 and 7.3), strictly, over
 * bytes in memory. A value is a span of the original bytes, so an edit keeps
 * everything else as it was written. No repair, no guessing. */
#ifndef YX_PADES_LEX_H
#define YX_PADES_LEX_H

#include <stddef.h>
#include <stdint.h>
#include "common/buf.h"
#include "common/error.h"

struct pdf_span {
	const uint8_t *p;   /* NULL: absent */
	size_t         n;
};
struct pdf_cur {        /* a cursor that knows its end */
	const uint8_t *p, *end;
};

enum pdf_type { PDF_NONE, PDF_DICT, PDF_ARRAY, PDF_NAME, PDF_STRING, PDF_HEX, PDF_NUMBER, PDF_REF, PDF_WORD };

struct pdf_cur pdf_cur_of(struct pdf_span s);
/* Skips white space and comments. */
void pdf_skip(struct pdf_cur *c);
/* 1 and moves past it if the bytes come next (after white space). */
int pdf_keyword(struct pdf_cur *c, const char *word);
/* One whole value; `1 0 R` is one. YX_PDF_BROKEN if there is none. */
int pdf_value(struct pdf_cur *c, struct pdf_span *out) YX_MUST_USE;
/* An unsigned integer of at most 15 digits. */
int pdf_uint(struct pdf_cur *c, int64_t *out) YX_MUST_USE;

enum pdf_type pdf_type(struct pdf_span s);

/* Inside of a dictionary or an array: set the cursor, then read until *more is 0. */
int pdf_inside(struct pdf_span s, enum pdf_type type, struct pdf_cur *c) YX_MUST_USE;
int pdf_next_pair(struct pdf_cur *c, struct pdf_span *key, struct pdf_span *value, int *more) YX_MUST_USE;
int pdf_next_item(struct pdf_cur *c, struct pdf_span *value, int *more) YX_MUST_USE;

/* Member by name (without slash); out->p NULL if absent or null. A key that
 * comes twice is YX_PDF_BROKEN: readers differ on which one counts. */
int pdf_get(struct pdf_span dict, const char *key, struct pdf_span *out) YX_MUST_USE;
/* Like pdf_get, and the value must be an integer; `absent` if there is none. */
int pdf_get_int(struct pdf_span dict, const char *key, int64_t absent, int64_t *out) YX_MUST_USE;

int pdf_name_is(struct pdf_span s, const char *name);
/* 1 if it is a reference. */
int pdf_ref(struct pdf_span s, int64_t *num, int64_t *gen);
int pdf_int(struct pdf_span s, int64_t *out) YX_MUST_USE;
/* The bytes of a literal or hex string. */
int pdf_string(struct pdf_span s, struct yx_buf *out) YX_MUST_USE;
/* Text string (UTF-16BE, UTF-8 with mark, else Latin-1 like) as UTF-8. */
int pdf_text(struct pdf_span s, struct yx_buf *out) YX_MUST_USE;

/* Same value, whatever the white space; keys of dictionaries in any order.
 * References are compared as such. */
int pdf_equal(struct pdf_span a, struct pdf_span b);

/* Appends the dictionary with `key` set to `value` (removed if value is NULL). */
int pdf_set(struct pdf_span dict, const char *key, const char *value, struct yx_buf *out) YX_MUST_USE;
/* Appends a text string as PDF writes it: plain ASCII, else UTF-16BE in hex. */
int pdf_add_text(struct yx_buf *out, const char *utf8) YX_MUST_USE;

#endif
