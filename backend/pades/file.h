/* file.h - floor 3: whole reads and writes at an offset. */
#ifndef YX_PADES_FILE_H
#define YX_PADES_FILE_H

#include <stddef.h>
#include <stdint.h>
#include "common/error.h"

/* Reads up to n bytes, less only at the end of the file. */
int pdf_pread(int fd, void *p, size_t n, int64_t offset, size_t *got) YX_MUST_USE;
/* Reads exactly n bytes; YX_PDF_BROKEN if the file ends before. */
int pdf_pread_all(int fd, void *p, size_t n, int64_t offset) YX_MUST_USE;
int pdf_pwrite_all(int fd, const void *p, size_t n, int64_t offset) YX_MUST_USE;
int pdf_file_size(int fd, int64_t *size) YX_MUST_USE;
/* 1 if the file has the word (shorter than 64 KB) somewhere. */
int pdf_mentions(int fd, const char *word);
/* Copies n bytes from the start of `in` to the start of `out`, in the kernel
 * where it can. */
int pdf_copy(int in, int out, int64_t n) YX_MUST_USE;

#endif
