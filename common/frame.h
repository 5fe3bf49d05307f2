/* frame.h - floor 1: native-messaging frames (Chrome and Firefox): a 4-byte
 * length in native byte order, then that many bytes of UTF-8 JSON. */
#ifndef YX_COMMON_FRAME_H
#define YX_COMMON_FRAME_H

#include "common/buf.h"
#include "common/error.h"

/* Largest message that a browser takes from a host, in bytes. */
#define YX_FRAME_MAX (1024 * 1024)

/* Reads one frame into b (reset first). The length is checked against b->max
 * before any memory is taken. *eof is 1 if the stream ended between frames.
 * Errors: YX_PROTOCOL (cut off, empty), YX_TOO_LARGE, YX_IO. */
int yx_frame_read(int fd, struct yx_buf *b, int *eof) YX_MUST_USE;
/* Writes one frame whole. Errors: YX_TOO_LARGE (nothing written), YX_IO. */
int yx_frame_write(int fd, const void *p, size_t n) YX_MUST_USE;

#endif
