/* inbox.h - the messages of the browser. While a token works for one request, the
 * next message can be looked at: it may be the user's stop button. */
#ifndef YX_HOST_INBOX_H
#define YX_HOST_INBOX_H

#include <stdint.h>

#include "common/buf.h"
#include "common/error.h"

struct inbox {
	int           fd;   /* of the frames; -1: nothing comes */
	struct yx_buf next; /* a message that was looked at and is still to be taken */
	int           full; /* 1: `next` holds one */
};

void inbox_open(struct inbox *in, int fd);
void inbox_close(struct inbox *in);
/* The next message, waiting for it. *eof is 1 if there is none any more. Errors are
 * those of yx_frame_read(). */
int inbox_take(struct inbox *in, struct yx_buf *message, int *eof) YX_MUST_USE;
/* To be called when fd is readable and the inbox is not full. Reads one message: 1 if
 * it asks to cancel the request `id` (then it is gone), else it waits in `next` and
 * the result is 0. A broken frame ends the process: the caller is gone or mad. */
int inbox_cancels(struct inbox *in, int64_t id);

#endif
