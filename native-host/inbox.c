#include "native-host/inbox.h"

#include <string.h>

#include "common/frame.h"
#include "common/json.h"
#include "common/log.h"
#include "native-host/harden.h"

#define CANCEL_MAX 256 /* bytes; nothing longer is a cancel message */

void
inbox_open(struct inbox *in, int fd)
{
	memset(in, 0, sizeof(*in));
	in->fd = fd;
	yx_buf_init_secret(&in->next, YX_FRAME_MAX);
}

void
inbox_close(struct inbox *in)
{
	yx_buf_free(&in->next);
}

int
inbox_take(struct inbox *in, struct yx_buf *message, int *eof)
{
	if (!in->full)
		return yx_frame_read(in->fd, message, eof);
	*eof = 0;
	in->full = 0;
	yx_buf_reset(message);
	yx_buf_add(message, in->next.data, in->next.len);
	yx_buf_reset(&in->next);
	return yx_buf_status(message);
}

static int
is_cancel(const struct yx_buf *message, int64_t id)
{
	struct yx_arena *a = message->len <= CANCEL_MAX ? yx_arena_new(16 * 1024) : NULL;
	const struct yx_json *v = NULL;
	int yes = a != NULL && yx_json_parse(a, message->data, message->len, &v) == YX_OK && v->len == 3 &&
	    strcmp(yx_json_str(v, "command", ""), "cancel") == 0 && yx_json_int(v, "request", -1) == id &&
	    yx_json_int(v, "id", 0) > 0;

	yx_arena_free(&a);
	return yes;
}

int
inbox_cancels(struct inbox *in, int64_t id)
{
	int eof = 0;

	if (yx_frame_read(in->fd, &in->next, &eof) != YX_OK || eof) {
		yx_info("the caller is gone");
		harden_exit(0);
	}
	if (is_cancel(&in->next, id)) {
		yx_buf_reset(&in->next);
		return 1;
	}
	in->full = 1;
	return 0;
}
