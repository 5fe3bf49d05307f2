#include "backend/pades/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK ((size_t)64 << 10)

int
pdf_pread(int fd, void *p, size_t n, int64_t offset, size_t *got)
{
	*got = 0;
	while (*got < n) {
		ssize_t r = pread(fd, (char *)p + *got, n - *got, offset + (int64_t)*got);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return YX_IO;
		if (r == 0)
			break;
		*got += (size_t)r;
	}
	return YX_OK;
}

int
pdf_pread_all(int fd, void *p, size_t n, int64_t offset)
{
	size_t got;
	int rc = pdf_pread(fd, p, n, offset, &got);

	return rc != YX_OK ? rc : got == n ? YX_OK : YX_PDF_BROKEN;
}

int
pdf_pwrite_all(int fd, const void *p, size_t n, int64_t offset)
{
	size_t done = 0;

	while (done < n) {
		ssize_t r = pwrite(fd, (const char *)p + done, n - done, offset + (int64_t)done);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return YX_IO;
		done += (size_t)r;
	}
	return YX_OK;
}

int
pdf_file_size(int fd, int64_t *size)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return YX_IO;
	*size = st.st_size;
	return YX_OK;
}

int
pdf_mentions(int fd, const char *word)
{
	const size_t n = strlen(word);
	uint8_t block[BLOCK];
	int64_t at = 0;
	size_t got;

	while (pdf_pread(fd, block, sizeof(block), at, &got) == YX_OK && got >= n) {
		if (memmem(block, got, word, n) != NULL)
			return 1;
		if (got < sizeof(block))
			break;
		at += (int64_t)(got - n + 1);
	}
	return 0;
}

static int
copy_by_hand(int in, int out, int64_t from, int64_t n)
{
	char block[BLOCK];
	int rc;

	while (from < n) {
		size_t step = n - from < (int64_t)BLOCK ? (size_t)(n - from) : BLOCK;

		if ((rc = pdf_pread_all(in, block, step, from)) != YX_OK ||
		    (rc = pdf_pwrite_all(out, block, step, from)) != YX_OK)
			return rc;
		from += (int64_t)step;
	}
	return YX_OK;
}

int
pdf_copy(int in, int out, int64_t n)
{
	off_t from = 0, to = 0;

	while (from < n) {
		ssize_t r = copy_file_range(in, &from, out, &to, (size_t)(n - from), 0);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0) /* other file systems, memory files: by hand */
			return copy_by_hand(in, out, from, n);
	}
	return YX_OK;
}
