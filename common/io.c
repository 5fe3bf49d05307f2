#include "common/io.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

int
yx_read_all(int fd, void *p, size_t n, size_t *got)
{
	uint8_t *to = p;

	for (*got = 0; *got < n;) {
		ssize_t k = read(fd, to + *got, n - *got);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return YX_IO;
		if (k == 0)
			break;
		*got += (size_t)k;
	}
	return YX_OK;
}

int
yx_write_all(int fd, const void *p, size_t n)
{
	const uint8_t *from = p;

	while (n > 0) {
		ssize_t k = write(fd, from, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return YX_IO;
		from += k;
		n -= (size_t)k;
	}
	return YX_OK;
}
