#include "common/frame.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Exactly n bytes; *got tells how many came before the stream ended. */
static int
read_all(int fd, uint8_t *p, size_t n, size_t *got)
{
	*got = 0;
	while (*got < n) {
		ssize_t k = read(fd, p + *got, n - *got);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return YX_IO;
		if (k == 0)
			return YX_PROTOCOL;
		*got += (size_t)k;
	}
	return YX_OK;
}

int
yx_frame_read(int fd, struct yx_buf *b, int *eof)
{
	uint32_t n = 0;
	uint8_t *room;
	size_t got;
	int rc = read_all(fd, (uint8_t *)&n, sizeof(n), &got);

	yx_buf_reset(b);
	*eof = rc == YX_PROTOCOL && got == 0;
	if (*eof)
		return YX_OK;
	if (rc != YX_OK)
		return rc;
	if (n == 0)
		return YX_PROTOCOL;
	if (n > b->max)
		return YX_TOO_LARGE;
	if ((room = yx_buf_room(b, n)) == NULL)
		return yx_buf_status(b);
	if ((rc = read_all(fd, room, n, &got)) != YX_OK)
		return rc;
	b->len = n;
	b->data[n] = '\0';
	return YX_OK;
}

static int
write_all(int fd, const uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return YX_IO;
		p += k;
		n -= (size_t)k;
	}
	return YX_OK;
}

int
yx_frame_write(int fd, const void *p, size_t n)
{
	uint32_t head = (uint32_t)n;
	int rc;

	if (n == 0 || n > YX_FRAME_MAX)
		return YX_TOO_LARGE;
	rc = write_all(fd, (const uint8_t *)&head, sizeof(head));
	return rc != YX_OK ? rc : write_all(fd, p, n);
}
