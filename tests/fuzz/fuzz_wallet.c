/* The file of a wallet on any bytes, under one key: what is taken has the length that its head
 * says; what is refused gave nothing behind the first chunk that does not fit. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backend/domain/wallet/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int
count(void *ctx, const void *p, size_t n)
{
	(void)p;
	*(int64_t *)ctx += (int64_t)n;
	return YX_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const uint8_t key[ENVELOPE_KEY] = "a key that only tests ever use.";
	int fd = memfd_create("fuzz", MFD_CLOEXEC), head_rc, rc;
	struct envelope_head head = { .size = 0 };
	int64_t given = 0;

	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	head_rc = envelope_head_read(data, n, &head);
	rc = envelope_open(fd, key, count, &given);
	close(fd);
	if (rc != YX_OK && rc != YX_WALLET_DAMAGED)
		abort();
	if (rc == YX_OK && (head_rc != YX_OK || given != head.size || envelope_file_size(head.size) != (int64_t)n))
		abort();
	if (head_rc != YX_OK && given != 0)
		abort();
	return 0;
}
