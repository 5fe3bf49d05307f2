#include "common/frame.h"

#include "common/io.h"

/* Exactly n bytes; *got tells how many came before the stream ended. */
static int
read_all(int fd, void *p, size_t n, size_t *got)
{
	int rc = yx_read_all(fd, p, n, got);

	return rc == YX_OK && *got < n ? YX_PROTOCOL : rc;
}

int
yx_frame_read(int fd, struct yx_buf *b, int *eof)
{
	uint32_t n = 0;
	uint8_t *room;
	size_t got;
	int rc = read_all(fd, &n, sizeof(n), &got);

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

int
yx_frame_write(int fd, const void *p, size_t n)
{
	uint32_t head = (uint32_t)n;
	int rc;

	if (n == 0 || n > YX_FRAME_MAX)
		return YX_TOO_LARGE;
	rc = yx_write_all(fd, &head, sizeof(head));
	return rc != YX_OK ? rc : yx_write_all(fd, p, n);
}
