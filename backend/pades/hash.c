#include "backend/pades/hash.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#define BLOCK ((size_t)128 << 10)
#define FLUSH ((int64_t)8 << 20)  /* how far writing to disk lags behind */

int
pdf_hash_range(EVP_MD_CTX *ctx, int fd, int64_t from, int64_t to)
{
	uint8_t block[BLOCK];
	int rc;

	while (from < to) {
		size_t n = to - from < (int64_t)BLOCK ? (size_t)(to - from) : BLOCK;

		if ((rc = pdf_pread_all(fd, block, n, from)) != YX_OK)
			return rc;
		if (EVP_DigestUpdate(ctx, block, n) != 1)
			return YX_INTERNAL;
		from += (int64_t)n;
	}
	return YX_OK;
}

/* The disk begins to write while we still read and hash, so the sync at the end
 * finds little left. Only a wish: no error matters. */
static void
start_flush(int fd, int64_t at)
{
	if (at > 0 && at % FLUSH == 0)
		(void)sync_file_range(fd, at - FLUSH, FLUSH, SYNC_FILE_RANGE_WRITE);
}

int
pdf_copy_hashed(EVP_MD_CTX *ctx, int in, int out, int64_t n)
{
	uint8_t block[BLOCK];
	int64_t at = 0;
	int rc;

	if (ioctl(out, FICLONE, in) == 0)
		return ctx == NULL ? YX_OK : pdf_hash_range(ctx, out, 0, n);
	if (ctx == NULL)
		return pdf_copy(in, out, n);
	while (at < n) {
		size_t step = n - at < (int64_t)BLOCK ? (size_t)(n - at) : BLOCK;

		if ((rc = pdf_pread_all(in, block, step, at)) != YX_OK ||
		    (rc = pdf_pwrite_all(out, block, step, at)) != YX_OK)
			return rc;
		if (EVP_DigestUpdate(ctx, block, step) != 1)
			return YX_INTERNAL;
		at += (int64_t)step;
		start_flush(out, at);
	}
	return YX_OK;
}
