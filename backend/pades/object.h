/* object.h - floor 3: one indirect object at a place in a file (ISO 32000-2,
 * 7.3.10), whatever the cross-reference says of it, and the bytes of its stream. */
#ifndef YX_PADES_OBJECT_H
#define YX_PADES_OBJECT_H

#include "backend/pades/lex.h"
#include "common/arena.h"

struct pdf_input {              /* the file that is read */
	int     fd;                 /* borrowed */
	int64_t size;               /* bytes */
	struct yx_arena *a;         /* borrowed; everything read lives here */
};

struct pdf_object {
	int64_t id, gen;
	struct pdf_span value;      /* in the arena; p NULL: free or absent */
	int64_t offset;             /* of "N G obj"; -1: inside an object stream */
	int64_t value_offset;       /* of the value's first byte */
	int64_t behind;             /* offset behind the value */
	int     stream;             /* 1: "stream" follows */
};

/* Bytes of the file into the arena; exactly n or YX_IO / YX_PDF_BROKEN. */
int pdf_read(const struct pdf_input *in, int64_t offset, size_t n, struct pdf_span *out) YX_MUST_USE;
/* "N G obj" at an offset (after white space). YX_PDF_BROKEN if there is none,
 * YX_PDF_TOO_COMPLEX if it has more than 8 MB without its stream. */
int pdf_object_at(const struct pdf_input *in, int64_t offset, struct pdf_object *out) YX_MUST_USE;
/* Where the stream's bytes begin; those bytes (as many as `length` says) without
 * their filters. */
int pdf_stream_start(const struct pdf_input *in, const struct pdf_object *o, int64_t *start) YX_MUST_USE;
int pdf_unpack_at(const struct pdf_input *in, const struct pdf_object *o, int64_t length,
    struct pdf_span *out) YX_MUST_USE;

#endif
