/* io.h - floor 0: all bytes of a read or write on a descriptor that may give fewer at a time. */
#ifndef YX_IO_H
#define YX_IO_H

#include <stddef.h>
#include "common/error.h"

/* n bytes into p, fewer only at the end of the file; *got: how many. YX_IO. */
int yx_read_all(int fd, void *p, size_t n, size_t *got) YX_MUST_USE;
/* YX_IO: some of them may have been written. */
int yx_write_all(int fd, const void *p, size_t n) YX_MUST_USE;

#endif
