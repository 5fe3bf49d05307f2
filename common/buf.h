/* buf.h - floor 0: a growing byte buffer with a limit, and a reader that owns
 * its cursor. Parsers of foreign bytes use the reader; no pointer + length. */
#ifndef YX_COMMON_BUF_H
#define YX_COMMON_BUF_H

#include <stddef.h>
#include <stdint.h>
#include "common/error.h"

/* Errors stick: after a failed add the buffer takes nothing more, and
 * yx_buf_status() tells. So a writer adds freely and checks once at the end. */
struct yx_buf {
	uint8_t *data;   /* owned; NULL while empty. Always followed by a NUL byte. */
	size_t   len;    /* bytes in use */
	size_t   cap;
	size_t   max;    /* never more than this */
	int      secret; /* wiped whenever memory is given back */
	int      err;    /* YX_OK, YX_NO_MEMORY or YX_TOO_LARGE */
};

void yx_buf_init(struct yx_buf *b, size_t max);
/* For PINs, passwords and keys: memory is wiped when it moves or is freed. */
void yx_buf_init_secret(struct yx_buf *b, size_t max);
/* Empties it, keeps the memory, forgets the error. */
void yx_buf_reset(struct yx_buf *b);
void yx_buf_free(struct yx_buf *b);

void yx_buf_add(struct yx_buf *b, const void *p, size_t n);
void yx_buf_adds(struct yx_buf *b, const char *s);
void yx_buf_add8(struct yx_buf *b, unsigned v);
void yx_buf_add16be(struct yx_buf *b, unsigned v);
void yx_buf_add32be(struct yx_buf *b, uint32_t v);
/* At most 65535 bytes, with their number as u16 in front. */
void yx_buf_add_sized(struct yx_buf *b, const void *p, size_t n);
__attribute__((format(printf, 2, 3)))
void yx_buf_addf(struct yx_buf *b, const char *fmt, ...);
/* Room for n more bytes at the end, not yet counted in len; NULL on error. */
uint8_t *yx_buf_room(struct yx_buf *b, size_t n);
/* YX_OK, or what went wrong first. */
int yx_buf_status(const struct yx_buf *b) YX_MUST_USE;
/* The contents as a C string ("" while empty). Valid until the next add. */
const char *yx_buf_str(const struct yx_buf *b);

/* Bytes of somebody else's, to look at. */
struct yx_bytes {
	const uint8_t *p;
	size_t         n;
};
/* Those of a buffer; valid until the next add. */
struct yx_bytes yx_buf_bytes(const struct yx_buf *b);

/* A read-only view that is consumed from the front. Every read checks what is
 * left and returns YX_PROTOCOL (and moves nothing) if it is too little. */
struct yx_reader {
	const uint8_t *p;
	size_t         left;
};

void yx_reader_init(struct yx_reader *r, const void *p, size_t n);
int yx_read8(struct yx_reader *r, unsigned *v) YX_MUST_USE;
int yx_read16be(struct yx_reader *r, unsigned *v) YX_MUST_USE;
int yx_read32be(struct yx_reader *r, uint32_t *v) YX_MUST_USE;
/* Points *p at the next n bytes (inside the view) and moves past them. */
int yx_read_bytes(struct yx_reader *r, size_t n, const uint8_t **p) YX_MUST_USE;
/* What yx_buf_add_sized wrote. YX_PROTOCOL also for more than `max` bytes. */
int yx_read_sized(struct yx_reader *r, size_t max, const uint8_t **p, size_t *n) YX_MUST_USE;

/* Equal in constant time: 1 or 0. For secrets and MACs. */
int yx_equal(const void *a, const void *b, size_t n);

#endif
